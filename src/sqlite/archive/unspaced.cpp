#include "sqlite/archive/unspaced.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"

namespace postq::sqlite {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Sorted.
constexpr Range kUnspaced[] = {
    {0x0E00, 0x0EFF},    // Thai, Lao
    {0x1000, 0x109F},    // Burmese
    {0x1100, 0x11FF},    // Hangul letters
    {0x1780, 0x17FF},    // Khmer
    {0x2E80, 0x2FDF},    // radicals
    {0x3005, 0x3007},    // iteration mark, closing mark, zero
    {0x3021, 0x3029},    // numerals
    {0x3041, 0x31BF},    // Hiragana, Katakana, Bopomofo, Hangul letters
    {0x31F0, 0x31FF},    // Katakana extensions
    {0x3400, 0x4DBF},    // ideographs
    {0x4E00, 0x9FFF},    // ideographs
    {0xA960, 0xA97F},    // Hangul letters
    {0xAC00, 0xD7FF},    // Hangul syllables
    {0xF900, 0xFAFF},    // compatibility ideographs
    {0xFF66, 0xFF9F},    // half-width Katakana
    {0xFFA0, 0xFFDC},    // half-width Hangul
    {0x1AFF0, 0x1B16F},  // Kana supplements
    {0x20000, 0x3FFFD},  // ideographs
};

constexpr char kFirstLead = '\xE0';  // of the UTF-8 of U+0800: below it is nothing of theirs

bool may_be_unspaced(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= static_cast<unsigned char>(kFirstLead); });
}

bool has_left_out_vowels(char32_t value) {
  return (value >= 0x0E00 && value <= 0x109F) || (value >= 0x1780 && value <= 0x17FF);
}

}  // namespace

bool is_unspaced(char32_t value) {
  const auto* const range = std::lower_bound(std::begin(kUnspaced), std::end(kUnspaced), value,
                                             [](const Range& r, char32_t v) { return r.last < v; });
  return range != std::end(kUnspaced) && range->first <= value;
}

std::string with_letters_apart(std::string_view text) {
  if (!may_be_unspaced(text)) return std::string(text);
  std::string apart;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    const bool alone = point.valid && is_unspaced(point.value);
    if (alone) apart += ' ';
    apart += text.substr(at, point.size);
    if (alone) apart += ' ';
    at += point.size;
  }
  return apart;
}

bool has_vowels_of(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const auto point = code_point_at(word, at);
    if (has_left_out_vowels(point.value)) return text.find(word) != std::string_view::npos;
    at += point.size;
  }
  return true;
}

}  // namespace postq::sqlite
