#include <charconv>

#include <postq/core/item.h>

#include "base/spelling.h"

namespace postq {

namespace {

using namespace std::string_view_literals;

constexpr std::array kItemKinds{std::pair{ItemKind::mention, "mention"sv}, std::pair{ItemKind::reply, "reply"sv},
                                std::pair{ItemKind::quote, "quote"sv}, std::pair{ItemKind::heard, "heard"sv}};
constexpr std::array kItemStates{std::pair{ItemState::open, "open"sv}, std::pair{ItemState::answered, "answered"sv},
                                 std::pair{ItemState::dismissed, "dismissed"sv}};

}  // namespace

std::string_view word(ItemKind kind) {
  return spelled(kItemKinds, kind);
}

std::string_view word(ItemState state) {
  return spelled(kItemStates, state);
}

std::optional<ItemKind> item_kind_from_word(std::string_view text) {
  return meant(kItemKinds, text);
}

std::optional<ItemState> item_state_from_word(std::string_view text) {
  return meant(kItemStates, text);
}

Result<ItemId> item_id_from_words(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('i') || digits.starts_with('I')) digits.remove_prefix(1);
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc{} || end != digits.data() + digits.size() || id <= 0) {
    return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is no item: they are written i7", "postq inbox");
  }
  return ItemId{id};
}

std::string name_of(ItemId item) {
  return "i" + std::to_string(number(item));
}

}  // namespace postq
