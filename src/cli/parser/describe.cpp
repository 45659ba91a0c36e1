#include "cli/parser/describe.h"

#include <algorithm>

#include "cli/output/attention.h"
#include "cli/parser/help_page.h"

namespace postq {

namespace {

// Flags that every command takes, before or behind its name.
void add_shared_flags(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "Print JSON Lines, errors too")->group(kEverywhere);
  app.add_flag("-q,--quiet", context.quiet, "Only results, no talk")->group(kEverywhere);
  app.add_flag("--no-input", context.no_input, "Never ask")->group(kEverywhere);
  app.add_option("--color", context.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->option_text("WHEN")
      ->group(kEverywhere);
  // Read by main before anything else (early_flag); here so that help and typing errors know them.
  static std::string read_early;
  app.add_option("--config", read_early, "Another config.toml")->option_text("FILE")->group(kEverywhere);
  app.add_option("--db", read_early, "Another database")->option_text("FILE")->group(kEverywhere);
}

void add_help_flag(CLI::App& app) {
  app.set_help_flag("-h,--help", "This text")->group(kEverywhere);
}

// One value each, also where a flag may be repeated: what stands behind it is the next word, and not another value.
void take_one_value_each(CLI::App& app) {
  for (auto* const option : app.get_options()) {
    if (!option->get_positional()) option->allow_extra_args(false);
  }
}

std::size_t help_columns(Context& context) {
  const auto& terminal = context.world.terminal();
  return terminal.person_present() ? std::min(columns(context.world), kHelpColumns) : kHelpColumns;
}

}  // namespace

CLI::App& describe(CLI::App& parser, const Command& command, Context& context) {
  auto* const app = parser.add_subcommand(std::string(command.name), std::string(command.summary));
  app->group(std::string(command.group));
  app->formatter(std::make_shared<HelpFormatter>(help_columns(context)));
  add_help_flag(*app);
  command.setup(Arguments(*app), context);
  add_shared_flags(*app, context);
  take_one_value_each(*app);
  for (auto* const sub : app->get_subcommands({})) {
    sub->fallthrough();
    add_help_flag(*sub);
    take_one_value_each(*sub);
  }
  return *app;
}

std::string words_of(const CLI::App& command) {
  const auto* const parent = command.get_parent();
  const bool is_first = parent == nullptr || parent->get_parent() == nullptr;
  return (is_first ? std::string() : words_of(*parent) + " ") + command.get_name();
}

}  // namespace postq
