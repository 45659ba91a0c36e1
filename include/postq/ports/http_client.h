#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/time/time.h>

namespace postq {

struct HttpHeader {
  std::string name;
  std::string value;
  bool secret = false;  // masked by show_request and in every log
};

// One request. `body` is sent byte for byte; a body with `read_body` set is streamed from it instead.
struct HttpRequest {
  std::string method = "GET";
  std::string url;  // https, or http to a loopback host
  std::vector<HttpHeader> headers;
  std::string body;
  // Streams `body_size` bytes: fills up to `size` bytes at `buffer`, returns how many, 0 at the end. An error aborts
  // the request (nothing can have been published by an incomplete body). It isn't asked again after `body_size` bytes:
  // what must be true of the whole body is checked before its last byte is handed over.
  std::function<Result<std::size_t>(char* buffer, std::size_t size)> read_body;
  std::uint64_t body_size = 0;
  // Asked once, when the connection stands and before the first byte of the request: an error leaves the request
  // unsent. Here belongs what may change while a name is looked up: a deadline, STOP, a lock.
  std::function<Status()> before_send;
  std::vector<std::string> secrets;  // tokens in a URL or a body: masked, and exchanged on a connection of their own
  bool allow_private = false;  // as the account says, for an origin in its own settings: loopback, private addresses
  std::string ca_file;         // this account's own CA, instead of the system's
  std::chrono::milliseconds deadline{30'000};       // for the whole exchange
  std::chrono::seconds stall{20};                   // aborts when under 1 byte/s for this long
  std::size_t answer_limit = std::size_t{1} << 20;  // more than this is an unreadable answer
};

struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order of arrival
  std::string body;

  // The first header of that lower-case name; empty when there is none.
  std::string_view header(std::string_view name) const;
};

// Why there is no answer. The line between the two is the heart of "never twice": `not_sent` means that provably no
// byte of the request left this machine; everything else may have been carried out.
struct HttpFailure {
  enum class Sent : std::uint8_t { not_sent, maybe_sent };
  Sent sent = Sent::maybe_sent;
  ErrorKind kind = ErrorKind::try_later;  // config for a refused address, certificate or scheme; else try_later
  std::string message;                    // names host and cause, never a secret
  std::string hint;
};

using HttpResult = tl::expected<HttpAnswer, HttpFailure>;

// Sends one request; blocking; safe to call from several threads at once. Repeats none but a GET that a kept connection
// lost without a byte of an answer, once. Never follows a redirect, always verifies certificates.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual HttpResult exchange(const HttpRequest& request) = 0;
};

// The request as it would go on the wire, secrets masked; for `flush --dry-run` and `v` in review.
std::string show_request(const HttpRequest& request);

// Seconds from an HTTP Retry-After value: a number of seconds or an HTTP date (RFC 9110 §10.2.3).
std::optional<Seconds> parse_retry_after(std::string_view value, TimePoint now);

// An HTTP date (RFC 9110 §5.6.7), as in the Date header.
std::optional<TimePoint> parse_http_date(std::string_view value);

}  // namespace postq
