#pragma once

#include <string>

#include "app/world.h"

namespace postq {

// "TZ is CET-1CEST, which names no time zone": other programs go by it, and postq by the machine's files, or UTC.
// Empty: there is none, or it is the machine's zone.
std::string unread_zone_variable(World& world);

}  // namespace postq
