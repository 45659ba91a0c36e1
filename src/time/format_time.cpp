#include <algorithm>

#include <postq/time/utc_offset.h>
#include <postq/time/when.h>

#include "time/civil.h"

namespace postq {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDaySeconds = 24 * kHour;

std::string count_of(std::int64_t number, std::string_view unit) {
  return std::to_string(number) + " " + std::string{unit};
}

std::string days(std::int64_t number) {
  return count_of(number, number == 1 ? "day" : "days");
}

std::string date_with_year(Date date) {
  return day_and_month(date) + " " + year_name(date);
}

}  // namespace

std::string format_duration(Seconds length) {
  // Taken as a length; the smallest value has no opposite.
  const auto total = length == Seconds::min() ? Seconds::max().count() : std::abs(length.count());
  if (total < kMinute) return count_of(std::max<std::int64_t>(total, 1), "s");
  if (total < kHour) return count_of(total / kMinute, "min");
  if (total < 2 * kDaySeconds) {
    const auto minutes = total / kMinute % 60;
    auto said = count_of(total / kHour, "h");
    if (total < 10 * kHour && minutes != 0) said += " " + count_of(minutes, "min");
    return said;
  }
  return days(total / kDaySeconds);
}

std::string say_relative(TimePoint at, TimePoint now) {
  const auto distance = at - now;
  const auto total = std::abs(distance.count());
  if (total < kMinute) return "now";
  auto said = format_duration(distance);
  if (total >= kDaySeconds && total < 2 * kDaySeconds) {
    said = days(1);
    if (const auto hours = (total - kDaySeconds) / kHour; hours != 0) said += " " + count_of(hours, "h");
  }
  return distance > Seconds{0} ? "in " + said : said + " ago";
}

std::string say_wall(WallTime wall, std::string_view zone_name) {
  const auto date = date_of(wall);
  return weekday_name(date) + " " + date_with_year(date) + " " + clock_words(since_midnight(wall)) + " " +
         zone_label(zone_name);
}

std::string format_time(TimePoint at, const Zone& zone) {
  return say_wall(zone.wall(at), zone.name());
}

std::string format_time_short(TimePoint at, TimePoint now, const Zone& zone) {
  const auto wall = zone.wall(at);
  const auto date = date_of(wall);
  const auto today = date_of(zone.wall(now));
  auto clock = clock_words(since_midnight(wall));
  const auto distance = std::chrono::abs(date - today);
  if (distance == std::chrono::days{0}) return clock;
  if (distance <= std::chrono::days{6}) return weekday_name(date) + " " + clock;
  if (year_name(date) == year_name(today)) return day_and_month(date) + " " + clock;
  return date_with_year(date) + " " + clock;
}

std::string say_now(TimePoint now, const Zone& zone) {
  const auto wall = zone.wall(now);
  const auto date = date_of(wall);
  const auto ahead = offset_of_etc_zone(zone.name());
  return weekday_name(date) + " " + date_with_year(date) + ", " + clock_words(since_midnight(wall)) + " (" +
         (ahead ? say_offset(*ahead) : zone.name()) + ")";
}

}  // namespace postq
