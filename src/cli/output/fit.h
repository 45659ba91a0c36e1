#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// The line in pieces that fit a screen of so many columns, broken between words; what goes on stands two columns deeper
// than the line itself. A word that is longer stays whole, since an address with a line break in it leads nowhere, and
// so does a command to be typed: one that doesn't fit behind a sentence gets a line of its own, and so does what it is
// for, behind three spaces or in brackets. Colours take no room.
std::vector<std::string> fit_line(std::string_view line, std::size_t columns);

// The text in lines that begin one below the other, broken as above between words alone; never empty.
std::vector<std::string> wrap_words(std::string_view text, std::size_t columns);

// Columns of the line without its colours.
std::size_t shown_width(std::string_view line);

}  // namespace postq
