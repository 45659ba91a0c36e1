#pragma once

#include <string_view>
#include <vector>

#include "cli/context.h"

namespace postq {

// One command: `setup` describes its flags to the parser and hangs its run on the callback.
struct Command {
  std::string_view name;
  std::string_view group;
  std::string_view summary;
  void (*setup)(CLI::App& command, Context& context);
};

const std::vector<Command>& all_commands();

// The command of that name; nullptr if there is none.
const Command* find_command(std::string_view name);

#define POSTQ_COMMAND(suffix, name, group, summary) void setup_##suffix(CLI::App& command, Context& context);
#include "cli/commands.def"
#undef POSTQ_COMMAND

// Parses and runs one command line; returns the exit code. argv[0] is skipped.
int run_command_line(int argc, char** argv, Context& context);

}  // namespace postq
