#include <algorithm>
#include <array>
#include <iterator>

#include <utf8proc.h>

#include <postq/base/hex.h>
#include <postq/text/text.h>

#include "base/utf8.h"

namespace postq {

namespace {

constexpr std::size_t kTab = 4;  // columns
constexpr char32_t kZeroWidthSpace = 0x200B;
constexpr char32_t kZeroWidthNonJoiner = 0x200C;
constexpr char32_t kZeroWidthJoiner = 0x200D;
constexpr char32_t kTextStyle = 0xFE0E;
constexpr char32_t kEmojiStyle = 0xFE0F;

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// What a reader can't see, or what changes where the rest is seen. Sorted.
constexpr CodePointRange kHidden[] = {
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200B},    // zero-width space
    {0x200E, 0x200F},    // left-to-right and right-to-left mark
    {0x2028, 0x202E},    // line and paragraph separator, bidi embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, bidi isolates, deprecated controls
    {0x3164, 0x3164},    // Hangul filler
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // half-width Hangul filler
    {0xFFF0, 0xFFFB},    // unassigned ignorables, interlinear annotation
    {0xFFFE, 0xFFFF},    // no characters
    {0x1BCA0, 0x1BCA3},  // shorthand format controls
    {0x1D173, 0x1D17A},  // musical format controls
    {0xE0000, 0xE00FF},  // tags
    {0xE01F0, 0xE0FFF},  // unassigned ignorables
};

// Scripts whose letters change their shape by a joiner or non-joiner between them.
constexpr CodePointRange kJoinedScripts[] = {
    {0x0600, 0x08FF},                        // Arabic, Syriac, Thaana, N'Ko, Mandaic
    {0x0900, 0x0DFF},                        // the Indic scripts
    {0x0F00, 0x109F},                        // Tibetan, Myanmar
    {0x1780, 0x18AF},                        // Khmer, Mongolian
    {0x1900, 0x1CFF},                        // South-East Asian scripts
    {0xA800, 0xABFF},                        // Phags-pa, Javanese, Meetei Mayek and others
    {0xFB50, 0xFDFF},                        // Arabic presentation forms
    {0xFE70, 0xFEFC},   {0x10A00, 0x11FFF},  // Kharoshthi to Kawi
    {0x1E900, 0x1E95F},                      // Adlam
};

template <std::size_t size>
bool is_in(const CodePointRange (&ranges)[size], char32_t value) {
  const auto* const range = std::lower_bound(std::begin(ranges), std::end(ranges), value,
                                             [](const CodePointRange& r, char32_t v) { return r.last < v; });
  return range != std::end(ranges) && range->first <= value;
}

utf8proc_int32_t as_utf8proc(char32_t value) {
  return static_cast<utf8proc_int32_t>(value);
}

bool is_letter_or_mark(char32_t value) {
  switch (utf8proc_category(as_utf8proc(value))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return true;
    default:
      return false;
  }
}

bool is_pictograph(char32_t value) {
  return utf8proc_get_property(as_utf8proc(value))->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool is_skin_tone(char32_t value) {
  return value >= 0x1F3FB && value <= 0x1F3FF;
}

bool is_variation_selector(char32_t value) {
  return (value >= 0x180B && value <= 0x180D) || value == 0x180F || (value >= 0xFE00 && value <= 0xFE0F) ||
         (value >= 0xE0100 && value <= 0xE01EF);
}

// Scripts without spaces, in which a space of no width says where a line may break.
bool is_broken_by_zero_width_space(char32_t value) {
  const bool in_script = (value >= 0x0E00 && value <= 0x0EFF) || (value >= 0x1000 && value <= 0x109F) ||
                         (value >= 0x1780 && value <= 0x17FF);
  return in_script && is_letter_or_mark(value);
}

// Says which way the punctuation beside it runs.
bool is_direction_mark(char32_t value) {
  return value == 0x061C || value == 0x200E || value == 0x200F;
}

bool has_letters_from_right_to_left(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    const auto direction = utf8proc_get_property(as_utf8proc(point.value))->bidi_class;
    const bool right = direction == UTF8PROC_BIDI_CLASS_R || direction == UTF8PROC_BIDI_CLASS_AL;
    if (point.valid && right && !is_direction_mark(point.value)) return true;
    at += point.size;
  }
  return false;
}

// Whether the code point is one that a look at its neighbours may clear.
bool depends_on_neighbours(char32_t value) {
  return value == kZeroWidthSpace || value == kZeroWidthJoiner || value == kZeroWidthNonJoiner ||
         is_variation_selector(value);
}

bool is_hidden_anywhere(char32_t value) {
  return is_in(kHidden, value) || (value & 0xFFFE) == 0xFFFE;
}

bool is_joined_letter(char32_t value) {
  return is_in(kJoinedScripts, value) && is_letter_or_mark(value) && !is_hidden_anywhere(value) &&
         !is_variation_selector(value);
}

// A virama joins by itself, so a joiner behind it has a visible meaning even at the end of a word (chillu letters).
bool is_virama(char32_t value) {
  return is_in(kJoinedScripts, value) && utf8proc_get_property(as_utf8proc(value))->combining_class == 9;
}

bool is_han(char32_t value) {
  return (value >= 0x3400 && value <= 0x9FFF) || (value >= 0xF900 && value <= 0xFAFF) ||
         (value >= 0x20000 && value <= 0x3FFFD);
}

// Whether a variation selector has something to vary. Anything else could carry hidden bytes.
bool selects_variation_of(char32_t selector, char32_t base) {
  if (selector == kTextStyle || selector == kEmojiStyle) {
    const bool keycap = base == U'#' || base == U'*' || (base >= U'0' && base <= U'9');
    return keycap || is_pictograph(base);
  }
  if (selector >= 0xE0100) return is_han(base);
  if (selector < 0xFE00) return base >= 0x1800 && base <= 0x18AF && is_letter_or_mark(base);
  const auto category = utf8proc_category(as_utf8proc(base));
  return is_han(base) || category == UTF8PROC_CATEGORY_SM || is_joined_letter(base);
}

// The tag sequences of the only flags that fonts draw: England, Scotland, Wales. Another subdivision is drawn as a
// black flag, with its tags hidden.
constexpr std::array<std::string_view, 3> kFlags = {"gbeng", "gbsct", "gbwls"};

// The bytes of a flag's tags and the cancel tag at `at`, which stands behind a black flag; 0 if they are no flag.
std::size_t flag_tags_size(std::string_view text, std::size_t at) {
  for (const auto flag : kFlags) {
    std::string tags;
    for (const char c : flag) append_utf8(tags, 0xE0000 + static_cast<char32_t>(c));
    append_utf8(tags, 0xE007F);
    if (text.substr(at, tags.size()) == tags) return tags.size();
  }
  return 0;
}

constexpr char32_t kBlackFlag = 0x1F3F4;

std::string code_point_name(char32_t value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string digits;
  for (; value > 0 || digits.size() < 4; value >>= 4) digits.insert(digits.begin(), kDigits[value & 15]);
  return "<U+" + digits + ">";
}

std::string byte_name(unsigned char byte) {
  const auto c = static_cast<char>(byte);
  return "\\x" + to_hex({&c, 1});
}

enum class LineFeeds { kept, named };

// One pass over a text. It remembers what it let through, because a joiner or selector means something only beside
// that.
class Unveiling {
 public:
  Unveiling(std::string_view text, LineFeeds line_feeds) : text_(text), line_feeds_(line_feeds) {
    shown_.reserve(text.size());
  }

