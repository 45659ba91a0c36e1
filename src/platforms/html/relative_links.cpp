#include "platforms/html/relative_links.h"

#include <algorithm>
#include <array>

namespace postq {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

bool holds_address(std::string_view attribute) {
  constexpr std::array<std::string_view, 7> kAddresses{"href", "src", "poster", "cite", "action", "data", "longdesc"};
  return std::find(kAddresses.begin(), kAddresses.end(), lower(attribute)) != kAddresses.end();
}

bool is_relative(std::string_view address) {
  if (address.empty() || std::string_view("/#?").find(address.front()) != std::string_view::npos) return false;
  const auto mark = address.find_first_of(":/?#");
  return mark == std::string_view::npos || address[mark] != ':';
}

std::string moved(std::string_view address, std::string_view prefix) {
  const auto begin = std::min(address.find_first_not_of(kSpace), address.size());
  const auto rest = address.substr(begin);
  std::string text(address.substr(0, begin));
  if (is_relative(rest)) text += prefix;
  return text.append(rest);
}

// "small.png 1x, large.png 2x": an address stands at the beginning and behind each comma that ends a candidate.
std::string moved_set(std::string_view set, std::string_view prefix) {
  std::string text;
  while (!set.empty()) {
    const auto end = std::min(set.find(", "), set.size());
    text += moved(set.substr(0, end), prefix);
    set.remove_prefix(end);
    if (set.starts_with(", ")) {
      text += ", ";
      set.remove_prefix(2);
    }
  }
  return text;
}

// Copies a tag that begins at `at` with its attributes, addresses moved; returns where it ends.
std::size_t copy_tag(std::string_view html, std::size_t at, std::string_view prefix, std::string& out) {
  const auto take = [&](std::size_t end) {
    out += html.substr(at, end - at);
    at = end;
  };
  const auto skip = [&](std::string_view stop) { take(std::min(html.find_first_of(stop, at), html.size())); };
  skip(" \t\n\r\f/>");
  while (at < html.size() && html[at] != '>') {
    take(std::min(html.find_first_not_of(" \t\n\r\f/", at), html.size()));
    if (at >= html.size() || html[at] == '>') break;
    const std::size_t name_at = at;
    skip(" \t\n\r\f/>=");
    if (at == name_at) take(at + 1);  // a stray "="
    const auto name = html.substr(name_at, at - name_at);
    const auto equals = std::min(html.find_first_not_of(kSpace, at), html.size());
    if (equals >= html.size() || html[equals] != '=') continue;
    take(std::min(html.find_first_not_of(kSpace, equals + 1), html.size()));
    if (at >= html.size()) break;
    const char quote = html[at];
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) take(at + 1);
    const auto end = std::min(quoted ? html.find(quote, at) : html.find_first_of(" \t\n\r\f>", at), html.size());
    const auto value = html.substr(at, end - at);
    if (lower(name) == "srcset") {
      out += moved_set(value, prefix);
    } else {
      out += holds_address(name) ? moved(value, prefix) : std::string(value);
    }
    at = end;
    if (quoted && at < html.size()) take(at + 1);
  }
  return at;
}

}  // namespace

std::string with_links_from(std::string_view html, std::string_view prefix) {
  std::string out;
  out.reserve(html.size());
  for (std::size_t at = 0; at < html.size();) {
    if (html.substr(at).starts_with("<!--")) {
      const auto end = html.find("-->", at);
      const auto stop = end == std::string_view::npos ? html.size() : end + 3;
      out += html.substr(at, stop - at);
      at = stop;
    } else if (html[at] == '<' && at + 1 < html.size() && is_letter(html[at + 1])) {
      at = copy_tag(html, at, prefix, out);
    } else {
      out += html[at++];
    }
  }
  return out;
}

}  // namespace postq
