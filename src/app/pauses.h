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

}  // namespace postq
