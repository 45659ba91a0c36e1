#pragma once

#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// What is paused and holds these back, in words: "everything is PAUSED since 14:02 (fire at the shop)", "bsky is PAUSED
// until Mon 09:00". Empty: nothing.
Result<std::string> pauses_before(World& world, Store& store, const std::vector<Account>& accounts,
                                  const std::vector<Delivery>& deliveries = {});

// "by claude, for anna, 22:16: the link is dead".
std::string say_paused_by(const PausedBy& paused, TimePoint now, const Zone& zone);

}  // namespace postq