  // Whether something was named that an honest text hasn't got.
  bool hides_something() const { return hides_something_; }

  std::string run() {
    while (at_ < text_.size()) {
      const auto point = code_point_at(text_, at_);
      if (!point.valid) {
        name(byte_name(static_cast<unsigned char>(text_[at_])), 1);
      } else if (point.value < 0x20 || point.value == 0x7F) {
        take_control(static_cast<char>(point.value));
      } else if ((point.value >= 0x80 && point.value <= 0x9F) || is_unclear(point)) {
        name_hidden(point);
      } else {
        keep(point);
      }
    }
    return std::move(shown_);
  }

 private:
  void take_control(char control) {
    if (control == '\n' && line_feeds_ == LineFeeds::kept) {
      keep({U'\n', 1, true});
    } else if (control == '\n') {
      name("\\n", 1);
    } else if (control == '\t' && line_feeds_ == LineFeeds::kept) {
      // As a terminal would show it, but never beyond the line that it was given.
      const auto column = display_width(std::string_view(shown_).substr(shown_.rfind('\n') + 1));
      shown_.append(kTab - column % kTab, ' ');
      ++at_;
      before_ = U' ';
      pictograph_before_ = false;
    } else if (control == '\t') {
      name("\\t", 1);
    } else if (control == '\r') {
      name("\\r", 1);
    } else {
      name(byte_name(static_cast<unsigned char>(control)), 1);
    }
  }

