#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"

namespace postq {

// "20261122-214012", in UTC: a rescue file's name says when, and sorts.
std::string stamp(TimePoint now);

// A text as the editor left it, and the file it still lies in.
struct Edited {
  std::string text;
  std::string path;
};

// Opens the editor on `start`, with `above` over it behind a line with scissors. kind usage without a terminal,
// interrupted when the text was emptied; other errors name the file.
Result<Edited> from_editor(Context& context, std::string_view start, std::string_view above, Rescue& rescue);

// What the person wrote between the two lines with scissors, and behind it what they wrote below postq's advice. Where
// the upper line is gone, what stood above it is still told by `above`.
std::string without_frame(std::string text, std::string_view above);

}  // namespace postq
