#include <algorithm>
#include <cstddef>
#include <vector>

#include <postq/text/text.h>
#include <postq/text/wording.h>

#include "base/utf8.h"
#include "text/normalized.h"
#include "text/word_letters.h"

namespace postq {

namespace {

constexpr std::size_t kLongerWord = 5;    // characters; shorter ones are in everybody's texts
constexpr std::size_t kFewestLonger = 3;  // one or two could be a coincidence, or lost in a smiley
constexpr std::size_t kFewestWords = 3;   // with fewer, every change changes most of it
constexpr std::size_t kRun = 3;           // characters of a script without spaces that stand for one longer word

// One spelling for what servers may write differently: case, composed letters, width, invisible characters.
std::string folded(std::string_view text) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  const auto points = normalized(text, kOptions);
  if (!points) return std::string(text);
  std::string spelled;
  for (const auto point : *points) append_utf8(spelled, static_cast<char32_t>(point));
  return spelled;
}

bool is_name_part(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size() && is_name_part(text[at])) ++at;
  return at;
}

// A stretch that servers rewrite: "@bob" and its domain, ":smiley:". Nothing when none begins here.
struct Rewritten {
  std::size_t kept_end = 0;  // up to here it is always shown
  std::size_t end = 0;
};

Rewritten rewritten_at(std::string_view text, std::size_t at) {
  const bool inside_word = at > 0 && is_name_part(text[at - 1]);
  if (inside_word || (text[at] != '@' && text[at] != ':')) return {};
  const std::size_t end = end_of_name(text, at + 1);
  if (end == at + 1) return {};
  if (text[at] == ':') return end < text.size() && text[end] == ':' ? Rewritten{at, end + 1} : Rewritten{};
  if (end + 1 >= text.size() || text[end] != '@') return {end, end};
  const std::size_t domain_end = end_of_name(text, end + 1);
  return domain_end == end + 1 ? Rewritten{end, end} : Rewritten{end, domain_end};
}

// The text without the domains of mentions; with `plain`, also without the names, smileys and links.
std::string cut(std::string_view text, bool plain) {
  std::string kept;
  const auto links = plain ? find_links(text) : std::vector<Link>{};
  auto link = links.begin();
  for (std::size_t at = 0; at < text.size();) {
    if (link != links.end() && at >= link->begin) {
      at = std::max(at, link->end);
      kept += ' ';
      ++link;
      continue;
    }
    const auto rewritten = rewritten_at(text, at);
    if (rewritten.end == 0) {
      kept += text[at++];
      continue;
    }
    if (plain) {
      kept += ' ';
    } else {
      kept += text.substr(at, rewritten.kept_end - at);
    }
    at = rewritten.end;
  }
  return kept;
}

std::string letters_of(std::string_view text) {
  const std::string plain = folded(text);
  std::string letters;
  for (std::size_t at = 0; at < plain.size();) {
    const auto point = code_point_at(plain, at);
    if (point.valid && is_word_part(point.value)) letters += plain.substr(at, point.size);
    at += point.size;
  }
  return letters;
}

bool is_number(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Words {
  std::vector<std::string> all;
  std::vector<std::string> runs;  // of scripts without spaces: each kRun characters that stand together
};

Words words_of(std::string_view text) {
  const std::string plain = folded(cut(text, true));
  Words words;
  std::string word;
  std::vector<std::string> alone;
  const auto end_word = [&] {
    if (!word.empty()) words.all.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t at = 0; at < plain.size();) {
    const auto point = code_point_at(plain, at);
    const auto letter = plain.substr(at, point.size);
    at += point.size;
    if (is_apostrophe(point.value) && !word.empty()) continue;
    const bool stands_alone = point.valid && is_word_alone(point.value);
    if (!stands_alone) alone.clear();
    if (!point.valid || !is_word_part(point.value) || stands_alone) end_word();
    if (!point.valid || !is_word_part(point.value)) continue;
    word += letter;
    if (!stands_alone) continue;
    end_word();
    alone.push_back(letter);
    if (alone.size() < kRun) continue;
    std::string run;
    for (std::size_t n = alone.size() - kRun; n < alone.size(); ++n) run += alone[n];
    words.runs.push_back(std::move(run));
  }
  end_word();
  return words;
}

std::string trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

// As good as all: one of ten may differ.
bool covers(std::size_t both, std::size_t all) {
  return both * 10 >= all * 9;
}

}  // namespace

Wording::Wording(std::string_view sent) : letters_(letters_of(cut(sent, false))), trimmed_(trimmed(sent)) {
  auto words = words_of(sent);
  for (auto& word : words.all) {
    if (is_number(word)) {
      numbers_.insert(std::move(word));
      continue;
    }
    if (count_code_points(word) >= kLongerWord) longer_.insert(word);
    words_.insert(std::move(word));
  }
  for (auto& run : words.runs) longer_.insert(std::move(run));
}

bool Wording::is_same(std::string_view shown) const {
  const auto letters = letters_of(cut(shown, false));
  if (letters.empty() && letters_.empty()) return trimmed_ == trimmed(shown);
  return letters == letters_;
}

bool Wording::is_alike(std::string_view shown) const {
  if (is_same(shown)) return true;
  if (words_.size() < kFewestWords) return false;
  std::set<std::string, std::less<>> words;
  std::set<std::string, std::less<>> numbers;
  for (auto& word : words_of(shown).all) {
    auto& set = is_number(word) ? numbers : words;
    set.insert(std::move(word));
  }
  const auto both = static_cast<std::size_t>(
      std::count_if(words_.begin(), words_.end(), [&](const std::string& word) { return words.contains(word); }));
  return numbers == numbers_ && covers(both, words_.size()) && covers(both, words.size());
}

bool Wording::is_apart(std::string_view shown) const {
  if (longer_.size() < kFewestLonger) return false;
  // Without the gaps between its words: what a server joined or took apart must not hide one.
  const auto letters = letters_of(shown);
  return std::none_of(longer_.begin(), longer_.end(),
                      [&](const std::string& word) { return letters.find(word) != std::string::npos; });
}

}  // namespace postq
