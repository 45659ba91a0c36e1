#include <algorithm>
#include <cstdint>

#include <postq/text/pasted.h>

#include "base/utf8.h"

namespace postq {
namespace {

bool is_white(char32_t c) {
  const bool narrow = c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0;
  return narrow || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Default ignorable characters, as far as they come along with what is copied.
bool is_unseen(char32_t c) {
  return c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

void name(Pasted& pasted, char32_t c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string digits;
  for (auto rest = static_cast<std::uint32_t>(c); rest != 0 || digits.size() < 4; rest >>= 4U) {
    digits.insert(digits.begin(), kDigits[rest & 15U]);
  }
  const std::string sign = "U+" + digits;
  if (std::find(pasted.left_out.begin(), pasted.left_out.end(), sign) == pasted.left_out.end()) {
    pasted.left_out.push_back(sign);
  }
}

}  // namespace

Pasted without_unseen_ends(std::string_view text) {
  Pasted pasted;
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (!point.valid || (!is_white(point.value) && !is_unseen(point.value))) {
      begin = std::min(begin, at);
      end = at + point.size;
    }
    at += point.size;
  }
  begin = std::min(begin, end);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const bool is_outside = at < begin || at >= end;
    if (is_outside && point.valid && is_unseen(point.value)) name(pasted, point.value);
    at += point.size;
  }
  pasted.text = std::string(text.substr(begin, end - begin));
  return pasted;
}

Pasted without_unseen_signs(std::string_view text) {
  Pasted pasted = without_unseen_ends(text);
  const std::string whole = std::move(pasted.text);
  pasted.text.clear();
  for (std::size_t at = 0; at < whole.size();) {
    const CodePoint point = code_point_at(whole, at);
    if (point.valid && is_unseen(point.value)) {
      name(pasted, point.value);
    } else {
      pasted.text += whole.substr(at, point.size);
    }
    at += point.size;
  }
  return pasted;
}

std::optional<std::string> with_plain_hyphens(std::string_view text) {
  constexpr std::size_t kGroup = 5;  // four letters and a hyphen
  std::string plain;
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    at += point.size;
    const bool is_dash = point.valid && ((point.value >= 0x2010 && point.value <= 0x2015) || point.value == 0x2212);
    changed = changed || is_dash;
    const bool is_hyphen = is_dash || point.value == '-';
    const bool is_letter = (point.value >= 'a' && point.value <= 'z') || (point.value >= '0' && point.value <= '9');
    const bool hyphen_here = plain.size() % kGroup == kGroup - 1;
    if (!point.valid || (hyphen_here ? !is_hyphen : !is_letter)) return std::nullopt;
    plain += is_hyphen ? '-' : static_cast<char>(point.value);
  }
  if (!changed || plain.size() != 4 * kGroup - 1) return std::nullopt;
  return plain;
}

}  // namespace postq
