#include "platforms/html/text_marks.h"

#include <algorithm>

#include <postq/text/text.h>

namespace postq {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 1;
};

// The code point at `at`; texts were checked to be UTF-8 when they came in.
CodePoint code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : U'\x80';
  };
  const char32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {(first & 0x1FU) << 6U | (byte(at + 1) & 0x3FU), 2};
  if (first < 0xF0) return {(first & 0x0FU) << 12U | (byte(at + 1) & 0x3FU) << 6U | (byte(at + 2) & 0x3FU), 3};
  return {
      (first & 0x07U) << 18U | (byte(at + 1) & 0x3FU) << 12U | (byte(at + 2) & 0x3FU) << 6U | (byte(at + 3) & 0x3FU),
      4};
}

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

// Letters, digits, marks and the joiners that some scripts need inside a word. Beyond ASCII everything counts but the
// blocks of punctuation, symbols and emoji.
bool in_tag(char32_t c) {
  if (c < 0x80) return is_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c == U'_';
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c == 0x200C || c == 0x200D) return true;
  if (c >= 0x2000 && c < 0x2C00) return false;
  if (c >= 0x2E00 && c < 0x2E80) return false;
  if (c >= 0x3000 && c < 0x3040) return c == 0x3005 || c == 0x3007;
  if ((c >= 0xFE00 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF10)) return false;
  if (c == 0x060C || c == 0x061B || c == 0x061F || c == 0x06D4 || c == 0x0964 || c == 0x0965) return false;
  return c < 0x1F000 || c >= 0x20000;
}

void add_tags(std::string_view text, std::size_t from, std::size_t to, std::vector<TextMark>& marks) {
  char32_t before = from == 0 ? U' ' : U'a';
  for (std::size_t at = from; at < to;) {
    const CodePoint here = code_point(text, at);
    const bool starts = (here.value == U'#' || here.value == 0xFF03) && !in_tag(before) && before != U'#' &&
                        before != U'&' && before != U'/';
    before = here.value;
    at += here.size;
    if (!starts) continue;
    std::size_t end = at;
    bool letter = false;
    while (end < to) {
      const CodePoint next = code_point(text, end);
      if (!in_tag(next.value)) break;
      letter = letter || !is_digit(next.value);
      end += next.size;
    }
    if (letter) {  // "#1" is a number, not a tag
      marks.push_back({TextMark::Kind::tag, at - here.size, end, std::string(text.substr(at, end - at))});
    }
    if (end > at) before = U'a';
    at = end;
  }
}

}  // namespace

std::vector<TextMark> find_marks(std::string_view text) {
  std::vector<TextMark> marks;
  std::size_t done = 0;
  for (const Link& link : find_links(text)) {
    add_tags(text, done, link.begin, marks);
    marks.push_back({TextMark::Kind::link, link.begin, link.end, link.url});
    done = link.end;
  }
  add_tags(text, done, text.size(), marks);
  return marks;
}

std::vector<std::string> tags_of(std::string_view text) {
  std::vector<std::string> tags;
  for (TextMark& mark : find_marks(text)) {
    if (mark.kind != TextMark::Kind::tag) continue;
    if (std::find(tags.begin(), tags.end(), mark.target) == tags.end()) tags.push_back(std::move(mark.target));
  }
  return tags;
}

}  // namespace postq
