#pragma once

#include <chrono>
#include <functional>

#include <postq/ports/http_client.h>

namespace postq {

// The network for as long as the time lasts: requests end with it, and behind it none begins. For what only reads.
class TimedHttp final : public HttpClient {
 public:
  static const char* const kTimeIsOver;  // what a request is told that comes too late

  using SinceBoot = std::function<std::chrono::nanoseconds()>;

  // `stopping`, where there is one, ends it before its time.
  TimedHttp(HttpClient& http, SinceBoot since_boot, std::chrono::nanoseconds until, std::function<bool()> stopping = {})
      : http_(http), since_boot_(std::move(since_boot)), until_(until), stopping_(std::move(stopping)) {}

  HttpResult exchange(const HttpRequest& request) override;

 private:
  HttpClient& http_;
  SinceBoot since_boot_;
  std::chrono::nanoseconds until_;
  std::function<bool()> stopping_;
};

}  // namespace postq
