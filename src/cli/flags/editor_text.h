#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"

namespace postq {

// A text as the editor left it, and the file it still lies in.
struct EditedText {
  std::string text;
  std::string path;
};

// Opens the editor on `start`, with `below` under the line with scissors. What was typed under it is kept, and named;
// it becomes the text where there is none and the person says so. kind usage without a terminal, interrupted when the
// text was emptied; other errors name the file.
Result<EditedText> from_editor(Context& context, std::string_view start, std::string_view below, Rescue& rescue);

}  // namespace postq
