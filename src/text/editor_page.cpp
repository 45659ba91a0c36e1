#include <algorithm>
#include <set>
#include <vector>

#include <postq/text/editor_page.h>

namespace postq {

namespace {

constexpr std::string_view kScissors = "# -- >8 --";
constexpr std::string_view kScissorsLine =
    "# -- >8 ----------------------------------------------------------------------\n";
constexpr std::string_view kBlank = " \t\n";

// Of 0.1.0.
constexpr std::string_view kOldBelow = "# ------ the advice below this line is left out ------";
constexpr std::string_view kOldAbove = "# ------ 8< ------ everything above this line is left out ------";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlank) == std::string_view::npos;
}

using Lines = std::vector<std::string_view>;

std::string joined(Lines::const_iterator begin, Lines::const_iterator end) {
  std::string text;
  for (auto line = begin; line != end; ++line) text.append(*line).append("\n");
  const auto last = text.find_last_not_of(kBlank);
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

// Lines with words in them: a "#" alone, or an empty one, may be anybody's.
bool tells(std::string_view line) {
  return line.find_first_not_of(" \t\n#>") != std::string_view::npos;
}

Lines::const_iterator find_line(const Lines& lines, const std::set<std::string_view>& ours) {
  const auto last = std::find_if(lines.rbegin(), lines.rend(),
                                 [](std::string_view line) { return is_scissors(line) || line == kOldBelow; });
  if (last != lines.rend()) return last.base() - 1;
  return std::find_if(lines.begin(), lines.end(),
                      [&](std::string_view line) { return tells(line) && ours.contains(line); });
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_scissors(std::string_view line) {
  return line.starts_with(kScissors);
}

std::string editor_page(std::string_view text, std::string_view below) {
  return std::string(text).append("\n\n").append(kScissorsLine).append(below);
}

PageParts parts_of_page(std::string_view page, std::string_view below) {
  const auto lines = lines_of(page);
  const auto known = lines_of(below);
  const std::set<std::string_view> ours(known.begin(), known.end());
  const auto is_ours = [&](std::string_view line) {
    if (is_blank(line) || line == "#" || is_scissors(line) || line == kOldBelow) return true;
    return below.empty() ? line.starts_with("# ") : ours.contains(line);
  };
  const auto cut = find_line(lines, ours);
  auto begin = std::find(lines.begin(), cut, kOldAbove);
  begin = begin == cut ? lines.begin() : begin + 1;
  begin = std::find_if(begin, cut, [](std::string_view line) { return !line.empty(); });
  PageParts parts{joined(begin, cut), {}};
  Lines typed;
  for (auto line = cut; line != lines.end(); ++line) {
    if (!is_ours(*line)) typed.push_back(*line);
  }
  parts.left_out = joined(typed.begin(), typed.end());
  return parts;
}

}  // namespace postq
