#include <postq/time/days.h>
#include <postq/time/when.h>

#include "time/civil.h"

namespace postq {
namespace {

Date date_at(TimePoint at, const Zone& zone) {
  return date_of(zone.wall(at));
}

}  // namespace

std::vector<TimeRange> calendar_days(TimeRange range, const Zone& zone) {
  std::vector<TimeRange> days;
  for (TimePoint at = range.from; at < range.to; at = days.back().to) {
    const auto day = calendar_day(at, zone);
    const bool goes_on = !days.empty() && day.from < days.back().to;  // clocks went back across midnight
    if (goes_on) {
      days.back().to = day.to;
    } else {
      days.push_back(day);
    }
  }
  return days;
}

TimePoint start_of_day(TimePoint at, int days, const Zone& zone) {
  return first_instant_from(WallTime{date_at(at, zone) + std::chrono::days{days}}, zone);
}

std::string format_date(TimePoint at, const Zone& zone) {
  return iso_date(date_at(at, zone));
}

std::string say_day(TimePoint at, const Zone& zone) {
  return weekday_name(date_at(at, zone)) + " " + say_date(at, zone);
}

std::string say_date(TimePoint at, const Zone& zone) {
  return day_and_month(date_at(at, zone));
}

std::string say_year(TimePoint at, const Zone& zone) {
  return year_name(date_at(at, zone));
}

}  // namespace postq
