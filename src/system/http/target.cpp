#include "system/http/target.h"

#include <memory>
#include <utility>

#include "base/ascii.h"
#include "system/http/address.h"
#include "system/http/failure.h"

namespace postq::http {
namespace {

constexpr const char* kSettingsHint = "check the URL in the account's settings";

struct UrlDeleter {
  const CurlApi* api;
  void operator()(CURLU* url) const { api->url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

std::string part(const CurlApi& api, CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (api.url_get(url, what, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string result = text;
  api.free(text);
  return result;
}

// The messages never repeat the URL: tokens of some platforms stand in its path or query.
HttpFailure unreadable(CURLUcode code) {
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return not_sent(ErrorKind::config, "the URL holds a user name or password before its host", kSettingsHint);
  }
  if (code == CURLUE_UNSUPPORTED_SCHEME) {
    return not_sent(ErrorKind::config, "the URL doesn't begin with https://", kSettingsHint);
  }
  return not_sent(ErrorKind::config, "the URL can't be read", kSettingsHint);
}

}  // namespace

tl::expected<Target, HttpFailure> read_target(const CurlApi& api, const HttpRequest& request) {
  const Url url(api.url(), UrlDeleter{&api});
  if (!url) return tl::unexpected(not_sent(ErrorKind::try_later, "out of memory"));
  if (const auto code = api.url_set(url.get(), CURLUPART_URL, request.url.c_str(), CURLU_DISALLOW_USER);
      code != CURLUE_OK) {
    return tl::unexpected(unreadable(code));
  }
  const auto scheme = lower(part(api, url.get(), CURLUPART_SCHEME));
  if (scheme != "https" && scheme != "http") return tl::unexpected(unreadable(CURLUE_UNSUPPORTED_SCHEME));

  Target target;
  target.secure = scheme == "https";
  target.host = lower(part(api, url.get(), CURLUPART_HOST));
  if (target.host.empty()) return tl::unexpected(unreadable(CURLUE_NO_HOST));
  const auto own_port = part(api, url.get(), CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
  target.server = own_port.empty() ? target.host : target.host + ":" + own_port;
  target.origin = scheme + "://" + target.server;

  const auto literal = literal_address_kind(target.host);
  target.loopback = target.host == "localhost" || literal == AddressKind::loopback;
  if (!target.secure && !target.loopback) {
    return tl::unexpected(not_sent(ErrorKind::config, "postq speaks to " + target.server + " only by https",
                                   "let the URL in the account's settings begin with https://"));
  }
  if (literal) {
    if (auto refused = refusal(target, *literal, target.host, request.allow_private)) {
      return tl::unexpected(*std::move(refused));
    }
  }
  return target;
}

std::optional<HttpFailure> refusal(const Target& target, AddressKind kind, const std::string& address,
                                   bool allow_private) {
  if (kind == AddressKind::everyone && target.secure) return std::nullopt;
  if (!target.secure && kind != AddressKind::loopback) {
    return not_sent(ErrorKind::config, target.server + " is at " + address + ", where postq speaks only https",
                    "let the URL in the account's settings begin with https://");
  }
  const std::string where = address == target.host ? target.server : target.server + " is at " + address + ", which";
  if (kind == AddressKind::nobody) {
    return not_sent(ErrorKind::config, where + " is no server's address", kSettingsHint);
  }
  if (allow_private) return std::nullopt;
  return not_sent(ErrorKind::config,
                  where + (kind == AddressKind::loopback ? " is this machine itself" : " is inside a private network"),
                  "if that is meant, name it in the account's settings (--url) and give --allow-private");
}

}  // namespace postq::http
