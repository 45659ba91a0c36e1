#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <postq/core/result.h>

namespace postq {

// A command as words: split at white space; '...' and "..." keep it, a backslash takes the next character as it is
// (not within '...'). No shell: nothing else is special. Empty when a quote isn't closed.
std::vector<std::string> split_command(std::string_view command);

// Whether a variable's name says that it holds a secret; such variables are not handed to an editor.
bool names_a_secret(std::string_view variable);

// Runs POSTQ_EDITOR, VISUAL or EDITOR, else the first there is of sensible-editor, nano and vi, on the file.
Status run_editor(const std::string& path);

}  // namespace postq
