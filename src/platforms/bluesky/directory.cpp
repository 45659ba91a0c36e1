#include "platforms/bluesky/directory.h"

#include "platforms/bluesky/answers.h"
#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/common/answers.h"
#include "platforms/common/settings.h"
#include "platforms/common/url.h"

namespace postq::bluesky {
namespace {

constexpr std::string_view kDirectory = "https://plc.directory";
constexpr std::string_view kPlc = "did:plc:";
constexpr std::string_view kWeb = "did:web:";

// The document's address; empty for a kind of DID that postq doesn't know.
std::string document_url(const Account& account, const std::string& did) {
  if (did.starts_with(kPlc)) {
    const std::string own = server_origin(account.setting("plc"));
    return (own.empty() ? std::string(kDirectory) : own) + "/" + did;
  }
  if (!did.starts_with(kWeb)) return {};
  std::string host = did.substr(kWeb.size());
  for (const std::string_view colon : {"%3A", "%3a"}) {
    if (const std::size_t at = host.find(colon); at != std::string::npos) host.replace(at, colon.size(), ":");
  }
  const auto url = parse_web_url("http://" + host + "/.well-known/did.json", "handle");
  if (!url) return {};
  return (is_loopback(*url) ? "http" : "https") + url->text().substr(4);
}

}  // namespace

HttpRequest get_request(const Account& account, std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/json", false}};
  permit(request, account);
  return request;
}

std::string method_url(const std::string& host, std::string_view method, const std::string& query) {
  return host + "/xrpc/" + std::string(method) + (query.empty() ? "" : "?" + query);
}

std::string escaped(std::string_view value) {
  return escape_path(value);
}

std::string server_origin(std::string_view address) {
  const auto url = parse_web_url(address, "url");
  if (!url || (url->scheme != "https" && !is_loopback(*url))) return {};
  return url->origin();
}

const std::vector<std::string>& public_hosts() {
  static const std::vector<std::string> hosts = {"https://public.api.bsky.app", "https://bsky.social"};
  return hosts;
}

Result<std::string> look_up_handle(const Account& account, const std::vector<std::string>& hosts,
                                   const std::string& handle, PlatformContext& context) {
  Error last{ErrorKind::try_later, "nobody could be asked whose @" + handle + " is", {}, {}};
  for (const std::string& host : hosts) {
    const auto answer = context.http.exchange(
        get_request(account, method_url(host, "com.atproto.identity.resolveHandle", "handle=" + escaped(handle))));
    if (!answer) {
      last = error_of(answer.error());
      continue;
    }
    if (answer->status == 400 || answer->status == 404) {
      return fail(ErrorKind::not_found, "there is no @" + handle + " on Bluesky");
    }
    const auto did = answer->status == 200 ? read_did(answer->body) : std::nullopt;
    if (did && is_did(*did)) return *did;
    last.message = "whose @" + handle + " is can't be looked up: " + host.substr(host.find("//") + 2) + " says " +
                   std::to_string(answer->status);
  }
  return pass_on(std::move(last));
}

Result<std::string> look_up_pds(const Account& account, const std::string& did, PlatformContext& context) {
  const std::string url = document_url(account, did);
  if (url.empty()) return fail(ErrorKind::platform, "postq can't look up " + did);
  const auto answer = context.http.exchange(get_request(account, url));
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status == 404 || answer->status == 410) {
    return fail(ErrorKind::not_found, "there is no account " + did + " any more");
  }
  if (answer->status != 200) {
    return fail(ErrorKind::try_later, "the directory of accounts says " + std::to_string(answer->status));
  }
  const std::string pds = server_origin(read_pds(answer->body));
  if (pds.empty()) return fail(ErrorKind::platform, "the entry of " + did + " doesn't say where it is kept");
  return pds;
}

}  // namespace postq::bluesky
