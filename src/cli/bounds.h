#pragma once

#include <string>

#include "app/world.h"

namespace postq {

// A bound of a list, in words. A day means its beginning, and the past may be named: lists look back as well.
Result<TimePoint> read_bound(World& world, const std::string& words);

// The same, or a length of time that ends now: "24h", "7d".
Result<TimePoint> read_past_bound(World& world, const std::string& words);

}  // namespace postq
