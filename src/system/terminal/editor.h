#pragma once

#include <string>

#include <postq/ports/terminal.h>

namespace postq {

// Runs POSTQ_EDITOR, VISUAL or EDITOR, else the first there is of sensible-editor, nano and vi, on the file.
Result<EditorEnd> run_editor(const std::string& path);

}  // namespace postq
