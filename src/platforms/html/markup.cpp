#include "platforms/html/markup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <postq/text/text.h>

#include "base/utf8.h"
#include "platforms/common/said.h"

namespace postq {
namespace {

constexpr std::size_t kLongestEntity = 9;  // with its & and ;

// "#39" and "#x27"; empty for what is no character, and for controls.
std::string numbered(std::string_view name) {
  if (!name.starts_with('#')) return {};
  const bool hex = name.size() > 2 && (name[1] == 'x' || name[1] == 'X');
  name.remove_prefix(hex ? 2 : 1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number, hex ? 16 : 10);
  if (error != std::errc{} || end != name.data() + name.size()) return {};
  if (number < 0x20 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) return {};
  std::string character;
  append_utf8(character, static_cast<char32_t>(number));
  return character;
}

std::string entity(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kKnown{
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  for (const auto& [known, character] : kKnown) {
    if (name == known) return std::string(character);
  }
  std::string character = numbered(name);
  return character.empty() ? "&" + std::string(name) + ";" : character;
}

}  // namespace

std::string safe_url(std::string_view url) {
  std::string clean;  // browsers skip controls and spaces inside a scheme
  for (const char c : url) {
    if (static_cast<unsigned char>(c) > 0x20) clean += c;
  }
  const std::size_t colon = clean.find(':');
  if (colon == std::string::npos || clean.find_first_of("/?#") < colon) return clean;
  std::string scheme = clean.substr(0, colon);
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return scheme == "http" || scheme == "https" || scheme == "mailto" ? clean : "#";
}

std::string first_words(std::string_view text, std::size_t most) {
  std::string line = one_line(text);
  const std::size_t end = grapheme_prefix(line, most);
  if (end >= line.size()) return line;
  const std::size_t space = line.rfind(' ', end);
  return line.substr(0, space == std::string::npos || space == 0 ? end : space) + "...";
}

std::string text_with_entities(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size(); ++at) {
    if (html[at] != '&') {
      text += html[at];
      continue;
    }
    const std::size_t length = html.substr(at, kLongestEntity).find(';');
    text += length == std::string_view::npos ? "&" : entity(html.substr(at + 1, length - 1));
    if (length != std::string_view::npos) at += length;
  }
  return text;
}

std::string text_of_html(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    const std::size_t tag_at = std::min(html.find('<', at), html.size());
    text += text_with_entities(html.substr(at, tag_at - at));
    const std::size_t close = html.find('>', tag_at);
    const std::string_view tag = html.substr(tag_at, 3);
    if (tag == "<br" || tag == "</p" || tag == "<li") text += '\n';
    at = close == std::string_view::npos ? html.size() : close + 1;
  }
  const std::size_t last = text.find_last_not_of(" \n\t");
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

}  // namespace postq
