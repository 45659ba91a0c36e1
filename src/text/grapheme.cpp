#include "text/grapheme.h"

#include <algorithm>
#include <iterator>

#include <utf8proc.h>

#include <postq/text/text.h>

#include "base/utf8.h"

namespace postq {

namespace {

constexpr char32_t kZeroWidthJoiner = 0x200D;
constexpr char32_t kZeroWidthNonJoiner = 0x200C;
constexpr char32_t kTextStyle = 0xFE0E;
constexpr char32_t kEmojiStyle = 0xFE0F;

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// InCB=Consonant of Unicode 15.1 and 16, derived as UAX #44 defines it: Indic_Syllabic_Category=Consonant in the
// scripts Devanagari, Bengali, Gujarati, Oriya, Telugu and Malayalam. Printed by Perl from its own Unicode tables:
//   perl -e 'for (0x900..0xDFF) { my $c = chr; printf "%04X\n", $_ if $c =~ /\p{InSC=Consonant}/ and
//     $c =~ /[\p{sc=Deva}\p{sc=Beng}\p{sc=Gujr}\p{sc=Orya}\p{sc=Telu}\p{sc=Mlym}]/ }'
// Unicode 17 adds more scripts; platforms count by older versions, where those conjuncts are several graphemes.
constexpr CodePointRange kConjunctConsonants[] = {
    {0x0915, 0x0939}, {0x0958, 0x095F}, {0x0978, 0x097F}, {0x0995, 0x09A8}, {0x09AA, 0x09B0}, {0x09B2, 0x09B2},
    {0x09B6, 0x09B9}, {0x09DC, 0x09DD}, {0x09DF, 0x09DF}, {0x09F0, 0x09F1}, {0x0A95, 0x0AA8}, {0x0AAA, 0x0AB0},
    {0x0AB2, 0x0AB3}, {0x0AB5, 0x0AB9}, {0x0AF9, 0x0AF9}, {0x0B15, 0x0B28}, {0x0B2A, 0x0B30}, {0x0B32, 0x0B33},
    {0x0B35, 0x0B39}, {0x0B5C, 0x0B5D}, {0x0B5F, 0x0B5F}, {0x0B71, 0x0B71}, {0x0C15, 0x0C28}, {0x0C2A, 0x0C39},
    {0x0C58, 0x0C5A}, {0x0D15, 0x0D3A}};

// InCB=Linker: Indic_Syllabic_Category=Virama in the same scripts.
constexpr char32_t kConjunctLinkers[] = {0x094D, 0x09CD, 0x0ACD, 0x0B4D, 0x0C4D, 0x0D4D};

utf8proc_int32_t as_utf8proc(char32_t value) {
  return static_cast<utf8proc_int32_t>(value);
}

int bound_class(char32_t value) {
  return static_cast<int>(utf8proc_get_property(as_utf8proc(value))->boundclass);
}

bool is_conjunct_consonant(char32_t value) {
  const auto* const range = std::lower_bound(std::begin(kConjunctConsonants), std::end(kConjunctConsonants), value,
                                             [](const CodePointRange& r, char32_t v) { return r.last < v; });
  return range != std::end(kConjunctConsonants) && range->first <= value;
}

bool is_conjunct_linker(char32_t value) {
  return std::find(std::begin(kConjunctLinkers), std::end(kConjunctLinkers), value) != std::end(kConjunctLinkers);
}

// InCB=Extend: what may stand between consonant, linker and consonant without ending the conjunct.
bool is_conjunct_extend(char32_t value) {
  if (value == kZeroWidthJoiner) return true;
  return value != kZeroWidthNonJoiner && bound_class(value) == UTF8PROC_BOUNDCLASS_EXTEND;
}

// Rule GB9c of UAX #29, which utf8proc 2.8 lacks: consonant, linker, consonant make one grapheme, with any number of
// extending marks between them.
class Conjunct {
 public:
  // Whether `next` continues the conjunct that the code points before it began; then takes `next` in.
  bool continues_with(char32_t next) {
    const bool consonant = is_conjunct_consonant(next);
    const bool continues = consonant && state_ == State::linked;
    if (consonant) {
      state_ = State::consonant;
    } else if (state_ != State::none && is_conjunct_linker(next)) {
      state_ = State::linked;
    } else if (!is_conjunct_extend(next)) {
      state_ = State::none;
    }
    return continues;
  }

 private:
  enum class State { none, consonant, linked };
  State state_ = State::none;
};

bool is_printable_ascii(char byte) {
  return byte >= 0x20 && byte < 0x7F;
}

std::size_t code_point_width(char32_t value) {
  return static_cast<std::size_t>(std::max(0, utf8proc_charwidth(as_utf8proc(value))));
}

// Parts joined to a pictograph, and the single jamo of a Hangul syllable, are drawn inside the first one's columns.
bool holds_what_follows(char32_t first) {
  const int kind = bound_class(first);
  return kind == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || kind == UTF8PROC_BOUNDCLASS_L;
}

}  // namespace

std::size_t grapheme_end(std::string_view text, std::size_t at) {
  // Nothing joins two printable ASCII characters, so plain text needs no table.
  if (is_printable_ascii(text[at]) && (at + 1 == text.size() || is_ascii(text[at + 1]))) return at + 1;

  auto before = code_point_at(text, at);
  utf8proc_int32_t state = 0;
  Conjunct conjunct;
  conjunct.continues_with(before.value);
  for (at += before.size; at < text.size();) {
    const auto next = code_point_at(text, at);
    const bool breaks = utf8proc_grapheme_break_stateful(as_utf8proc(before.value), as_utf8proc(next.value), &state);
    const bool in_conjunct = conjunct.continues_with(next.value);
    if (breaks && !in_conjunct) break;
    at += next.size;
    before = next;
  }
  return at;
}

std::size_t grapheme_width(std::string_view grapheme) {
  if (grapheme.size() == 1) return is_printable_ascii(grapheme[0]) ? 1 : 0;

  std::size_t sum = 0;
  bool drawn_as_one = false;
  for (std::size_t at = 0; at < grapheme.size();) {
    const auto point = code_point_at(grapheme, at);
    const auto width = point.valid ? code_point_width(point.value) : 0;
    if (at == 0) drawn_as_one = holds_what_follows(point.value);
    if (point.value == kEmojiStyle) return 2;
    if (point.value == kTextStyle) return 1;
    if (at == 0 || !drawn_as_one) sum += width;
    at += point.size;
  }
  return sum;
}

std::size_t count_graphemes(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = grapheme_end(text, at)) ++count;
  return count;
}

std::size_t grapheme_prefix(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at = grapheme_end(text, at);
  return at;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = grapheme_end(text, at);
    width += grapheme_width(text.substr(at, end - at));
    at = end;
  }
  return width;
}

}  // namespace postq
