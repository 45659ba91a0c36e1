#pragma once

#include <string>

#include "app/world.h"

namespace postq {

// The start of a day that lies behind us, or of today, in the zone: "1 nov", "2026-11-01", "fri" (the last one),
// "today", "yesterday". kind usage, with examples, for anything else and for what lies ahead.
Result<TimePoint> read_past_day(World& world, const std::string& words);

}  // namespace postq
