#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postq/time/zone.h>

// Wall time in the pieces that people write. English and fixed: nothing here looks at a locale.
namespace postq {

constexpr std::array<std::string_view, 7> kWeekdayNames = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

using Date = std::chrono::local_days;

inline Date date_of(WallTime wall) {
  return std::chrono::floor<std::chrono::days>(wall);
}
inline Seconds since_midnight(WallTime wall) {
  return wall - date_of(wall);
}

// At least `width` digits, filled up with zeros.
std::string padded(std::int64_t number, std::size_t width);

std::string iso_date(Date date);         // "2026-11-28"
std::string day_and_month(Date date);    // "28 Nov"
std::string weekday_name(Date date);     // "Sat"
std::string year_name(Date date);        // "2026"
std::string clock_words(Seconds clock);  // "06:30", or "06:30:15" when not a whole minute

// The number that a text of decimal digits alone says; nothing for an empty text, other characters, or over nine
// digits.
// Nine digits fit wherever they are multiplied with afterwards; `most` is 18 at most.
std::optional<std::int64_t> digits_value(std::string_view text, std::size_t most = 9);

// The date if the calendar has it.
std::optional<Date> date_from(std::int64_t year, std::int64_t month, std::int64_t day);

// The first instant at which the zone's clock shows `wall` or, if that is skipped, something later than it.
TimePoint first_instant_from(WallTime wall, const Zone& zone);

}  // namespace postq
