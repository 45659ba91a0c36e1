#pragma once

#include <string>
#include <vector>

#include "app/select.h"
#include "app/world.h"

namespace postq {

// What an attempt says that a person, and no list, called absent.
inline constexpr const char* kPersonLooked = "a person looked";

// A person looked: the unconfirmed delivery is out (with its URL, if they have it), or it isn't and is queued again.
// kind refused when it isn't unconfirmed. Returns its name.
Result<std::string> resolve_by_hand(World& world, Store& store, const std::string& typed, bool sent,
                                    const std::string& url);

// Queues failed, removed and ended deliveries again. Returns their names; kind refused when none of them is one.
struct Requeued {
  std::vector<std::string> queued;
  std::vector<std::string> left;  // "12@bsky is sent"
};
Result<Requeued> retry(World& world, Store& store, const std::vector<std::string>& typed);

// Deletes what is out from its platform, last part first, and looks whether it is gone. One entry per delivery; a part
// that is still there, or may be, is named with its address, and the delivery isn't called retracted.
struct Retracted {
  std::string name;
  Status status;
};
Result<std::vector<Retracted>> retract(World& world, Store& store, const std::vector<DeliveryDetail>& deliveries);

}  // namespace postq
