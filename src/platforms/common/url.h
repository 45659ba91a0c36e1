#pragma once

#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// The pieces of an http or https address that a person typed.
struct WebUrl {
  std::string scheme;  // "https"
  std::string host;    // lower case; an IPv6 address keeps its brackets
  std::string port;    // digits; empty when none was typed
  std::string path;    // begins with "/"
  std::string query;   // without the "?"

  // "example.org:8443", for messages: the rest may hold a secret.
  std::string place() const { return port.empty() ? host : host + ":" + port; }
  std::string origin() const { return scheme + "://" + place(); }
  std::string text() const { return origin() + path + (query.empty() ? "" : "?" + query); }
};

// A host with letters beyond ASCII becomes its "xn--" form, such letters in the path and the query %XX. kind usage,
// naming the setting, for everything that isn't a plain address: another scheme, user and password, a fragment, white
// space, a host whose letters pass for those of another.
Result<WebUrl> parse_web_url(std::string_view text, std::string_view setting);

// A server as people write it, "mastodon.social/about" too: https:// in front where no scheme is, http:// for a server
// on this machine, which mostly speaks no TLS.
std::string completed_address(std::string_view typed);

// localhost, 127.0.0.0/8 or [::1], as typed; names aren't looked up.
bool is_loopback(const WebUrl& url);

// One piece of a path that is opaque text: "/" and "." as %XX, too, so that it is one piece and leads nowhere else.
std::string escape_segment(std::string_view text);

// Bytes outside of RFC 3986's unreserved set and "/" as %XX: a file's path inside a URL.
std::string escape_path(std::string_view path);

}  // namespace postq
