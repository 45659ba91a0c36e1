#include "app/inbox/inbox.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/words/standing.h"

namespace postq {

namespace {

constexpr std::int64_t kRangeLimit = 10'000;
constexpr std::size_t kMostShown = 20'000;  // bytes: far more than any platform's posts hold
constexpr std::size_t kLongestName = 64;    // columns

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct ItemRange {
  ItemId first{};
  ItemId last{};
};

Result<ItemRange> range_of(std::string_view typed) {
  const auto dash = typed.find('-');
  POSTQ_TRY(const auto first, item_id_from_words(typed.substr(0, dash)));
  if (dash == std::string_view::npos) return ItemRange{first, first};
  POSTQ_TRY(const auto last, item_id_from_words(typed.substr(dash + 1)));
  if (number(last) < number(first) || number(last) - number(first) >= kRangeLimit) {
    return fail(ErrorKind::usage, "'" + std::string(typed) + "' is no range of items",
                "the smaller one first, as in i4-i9, and at most " + std::to_string(kRangeLimit));
  }
  return ItemRange{first, last};
}

Error no_such_item(std::string_view typed) {
  return {ErrorKind::not_found, "there is no item " + std::string(typed), "postq inbox --all", {}};
}

// First, so that no cut takes it away.
std::string_view say_for_whom(std::string_view visibility) {
  if (visibility == "direct") return "in private, ";
  if (visibility == "private") return "to followers only, ";
  return "";
}

std::string say_occasion(const Item& item, TimePoint now, const Zone& zone) {
  switch (item.kind) {
    case ItemKind::mention:
      return "mentions you";
    case ItemKind::quote:
      return item.on_own_at ? "quotes your post of " + format_time_short(to_the_minute(*item.on_own_at), now, zone)
                            : "quotes you";
    case ItemKind::heard:
      return "heard";
    case ItemKind::reply:
      break;
  }
  if (!item.on_answer_to.empty()) return "on your answer to " + visible_line(item.on_answer_to);
  if (item.on_own_at) return "on your post of " + format_time_short(to_the_minute(*item.on_own_at), now, zone);
  return "answers you";
}

}  // namespace

std::string say_wait(TimePoint since, TimePoint now) {
  using namespace std::chrono_literals;
  const Seconds length = std::max(now - since, Seconds{0});
  if (length < 1min) return "now";
  if (length < 1h) return std::to_string(length / 1min) + " min";
  if (length < 48h) return std::to_string(length / 1h) + " h";
  return std::to_string(length / 24h) + " days";
}

std::string name_of(const Person& person) {
  const auto& name = person.handle.empty() ? (person.name.empty() ? person.id : person.name) : person.handle;
  return shorten(visible_line(name), kLongestName);
}

std::string opening_of(const std::string& text) {
  if (text.size() <= kMostShown) return text;
  std::size_t end = kMostShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end) + " ...";
}

std::string say_how(const Item& item, TimePoint now, const Zone& zone) {
  return std::string(say_for_whom(item.said.visibility)) + say_occasion(item, now, zone);
}

std::string say_standing(const Item& item, TimePoint now, const Zone& zone) {
  std::string text;
  const auto at = item.settled_at ? " " + format_time_short(to_the_minute(*item.settled_at), now, zone) : std::string();
  if (item.state == ItemState::answered) text = "answered" + at;
  if (item.state == ItemState::dismissed) text = "dismissed" + at + ": " + visible_line(item.reason);
  if (item.deleted_at) text += std::string(text.empty() ? "" : "; ") + "deleted by its author";
  if (item.said.person.ignored) text += std::string(text.empty() ? "" : "; ") + "a bot, or muted: nobody waits";
  return text;
}

bool names_an_item(std::string_view typed) {
  return typed.size() > 1 && (typed[0] == 'i' || typed[0] == 'I') && is_digit(typed[1]);
}

Result<Item> item_named(Store& store, std::string_view typed) {
  POSTQ_TRY(const auto id, item_id_from_words(typed));
  auto item = store.item(id);
  if (!item && item.error().kind == ErrorKind::not_found) return pass_on(no_such_item(name_of(id)));
  return item;
}

Result<std::vector<Item>> items_named(Store& store, const std::vector<std::string>& typed) {
  std::vector<Item> items;
  for (const auto& word : typed) {
    POSTQ_TRY(const auto range, range_of(word));
    bool found = false;
    for (auto id = number(range.first); id <= number(range.last); ++id) {
      auto item = store.item(ItemId{id});
      if (!item && item.error().kind == ErrorKind::not_found) continue;
      if (!item) return pass_on(item.error());
      found = true;
      const auto same = [&](const Item& other) { return other.id == item->id; };
      if (std::none_of(items.begin(), items.end(), same)) items.push_back(std::move(*item));
    }
    if (!found) return pass_on(no_such_item(word));
  }
  return items;
}

bool anybody_can_be_heard(World& world, const std::vector<Account>& accounts) {
  return std::any_of(accounts.begin(), accounts.end(), [&world](const Account& account) {
    const auto* const platform = world.platforms().find(account.platform);
    return platform != nullptr && platform->traits().items;
  });
}

}  // namespace postq
