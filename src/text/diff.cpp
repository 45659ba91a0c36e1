#include <algorithm>
#include <cstdint>

#include <postq/text/text.h>

namespace postq {

namespace {

using Lines = std::vector<std::string_view>;

// Beyond this many pairs of lines the table would take more memory than a comparison is worth.
constexpr std::size_t kMaxPairs = 4'000'000;

Lines split_lines(std::string_view text) {
  Lines lines;
  if (text.empty()) return lines;
  for (std::size_t at = 0;;) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return lines;
    at = end + 1;
  }
}

std::string entry(std::string_view mark, std::string_view line) {
  return std::string{mark}.append(line);
}

// The lengths of the longest common subsequences of every pair of tails.
class CommonTails {
 public:
  CommonTails(const Lines& before, const Lines& after)
      : width_(after.size() + 1), lengths_((before.size() + 1) * width_) {
    for (std::size_t i = before.size(); i-- > 0;) {
      for (std::size_t j = after.size(); j-- > 0;) {
        lengths_[i * width_ + j] = before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  std::uint32_t at(std::size_t i, std::size_t j) const { return lengths_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> lengths_;
};

void diff_middle(const Lines& before, const Lines& after, std::vector<std::string>& entries) {
  std::size_t i = 0;
  std::size_t j = 0;
  if (before.size() * after.size() <= kMaxPairs) {
    const CommonTails common{before, after};
    while (i < before.size() && j < after.size()) {
      if (before[i] == after[j]) {
        entries.push_back(entry("  ", before[i]));
        ++i, ++j;
      } else if (common.at(i + 1, j) >= common.at(i, j + 1)) {
        entries.push_back(entry("- ", before[i++]));
      } else {
        entries.push_back(entry("+ ", after[j++]));
      }
    }
  }
  while (i < before.size()) entries.push_back(entry("- ", before[i++]));
  while (j < after.size()) entries.push_back(entry("+ ", after[j++]));
}

}  // namespace

std::vector<std::string> diff_lines(std::string_view before, std::string_view after) {
  auto old_lines = split_lines(before);
  auto new_lines = split_lines(after);

  // Most edits touch a few lines, so what is equal at both ends is set aside first.
  const auto head = std::mismatch(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end()).first;
  const auto head_size = head - old_lines.begin();
  const auto tail =
      std::mismatch(old_lines.rbegin(), old_lines.rend() - head_size, new_lines.rbegin(), new_lines.rend() - head_size)
          .first;
  const auto tail_size = tail - old_lines.rbegin();

  std::vector<std::string> entries;
  for (auto line = old_lines.begin(); line != head; ++line) entries.push_back(entry("  ", *line));
  diff_middle({head, old_lines.end() - tail_size}, {new_lines.begin() + head_size, new_lines.end() - tail_size},
              entries);
  for (auto line = old_lines.end() - tail_size; line != old_lines.end(); ++line) entries.push_back(entry("  ", *line));
  return entries;
}

}  // namespace postq
