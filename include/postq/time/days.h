#pragma once

#include <string>
#include <vector>

#include <postq/time/zone.h>

// Calendar days as reports need them. A day of a zone may last 23 or 25 hours.
namespace postq {

// The days of the zone that have a part in the range, oldest first; empty when the range is.
std::vector<TimeRange> calendar_days(TimeRange range, const Zone& zone);

// The instant at which the day `days` after (before, when negative) the day of `at` begins.
TimePoint start_of_day(TimePoint at, int days, const Zone& zone);

std::string format_date(TimePoint at, const Zone& zone);  // "2026-11-28"
std::string say_day(TimePoint at, const Zone& zone);      // "Sat 28 Nov"
std::string say_date(TimePoint at, const Zone& zone);     // "28 Nov"
std::string say_year(TimePoint at, const Zone& zone);     // "2026"

}  // namespace postq
