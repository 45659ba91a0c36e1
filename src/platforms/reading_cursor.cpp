#include "platforms/reading_cursor.h"

#include <algorithm>
#include <charconv>
#include <string_view>

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
    : now_(now), since_(request.from), known_from_(request.from) {
  const auto last = parse(request.cursor);
  if (!last || last->until > now || request.from < last->from) return;
  since_ = std::max(request.from, last->until - kOverlap);
  known_from_ = last->from;
}

std::string ReadingCursor::next(TimePoint read_since) const {
  if (read_since > since_) return {};
  return std::to_string(unix_seconds(now_)) + "|" + std::to_string(unix_seconds(known_from_));
}

}  // namespace postq
