#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

#include <utf8proc.h>

#include <postq/text/likeness.h>
#include <postq/text/text.h>

#include "base/utf8.h"
#include "text/word_letters.h"

namespace postq {

namespace {

constexpr std::size_t kFewestWords = 4;  // "good morning everyone" says nothing about where it was said before

// Texts whose fingerprints differ in at most this many bits are nearly the same. Over the corpus in
// fingerprint_test.cpp repeats (another link, number, weekday, greeting) differ in 0 to 12 bits, different posts of one
// author in 15 or more; of unrelated texts one pair in a million comes this near.
constexpr int kNearBits = 13;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  const auto links = find_links(text);
  auto link = links.begin();
  for (std::size_t at = 0; at < text.size();) {
    if (link != links.end() && at == link->begin) {
      end_word();
      at = link->end;
      ++link;
      continue;
    }
    const auto point = code_point_at(text, at);
    at += point.size;
    if (is_apostrophe(point.value) && !word.empty()) continue;
    if (!is_word_part(point.value)) {
      end_word();
      continue;
    }
    if (is_word_alone(point.value)) end_word();
    append_utf8(word, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point.value))));
    if (is_word_alone(point.value)) end_word();
  }
  end_word();
  return words;
}

// FNV-1a, then the finalizer of SplitMix64, because FNV alone spreads short words badly over the high bits.
std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ seed;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9U;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBU;
  return hash ^ (hash >> 31);
}

// The bit-wise vote of simhash (Charikar, 2002): similar sets of features make similar fingerprints.
class Votes {
 public:
  void add(std::uint64_t hash, int weight) {
    for (std::size_t bit = 0; bit < votes_.size(); ++bit) votes_[bit] += ((hash >> bit) & 1) != 0 ? weight : -weight;
  }
  std::uint64_t result() const {
    std::uint64_t bits = 0;
    for (std::size_t bit = 0; bit < votes_.size(); ++bit) {
      if (votes_[bit] > 0) bits |= std::uint64_t{1} << bit;
    }
    return bits;
  }

 private:
  std::array<int, 63> votes_{};
};

}  // namespace

std::int64_t fingerprint(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() < kFewestWords) return 0;

  // Single words hold when one word of a short post changes; pairs tell texts of the same words apart.
  Votes votes;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto hash = hash_of(words[i], 0);
    votes.add(hash, 2);
    if (i > 0) votes.add(hash_of(words[i - 1], hash), 1);
  }
  const auto bits = votes.result();
  return bits == 0 ? 1 : static_cast<std::int64_t>(bits);
}

bool nearly_same(std::int64_t a, std::int64_t b) {
  if (a == 0 || b == 0) return false;
  return std::popcount(static_cast<std::uint64_t>(a) ^ static_cast<std::uint64_t>(b)) <= kNearBits;
}

bool share_words(std::string_view a, std::string_view b) {
  const auto distinct = [](std::string_view text) {
    auto words = words_of(text);
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
  };
  const auto one = distinct(a);
  const auto other = distinct(b);
  std::vector<std::string> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both));
  return both.size() * 2 >= std::min(one.size(), other.size());
}

}  // namespace postq
