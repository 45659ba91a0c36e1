#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <postq/time/zone.h>

namespace postq {

// A time a person typed: the wall time in the zone it was meant in, and the instant that is today.
struct When {
  WallTime wall;
  std::string zone;  // IANA name
  TimePoint instant;
  std::string note;  // "02:30 does not exist on Sun 29 Mar (the clock goes forward); taken as 03:30"; else empty
};

struct WhenContext {
  TimePoint now;
  const Zone& zone;  // for words without a zone of their own
  std::function<Result<const Zone*>(std::string_view)> find_zone;
};

// Reads time words: `2027-01-15 09:00`, RFC 3339, `9am`, `tomorrow 14:30`, `fri 9am`, `28 nov 9am`, `in 2h`, `+3d`,
// `in 1 month`, `next week mon`, `noon`, each also with a zone or an offset behind it; `UTC+2` is two hours ahead. kind
// usage for what can't be read (the hint has what may be meant, or examples), for an impossible date, for a bare
// integer, and for a time in the past (the hint has the next fitting one). Whatever was not typed and had to be decided
// stands in the note:
// - a day without a time is 09:00; midnight is the start of its day; a weekday is its next moment, today's included;
//   `next fri` is the Friday of next week; a date without a year is this year's, or lies within the next half year;
// - days, weeks and months are counted on the calendar and hours on the clock, from the next whole minute on; a month
//   that is too short for the day ends it;
// - what was typed with an offset is kept as the wall time of the zone in force.
// The instant lies after context.now; it is what the zone resolves the wall time to, and back. An instant that no wall
// time of the zone tells (the second of a repeated one) is kept in UTC.
Result<When> parse_when(std::string_view words, const WhenContext& context);

// "14d", "90m", "2h30m", "1w": a positive length of time. kind usage, also for months and years, which differ in
// length.
Result<Seconds> parse_duration(std::string_view words);

// For people, rounded down, never "0": "45 s", "40 min", below ten hours "2 h 30 min", below two days "26 h", "5 days".
std::string format_duration(Seconds length);
// "in 5 days", "3 h ago", "in 1 day 11 h" (between one day and two), "now" (less than a minute away).
std::string say_relative(TimePoint at, TimePoint now);
// "Sat 28 Nov 2026 06:30 Berlin", the last word being the zone_label(). With seconds when not whole
// minutes.
std::string format_time(TimePoint at, const Zone& zone);
// As short as it stays clear from `now`: "06:30" today, "Sat 06:30" within 6 days, "28 Nov 06:30", "28 Nov 2027 06:30".
std::string format_time_short(TimePoint at, TimePoint now, const Zone& zone);
// "Sun 22 Nov 2026, 21:40 (Europe/Berlin)".
std::string say_now(TimePoint now, const Zone& zone);
// "Sat 28 Nov 2026 06:30 Berlin" from a wall time and zone name.
std::string say_wall(WallTime wall, std::string_view zone_name);

// The start of the calendar day, in the zone, that `at` falls in, and of the next one.
TimeRange calendar_day(TimePoint at, const Zone& zone);

// A daily stretch such as "22:00-07:00", in minutes from midnight; `from` may be later than `to` (over midnight).
struct DailyHours {
  int from = 0;
  int to = 0;
};
Result<DailyHours> parse_daily_hours(std::string_view text);
// If `at` lies in the daily hours: the instant they end. Else nothing.
std::optional<TimePoint> end_of_hours(const DailyHours& hours, TimePoint at, const Zone& zone);

}  // namespace postq
