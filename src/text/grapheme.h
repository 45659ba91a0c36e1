#pragma once

#include <cstddef>
#include <string_view>

namespace postq {

// The byte offset behind the grapheme that begins at `at`, a grapheme boundary below text.size().
std::size_t grapheme_end(std::string_view text, std::size_t at);

// The columns that one grapheme takes on a terminal.
std::size_t grapheme_width(std::string_view grapheme);

}  // namespace postq
