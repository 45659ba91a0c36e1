#pragma once

#include "app/flush/flush.h"

namespace postq {

// What flush says of a delivery that was taken back to review because its content is wrong.
FlushEvent damage_event(const Damaged& damaged);

// What it says of an account that isn't what the record says. News once a day.
FlushEvent doubtful_event(World& world, StateFiles& state, const DoubtfulAccount& account);

// What stands twice since a moment when nothing more than `known` did.
Result<std::int64_t> last_standing_twice(Store& store);
Result<std::vector<FlushEvent>> new_twins(Store& store, std::int64_t known);

// "retract 12@bsky", and what it takes back.
std::string twin_words(const StandsTwice& twin);

}  // namespace postq
