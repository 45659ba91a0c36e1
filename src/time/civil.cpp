#include "time/civil.h"

#include <algorithm>

namespace postq {

namespace chrono = std::chrono;

std::string padded(std::int64_t number, std::size_t width) {
  const bool negative = number < 0;
  auto digits = std::to_string(number);
  if (negative) digits.erase(0, 1);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return negative ? "-" + digits : digits;
}

std::string year_name(Date date) {
  return padded(int{chrono::year_month_day{date}.year()}, 4);
}

std::string iso_date(Date date) {
  const chrono::year_month_day day{date};
  return year_name(date) + "-" + padded(unsigned{day.month()}, 2) + "-" + padded(unsigned{day.day()}, 2);
}

std::string day_and_month(Date date) {
  const chrono::year_month_day day{date};
  return std::to_string(unsigned{day.day()}) + " " + std::string{kMonthNames.at(unsigned{day.month()} - 1)};
}

std::string weekday_name(Date date) {
  return std::string{kWeekdayNames.at(chrono::weekday{date}.c_encoding())};
}

std::string clock_words(Seconds clock) {
  const auto total = clock.count();
  auto words = padded(total / 3600, 2) + ":" + padded(total / 60 % 60, 2);
  if (total % 60 != 0) words += ":" + padded(total % 60, 2);
  return words;
}

std::optional<std::int64_t> digits_value(std::string_view text, std::size_t most) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > most || !std::all_of(text.begin(), text.end(), is_digit)) return {};
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

std::optional<Date> date_from(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return {};
  const chrono::year_month_day date{chrono::year{static_cast<int>(year)}, chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return {};
  return Date{date};
}

TimePoint first_instant_from(WallTime wall, const Zone& zone) {
  const auto resolved = zone.resolve(wall);
  if (resolved.kind != ResolvedWall::Kind::skipped) return resolved.instant;
  // The clock change lies between these two; behind it the offset is the one that `after` has.
  const auto gap = zone.wall(resolved.instant) - wall;
  TimePoint before = resolved.instant - gap;
  TimePoint after = resolved.instant;
  const auto offset_after = zone.offset(after);
  while (after - before > Seconds{1}) {
    const TimePoint middle = before + (after - before) / 2;
    (zone.offset(middle) == offset_after ? after : before) = middle;
  }
  return after;
}

}  // namespace postq
