#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include <postq/base/result.h>

namespace postq {

// What the parser could not make sense of, in our words. kind usage; the hint has the option in question, as --help
// describes it, and the command's --help.
Error typing_error(const CLI::ParseError& problem, const CLI::App& command);

// The flag of the command, or of one above it, that was probably meant; `typed` may have its value behind a =.
std::optional<std::string> meant_flag(std::string_view typed, const CLI::App& command);

// Whether it is what other programs call the text (--text, --message), where a text stands by itself here.
bool means_text(std::string_view flag, const CLI::App& command);

// A flag that needs a value, and is followed by another flag.
Error flag_for_value(const CLI::Option& flag, const std::string& follows, const CLI::App& command);

// A flag behind the --, where all is text.
Error flag_behind_dashes(const std::string& flag);

// Another file behind --media, which takes one.
Error file_behind_media(const std::string& file);

// `post` and `reply` send now: a flag that only `add` has is about later.
Error flag_of_add(const std::string& flag, const CLI::App& command);

// The first word that nobody asked for: an unknown flag or command is named with the one that was probably meant.
Error extra_words_error(const std::string& first, bool behind_dashes, const CLI::App& command);

}  // namespace postq
