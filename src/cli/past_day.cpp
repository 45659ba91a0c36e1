#include "cli/past_day.h"

#include <algorithm>
#include <array>

#include <postq/core/days.h>
#include <postq/core/when.h>

namespace postq {

namespace {

using std::chrono::days;

tl::unexpected<Error> not_a_day(const std::string& words) {
  return fail(ErrorKind::usage, "\"" + words + "\" is no day that lies behind us",
              "write it as 2026-11-01, \"1 nov\", fri, yesterday or today");
}

// Words that count from now on mean another day when they are read as of last week.
bool counts_from_now(std::string_view words) {
  constexpr std::array<std::string_view, 4> kAhead{"+", "in ", "next ", "tomorrow"};
  return std::any_of(kAhead.begin(), kAhead.end(), [words](auto ahead) { return words.starts_with(ahead); });
}

}  // namespace

Result<TimePoint> read_past_day(World& world, const std::string& words) {
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  if (words == "today") return start_of_day(now, 0, *zone);
  if (words == "yesterday") return start_of_day(now, -1, *zone);
  if (counts_from_now(words)) return not_a_day(words);
  const auto find = [&world](std::string_view name) { return world.zones().find(name); };
  // Time words look ahead, so they are read as of back then: a weekday as of last week, a date without a year as of
  // half a year and of a year ago, a whole date as of the first of all days.
  for (const auto since : {now - days{7}, now - days{183}, now - days{366}, time_point(0)}) {
    const auto when = parse_when(words + " 00:00", {since, *zone, find});
    if (when && when->instant <= now) return when->instant;
  }
  return not_a_day(words);
}

}  // namespace postq
