#include "cli/parser/help_page.h"

#include <postq/core/json_line.h>
#include <postq/text/text.h>

#include "cli/parser/describe.h"

namespace postq {

namespace {

using Options = std::vector<const CLI::Option*>;

bool repeats(const CLI::Option& option) {
  return option.get_expected_max() > 1;
}

Options arguments_of(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

// The command's own, and those that every command takes; a command of a command has the latter from its parent.
Options flags_of(const CLI::App& command) {
  const auto is_flag = [](const CLI::Option* option) { return !option->get_positional(); };
  auto flags = command.get_options(is_flag);
  const auto* const parent = command.get_parent();
  if (parent == nullptr || parent->get_parent() == nullptr) return flags;
  const auto* const own_help = command.get_help_ptr();
  for (const auto* flag : parent->get_options(is_flag)) {
    const bool is_help = own_help != nullptr && flag == parent->get_help_ptr();
    if (flag->get_group() == kEverywhere && !is_help) flags.push_back(flag);
  }
  return flags;
}

std::string usage_of(const CLI::App& command) {
  std::string usage = "postq " + words_of(command);
  const auto arguments = arguments_of(command);
  const bool has_commands = !command.get_subcommands({}).empty();
  for (const auto* argument : arguments) {
    const std::string shown = argument->get_name(true) + (repeats(*argument) ? "..." : "");
    usage += argument->get_required() ? " " + shown : " [" + shown + (has_commands ? "|COMMAND]" : "]");
  }
  if (has_commands && arguments.empty()) usage += " [COMMAND]";
  return usage + " [FLAG...]";
}

// Sentences are wrapped; what is indented is to be typed and stays as it is.
std::string wrapped(const std::string& text, std::size_t columns) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with(' ')) {
      out += line + "\n";
    } else {
      for (const auto& part : wrap(line, columns)) out += part + "\n";
    }
    at = end + 1;
  }
  return out;
}

// A row of two columns; what is too long for the left one, or for the screen, gets a line of its own.
std::string row(const std::string& left, const std::string& right, std::size_t columns) {
  constexpr std::size_t kNarrow = 60;
  const bool is_narrow = columns < kNarrow;
  const std::size_t column = is_narrow ? 6 : 26;
  const std::string indent(column, ' ');
  std::string text = "  " + left;
  text = text.size() < column && !is_narrow ? pad(text, column) : text + "\n" + indent;
  const auto lines = wrap(right, columns - column);
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : indent) + lines[i] + "\n";
  return text;
}

std::string rows(const Options& options, std::size_t columns) {
  std::string text;
  for (const auto* option : options) {
    if (!option->get_description().empty()) text += row(typed_as(*option), option->get_description(), columns);
  }
  return text.empty() ? text : "\n" + text;
}

std::string argument_json(const CLI::Option& argument) {
  return JsonLine()
      .text("name", argument.get_name(true))
      .flag("required", argument.get_required())
      .flag("repeats", repeats(argument))
      .text("text", argument.get_description())
      .str();
}

std::string flag_json(const CLI::Option& flag) {
  std::vector<std::string> names;
  for (const auto& name : flag.get_snames()) names.push_back("-" + name);
  for (const auto& name : flag.get_lnames()) names.push_back("--" + name);
  return JsonLine()
      .list("names", names)
      .text("value", flag.get_option_text())
      .flag("required", flag.get_required())
      .text("text", flag.get_description())
      .str();
}

std::string help_json(const CLI::App& command) {
  const auto* top = &command;
  while (top->get_parent() != nullptr && top->get_parent()->get_parent() != nullptr) top = top->get_parent();
  std::vector<std::string> commands;
  for (const auto* sub : command.get_subcommands({})) commands.push_back(sub->get_name());
  std::vector<std::string> arguments;
  for (const auto* argument : arguments_of(command)) arguments.push_back(argument_json(*argument));
  std::vector<std::string> flags;
  for (const auto* flag : flags_of(command)) flags.push_back(flag_json(*flag));
  return JsonLine()
      .text("schema", "postq.help/1")
      .text("command", words_of(command))
      .text("group", top->get_group())
      .text("summary", command.get_description())
      .text("usage", usage_of(command))
      .text("text", command.get_footer())
      .list("commands", commands)
      .raw_list("arguments", arguments)
      .raw_list("flags", flags)
      .str();
}

}  // namespace

std::string typed_as(const CLI::Option& option) {
  const bool positional = option.get_positional();
  const std::string value = positional ? "" : option.get_option_text();
  return option.get_name(positional, !positional) + (value.empty() ? "" : " " + value);
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
  std::string text = usage_of(*app) + "\n" + app->get_description() + "\n";
  if (!app->get_footer().empty()) text += "\n" + wrapped(app->get_footer(), help_columns_);
  if (const auto subs = app->get_subcommands({}); !subs.empty()) {
    text += "\n";
    for (const auto* sub : subs) text += row(sub->get_name(), sub->get_description(), help_columns_);
  }
  Options own;
  Options shared;
  for (const auto* flag : flags_of(*app)) (flag->get_group() == kEverywhere ? shared : own).push_back(flag);
  const auto heading = shared.empty() ? std::string() : std::string("\n") + kEverywhere;
  return text + rows(arguments_of(*app), help_columns_) + rows(own, help_columns_) + heading +
         rows(shared, help_columns_);
}

void print_page(Context& context, std::string_view page) {
  if (page.ends_with('\n')) page.remove_suffix(1);
  context.result(page);
}

int show_help(const CLI::App& command, Context& context) {
  if (context.json) {
    context.result(help_json(command));
  } else {
    print_page(context, command.help());
  }
  return kDone;
}

}  // namespace postq
