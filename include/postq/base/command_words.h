#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// A command line of the configuration or the environment ($EDITOR, token_command) as words, without a shell: split at
// spaces, tabs and line feeds; '...' keeps everything, "..." everything but \" and \\; outside of quotes a backslash
// keeps the next character. Nothing is expanded. Nothing when a quote isn't closed.
std::optional<std::vector<std::string>> split_command(std::string_view line);

// A word as split_command() and a shell read it back: as it is, or in single quotes.
std::string quoted_word(std::string_view word);
// Several of them, each with a space before it.
std::string quoted_words(const std::vector<std::string>& words);

}  // namespace postq
