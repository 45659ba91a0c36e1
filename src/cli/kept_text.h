#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace postq {

// What a command's flags left over.
struct LeftOver {
  std::vector<std::string> words;  // the first is a flag that the command doesn't have
  std::string meant;               // the one that was probably meant; empty: not known
};

// Words that can't be meant ended a command that takes a text, before it ran: what came as its text from a pipe or
// a script is kept, and the error says where, and the command that goes on. `words` are the command and all that was
// typed behind it.
Error keep_text(Context& context, const CLI::App& command, const std::vector<std::string>& words, Error error,
                const LeftOver& left_over = {});

}  // namespace postq
