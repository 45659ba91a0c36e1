#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// Stored times are whole seconds, UTC.
using Seconds = std::chrono::seconds;
using TimePoint = std::chrono::sys_seconds;

constexpr TimePoint time_point(std::int64_t unix_seconds) {
  return TimePoint{Seconds{unix_seconds}};
}
constexpr std::int64_t unix_seconds(TimePoint at) {
  return at.time_since_epoch().count();
}

// What the wall clock of some zone shows; local_seconds has no zone of its own.
using WallTime = std::chrono::local_seconds;

// A half-open stretch of time.
struct TimeRange {
  TimePoint from;
  TimePoint to;
  bool contains(TimePoint at) const { return from <= at && at < to; }
};

// "2026-11-28T06:30:00", the form stored in deliveries.wall_time.
std::string format_wall(WallTime wall);
Result<WallTime> parse_wall(std::string_view text);

// RFC 3339 in UTC: "2026-11-28T05:30:00Z". Parsing takes any offset and cuts fractions of a second off.
std::string format_rfc3339(TimePoint at);
Result<TimePoint> parse_rfc3339(std::string_view text);

// The clock, handed in by main so that core and app never ask the system.
using Now = std::function<TimePoint()>;

}  // namespace postq
