#pragma once

#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/review/card.h"
#include "app/world.h"

namespace postq {

// What is read together: a post, or one delivery of it.
struct ReviewEntry {
  PostId post{};
  std::vector<DeliveryId> only;  // empty: every pending delivery of it
};

// The card of an entry as it is now, with every rule's forecast; without deliveries when none of them is pending any
// more. Mentions, links and reply targets that are not looked up yet are looked up first, which uses the network, and
// stored; what can't be looked up now is marked. No transaction is open when it returns.
Result<ReviewCard> read_card(World& world, Store& store, const ReviewEntry& entry);

// The requests that would send what is left of a delivery, one text for each part, secrets masked; nothing is
// contacted. What only the platform can know (the id of an upload, of the part before) stands there in words.
Result<std::vector<std::string>> requests_of(World& world, const Account& account, const ApprovedDelivery& opened,
                                             const DeliveryDetail& detail);

// The same of a delivery that nobody has approved yet.
Result<std::vector<std::string>> preview_requests(World& world, Store& store, DeliveryId delivery, PostId post);

}  // namespace postq
