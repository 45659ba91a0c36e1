#include <algorithm>

#include <postq/time/time.h>

#include "time/civil.h"
#include "time/time_words.h"

namespace postq {
namespace {

constexpr std::string_view kWallExample = "2026-11-28T06:30:00";
constexpr std::string_view kRfc3339Example = "2026-11-28T06:30:00Z";

tl::unexpected<Error> not_a_time(std::string_view text, std::string_view problem, std::string_view example) {
  return fail(ErrorKind::usage, quoted(text) + " " + std::string{problem},
              "write it like `" + std::string{example} + "`");
}

// "2026-11-28T06:30:00", of which only the letter between the halves is left to the caller.
Result<WallTime> read_wall(std::string_view text, std::string_view example) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != kShape.size()) return not_a_time(text, "is not a date and time", example);
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool fits = kShape[i] == 'd' ? digit : kShape[i] == 'T' || text[i] == kShape[i];
    if (!fits) return not_a_time(text, "is not a date and time", example);
  }
  const auto number = [&](std::size_t at, std::size_t length) { return *digits_value(text.substr(at, length)); };
  const auto date = date_from(number(0, 4), number(5, 2), number(8, 2));
  if (!date) return not_a_time(text, "has a date that does not exist", example);
  const auto hours = number(11, 2);
  const auto minutes = number(14, 2);
  const auto seconds = number(17, 2);
  // Leap seconds (23:59:60) and 24:00 are refused: no instant is written in two ways.
  if (hours > 23 || minutes > 59 || seconds > 59) return not_a_time(text, "has a time that does not exist", example);
  return WallTime{*date} + Seconds{hours * 3600 + minutes * 60 + seconds};
}

// "Z", "+01:00", "-08:30": the time that local clocks are ahead of UTC.
std::optional<Seconds> read_offset(std::string_view text) {
  if (text == "Z" || text == "z") return Seconds{0};
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const auto hours = digits_value(text.substr(1, 2));
  const auto minutes = digits_value(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return {};
  const Seconds length{*hours * 3600 + *minutes * 60};
  return text[0] == '-' ? -length : length;
}

}  // namespace

std::string format_wall(WallTime wall) {
  const auto clock = since_midnight(wall).count();
  return iso_date(date_of(wall)) + "T" + padded(clock / 3600, 2) + ":" + padded(clock / 60 % 60, 2) + ":" +
         padded(clock % 60, 2);
}

Result<WallTime> parse_wall(std::string_view text) {
  POSTQ_TRY(const auto wall, read_wall(text, kWallExample));
  if (text[10] != 'T') return not_a_time(text, "is not a date and time", kWallExample);
  return wall;
}

std::string format_rfc3339(TimePoint at) {
  return format_wall(WallTime{at.time_since_epoch()}) + "Z";
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  constexpr std::size_t kWallSize = kWallExample.size();
  constexpr std::size_t kSeparator = 10;
  if (text.size() <= kWallSize) return not_a_time(text, "is not a date and time with an offset", kRfc3339Example);
  // RFC 3339 §5.6 allows a small t, and a space for readability.
  if (text[kSeparator] != 'T' && text[kSeparator] != 't' && text[kSeparator] != ' ') {
    return not_a_time(text, "is not a date and time", kRfc3339Example);
  }
  auto rest = text.substr(kWallSize);
  if (rest.front() == '.') {
    const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    if (end == 1) return not_a_time(text, "has an empty fraction of a second", kRfc3339Example);
    rest.remove_prefix(end);
  }
  const auto offset = read_offset(rest);
  if (!offset) return not_a_time(text, "has no offset such as Z or +01:00 at its end", kRfc3339Example);
  POSTQ_TRY(const auto wall, read_wall(text.substr(0, kWallSize), kRfc3339Example));
  const TimePoint at{wall.time_since_epoch() - *offset};
  const auto year = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(at)}.year();
  // What was read can always be written again in four digits.
  if (year < std::chrono::year{0} || year > std::chrono::year{9999}) {
    return not_a_time(text, "is outside the years 0 to 9999 in UTC", kRfc3339Example);
  }
  return at;
}

}  // namespace postq
