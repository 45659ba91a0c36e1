#include <algorithm>

#include <postq/core/text.h>

#include "core/host.h"
#include "core/utf8.h"

namespace postq {

namespace {

constexpr std::string_view kSchemes[] = {"https://", "http://"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

// The size of the scheme that begins at `at`, 0 if none does.
std::size_t scheme_size(std::string_view text, std::size_t at) {
  for (const auto scheme : kSchemes) {
    if (begins_with(text.substr(at), scheme)) return scheme.size();
  }
  return 0;
}

bool is_ascii_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Spaces of any script, controls and the brackets that people put around a link end it.
bool ends_link(const CodePoint& point) {
  if (!point.valid || point.value <= 0x20 || (point.value >= 0x7F && point.value <= 0xA0)) return true;
  switch (point.value) {
    case U'<':
    case U'>':
    case U'"':
    case U'`':
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
    case 0x201C:  // typographic quotes
    case 0x201D:
    case 0x00AB:
    case 0x00BB:
      return true;
    default:
      return point.value >= 0x2000 && point.value <= 0x200A;
  }
}

// Punctuation that ends the sentence rather than the link. A closing bracket belongs to the link only if the link holds
// its opening one, as in .../Post_(disambiguation).
std::string_view without_sentence_end(std::string_view url) {
  const auto surplus = [&](char closing, char opening) {
    return std::count(url.begin(), url.end(), closing) - std::count(url.begin(), url.end(), opening);
  };
  auto round = surplus(')', '(');
  auto square = surplus(']', '[');
  for (; !url.empty(); url.remove_suffix(1)) {
    const char last = url.back();
    if (last == ')' && round > 0) {
      --round;
    } else if (last == ']' && square > 0) {
      --square;
    } else if (std::string_view{".,;:!?'*_~"}.find(last) == std::string_view::npos) {
      break;
    }
  }
  return url;
}

Link read_link(std::string_view text, std::size_t begin, std::size_t scheme) {
  auto end = begin + scheme;
  while (end < text.size() && !ends_link(code_point_at(text, end))) end += code_point_at(text, end).size;
  const auto url = without_sentence_end(text.substr(begin, end - begin));

  Link link;
  link.begin = begin;
  link.end = begin + url.size();
  link.url = url;
  if (url.size() <= scheme) return link;

  // A backslash is a slash to browsers and part of the user name to others, and browsers skip slashes too many: links
  // that use this hide their host.
  const auto slashes = std::min(url.find_first_not_of("/\\", scheme), url.size());
  auto authority = url.substr(slashes);
  authority = authority.substr(0, authority.find_first_of("/\\?#"));
  const auto rest = url.substr(slashes + authority.size());
  link.suspicious = slashes > scheme || (!rest.empty() && rest.front() == '\\');

  if (const auto at_sign = authority.rfind('@'); at_sign != std::string_view::npos) {
    link.suspicious = true;
    authority.remove_prefix(at_sign + 1);
  }
  const auto address_end = authority.starts_with("[") ? authority.find(']') : std::string_view::npos;
  const auto port = authority.find(':', address_end == std::string_view::npos ? 0 : address_end);
  const auto host = read_host(authority.substr(0, port));
  link.host = host.name;
  link.suspicious = link.suspicious || host.suspicious;
  return link;
}

}  // namespace

std::vector<Link> find_links(std::string_view text) {
  std::vector<Link> links;
  for (std::size_t at = 0; at < text.size();) {
    const auto colon = text.find("://", at);
    if (colon == std::string_view::npos) break;
    // "xhttps://" begins no link.
    auto begin = colon;
    while (begin > at && is_ascii_letter_or_digit(text[begin - 1])) --begin;
    const auto scheme = scheme_size(text, begin);
    at = colon + 3;
    if (scheme == 0) continue;
    auto link = read_link(text, begin, scheme);
    at = std::max(at, link.end);
    if (link.host.empty()) continue;
    links.push_back(std::move(link));
  }
  return links;
}

}  // namespace postq
