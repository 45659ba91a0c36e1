#include <algorithm>
#include <array>
#include <string_view>

#include <postq/ports/http_client.h>

#include "base/ascii.h"

namespace postq {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

// Reads a text from the left; once something doesn't fit, nothing fits any more.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void expect(std::string_view literal) {
    good_ = good_ && rest_.substr(0, literal.size()) == literal;
    if (good_) rest_.remove_prefix(literal.size());
  }

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      good_ = good_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
      if (!good_) return 0;
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  // asctime's day of the month: two characters, the first of them a space below 10.
  int padded_day() {
    if (!rest_.empty() && rest_.front() == ' ') {
      rest_.remove_prefix(1);
      return number(1);
    }
    return number(2);
  }

  template <std::size_t N>
  unsigned name(const std::array<std::string_view, N>& names) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [this](std::string_view name) { return rest_.substr(0, name.size()) == name; });
    good_ = good_ && found != names.end();
    if (!good_) return 0;
    rest_.remove_prefix(found->size());
    return static_cast<unsigned>(found - names.begin());
  }

  bool finished() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct DateParts {
  int year = 0;
  unsigned month = 0;  // 0 is January
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

void read_clock(Reader& reader, DateParts& parts) {
  parts.hour = reader.number(2);
  reader.expect(":");
  parts.minute = reader.number(2);
  reader.expect(":");
  parts.second = reader.number(2);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
bool read_imf(std::string_view text, DateParts& parts) {
  Reader reader(text);
  reader.name(kDays);
  reader.expect(", ");
  parts.day = reader.number(2);
  reader.expect(" ");
  parts.month = reader.name(kMonths);
  reader.expect(" ");
  parts.year = reader.number(4);
  reader.expect(" ");
  read_clock(reader, parts);
  reader.expect(" GMT");
  return reader.finished();
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
bool read_rfc850(std::string_view text, DateParts& parts) {
  Reader reader(text);
  reader.name(kLongDays);
  reader.expect(", ");
  parts.day = reader.number(2);
  reader.expect("-");
  parts.month = reader.name(kMonths);
  reader.expect("-");
  parts.year = reader.number(2);
  parts.year += parts.year < 70 ? 2000 : 1900;  // as POSIX reads two digits; no server speaks of 1969
  reader.expect(" ");
  read_clock(reader, parts);
  reader.expect(" GMT");
  return reader.finished();
}

// "Sun Nov  6 08:49:37 1994"
bool read_asctime(std::string_view text, DateParts& parts) {
  Reader reader(text);
  reader.name(kDays);
  reader.expect(" ");
  parts.month = reader.name(kMonths);
  reader.expect(" ");
  parts.day = reader.padded_day();
  reader.expect(" ");
  read_clock(reader, parts);
  reader.expect(" ");
  parts.year = reader.number(4);
  return reader.finished();
}

// "120", and "0.65" as some servers write it, rounded up.
std::optional<Seconds> parse_delay(std::string_view text) {
  constexpr std::int64_t kLongest = std::int64_t{100} * 365 * 86400;  // more digits say no more than this
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto dot = std::min(text.find('.'), text.size());
  const auto whole = text.substr(0, dot);
  const auto fraction = text.substr(std::min(dot + 1, text.size()));
  if (whole.empty() || (dot < text.size() && fraction.empty())) return std::nullopt;
  if (!std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
  if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
  std::int64_t seconds = 0;
  for (const char c : whole) seconds = std::min(seconds * 10 + (c - '0'), kLongest);
  const bool more = fraction.find_first_not_of('0') != std::string_view::npos;
  return Seconds{seconds + (more ? 1 : 0)};
}

}  // namespace

std::optional<TimePoint> parse_http_date(std::string_view value) {
  const auto text = http::trim(value);
  DateParts parts;
  if (!read_imf(text, parts) && !read_rfc850(text, parts) && !read_asctime(text, parts)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{parts.year}, std::chrono::month{parts.month + 1},
                                         std::chrono::day{static_cast<unsigned>(parts.day)}};
  // A leap second is the first of the next minute.
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{parts.hour} + std::chrono::minutes{parts.minute} +
         Seconds{parts.second};
}

std::optional<Seconds> parse_retry_after(std::string_view value, TimePoint now) {
  const auto text = http::trim(value);
  if (const auto delay = parse_delay(text)) return delay;
  const auto at = parse_http_date(text);
  if (!at) return std::nullopt;
  return std::max(*at - now, Seconds{0});
}

}  // namespace postq
