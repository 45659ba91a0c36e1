#include <postq/time/when.h>

#include "time/civil.h"
#include "time/time_words.h"

namespace postq {
namespace {

constexpr int kMinutesOfDay = 24 * 60;
constexpr std::string_view kHoursHint = "write daily hours like `22:00-07:00`";

tl::unexpected<Error> not_hours(std::string_view text) {
  return fail(ErrorKind::usage, quoted(text) + " is not a stretch of the day", std::string{kHoursHint});
}

// Minutes from midnight; `24:00` is the midnight at the end of the day.
Result<int> read_minutes(std::string_view text) {
  const auto words = split_time_words(text);
  if (words.size() != 1) return not_hours(text);
  if (words[0].text == "24:00") return 0;
  POSTQ_TRY(const auto clock, read_clock(words[0]));
  const bool whole_minutes = clock && clock->since_midnight.count() % 60 == 0;
  if (!whole_minutes || clock->utc || clock->offset) return not_hours(text);
  return static_cast<int>(clock->since_midnight.count() / 60);
}

bool holds(const DailyHours& hours, int minute) {
  if (hours.from <= hours.to) return hours.from <= minute && minute < hours.to;
  return minute >= hours.from || minute < hours.to;
}

}  // namespace

TimeRange calendar_day(TimePoint at, const Zone& zone) {
  const auto date = date_of(zone.wall(at));
  const WallTime next{date + std::chrono::days{1}};
  TimeRange day{first_instant_from(WallTime{date}, zone), first_instant_from(next, zone)};
  // Clocks that go back across midnight show the end of a day twice; the day then ends with the second.
  if (at >= day.to) day.to = zone.resolve(next).second;
  return day;
}

Result<DailyHours> parse_daily_hours(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return not_hours(text);
  POSTQ_TRY(const int from, read_minutes(text.substr(0, dash)));
  POSTQ_TRY(const int to, read_minutes(text.substr(dash + 1)));
  if (from == to) {
    return fail(ErrorKind::usage, quoted(text) + " begins and ends at the same time", std::string{kHoursHint});
  }
  return DailyHours{from, to};
}

std::optional<TimePoint> end_of_hours(const DailyHours& hours, TimePoint at, const Zone& zone) {
  const auto wall = zone.wall(at);
  const auto minute = static_cast<int>(since_midnight(wall).count() / 60);
  if (!holds(hours, minute)) return {};
  const std::chrono::days later{minute < hours.to ? 0 : 1};
  const WallTime end = date_of(wall) + later + std::chrono::minutes{hours.to % kMinutesOfDay};
  const auto first = first_instant_from(end, zone);
  // In the hour that comes twice the hours may begin anew after their first end.
  return first > at ? first : zone.resolve(end).second;
}

}  // namespace postq
