#pragma once

#include <ostream>
#include <string>

#include <postq/ports/http_client.h>

#include "support/catch.h"
#include "support/fault_server.h"
#include "system/http/curl_client.h"

namespace postq {

// Readable in a failed check.
inline std::ostream& operator<<(std::ostream& out, HttpFailure::Sent sent) {
  return out << (sent == HttpFailure::Sent::not_sent ? "not sent" : "maybe sent");
}
inline std::ostream& operator<<(std::ostream& out, ErrorKind kind) {
  return out << static_cast<int>(kind);
}

namespace testing {

using Act = Behaviour::Act;
using Sent = HttpFailure::Sent;

inline HttpRequest to(const std::string& url, const std::string& method = "GET", const std::string& body = "") {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.body = body;
  request.allow_private = true;
  request.deadline = std::chrono::seconds{10};
  return request;
}

inline HttpAnswer answer_of(HttpResult result) {
  if (!result) FAIL("no answer: " << result.error().message);
  return *std::move(result);
}

inline HttpFailure failure_of(HttpResult result) {
  if (result) FAIL("there was an answer: " << result->status);
  return std::move(result).error();
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace testing
}  // namespace postq
