#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"

namespace postq {

// The words that must not be overlooked (HELD, PAUSED, UNCONFIRMED, PROBLEM, TOO LONG), coloured where the terminal
// shows colour; each reads the same without. Safe on lines whose text was made visible before.
std::string with_attention(World& world, std::string_view line);

// Prints "Label     text", the text wrapped under itself; plain mode: "Label: text" on one line.
void print_fact(Context& context, std::string_view label, std::string_view text, std::size_t column = 10);

// A paragraph, wrapped to the screen.
void print_wrapped(Context& context, std::string_view text, std::size_t indent = 0);

// What there is to type, said line by line: a hint may have several.
void say_lines(Context& context, std::string_view text, std::size_t indent = 4);

// Commands with what they are for, in two columns; a line each.
struct Suggestion {
  std::string command;
  std::string why;
};
void print_suggestions(Context& context, const std::vector<Suggestion>& suggestions, std::size_t indent = 2);

// The columns that may be used: those of the screen, but never so many that a line is hard to read.
std::size_t columns(World& world);

// Whether, on a narrow screen, columns that take `left` leave too little room for a text beside them.
bool text_goes_below(World& world, std::size_t left);

// For that: the cells that aren't empty as far as they fit in a line, and at most two lines of the text below them.
void print_below(Context& context, const std::vector<std::string>& cells, std::string_view text,
                 std::size_t indent = 0);

}  // namespace postq