  bool is_unclear(const CodePoint& point) const {
    if (point.value < 0x80) return false;
    if (depends_on_neighbours(point.value)) return !is_cleared_by_neighbours(point);
    return is_hidden_anywhere(point.value);
  }

  bool is_cleared_by_neighbours(const CodePoint& point) const {
    if (is_variation_selector(point.value)) return selects_variation_of(point.value, before_);
    if (point.value == kZeroWidthSpace) return breaks_a_line(point);
    const auto next_at = at_ + point.size;
    const auto next = next_at < text_.size() ? code_point_at(text_, next_at) : CodePoint{};
    if (point.value == kZeroWidthJoiner && pictograph_before_ && next.valid && is_pictograph(next.value)) return true;
    if (is_virama(before_)) return true;
    return is_joined_letter(before_) && next.valid && is_joined_letter(next.value);
  }

  bool breaks_a_line(const CodePoint& point) const {
    const auto next_at = at_ + point.size;
    return is_broken_by_zero_width_space(before_) && next_at < text_.size() &&
           is_broken_by_zero_width_space(code_point_at(text_, next_at).value);
  }

  // People who write from right to left need such a mark beside punctuation. Two together say nothing to a reader.
  void name_hidden(const CodePoint& point) {
    const bool hid = hides_something_;
    const bool again = at_ > 0 && marked_until_ == at_;
    const bool honest = is_direction_mark(point.value) && !again && has_letters_from_right_to_left(text_);
    name(code_point_name(point.value), point.size);
    if (honest) hides_something_ = hid;
    if (is_direction_mark(point.value)) marked_until_ = at_;
  }

  void keep(const CodePoint& point) {
    shown_ += text_.substr(at_, point.size);
    at_ += point.size;
    // An emoji style or a skin tone belongs to the pictograph before it.
    const bool dresses = pictograph_before_ && (point.value == kEmojiStyle || is_skin_tone(point.value));
    pictograph_before_ = dresses || (point.value >= 0x80 && is_pictograph(point.value));
    before_ = point.value;
    if (point.value == kBlackFlag) {
      const auto size = flag_tags_size(text_, at_);
      shown_ += text_.substr(at_, size);
      at_ += size;
    }
  }

  void name(const std::string& shown, std::size_t size) {
    shown_ += shown;
    at_ += size;
    before_ = 0;
    pictograph_before_ = false;
    hides_something_ = true;
  }

  std::string_view text_;
  LineFeeds line_feeds_;
  std::string shown_;
  std::size_t at_ = 0;
  std::size_t marked_until_ = 0;  // behind the last mark of direction
  bool hides_something_ = false;
  char32_t before_ = 0;
  bool pictograph_before_ = false;
};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

std::string visible_line(std::string_view text) {
  if (is_plain(text)) return std::string{text};
  return Unveiling{text, LineFeeds::named}.run();
}

std::string visible_text(std::string_view text) {
  if (is_plain(text)) return std::string{text};
  return Unveiling{text, LineFeeds::kept}.run();
}

bool has_hidden_characters(std::string_view text) {
  if (is_plain(text)) return false;
  Unveiling unveiling{text, LineFeeds::kept};
  unveiling.run();
  return unveiling.hides_something();
}

}  // namespace postq
