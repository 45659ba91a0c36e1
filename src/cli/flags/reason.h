#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"

namespace postq {

// Why something is done that needs a reason.
struct ReasonAsked {
  std::string question;      // at a terminal: "Why not? The author reads it: "
  std::string_view missing;  // the error where nobody can be asked
  std::string command;       // what to type there
};

// What --reason gave, else what a person types at the terminal. kind usage where nobody can be asked; interrupted for
// an empty line, which is no reason.
Result<std::string> read_reason(Context& context, const std::string& given, const ReasonAsked& asked);

}  // namespace postq
