#pragma once

#include <string>
#include <vector>

#include "app/world.h"

namespace postq {

// Another delivery of a post that goes together, which can't go with the rest of it.
struct BlockedSibling {
  std::string account;
  std::string why;     // in a word or two: "ratio", "not approved"
  std::string reason;  // the same as a sentence, where a rule holds it
  std::vector<Remedy> remedies;
};

// Those that keep the delivery `of` from going at `asked`: the same questions that the claim asks.
Result<std::vector<BlockedSibling>> blocked_siblings(World& world, Store& store, const PostDetail& post, DeliveryId of,
                                                     TimePoint asked);

// "bsky (ratio), site (not approved)".
std::string say_blocked(const std::vector<BlockedSibling>& siblings);

}  // namespace postq
