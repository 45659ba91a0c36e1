#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"

// What people type who know other programs: `ls`, `delete 12`, `tweet "..."`. Nothing runs under such a name; the
// command that is meant is named, with what was typed behind it.
namespace postq {

struct MeantCommand {
  std::string hint;          // the commands to type, one a line, each with what it does
  std::string_view command;  // the one that would have had the text that was typed; empty: none
};

// `words` begin with the one that is no command. Nothing where it can't be told what is meant. Where that depends on
// where a post stands ("delete"), the queue is asked; without a queue all of the commands are named.
std::optional<MeantCommand> meant_command(Context& context, const std::vector<std::string>& words);

// The pages about what is meant by the name of no command: "postq help account login    a new token". Nothing where it
// can't be told.
std::optional<std::string> meant_help(const std::string& typed);

// Is the command near enough? A short word isn't guessed to stop everything.
bool may_be_guessed(std::string_view typed, std::string_view meant);

// The command of a command that another name is used for: `account delete` means rm. `known` are those there are.
std::optional<std::string> meant_subcommand(std::string_view typed, const std::vector<std::string>& known);

}  // namespace postq
