#include <algorithm>

#include <postq/text/text.h>

namespace postq {

namespace {

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
// alignment). Names and commands are short, so three rows are all it needs.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;

  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

// About one slip in three letters; a word of one or two letters is near to everything and so to nothing.
std::size_t allowed_slips(std::size_t length) {
  return length < 3 ? 0 : std::min<std::size_t>(3, (length + 1) / 3);
}

}  // namespace

std::optional<std::string> closest(std::string_view typed, const std::vector<std::string>& candidates) {
  const std::string* best = nullptr;
  std::size_t best_distance = allowed_slips(typed.size()) + 1;
  for (const auto& candidate : candidates) {
    const auto slips = distance(typed, candidate);
    if (slips < best_distance) {
      best = &candidate;
      best_distance = slips;
    }
  }
  if (best != nullptr) return *best;
  // A word that was cut short: `ad`, `acc`. Only if it can be just one.
  for (const auto& candidate : candidates) {
    if (typed.size() < 2 || candidate.substr(0, typed.size()) != typed) continue;
    if (best != nullptr) return std::nullopt;
    best = &candidate;
  }
  return best == nullptr ? std::nullopt : std::optional<std::string>(*best);
}

}  // namespace postq
