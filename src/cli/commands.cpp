#include "cli/commands.h"

namespace postq {

const std::vector<Command>& all_commands() {
  using enum AgentMay;
  static const std::vector<Command> kCommands{
#define POSTQ_COMMAND(suffix, name, group, agents, summary) Command{name, group, agents, summary, &setup_##suffix},
#include "cli/commands.def"
#undef POSTQ_COMMAND
  };
  return kCommands;
}

const Command* find_command(std::string_view name) {
  for (const auto& command : all_commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace postq
