#include "app/sync/timed_http.h"

#include <algorithm>

namespace postq {

const char* const TimedHttp::kTimeIsOver = "its server is slow, and the time for reading it is over";

HttpResult TimedHttp::exchange(const HttpRequest& request) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until_ - since_boot_());
  const bool stops = stopping_ && stopping_();
  if (stops || left <= std::chrono::milliseconds{0}) {
    return tl::make_unexpected(HttpFailure{HttpFailure::Sent::not_sent, ErrorKind::try_later,
                                           stops ? std::string("stopped") : std::string(kTimeIsOver),
                                           "the next flush goes on with it"});
  }
  HttpRequest timed = request;
  timed.deadline = std::min(request.deadline, left);
  return http_.exchange(timed);
}

}  // namespace postq
