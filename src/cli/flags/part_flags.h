#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <postq/base/result.h>

#include "cli/parser/arguments.h"

namespace postq {

// What was typed behind a --media belongs to that picture: --part, and --alt and --focus where they were written so.
class PartFlags {
 public:
  void add_to(Arguments command);  // --part; the command has --media

  // kind usage for a --part that stands before every --media; with `needs_media`, also where there is none.
  Status check(bool needs_media) const;
  // The part of the n-th --media, both counted as people do not: the first is 0, the first part 1. A --part belongs to
  // the --media before it.
  std::size_t of(std::size_t media) const;
  // The part that was meant: a --part before every --media is for the next one.
  std::size_t meant_for(std::size_t media) const;
  // The numbers as typed, for pictures that are there already.
  const std::vector<std::size_t>& typed() const { return typed_; }

  // The values of a flag, one for each of `media` pictures, empty where it has none; more than there are pictures stay
  // behind them. A value belongs to the --media before it where they were typed in pairs: a --media behind one of them,
  // and no picture with two. Else they go by their order.
  std::vector<std::string> paired(const std::string& flag, const std::vector<std::string>& values,
                                  std::size_t media) const;

 private:
  // For each time a flag was given, how many --media stand before it.
  std::vector<std::size_t> media_before(const std::string& flag) const;

  std::optional<Arguments> command_;
  std::vector<std::size_t> typed_;
};

}  // namespace postq
