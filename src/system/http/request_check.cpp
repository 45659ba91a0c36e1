#include "system/http/request_check.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "system/http/failure.h"

namespace postq::http {
namespace {

bool is_token_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  return letter || digit || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

// Those that frame the message or steer the connection: two sources of them are how requests are smuggled.
bool belongs_to_client(std::string_view lower_name) {
  constexpr std::array<std::string_view, 9> kOwn{
      "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer", "keep-alive"};
  return std::find(kOwn.begin(), kOwn.end(), lower_name) != kOwn.end() || lower_name.substr(0, 6) == "proxy-";
}

}  // namespace

std::optional<HttpFailure> flaw_of(const HttpRequest& request) {
  const auto flaw = [](std::string message, std::string hint) {
    return not_sent(ErrorKind::config, std::move(message), std::move(hint));
  };
  if (!is_token(request.method)) return flaw("the request's method isn't one", "report this as a bug in postq");
  if (has_control(request.url) || request.url.find(' ') != std::string::npos) {
    return flaw("the request's URL holds a space or a control character", "check the account's settings");
  }
  for (const auto& header : request.headers) {
    if (!is_token(header.name)) return flaw("a header's name isn't one", "check the account's settings");
    if (has_control(header.value)) {
      return flaw("the header " + header.name + " holds a line break or another control character",
                  "check the account's settings and its token");
    }
    if (belongs_to_client(lower(header.name))) {
      return flaw("the header " + header.name + " is postq's own to set", "take it out of the account's settings");
    }
  }
  return std::nullopt;
}

}  // namespace postq::http
