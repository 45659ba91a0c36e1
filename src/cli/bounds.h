#pragma once

#include <string>

#include "app/world.h"

// Bounds of what is listed or counted, in words.
namespace postq {

// For lists, which look back and ahead: a day means its beginning. kind usage.
Result<TimePoint> read_bound(World& world, const std::string& words);

// The start of a day that lies behind us, or of today, in the zone: "1 nov", "2026-11-01", "fri" (the last one),
// "today", "yesterday". kind usage, with examples, for anything else and for what lies ahead.
Result<TimePoint> read_past_day(World& world, const std::string& words);

// The same, or a time behind us ("fri 14:00"), or a length that ends now: "24h", "7d".
Result<TimePoint> read_past_bound(World& world, const std::string& words);

}  // namespace postq
