#include <algorithm>

#include <postq/text/text.h>

#include "text/grapheme.h"

namespace postq {

namespace {

constexpr std::string_view kEllipsis = "...";

// The byte offset behind the graphemes that fit in `columns`.
std::size_t fitting_prefix(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  std::size_t width = 0;
  while (at < text.size()) {
    const auto end = grapheme_end(text, at);
    width += grapheme_width(text.substr(at, end - at));
    if (width > columns) break;
    at = end;
  }
  return at;
}

void wrap_line(std::string_view line, std::size_t columns, std::vector<std::string>& lines) {
  std::string current;
  std::size_t current_width = 0;
  for (std::size_t at = 0; at < line.size();) {
    const auto word_at = std::min(line.find_first_not_of(' ', at), line.size());
    const auto word_end = std::min(line.find(' ', word_at), line.size());
    const auto gap = word_at - at;
    auto word = line.substr(word_at, word_end - word_at);
    at = word_end;
    if (word.empty()) break;  // only spaces are left, and nobody sees them

    auto width = display_width(word);
    if (current_width + gap + width <= columns) {
      current.append(gap, ' ').append(word);
      current_width += gap + width;
      continue;
    }
    if (!current.empty()) lines.push_back(std::move(current));
    while (width > columns) {
      // A grapheme wider than a whole line stands alone.
      const auto size = std::max(fitting_prefix(word, columns), grapheme_end(word, 0));
      if (size == word.size()) break;
      lines.emplace_back(word.substr(0, size));
      word.remove_prefix(size);
      width = display_width(word);
    }
    current = word;
    current_width = width;
  }
  lines.push_back(std::move(current));
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  for (std::size_t at = 0;;) {
    const auto end = std::min(text.find('\n', at), text.size());
    wrap_line(text.substr(at, end - at), columns, lines);
    if (end == text.size()) return lines;
    at = end + 1;
  }
}

std::string shorten(std::string_view text, std::size_t columns) {
  const auto whole = fitting_prefix(text, columns);
  if (whole == text.size()) return std::string{text};
  if (columns <= kEllipsis.size()) return std::string{kEllipsis.substr(0, columns)};
  return std::string{text.substr(0, fitting_prefix(text, columns - kEllipsis.size()))}.append(kEllipsis);
}

std::string pad(std::string_view text, std::size_t columns) {
  const auto width = display_width(text);
  std::string padded{text};
  if (width < columns) padded.append(columns - width, ' ');
  return padded;
}

}  // namespace postq
