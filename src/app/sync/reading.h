#pragma once

#include <optional>

#include <postq/base/result.h>
#include <postq/time/time.h>

// What readings of timelines, of items and of searches share.
namespace postq {

// How often everything in the window is read, and not only what came since: this is what finds deletions.
inline constexpr Seconds kWholeEvery = std::chrono::hours{24};

// Whether it happened less than `length` ago. A time ahead of the clock says nothing: the clock was set back.
inline bool happened_within(const std::optional<TimePoint>& at, Seconds length, TimePoint now) {
  constexpr Seconds kClockTolerance = std::chrono::minutes{2};
  return at && *at <= now + kClockTolerance && now - *at < length;
}

// What `ask` answers to a request with a cursor. A place that no longer takes the cursor is asked once more without it;
// what passes by itself, or needs a person, is not asked twice.
template <class Request, class Ask>
auto ask_from_cursor(Request request, Ask&& ask) {
  auto answer = ask(request);
  if (answer || request.cursor.empty()) return answer;
  const ErrorKind kind = answer.error().kind;
  if (kind != ErrorKind::platform && kind != ErrorKind::not_found && kind != ErrorKind::refused) return answer;
  request.cursor.clear();
  return ask(request);
}

}  // namespace postq
