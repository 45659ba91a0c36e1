#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/words/select.h"
#include "app/world.h"

namespace postq {

// What an attempt says that a person, and no list, called absent.
inline constexpr const char* kPersonLooked = "a person looked";

// The event of a delivery that could not be taken back.
inline constexpr const char* kNotRetracted = "not retracted";

// The unconfirmed one that is meant: of a post with several deliveries the only one. Called sent, also one that
// is queued again although it is out; with an address, also one that was settled by hand without. kind refused when
// none is.
Result<Delivery> resolvable_one(Store& store, const std::string& typed, bool sent, const std::string& url);

// A part of it is out, says a person, and nobody has told where: it can't be taken back from its platform.
bool lacks_address(const DeliveryDetail& detail, const PlatformTraits& traits);

// Where a part that is out stands, or what tells it; never a request key that stands in for an address.
std::string say_place(const DeliveryDetail& detail, const PartDetail& part, const PlatformTraits& traits);

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

// What may be out of it and nobody knows: part of it is being sent, or is unconfirmed.
bool may_be_out(const DeliveryDetail& detail);

// Deletes what is out from its platform, last part first, and looks whether it is gone; accounts side by side, so that
// a slow server holds up no other. One entry per delivery; a part that is still there, or may be, is named with its
// address, and the delivery isn't called retracted: the record keeps what was said. After an interruption nothing more
// is asked of any server, and what was left is of kind interrupted.
struct Retracted {
  std::string name;
  DeliveryId delivery{};
  Status status;
};
struct RetractWatch {
  std::function<void(const std::string& name)> on_begin;
  std::function<void(const Retracted&)> on_end;  // as soon as it is recorded
};
Result<std::vector<Retracted>> retract(World& world, Store& store, const std::vector<DeliveryDetail>& deliveries,
                                       const RetractWatch& watch = {});
// What somebody wanted back and its platform has kept so far.
Result<std::vector<Delivery>> not_taken_back(World& world, Store& store);

}  // namespace postq
