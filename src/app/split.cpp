// A text cut into the posts of a thread, each of which an account takes.
#include <algorithm>

#include <postq/core/text.h>

#include "app/compose.h"

namespace postq {

namespace {

constexpr std::string_view kBlank = " \t\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// How good the blank at a place is for a cut: the end of a word, of a line, of a sentence, of a paragraph.
enum class Place : std::uint8_t { none, word, line, sentence, paragraph };

Place place_at(std::string_view text, std::size_t at) {
  if (kBlank.find(text[at]) == std::string_view::npos) return Place::none;
  if (text.substr(at).starts_with("\n\n")) return Place::paragraph;
  std::size_t last = at;
  while (last > 0 && std::string_view("\"')]*_").find(text[last - 1]) != std::string_view::npos) --last;
  const auto before = text.substr(0, last);
  const bool number = before.size() > 1 && before.back() == '.' && before[before.size() - 2] >= '0' &&
                      before[before.size() - 2] <= '9';  // "the 3. of May"
  for (const std::string_view end : {".", "!", "?", "\u2026", "\u3002"}) {
    if (!number && before.ends_with(end)) return Place::sentence;
  }
  return text[at] == '\n' ? Place::line : Place::word;
}

class Splitter {
 public:
  Splitter(const Platform& platform, const Draft& draft, const Account& account)
      : platform_(platform), draft_(draft), account_(account), limits_(platform.limits(account)) {}

  std::optional<std::vector<std::string>> split() {
    if (!platform_.traits().threads) return std::nullopt;
    bool cut = false;
    for (const auto& part : parts_for(draft_, account_.name)) {
      if (fits(part.text)) {
        pieces_.push_back(part.text);
        continue;
      }
      cut = true;
      if (!add_pieces(part.text)) return std::nullopt;
    }
    if (!cut) return std::nullopt;
    return std::move(pieces_);
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

  // Where the next piece of a text that doesn't fit ends. Links hold no blanks, so that no place lies within one.
  std::size_t next_cut(std::string_view text) const {
    std::vector<std::size_t> places;
    for (std::size_t at = 1; at < text.size(); ++at) {
      if (place_at(text, at) != Place::none) places.push_back(at);
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

std::optional<std::vector<std::string>> split_for(const Platform& platform, const Draft& draft,
                                                  const Account& account) {
  return Splitter(platform, draft, account).split();
}

}  // namespace postq
