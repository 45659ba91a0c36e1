#include "cli/attention.h"

#include <algorithm>
#include <array>

#include <postq/core/text.h>

namespace postq {

namespace {

constexpr std::string_view kBoldYellow = "\x1b[1;33m";
constexpr std::string_view kBoldRed = "\x1b[1;31m";
constexpr std::string_view kAsBefore = "\x1b[0m";
constexpr int kMostColumns = 100;
constexpr int kFewestColumns = 40;
constexpr std::size_t kCommandColumn = 36;

struct Mark {
  std::string_view word;
  std::string_view colour;
};
constexpr std::array kMarks{Mark{"TOO LONG", kBoldRed}, Mark{"UNCONFIRMED", kBoldRed}, Mark{"PROBLEM", kBoldRed},
                            Mark{"HELD", kBoldYellow}, Mark{"PAUSED", kBoldYellow}};

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

void print_suggestions(Context& context, const std::vector<Suggestion>& suggestions, std::size_t indent) {
  auto& world = context.world;
  std::size_t widest = 0;
  for (const auto& suggestion : suggestions) {
    if (const auto width = display_width(suggestion.command); width <= kCommandColumn) widest = std::max(widest, width);
  }
  const std::string margin(world.terminal().plain() ? 0 : indent, ' ');
  const std::size_t column = margin.size() + widest + 3;
  for (const auto& [command, why] : suggestions) {
    if (why.empty() || world.terminal().plain()) {
      context.result(margin + command + (why.empty() ? "" : "  (" + why + ")"));
      continue;
    }
    std::string left = margin + pad(command, widest + 3);
    if (display_width(command) > widest) {  // too wide for the column: the reason goes below
      context.result(margin + command);
      left.assign(column, ' ');
    }
    for (const auto& line : wrap(why, std::max<std::size_t>(20, columns(world) - column))) {
      context.result(left + line);
      left.assign(column, ' ');
    }
  }
}

}  // namespace postq
