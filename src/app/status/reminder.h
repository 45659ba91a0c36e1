#pragma once

#include <string>

#include "app/world.h"

namespace postq {

// What still needs a person, once a day from 08:00 on, for flush without a terminal; empty at all other times and when
// nothing does. Costs one small file's look-up when it was said today already.
Result<std::string> daily_reminder(World& world, Store& store);

}  // namespace postq
