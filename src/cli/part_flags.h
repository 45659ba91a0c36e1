#pragma once

#include <cstddef>
#include <vector>

#include <postq/core/result.h>

namespace CLI {
class App;
}

namespace postq {

// --part N: the part of a thread that a picture goes to.
class PartFlags {
 public:
  void add_to(CLI::App& command);  // which has --media

  // kind usage for a --part that stands before every --media, where there are any.
  Status check() const;
  // The part of the n-th --media, both counted as people do not: the first is 0, the first part 1. A --part belongs to
  // the --media before it.
  std::size_t of(std::size_t media) const;
  // The numbers as typed, for pictures that are there already.
  const std::vector<std::size_t>& typed() const { return typed_; }

 private:
  // For each --part, how many --media stand before it.
  std::vector<std::size_t> media_before() const;

  const CLI::App* command_ = nullptr;
  std::vector<std::size_t> typed_;
};

}  // namespace postq
