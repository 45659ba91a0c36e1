#include "platforms/common/items_cursor.h"

namespace postq {

std::string ItemsCursor::text() const {
  if (newest.empty() && page.empty()) return {};
  return newest + "|" + until + "|" + page;
}

std::optional<ItemsCursor> parse_items_cursor(std::string_view text) {
  const std::size_t first = text.find('|');
  const std::size_t second = first == std::string_view::npos ? first : text.find('|', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  // A page's name is the platform's own, and may hold anything.
  return ItemsCursor{std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)),
                     std::string(text.substr(second + 1))};
}

}  // namespace postq
