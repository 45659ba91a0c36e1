// A scanner, not a parser: of a page only three lines are wanted. The HTML parsers that Debian has bring 31 MB of ICU
// (libxml2) or recurse as deep as a hostile page nests (gumbo).
#include "platforms/pages/head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <utility>

#include <postq/text/text.h>

#include "platforms/pages/charset.h"

namespace postq {
namespace {

constexpr std::size_t kMostRead = std::size_t{512} << 10U;
constexpr std::size_t kLongestEntity = 10;
constexpr std::size_t kMostAttributes = 32;

using Attributes = std::map<std::string, std::string>;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

void append(std::string& text, std::uint32_t c) {
  const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0U | c >> 6U);
    byte(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    byte(0xE0U | c >> 12U);
    byte(0x80U | (c >> 6U & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  } else {
    byte(0xF0U | c >> 18U);
    byte(0x80U | (c >> 12U & 0x3FU));
    byte(0x80U | (c >> 6U & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  }
}

// What the bytes 0x80 to 0x9F mean in Windows-1252, and what browsers make of &#128; to &#159;.
std::uint32_t windows_1252(std::uint32_t c) {
  constexpr std::array<std::uint16_t, 32> kHigh = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                                   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return c >= 0x80 && c < 0xA0 ? kHigh[c - 0x80] : c;
}

// The code point of an entity's inside: "amp", "#39", "#x2019"; 0 for one that isn't known.
std::uint32_t entity(std::string_view name) {
  static const std::map<std::string_view, std::uint32_t> names = {
      {"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},    {"nbsp", ' '},
      {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},
      {"rdquo", 0x201D},  {"laquo", 0xAB},   {"raquo", 0xBB},   {"auml", 0xE4},    {"ouml", 0xF6},    {"uuml", 0xFC},
      {"Auml", 0xC4},     {"Ouml", 0xD6},    {"Uuml", 0xDC},    {"szlig", 0xDF},   {"eacute", 0xE9},  {"egrave", 0xE8},
      {"agrave", 0xE0},   {"ccedil", 0xE7},  {"ntilde", 0xF1},  {"middot", 0xB7},  {"bull", 0x2022},  {"copy", 0xA9}};
  if (!name.starts_with('#')) {
    const auto found = names.find(name);
    return found == names.end() ? 0 : found->second;
  }
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value, hex ? 16 : 10);
  const bool is_character = value > 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
  if (name.empty() || error != std::errc{} || end != name.data() + name.size() || !is_character) return 0;
  return windows_1252(value);
}

// Entities resolved, controls and runs of white space made one space.
std::string plain(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::uint32_t value = 0;
    if (raw[i] == '&') {
      const std::size_t end = raw.substr(i + 1, kLongestEntity).find(';');
      if (end != std::string_view::npos) value = entity(raw.substr(i + 1, end));
      if (value != 0) i += end + 1;
    }
    if (value != 0) {
      append(text, value);
    } else {
      text += raw[i];
    }
  }
  std::string single;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == '\x7f';
    if (!blank) single += c;
    if (blank && !single.empty() && single.back() != ' ') single += ' ';
  }
  if (!single.empty() && single.back() == ' ') single.pop_back();
  return single;
}

class Scanner {
 public:
  explicit Scanner(std::string_view html) : html_(html) {}

  // What it found of <title> and <meta>, by name; the first of each counts.
  std::map<std::string, std::string> scan() {
    for (;;) {
      at_ = html_.find('<', at_);
      if (at_ == std::string_view::npos) break;
      if (html_.substr(at_).starts_with("<!--")) {
        skip_past("-->");
        continue;
      }
      ++at_;
      const std::string name = tag_name();
      if (name == "body") break;
      const Attributes attributes = read_attributes();
      if (name == "meta") take_meta(attributes);
      if (name == "title") found_.emplace("title", plain(until_end_of("title")));
      if (name == "script" || name == "style" || name == "noscript" || name == "svg") until_end_of(name);
    }
    return std::move(found_);
  }

 private:
  void skip_past(std::string_view end) {
    const std::size_t found = html_.find(end, at_);
    at_ = found == std::string_view::npos ? html_.size() : found + end.size();
  }
  void skip_space() {
    while (at_ < html_.size() && (is_space(html_[at_]) || html_[at_] == '/')) ++at_;
  }

  std::string tag_name() {
    const std::size_t begin = at_;
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>' && html_[at_] != '/') ++at_;
    return lower(html_.substr(begin, at_ - begin));
  }

  // Up to and with the tag's end.
  Attributes read_attributes() {
    Attributes attributes;
    for (skip_space(); at_ < html_.size() && html_[at_] != '>'; skip_space()) {
      const std::size_t begin = at_;
      while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '=' && html_[at_] != '>') ++at_;
      std::string name = lower(html_.substr(begin, at_ - begin));
      while (at_ < html_.size() && is_space(html_[at_])) ++at_;
      std::string_view value;
      if (at_ < html_.size() && html_[at_] == '=') {
        ++at_;
        value = read_value();
      }
      if (attributes.size() < kMostAttributes) attributes.emplace(std::move(name), plain(value));
    }
    if (at_ < html_.size()) ++at_;
    return attributes;
  }

  std::string_view read_value() {
    while (at_ < html_.size() && is_space(html_[at_])) ++at_;
    if (at_ == html_.size()) return {};
    const char quote = html_[at_];
    if (quote != '"' && quote != '\'') {
      const std::size_t begin = at_;
      while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
      return html_.substr(begin, at_ - begin);
    }
    const std::size_t begin = ++at_;
    const std::size_t end = std::min(html_.find(quote, begin), html_.size());
    at_ = std::min(end + 1, html_.size());
    return html_.substr(begin, end - begin);
  }

  // The text up to an element's end tag; what looks like a tag within it is none.
  std::string_view until_end_of(std::string_view element) {
    const std::size_t begin = at_;
    for (std::size_t end = html_.find("</", at_); end != std::string_view::npos; end = html_.find("</", end + 2)) {
      if (lower(html_.substr(end + 2, element.size())) != element) continue;
      at_ = end + 2;
      return html_.substr(begin, end - begin);
    }
    at_ = html_.size();
    return html_.substr(begin);
  }

  void take_meta(const Attributes& attributes) {
    const auto content = attributes.find("content");
    if (content == attributes.end() || content->second.empty()) return;
    for (const char* naming : {"property", "name"}) {
      if (const auto name = attributes.find(naming); name != attributes.end()) {
        found_.emplace(lower(name->second), content->second);
      }
    }
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::map<std::string, std::string> found_;
};

}  // namespace

PageHead read_page_head(std::string_view html, std::string_view content_type) {
  html = html.substr(0, kMostRead);
  const std::string page = page_in_utf8(html, charset_of(html, content_type));
  const auto found = Scanner(page).scan();
  const auto first_of = [&](std::initializer_list<const char*> names) {
    for (const char* name : names) {
      const auto entry = found.find(name);
      if (entry != found.end() && !entry->second.empty() && is_valid_utf8(entry->second)) return entry->second;
    }
    return std::string{};
  };
  return {first_of({"og:title", "twitter:title", "title"}),
          first_of({"og:description", "twitter:description", "description"}),
          first_of({"og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"})};
}

}  // namespace postq
