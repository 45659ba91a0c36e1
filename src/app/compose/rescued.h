#pragma once

#include <postq/time/time.h>

#include "app/world.h"

namespace postq {

// A rescued text that nobody took up for this long is named by doctor, and is deleted by flush after the longer time.
inline constexpr Seconds kRescuedIsOld = std::chrono::days{30};
inline constexpr Seconds kRescuedIsKept = std::chrono::days{180};

// Deletes what is kept no longer, at most once a day; what was deleted stands in the log. No trouble of a flush: what
// can't be deleted only takes space.
void clean_rescued(World& world, StateFiles& state);

}  // namespace postq
