#include "cli/output/attention.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>

#include "cli/agents.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

constexpr std::string_view kBoldMagenta = "\x1b[1;35m";  // yellow can't be seen on a light background
constexpr std::string_view kBoldRed = "\x1b[1;31m";
constexpr std::string_view kAsBefore = "\x1b[0m";
constexpr int kMostColumns = 100;
constexpr int kFewestColumns = 40;
constexpr std::size_t kNarrow = 60;  // below it there are no two columns of words
constexpr std::size_t kCommandColumn = 36;
constexpr std::size_t kLeastText = 24;    // of columns beside others; with less it goes below them
constexpr std::size_t kLeastReason = 20;  // the same for why a command is suggested

struct Mark {
  std::string_view word;
  std::string_view colour;
};
constexpr std::array kMarks{Mark{"TOO LONG", kBoldRed}, Mark{"UNCONFIRMED", kBoldRed}, Mark{"PROBLEM", kBoldRed},
                            Mark{"HELD", kBoldMagenta}, Mark{"PAUSED", kBoldMagenta}};

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

std::string with_attention(World& world, std::string_view line) {
  std::string out(line);
  if (!world.terminal().colour()) return out;
  for (const auto& [word, colour] : kMarks) {
    for (std::size_t at = out.find(word); at != std::string::npos; at = out.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      if ((at > 0 && is_letter(out[at - 1])) || (end < out.size() && is_letter(out[end]))) continue;
      out.insert(end, kAsBefore);
      out.insert(at, colour);
      at += colour.size();
    }
  }
  return out;
}

std::size_t columns(World& world) {
  return static_cast<std::size_t>(std::clamp(world.terminal().size().columns, kFewestColumns, kMostColumns));
}

bool text_goes_below(World& world, std::size_t left) {
  return columns(world) < kNarrow && columns(world) < left + kLeastText;
}

void print_below(Context& context, const std::vector<std::string>& cells, std::string_view text, std::size_t indent) {
  auto& world = context.world;
  const std::string margin(indent, ' ');
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) context.result(with_attention(world, margin + line));
    line.clear();
  };
  for (const auto& cell : cells) {
    if (cell.empty()) continue;
    const bool fits = line.empty() || indent + display_width(line) + 2 + display_width(cell) <= columns(world);
    if (!fits) end_line();
    line += (line.empty() ? "" : "  ") + cell;
  }
  end_line();
  constexpr std::size_t kDeeper = 4;
  constexpr std::size_t kRows = 2;
  const std::size_t room = columns(world) - indent - kDeeper;
  auto lines = wrap(text, room);
  const bool is_cut = lines.size() > kRows;
  lines.resize(std::min(lines.size(), kRows));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const bool last = is_cut && i + 1 == lines.size();
    context.result(margin + std::string(kDeeper, ' ') + (last ? shorten(lines[i] + " ...", room) : lines[i]));
  }
}

void print_fact(Context& context, std::string_view label, std::string_view text, std::size_t column) {
  auto& world = context.world;
  if (world.terminal().plain()) {
    context.result(std::string(label) + ": " + std::string(text));
    return;
  }
  std::string left = pad(label, column);
  if (display_width(label) >= column) left += " ";
  for (const auto& line : wrap(text, columns(world) - column)) {
    context.result(with_attention(world, left + line));
    left.assign(column, ' ');
  }
}

void print_wrapped(Context& context, std::string_view text, std::size_t indent) {
  auto& world = context.world;
  for (const auto& line : wrap(text, columns(world) - indent)) {
    context.result(with_attention(world, std::string(line.empty() ? 0 : indent, ' ') + line));
  }
}

void print_suggestions(Context& context, const std::vector<Suggestion>& about_queue, std::size_t indent) {
  auto& world = context.world;
  auto suggestions = about_queue;
  for (auto& suggestion : suggestions) {
    suggestion.why = reason_for(world.actor(), suggestion.command, suggestion.why);
    suggestion.command = with_typed_places(context, suggestion.command);
  }
  std::size_t widest = 0;
  for (const auto& suggestion : suggestions) {
    if (const auto width = display_width(suggestion.command); width <= kCommandColumn) widest = std::max(widest, width);
  }
  // Below a fact its suggestions stand under the value, as far as there is room.
  const bool is_narrow = columns(world) < kNarrow;
  const std::string margin(world.terminal().plain() ? 0 : is_narrow ? std::min<std::size_t>(indent, 2) : indent, ' ');
  const std::size_t column = is_narrow ? margin.size() + 4 : margin.size() + widest + 3;
  for (const auto& [command, why] : suggestions) {
    if (why.empty() || world.terminal().plain()) {
      context.result(margin + command + (why.empty() ? "" : "  (" + why + ")"));
      continue;
    }
    std::string left = margin + pad(command, widest + 3);
    if (is_narrow || display_width(command) > widest) {  // too wide for the column: the reason goes below
      context.result(margin + command);
      left.assign(column, ' ');
    }
    for (const auto& line : wrap(why, std::max(kLeastReason, columns(world) - column))) {
      context.result(left + line);
      left.assign(column, ' ');
    }
  }
}

void say_lines(Context& context, std::string_view text, std::size_t indent) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    context.say(std::string(indent, ' ') + visible_line(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace postq
