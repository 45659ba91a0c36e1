#pragma once

#include <memory>
#include <string>

#include <postq/ports/http_client.h>

namespace postq {

struct CurlSettings {
  // "http://host:port", "socks5h://host:port"; empty: none. It comes from config.toml only: what the environment says
  // about proxies is ignored. This machine itself is always reached directly. Behind a proxy it is the proxy that looks
  // names up, so there only an address written out in a URL can be refused for being private.
  std::string proxy;
  std::string user_agent = "postq/" POSTQ_VERSION;
};

// The client over libcurl, which is opened by the first exchange. An exchange ends with kind config, nothing sent, when
// libcurl is missing.
std::unique_ptr<HttpClient> make_curl_client(CurlSettings settings);

// "libcurl/7.88.1 OpenSSL/3.0.17 ...", for `doctor`; opens the library. kind config when it is missing.
Result<std::string> curl_version_text();

}  // namespace postq
