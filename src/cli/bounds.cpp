#include "cli/bounds.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <postq/core/days.h>
#include <postq/core/when.h>

namespace postq {

namespace {

using std::chrono::days;

// Words that count from now on mean another time when they are read as of last week.
bool counts_from_now(std::string_view words) {
  constexpr std::array<std::string_view, 4> kAhead{"+", "in ", "next ", "tomorrow"};
  return std::any_of(kAhead.begin(), kAhead.end(), [words](auto ahead) { return words.starts_with(ahead); });
}

// The first of these readings that means a time behind us; of several such times, the last.
std::optional<TimePoint> last_of(World& world, const Zone& zone, const std::vector<std::string>& readings) {
  const TimePoint now = world.now();
  const auto find = [&world](std::string_view name) { return world.zones().find(name); };
  // Time words look ahead, so they are read as of back then: an hour as of last midnight and the one before, a weekday
  // as of last week, a date without a year as of half a year and of a year ago, a whole date as of the first of all
  // days.
  const std::array since{start_of_day(now, 0, zone),
                         start_of_day(now, -1, zone),
                         now - days{7},
                         now - days{183},
                         now - days{366},
                         time_point(0)};
  for (const auto& reading : readings) {
    for (const auto then : since) {
      const auto when = parse_when(reading, {then, zone, find});
      if (when && when->instant <= now) return when->instant;
    }
  }
  return std::nullopt;
}

Result<TimePoint> read_past(World& world, const std::string& words, const std::vector<std::string>& readings,
                            const std::string& expected, const std::string& hint) {
  POSTQ_TRY(const auto* const zone, world.zone());
  if (words == "today") return start_of_day(world.now(), 0, *zone);
  if (words == "yesterday") return start_of_day(world.now(), -1, *zone);
  if (!counts_from_now(words)) {
    if (const auto found = last_of(world, *zone, readings)) return *found;
  }
  return fail(ErrorKind::usage, "\"" + words + "\" is no " + expected + " that lies behind us", hint);
}

}  // namespace

Result<TimePoint> read_bound(World& world, const std::string& words) {
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  const auto find = [&world](std::string_view name) { return world.zones().find(name); };
  // From now on; then "1 nov" as the last one there was; then a date of any year.
  for (const auto since : {now, now - days{183}, time_point(0)}) {
    for (const auto& reading : {words + " 00:00", words}) {
      if (const auto when = parse_when(reading, {since, *zone, find})) return when->instant;
    }
  }
  return parse_when(words, {now, *zone, find}).map([](const When& when) { return when.instant; });
}

Result<TimePoint> read_past_day(World& world, const std::string& words) {
  return read_past(world, words, {words + " 00:00"}, "day",
                   "write it as 2026-11-01, \"1 nov\", fri, yesterday or today");
}

Result<TimePoint> read_past_bound(World& world, const std::string& words) {
  if (const auto length = parse_duration(words)) return world.now() - *length;
  return read_past(world, words, {words + " 00:00", words}, "time",
                   "write it as 24h, 7d, fri, \"1 nov\", \"fri 14:00\", yesterday or today");
}

}  // namespace postq
