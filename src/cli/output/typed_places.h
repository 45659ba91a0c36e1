#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/context.h"

namespace postq {

// Whose words a text is: what people wrote may stand in the middle of a line of ours, and is never changed.
enum class Advice : std::uint8_t {
  whole,     // a hint: every command in it is to be typed
  in_lines,  // a command stands at the beginning of a line, behind a colon or two blanks, or in backquotes
};

// The commands of postq's in the text, with the --db and --config that were typed this time behind `postq`: what is
// advised is about the same queue. One that has them already stays as it is.
std::string with_typed_places(const Context& context, std::string_view text, Advice advice = Advice::whole);

// The same of each command by itself, for what is shown on a screen of its own. As long as the context.
std::function<std::string(std::string_view)> typed_places_of(const Context& context);

// The same for a line of results, where the command that runs prints none but ours.
std::string result_with_typed_places(const Context& context, std::string_view line);

}  // namespace postq
