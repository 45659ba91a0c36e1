#pragma once

#include <string_view>
#include <vector>

#include "cli/context.h"
#include "cli/parser/arguments.h"

namespace postq {

// What an agent (POSTQ_AGENT) may do with a command.
enum class AgentMay : std::uint8_t {
  read,     // it changes nothing
  add,      // it makes something new, which a person reviews
  stop,     // it only holds back
  own,      // it changes a post: the command asks Store::check_agent() whether that is the agent's own
  refused,  // a person does it
};

// The permission of one command, and of what is typed behind it: the name of a command of it, "" for none of them, or a
// flag. A command of it that isn't named is refused. --dry-run changes nothing and is always allowed.
struct Agents {
  struct Except {
    std::string_view typed;
    AgentMay may = AgentMay::refused;
  };
  AgentMay otherwise = AgentMay::refused;
  std::vector<Except> except = {};
};

// One command: `setup` describes its flags to the parser and hangs its run on the callback.
struct Command {
  std::string_view name;
  std::string_view group;
  Agents agents;
  std::string_view summary;
  void (*setup)(Arguments command, Context& context);
};

const std::vector<Command>& all_commands();

// The command of that name; nullptr if there is none.
const Command* find_command(std::string_view name);

#define POSTQ_COMMAND(suffix, name, group, agents, summary) void setup_##suffix(Arguments command, Context& context);
#include "cli/commands.def"
#undef POSTQ_COMMAND

// Parses and runs one command line; returns the exit code. argv[0] is skipped.
int run_command_line(int argc, char** argv, Context& context);

}  // namespace postq
