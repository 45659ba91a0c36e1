#include "app/words/select.h"

#include <algorithm>
#include <charconv>

#include <postq/text/text.h>

#include "app/inbox/inbox.h"

namespace postq {

namespace {

constexpr std::int64_t kRangeLimit = 10'000;

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (problem != std::errc{} || end != text.data() + text.size() || id < 1) return std::nullopt;
  return id;
}

tl::unexpected<Error> no_such_account(Store& store, std::string_view name, std::string_view where) {
  std::vector<std::string> names;
  if (const auto accounts = store.accounts()) {
    for (const auto& account : *accounts) names.push_back(account.name);
  }
  if (names.empty()) {
    return fail(ErrorKind::config, "no account yet", "postq account add site --platform feed --path ~/public_html");
  }
  const auto meant = closest(name, names);
  std::string list;
  for (const auto& known : names) list += (list.empty() ? "" : ", ") + known;
  return fail(ErrorKind::not_found, std::string(where) + " '" + std::string(name) + "'",
              meant ? "did you mean " + *meant + "? Your accounts: " + list : "your accounts: " + list);
}

// What names no post may be an account.
Error or_an_account(Store& store, const std::string& typed, const Error& wrong) {
  if (!store.account(typed)) return wrong;
  return {ErrorKind::usage,
          "'" + typed + "' is an account, and no post",
          "postq account show " + typed + "\npostq list --account " + typed + "    its posts",
          {}};
}

}  // namespace

std::string name_of(const Delivery& delivery) {
  return std::to_string(number(delivery.post)) + "@" + delivery.account_name;
}

Status check_scheduled(const PostDetail& post) {
  if (post.origin != Origin::hand_written) return {};
  const bool unsent = std::any_of(post.deliveries.begin(), post.deliveries.end(), [](const DeliveryDetail& detail) {
    return detail.delivery.state == DeliveryState::queued || detail.delivery.state == DeliveryState::failed;
  });
  if (!unsent) return {};
  const auto id = std::to_string(number(post.id));
  return fail(ErrorKind::refused, "post " + id + " was written by hand: only its author sends it, at a terminal",
              "postq post " + id);
}

std::string with_number(std::string advice, PostId post) {
  for (const std::string verb : {"edit ", "rm "}) {
    const auto at = advice.find(verb + "ID");
    if (at != std::string::npos) advice.replace(at + verb.size(), 2, std::to_string(number(post)));
  }
  return advice;
}

Result<Account> account_named(Store& store, std::string_view name) {
  auto account = store.account(name);
  if (account || account.error().kind != ErrorKind::not_found) return account;
  return no_such_account(store, name, "there is no account");
}

Result<Selection> parse_selection(std::string_view typed) {
  const auto wrong = [&] {
    if (names_an_item(typed)) {
      return fail(ErrorKind::usage, "'" + std::string(typed) + "' is what somebody said, and no post",
                  "postq show " + std::string(typed) + "    postq reply " + std::string(typed));
    }
    return fail(ErrorKind::usage, "'" + std::string(typed) + "' names no post",
                "use an ID such as 12, 12@ACCOUNT or 12-17");
  };
  Selection selection;
  const auto at = typed.find('@');
  if (at != std::string_view::npos) {
    selection.account = std::string(typed.substr(at + 1));
    if (selection.account->empty()) return wrong();
    typed = typed.substr(0, at);
  }
  const auto dash = typed.find('-');
  const auto first = parse_id(typed.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_id(typed.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first >= kRangeLimit) return wrong();
  selection.first = PostId{*first};
  selection.last = PostId{*last};
  return selection;
}

bool Selected::contains(DeliveryId delivery) const {
  return std::find(deliveries.begin(), deliveries.end(), delivery) != deliveries.end();
}

Result<Selected> select(Store& store, const std::vector<std::string>& typed) {
  Selected selected;
  for (const auto& word : typed) {
    // What it says to type about an item names one that is there.
    if (names_an_item(word)) POSTQ_CHECK(item_named(store, word).map([](const Item&) {}));
    const auto parsed = parse_selection(word);
    if (!parsed) return pass_on(or_an_account(store, word, parsed.error()));
    const auto& selection = *parsed;
    bool found = false;
    for (auto id = number(selection.first); id <= number(selection.last); ++id) {
      auto post = store.post(PostId{id});
      if (!post && post.error().kind == ErrorKind::not_found && selection.first != selection.last) continue;
      if (!post) return pass_on(post.error());
      found = true;
      bool on_account = false;
      for (const auto& detail : post->deliveries) {
        if (selection.account && detail.delivery.account_name != *selection.account) continue;
        on_account = true;
        if (!selected.contains(detail.delivery.id)) selected.deliveries.push_back(detail.delivery.id);
      }
      if (!on_account) {
        std::string goes_to;
        for (const auto& detail : post->deliveries)
          goes_to += (goes_to.empty() ? "" : ", ") + detail.delivery.account_name;
        return fail(ErrorKind::not_found,
                    "post " + std::to_string(id) + " does not go to '" + selection.account.value_or("") + "'",
                    "it goes to " + goes_to);
      }
      const auto same = [&](const PostDetail& other) { return other.id == PostId{id}; };
      if (std::none_of(selected.posts.begin(), selected.posts.end(), same)) selected.posts.push_back(std::move(*post));
    }
    if (!found) return fail(ErrorKind::not_found, "there is no post " + word, "postq list --all");
  }
  return selected;
}

Result<Account> account_of(Store& store, const Delivery& delivery) {
  auto account = store.account(delivery.account_name);
  if (account && account->id == delivery.account) return account;
  if (!account && account.error().kind != ErrorKind::not_found) return account;
  return fail(ErrorKind::not_found,
              name_of(delivery) + " is of the account " + delivery.account_name + " that was removed",
              "postq show " + std::to_string(number(delivery.post)));
}

}  // namespace postq
