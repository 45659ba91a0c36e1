#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/context.h"

namespace postq {

// How many rows a list prints; 0: all of them.
struct RowsShown {
  std::int64_t limit = 0;

  bool all() const { return limit == 0; }
  // One more than is printed tells whether there are more.
  std::int64_t to_read() const { return all() ? 0 : limit + 1; }
};

// What -n said (0: all). Without it all, but for `usual` rows at a terminal where a person can read what is left out:
// a script that gets a part can't know. kind usage for what is no such number.
Result<RowsShown> rows_shown(const Context& context, std::optional<std::int64_t> typed, std::int64_t usual);

// How far what is left out is counted, since nobody reads ten screens one by one: one more means "more than that".
std::int64_t most_counted(const RowsShown& shown);

// "Shown: the newest 30 of 412.  All:  postq log -n 0". `which` says which ones: "the newest", "the next".
void say_left_out(Context& context, const RowsShown& shown, std::int64_t total, std::string_view which);

// The command that was typed without its -n.
std::string typed_without_limit(const Context& context);

}  // namespace postq
