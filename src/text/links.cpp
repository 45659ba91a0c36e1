#include <algorithm>
#include <array>

#include <postq/text/text.h>

#include "base/utf8.h"
#include "text/host.h"
#include "text/link_end.h"
#include "text/top_level_domains.h"

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

bool is_space_or_control(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// What nobody sees has no business in an address; a joiner between letters has.
bool is_invisible(char32_t c) {
  return c == 0x061C || c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

// Quotes, the dash of a sentence, and the punctuation of scripts that put no space behind a link. The ideographic full
// stop is another matter: it is a dot in a host.
bool is_foreign_to_links(char32_t c) {
  constexpr std::u32string_view kSingle =
      U"<>\"`"
      U"\u00AB\u00BB\u2014\u2015\u2039\u203A\u3001\uFF01\uFF02\uFF08\uFF09\uFF0C\uFF1A\uFF1B\uFF1F\uFF3B\uFF3D\uFF5B"
      U"\uFF5D\uFF64";
  return kSingle.find(c) != std::u32string_view::npos || (c >= 0x201C && c <= 0x201F) || (c >= 0x3008 && c <= 0x3011) ||
         (c >= 0x3014 && c <= 0x301F) || (c >= 0xFF5F && c <= 0xFF63 && c != 0xFF61);
}

bool is_ideographic_full_stop(char32_t c) {
  return c == 0x3002 || c == 0xFF61;
}

// Punctuation that ends the sentence rather than the link.
bool ends_sentence(char32_t c) {
  constexpr std::u32string_view kEnds =
      U".,;:!?'*_~|([{\u2013\u2018\u2019\u2026\u00B7\u060C\u061B\u061F\u06D4\u0964\u0965\u104A\u104B\u17D4\u1362";
  return kEnds.find(c) != std::u32string_view::npos;
}

std::size_t start_of_last(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

std::size_t without_sentence_end(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin) {
    const auto last = begin + start_of_last(text.substr(begin, end - begin));
    if (!ends_sentence(code_point_at(text, last).value)) break;
    end = last;
  }
  return end;
}

// Brackets that were opened in a link and are open still. A closing one more belongs to the text around it.
class Brackets {
 public:
  // False for one that closes nothing.
  bool take(char32_t c) {
    for (std::size_t i = 0; i < kOpening.size(); ++i) {
      if (c == kOpening[i]) ++open_[i];
      if (c == kClosing[i] && --open_[i] < 0) return false;
    }
    return true;
  }

 private:
  static constexpr std::u32string_view kOpening = U"([{";
  static constexpr std::u32string_view kClosing = U")]}";
  std::array<int, 3> open_{};
};

// Letters of another script right behind a top-level domain are the text's: ".comはこちら".
std::size_t top_level_end(std::string_view authority) {
  const auto dot = authority.rfind('.');
  if (dot == std::string_view::npos || authority.find('@') != std::string_view::npos) return authority.size();
  std::size_t latin = dot + 1;
  while (latin < authority.size() && is_ascii_letter_or_digit(authority[latin])) ++latin;
  const bool goes_on = latin < authority.size() && !is_ascii(authority[latin]);
  return goes_on && ends_in_top_level_domain(authority.substr(0, latin)) ? latin : authority.size();
}

Link read_link(std::string_view text, std::size_t begin, std::size_t scheme) {
  const auto url = text.substr(begin, link_end(text, begin + scheme) - begin);

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

std::size_t link_end(std::string_view text, std::size_t host) {
  constexpr std::string_view kBetweenLinks = ",;|";
  Brackets brackets;
  auto authority_end = text.size();
  bool dotted = false;
  auto end = host;
  while (end < text.size()) {
    const auto here = code_point_at(text, end);
    const bool in_authority = authority_end == text.size();
    if (!here.valid || is_space_or_control(here.value) || is_invisible(here.value) || is_foreign_to_links(here.value)) {
      break;
    }
    if (is_ideographic_full_stop(here.value) && (!in_authority || dotted || end == host)) break;
    if (in_authority && here.value == U'(') break;
    if (!brackets.take(here.value)) break;
    if (kBetweenLinks.find(text[end]) != std::string_view::npos && scheme_size(text, end + 1) > 0) break;
    dotted = dotted || here.value == U'.' || is_ideographic_full_stop(here.value);
    if (in_authority && std::string_view("/\\?#").find(text[end]) != std::string_view::npos) authority_end = end;
    end += here.size;
  }
  authority_end = std::min(authority_end, end);
  const auto top = host + top_level_end(text.substr(host, authority_end - host));
  return without_sentence_end(text, host, top < authority_end ? top : end);
}

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
