#include "platforms/common/reading_cursor.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <postq/ports/unfinished.h>

namespace postq {
namespace {

constexpr Seconds kOverlap{std::chrono::minutes{30}};  // of two readings, for clocks that disagree

// "until|from": when the last reading ended, and since when there is no gap.
struct Written {
  TimePoint until{};
  TimePoint from{};
};

std::optional<Written> parse(std::string_view text) {
  Written written;
  const auto bar = text.find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  const auto read = [](std::string_view number, TimePoint& time) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seconds);
    time = time_point(seconds);
    return error == std::errc{} && end == number.data() + number.size();
  };
  if (!read(text.substr(0, bar), written.until) || !read(text.substr(bar + 1), written.from)) return std::nullopt;
  return written;
}

}  // namespace

ReadingCursor::ReadingCursor(const TimelineRequest& request, TimePoint now)
    : now_(now), since_(request.from), known_from_(request.from), wanted_(request.from) {
  std::string_view text = request.cursor;
  const bool cut_off = is_unfinished(text);
  if (cut_off) text.remove_prefix(kUnfinished.size());
  const auto last = parse(text.substr(0, text.find(' ')));
  if (!last || last->until > now || request.from < last->from) return;
  since_ = std::max(request.from, last->until - kOverlap);
  if (!cut_off) {
    known_from_ = last->from;
    return;
  }
  const auto space = text.find(' ');
  if (space != std::string_view::npos) place_ = text.substr(space + 1);
}

std::string ReadingCursor::unfinished(const std::string& place) const {
  return std::string(kUnfinished) + std::to_string(unix_seconds(now_)) + "|" + std::to_string(unix_seconds(wanted_)) +
         " " + place;
}

std::string ReadingCursor::next(TimePoint read_since) const {
  if (read_since > since_) return {};
  return std::to_string(unix_seconds(now_)) + "|" + std::to_string(unix_seconds(known_from_));
}

}  // namespace postq
