#pragma once

#include <string>
#include <string_view>

namespace postq::last_words {

// Text that lies only in this process's memory. Should it die of a fault of its own (an assertion, a signal that says
// so, an exception that nobody caught), the text is written to a file, and the file is named on standard error.

// Where the file goes: `folder` is the rescue folder, below folders that may be missing. `mark` names the author in the
// file's name.
void keep_in(const std::string& folder, const std::string& mark = {});

// What was typed, and what has come through standard input so far; each replaces what was held of its kind. Borrowed
// until it is saved or replaced: holding it needs no memory.
void hold_typed(std::string_view text);
void hold_read(std::string_view text);

// It is on the disk now, there.
void is_saved(const std::string& path);

// Writes what is held now, or names the file where it lies. Whether there was anything, and it is written.
bool speak();

}  // namespace postq::last_words
