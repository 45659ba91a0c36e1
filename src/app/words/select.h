#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/store.h>

namespace postq {

// What a person typed to name posts or deliveries: `12`, `12@work-bsky`, `12-17`.
struct Selection {
  PostId first{};
  PostId last{};                       // the same as `first` but for ranges
  std::optional<std::string> account;  // only this account's delivery
};

// kind usage, with examples, for anything else.
Result<Selection> parse_selection(std::string_view typed);

// The posts and deliveries selected, in the order typed, each once. kind not_found names the first that isn't there
// (a gap inside a range is fine), with the nearest account name as hint.
struct Selected {
  std::vector<PostDetail> posts;       // each post once
  std::vector<DeliveryId> deliveries;  // all that were meant
  bool contains(DeliveryId delivery) const;
};
Result<Selected> select(Store& store, const std::vector<std::string>& typed);

// "12@work-bsky".
std::string name_of(const Delivery& delivery);

// kind refused for a post by hand that isn't out: neither a review nor a time sends it, but its author.
Status check_scheduled(const PostDetail& post);

// A platform knows no posts of the queue, so it advises "postq edit ID --lang en": the same with the post's number.
std::string with_number(std::string advice, PostId post);

// The account that a delivery is for. A name may have been given to somebody else's account since: kind not_found, with
// where the post stands, when its own was removed.
Result<Account> account_of(Store& store, const Delivery& delivery);

// The account of that name; kind not_found with a suggestion, and with "no account yet" when there is none at all.
Result<Account> account_named(Store& store, std::string_view name);

}  // namespace postq
