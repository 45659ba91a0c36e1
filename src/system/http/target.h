#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include <postq/ports/http_client.h>

#include "system/http/curl_api.h"

namespace postq::http {

// Where a request goes, as libcurl itself reads its URL: 127.1 and 0x7f000001 have become 127.0.0.1 here.
struct Target {
  bool secure = true;     // https
  std::string host;       // lower case
  std::string server;     // for messages: the host, with the port when it isn't the scheme's own
  std::string origin;     // scheme, host and port: what a kept connection is good for
  bool loopback = false;  // the host is written as this machine: reached directly, without a proxy
};

// Refuses (not sent, kind config) everything but https and, to this machine, http; user names in a URL; and addresses
// written out that the account may not reach. What a name resolves to is checked when its socket is opened.
tl::expected<Target, HttpFailure> read_target(const CurlApi& api, const HttpRequest& request);

// Why a server at an address of that kind may not be contacted, if so.
enum class AddressKind : std::uint8_t;
std::optional<HttpFailure> refusal(const Target& target, AddressKind kind, const std::string& address,
                                   bool allow_private);

}  // namespace postq::http
