#include "platforms/common/url.h"

#include <algorithm>
#include <charconv>

#include <postq/text/text.h>

#include "base/utf8.h"
#include "text/host.h"

namespace postq {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// All bytes but letters, digits and those in `plain` as %XX.
std::string escaped_but(std::string_view text, std::string_view plain) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    if (is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || plain.find(c) != std::string_view::npos) {
      escaped += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    escaped += '%';
    escaped += kHex[byte >> 4U];
    escaped += kHex[byte & 15U];
  }
  return escaped;
}

bool is_all_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_ascii(c); });
}

// Letters beyond ASCII as %XX, as they go over the wire; everything else as it was typed.
std::string ascii_of(std::string_view text) {
  std::string ascii;
  for (const char c : text) ascii += is_ascii(c) ? std::string(1, c) : escaped_but({&c, 1}, "");
  return ascii;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  if (host.front() == '[') {
    return host.size() > 3 && host.back() == ']' && std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
             return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
           });
  }
  return host.front() != '.' && host.front() != '-' && std::all_of(host.begin(), host.end(), [](char c) {
           return is_digit(c) || is_lower(c) || c == '.' || c == '-' || c == '_';
         });
}

bool is_port(std::string_view port) {
  int value = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  return error == std::errc{} && end == port.data() + port.size() && value > 0 && value < 65536;
}

}  // namespace

Result<WebUrl> parse_web_url(std::string_view text, std::string_view setting) {
  const auto wrong = [setting](const std::string& why) {
    return fail(ErrorKind::usage, "--" + std::string(setting) + " " + why, "it reads like https://example.org/path");
  };
  if (text.empty()) return wrong("is empty");
  const auto may_stand = [](char c) { return (c > ' ' && c != '\x7f' && c != '"' && c != '<') || !is_ascii(c); };
  if (!std::all_of(text.begin(), text.end(), may_stand) || !is_valid_utf8(text)) {
    return wrong("holds a space or a control character");
  }
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) return wrong("has no https:// in front");
  WebUrl url;
  url.scheme = lower(text.substr(0, mark));
  if (url.scheme != "https" && url.scheme != "http") return wrong("has to begin with https://");
  std::string_view rest = text.substr(mark + 3);
  if (rest.find('#') != std::string_view::npos) return wrong("has a #, which never reaches a server");
  const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  std::string authority = lower(rest.substr(0, slash));
  rest.remove_prefix(slash);
  if (!is_all_ascii(authority)) {
    const auto port = std::min(authority.rfind(':'), authority.size());
    const Host host = read_host(authority.substr(0, port));
    if (host.suspicious) return wrong("names a host in letters that pass for others; write it as xn--...");
    authority.replace(0, port, host.name);
  }
  if (authority.find('@') != std::string::npos) return wrong("holds a user name or password");
  const std::size_t colon =
      authority.find(':', authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0);
  url.host = authority.substr(0, colon);
  if (!is_host(url.host)) return wrong("names no host");
  if (colon != std::string::npos) {
    url.port = authority.substr(colon + 1);
    if (!is_port(url.port)) return wrong("has a port that isn't between 1 and 65535");
  }
  const std::size_t question = std::min(rest.find('?'), rest.size());
  url.path = ascii_of(rest.substr(0, question));
  if (url.path.empty()) url.path = "/";
  if (question < rest.size()) url.query = ascii_of(rest.substr(question + 1));
  return url;
}

std::string completed_address(std::string_view typed) {
  const std::string text(typed);
  if (text.empty() || text.find("://") != std::string::npos) return text;
  const auto url = parse_web_url("http://" + text, "url");
  return (url && is_loopback(*url) ? "http://" : "https://") + text;
}

bool is_loopback(const WebUrl& url) {
  if (url.host == "localhost" || url.host == "[::1]") return true;
  return url.host.starts_with("127.") && std::count(url.host.begin(), url.host.end(), '.') == 3 &&
         std::all_of(url.host.begin(), url.host.end(), [](char c) { return is_digit(c) || c == '.'; });
}

std::string escape_path(std::string_view path) {
  return escaped_but(path, "-._~/");
}

std::string escape_segment(std::string_view text) {
  return escaped_but(text, "-_~");
}

}  // namespace postq
