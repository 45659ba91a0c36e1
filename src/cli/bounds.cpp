#include "cli/bounds.h"

#include <postq/core/when.h>

namespace postq {

Result<TimePoint> read_bound(World& world, const std::string& words) {
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  const auto find = [&world](std::string_view name) { return world.zones().find(name); };
  // From now on; then "1 nov" as the last one there was; then a date of any year.
  for (const auto since : {now, now - std::chrono::days{183}, time_point(0)}) {
    for (const auto& reading : {words + " 00:00", words}) {
      if (const auto when = parse_when(reading, {since, *zone, find})) return when->instant;
    }
  }
  return parse_when(words, {now, *zone, find}).map([](const When& when) { return when.instant; });
}

Result<TimePoint> read_past_bound(World& world, const std::string& words) {
  if (const auto length = parse_duration(words)) return world.now() - *length;
  return read_bound(world, words);
}

}  // namespace postq
