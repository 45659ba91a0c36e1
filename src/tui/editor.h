#pragma once

#include <string>
#include <string_view>

#include <postq/core/result.h>

namespace postq {

// Whether a variable's name says that it holds a secret; such variables are not handed to an editor.
bool names_a_secret(std::string_view variable);

// Runs POSTQ_EDITOR, VISUAL or EDITOR, else the first there is of sensible-editor, nano and vi, on the file.
Status run_editor(const std::string& path);

}  // namespace postq
