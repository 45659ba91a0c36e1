// A text cut into the posts of a thread, each of which an account takes.
#include <algorithm>

#include <postq/core/rich_text.h>
#include <postq/text/text.h>

#include "app/compose/compose.h"
#include "base/utf8.h"

namespace postq {

namespace {

constexpr std::string_view kBlank = " \t\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// How good a place is for a cut: the end of a word, of a line, of a sentence, of a paragraph.
enum class Place : std::uint8_t { none, word, line, sentence, paragraph };

bool is_inside_code_point(std::string_view text, std::size_t at) {
  return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

constexpr std::size_t utf8_size(char32_t c) {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

CodePoint code_point_before(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && is_inside_code_point(text, at));
  return code_point_at(text, at);
}

// Full stops and their kin in scripts that put no space behind them.
bool ends_sentence(char32_t c) {
  return std::u32string_view{U"\u3002\uFF01\uFF1F\uFF0E\uFF61\u0964\u0965\u104B\u17D4\u17D5\u1362"}.find(c) !=
         std::u32string_view::npos;
}

// What belongs to the word or sentence before it: closing brackets and quotes, commas, small kana, long marks.
bool begins_no_line(char32_t c) {
  constexpr std::u32string_view kNever =
      U"\u2019\u201D\u2026\u3001\u3005\u3009\u300B\u300D\u300F\u3011\u3015\u3017\u3019\u301F\u303B\u3041\u3043\u3045"
      U"\u3047\u3049\u3063\u3083\u3085\u3087\u308E\u309B\u309C\u309D\u309E\u30A1\u30A3\u30A5\u30A7\u30A9\u30C3\u30E3"
      U"\u30E5\u30E7\u30EE\u30FB\u30FC\u30FD\u30FE\uFF09\uFF0C\uFF1A\uFF1B\uFF3D\uFF5D\uFF60\uFF63\uFF64\uFF70!),.:;?]"
      U"}";
  return ends_sentence(c) || kNever.find(c) != std::u32string_view::npos;
}

bool ends_no_line(char32_t c) {
  constexpr std::u32string_view kNever =
      U"\u2018\u201C\u3008\u300A\u300C\u300E\u3010\u3014\u3016\u3018\u301D\uFF08\uFF3B\uFF5B\uFF5F\uFF62([{#\uFF03@$";
  return kNever.find(c) != std::u32string_view::npos;
}

// Scripts in which a line may break between any two letters.
bool breaks_anywhere(char32_t c) {
  return (c >= 0x3001 && c <= 0x30FF) || (c >= 0x31F0 && c <= 0x31FF) || (c >= 0x3400 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF01 && c <= 0xFF9F) || (c >= 0x20000 && c <= 0x3FFFD);
}

// A place without a blank, before the letter at `at`.
Place place_between(std::string_view text, std::size_t at) {
  if (is_inside_code_point(text, at)) return Place::none;
  const char32_t next = code_point_at(text, at).value;
  if (begins_no_line(next)) return Place::none;
  std::size_t end = at;
  while (end > 0 && begins_no_line(code_point_before(text, end).value)) {
    const char32_t before = code_point_before(text, end).value;
    if (ends_sentence(before)) return Place::sentence;
    end -= utf8_size(before);
  }
  const char32_t before = code_point_before(text, at).value;
  const bool apart = breaks_anywhere(before) && breaks_anywhere(next) && !ends_no_line(before);
  return apart ? Place::word : Place::none;
}

Place place_at(std::string_view text, std::size_t at) {
  if (kBlank.find(text[at]) == std::string_view::npos) return place_between(text, at);
  if (text.substr(at).starts_with("\n\n")) return Place::paragraph;
  std::size_t last = at;
  while (last > 0 && std::string_view("\"')]*_").find(text[last - 1]) != std::string_view::npos) --last;
  const auto before = text.substr(0, last);
  const bool number = before.size() > 1 && before.back() == '.' && before[before.size() - 2] >= '0' &&
                      before[before.size() - 2] <= '9';  // "the 3. of May"
  for (const std::string_view end : {".", "!", "?", "\u2026", "\u061F", "\u06D4"}) {
    if (!number && before.ends_with(end)) return Place::sentence;
  }
  if (!before.empty() && ends_sentence(code_point_before(before, before.size()).value)) return Place::sentence;
  return text[at] == '\n' ? Place::line : Place::word;
}

class Splitter {
 public:
  Splitter(const Platform& platform, const Draft& draft, const Account& account)
      : platform_(platform), draft_(draft), account_(account), limits_(platform.limits(account)) {}

  std::optional<SplitText> split() {
    if (!platform_.traits().threads) return std::nullopt;
    bool cut = false;
    std::vector<std::size_t> places;
    for (const auto& part : parts_for(draft_, account_.name)) {
      places.push_back(pieces_.size());
      if (fits(part.text)) {
        pieces_.push_back(part.text);
        continue;
      }
      cut = true;
      if (!add_pieces(part.text)) return std::nullopt;
    }
    if (!cut) return std::nullopt;
    return SplitText{std::move(pieces_), std::move(places)};
  }

 private:
  // Whether the account takes `text` as the next part: as it counts, with what it puts around it.
  bool fits(std::string_view text) const {
    Draft draft = draft_;
    auto& texts = draft.variants[account_.name] = pieces_;
    texts.emplace_back(text);
    const Content content = platform_.render(account_, draft);
    const std::size_t part = texts.size() - 1;
    const bool short_enough = limits_.text == 0 || platform_.count(account_, content, part) <= limits_.text;
    return short_enough && (limits_.text_bytes == 0 || content.parts[part].text.size() <= limits_.text_bytes);
  }

  // False when not even a single character fits: a warning that takes all the room.
  bool add_pieces(std::string_view rest) {
    for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
      const auto size = fits(rest) ? rest.size() : next_cut(rest);
      if (size == 0) return false;
      pieces_.emplace_back(trimmed(rest.substr(0, size)));
      rest.remove_prefix(size);
    }
    return true;
  }

  // Where the next piece of a text that doesn't fit ends: never within a link, a mention or a tag.
  std::size_t next_cut(std::string_view text) const {
    const auto marks = detect_facets(text);
    auto mark = marks.begin();
    std::vector<std::size_t> places;
    for (std::size_t at = 1; at < text.size(); ++at) {
      while (mark != marks.end() && mark->end <= at) ++mark;
      const bool within = mark != marks.end() && mark->begin < at;
      if (!within && place_at(text, at) != Place::none) places.push_back(at);
    }
    const auto end = std::partition_point(places.begin(), places.end(),
                                          [&](std::size_t at) { return fits(trimmed(text.substr(0, at))); });
    if (end == places.begin()) return within_a_word(text);
    const std::size_t most = *std::prev(end);
    std::size_t found = most;
    for (auto at = end; at != places.begin();) {
      --at;
      const auto place = place_at(text, *at);
      if (place > place_at(text, found) && *at >= least_for(place, most)) found = *at;
    }
    return found;
  }

  // A better place may leave some of a post empty, but not most of it.
  static std::size_t least_for(Place place, std::size_t most) {
    if (place == Place::paragraph) return most / 2;
    return place == Place::sentence ? most * 2 / 3 : most * 3 / 4;
  }

  std::size_t within_a_word(std::string_view text) const {
    std::size_t low = 0;
    std::size_t high = count_graphemes(text);
    while (low < high) {
      const std::size_t middle = low + (high - low + 1) / 2;
      if (fits(text.substr(0, grapheme_prefix(text, middle)))) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return grapheme_prefix(text, low);
  }

  const Platform& platform_;
  const Draft& draft_;
  const Account& account_;
  const Limits limits_;
  std::vector<std::string> pieces_;
};

}  // namespace

std::optional<SplitText> split_for(const Platform& platform, const Draft& draft, const Account& account) {
  return Splitter(platform, draft, account).split();
}

void take_split(SplitText split, const std::string& account, Draft& draft) {
  auto& places = draft.variant_places;
  // What a text of the account's own had split is of other parts than the draft's.
  const bool of_the_draft = split.places.size() == draft.parts.size();
  const bool moved = of_the_draft && split.places.back() + 1 != split.places.size();
  places.erase(account);
  if (moved) places[account] = std::move(split.places);
  draft.variants[account] = std::move(split.texts);
}

}  // namespace postq
