#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <postq/ports/http_client.h>

#include "support/request_log.h"

namespace postq::testing {

// An HttpClient that answers from a script and remembers what it was asked. It keeps the port's promises that don't
// need a network: before_send is asked first, and a streamed body is read to its end.
class ScriptedHttp final : public HttpClient {
 public:
  using Handler = std::function<HttpResult(const HttpRequest&)>;

  // Appends to the script; when it is empty, `otherwise` answers.
  void next(HttpResult result) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(result));
  }
  void next(int status, std::string body = {}, std::vector<std::pair<std::string, std::string>> headers = {}) {
    next(HttpAnswer{status, std::move(headers), std::move(body)});
  }
  void next_failure(HttpFailure::Sent sent, ErrorKind kind, std::string message) {
    next(tl::make_unexpected(HttpFailure{sent, kind, std::move(message), {}}));
  }

  HttpResult exchange(const HttpRequest& request) override {
    if (request.before_send) {
      if (const Status allowed = request.before_send(); !allowed) {
        return tl::make_unexpected(HttpFailure{HttpFailure::Sent::not_sent, allowed.error().kind,
                                               allowed.error().message, allowed.error().hint});
      }
    }
    HttpRequest seen = request;
    while (request.read_body) {
      char buffer[4096];
      const auto got = request.read_body(buffer, sizeof buffer);
      if (!got) {
        return tl::make_unexpected(
            HttpFailure{HttpFailure::Sent::not_sent, got.error().kind, got.error().message, got.error().hint});
      }
      if (*got == 0) break;
      seen.body.append(buffer, *got);
    }
    note(seen);
    const std::lock_guard lock(mutex_);
    requests.push_back(seen);
    if (script_.empty()) return otherwise(requests.back());
    HttpResult result = std::move(script_.front());
    script_.pop_front();
    return result;
  }

  std::vector<HttpRequest> requests;
  Handler otherwise = [](const HttpRequest&) { return HttpAnswer{200, {}, "{}"}; };

 private:
  static void note(const HttpRequest& request) {
    std::vector<std::pair<std::string, std::string>> headers;
    for (const HttpHeader& header : request.headers) headers.emplace_back(header.name, header.value);
    RequestLog::instance().note(request.method, request.url, headers, request.body);
  }

  std::mutex mutex_;
  std::deque<HttpResult> script_;
};

// The value of a request's header; empty when it has none.
inline std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const HttpHeader& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace postq::testing
