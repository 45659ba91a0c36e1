#pragma once

#include <optional>

#include <postq/time/time.h>

namespace postq {

// How long to wait after the n-th try (from 1) that did not send anything; nothing when the tries have run out, after
// about a day and a half. What a platform asks for (Retry-After) is kept between 1 s and 24 h.
std::optional<Seconds> wait_after_try(std::int64_t tries);
TimePoint obeyed(TimePoint asked, TimePoint now);

// When to look again for a lost attempt that began at `started`: less and less often for three days, then nothing: a
// person has to look.
std::optional<TimePoint> next_look(TimePoint started, TimePoint now);

}  // namespace postq
