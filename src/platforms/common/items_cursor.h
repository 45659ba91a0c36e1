#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postq {

// How far what people say was read, on platforms that list it newest first: everything up to `newest`, but for what a
// reading left over when it had to stop.
struct ItemsCursor {
  std::string newest;  // the platform's mark of the newest one that was seen; empty: none yet
  std::string until;   // where what was left over ends; empty: where the window begins
  std::string page;    // where it begins, as the platform's pages are named; empty: nothing was left over

  std::string text() const;
};

// Nothing for a text that says nothing: then everything is read.
std::optional<ItemsCursor> parse_items_cursor(std::string_view text);

}  // namespace postq
