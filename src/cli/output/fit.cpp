#include "cli/output/fit.h"

#include <algorithm>

#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::string_view kCommand = "postq ";
// Between a command and what it is for, the second in plain mode.
constexpr std::string_view kReason = "   ";
constexpr std::string_view kPlainReason = "  (";
constexpr std::size_t kDeeper = 2;

std::string without_colours(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const auto escape = std::min(line.find("\x1b["), line.size());
    text += line.substr(0, escape);
    line.remove_prefix(escape);
    if (line.empty()) break;
    line.remove_prefix(std::min(line.find('m'), line.size() - 1) + 1);
  }
  return text;
}

// Where a command begins that stands behind a sentence, as in "Next:  postq review"; npos: nowhere.
std::size_t command_at(std::string_view line) {
  for (auto at = line.find(kCommand); at != std::string_view::npos; at = line.find(kCommand, at + 1)) {
    if (at < 2) continue;
    if (const auto before = line.substr(at - 2, 2); before == "  " || before == ": ") return at;
  }
  return std::string_view::npos;
}

void add_words(std::string_view text, std::size_t indent, std::size_t columns, std::vector<std::string>& lines,
               std::size_t deeper = kDeeper) {
  std::string current(indent, ' ');
  std::size_t width = indent;
  bool is_empty = true;
  const std::size_t next_indent = indent + deeper;
  for (std::size_t at = std::min(text.find_first_not_of(' '), text.size()); at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto next = std::min(text.find_first_not_of(' ', end), text.size());
    const auto word = text.substr(at, end - at);
    const auto gap = is_empty ? 0 : at - std::min(at, text.find_last_not_of(' ', at - 1) + 1);
    const auto word_width = shown_width(word);
    if (!is_empty && width + gap + word_width > columns) {
      lines.push_back(std::move(current));
      current = std::string(next_indent, ' ') + std::string(word);
      width = next_indent + word_width;
    } else {
      current.append(gap, ' ').append(word);
      width += gap + word_width;
    }
    is_empty = false;
    at = next;
  }
  if (!is_empty) lines.push_back(std::move(current));
}

}  // namespace

std::size_t shown_width(std::string_view line) {
  return display_width(without_colours(line));
}

std::vector<std::string> fit_line(std::string_view line, std::size_t columns) {
  if (shown_width(line) <= columns) return {std::string(line)};
  const auto indent = std::min(line.find_first_not_of(' '), line.size());
  const auto command = line.substr(indent).starts_with(kCommand) ? indent : command_at(line);
  std::vector<std::string> lines;
  if (command == std::string_view::npos) {
    add_words(line, indent, columns, lines);
    return lines;
  }
  const auto reason = std::min({line.find(kReason, command), line.find(kPlainReason, command), line.size()});
  auto margin = indent;
  if (command > indent) {
    add_words(line.substr(0, command), indent, columns, lines);
    margin += kDeeper;
  }
  lines.push_back(std::string(margin, ' ') + std::string(line.substr(command, reason - command)));
  add_words(line.substr(reason), margin + 2 * kDeeper, columns, lines);
  return lines;
}

std::vector<std::string> wrap_words(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  add_words(text, 0, columns, lines, 0);
  if (lines.empty()) lines.emplace_back();
  return lines;
}

}  // namespace postq
