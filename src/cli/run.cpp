// From argv to one command: finds its name, sets up only that command, parses, runs.
#include <CLI/CLI.hpp>

#include <postq/core/text.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/kept_text.h"

namespace postq {

namespace {

// Flags that every command takes, before or behind its name.
void add_shared_flags(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "Print JSON Lines, errors too")->group("Everywhere");
  app.add_flag("-q,--quiet", context.quiet, "Only results, no talk")->group("Everywhere");
  app.add_flag("--no-input", context.no_input, "Never ask")->group("Everywhere");
  app.add_option("--color", context.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Everywhere");
  // Read by main before anything else (early_flag); here so that help and typing errors know them.
  static std::string read_early;
  app.add_option("--config", read_early, "Another config.toml")->group("Everywhere");
  app.add_option("--db", read_early, "Another database")->group("Everywhere");
}

constexpr bool takes_value(std::string_view flag) {
  return flag == "--color" || flag == "--config" || flag == "--db";
}

// The index of the command's name: the first word that is neither a shared flag nor its value.
int find_command(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.empty() || word.front() != '-' || word == "-") return i;
    if (takes_value(word)) ++i;
  }
  return argc;
}

// "account add": the words that lead to a command.
std::string words_of(const CLI::App& command) {
  const auto* const parent = command.get_parent();
  const bool is_first = parent == nullptr || parent->get_parent() == nullptr;
  return (is_first ? std::string() : words_of(*parent) + " ") + command.get_name();
}

// The command of a command that was typed, or the command itself.
CLI::App& innermost(CLI::App& command) {
  const auto typed = command.get_subcommands();
  return typed.empty() ? command : innermost(*typed.back());
}

std::string help_hint(const CLI::App& command) {
  return "postq " + words_of(command) + " --help";
}

Error usage_error(const CLI::ParseError& problem, const CLI::App& command) {
  Error error{ErrorKind::usage, problem.what(), help_hint(command), {}};
  const std::string said = problem.what();
  // "--at: 1 required TEXT missing"
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr && said.find(" missing") != std::string::npos) {
    error.message = said.substr(0, said.find(':')) + " needs a value";
    return error;
  }
  // "Could not convert: --limit = x"
  constexpr std::string_view kNoNumber = "Could not convert: ";
  if (const auto is = said.find(" = "); said.starts_with(kNoNumber) && is != std::string::npos) {
    error.message =
        said.substr(kNoNumber.size(), is - kNoNumber.size()) + " takes a number, not '" + said.substr(is + 3) + "'";
    return error;
  }
  // "NAME is required" keeps its name; "The following ..." becomes the middle of our own sentence.
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (error.message.size() > 1 && is_upper(error.message[0]) && !is_upper(error.message[1])) {
    error.message[0] = static_cast<char>(error.message[0] - 'A' + 'a');
  }
  while (!error.message.empty() && (error.message.back() == '\n' || error.message.back() == '.'))
    error.message.pop_back();
  return error;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool takes_text(const CLI::App& command) {
  for (const char* const name : {"TEXT", "--text", "--reason"}) {
    if (command.get_option_no_throw(name) != nullptr) return true;
  }
  return false;
}

// The flag of the command, or of the one above it, that was probably meant.
std::optional<std::string> meant_flag(std::string_view typed, const CLI::App& top, const CLI::App& command) {
  auto known = flags_of(command);
  if (&top != &command) {
    auto shared = flags_of(top);
    known.insert(known.end(), shared.begin(), shared.end());
  }
  return closest(typed.substr(0, typed.find('=')), known);
}

// An unknown flag is named with the one that was probably meant.
Error extras_error(const std::vector<std::string>& extras, const CLI::App& top, const CLI::App& command) {
  const std::string& first = extras.front();
  Error error{ErrorKind::usage, "", help_hint(command), {}};
  if (first.size() > 1 && first.front() == '-') {
    error.message = words_of(command) + " has no flag " + first;
    if (const auto meant = meant_flag(first, top, command)) error.message += "; did you mean " + *meant + "?";
  } else {
    error.message = words_of(command) + " does not know what to do with '" + first + "'";
    std::vector<std::string> known;
    for (const auto* sub : command.get_subcommands({})) known.push_back(sub->get_name());
    if (const auto meant = closest(first, known)) error.message += "; did you mean " + *meant + "?";
    if (takes_text(command)) error.hint = "put a text of several words in quotes; " + error.hint;
  }
  return error;
}

// Words that a command of a command left over, and that its parent took for its own: `config path WORD`.
std::vector<std::string> words_beside(const CLI::App& top) {
  if (top.get_subcommands().empty()) return {};
  std::vector<std::string> words;
  for (const auto* option : top.get_options([](const CLI::Option* o) { return o->get_positional(); })) {
    words.insert(words.end(), option->results().begin(), option->results().end());
  }
  return words;
}

int run(const Command& chosen, std::vector<std::string> arguments, Context& context) {
  CLI::App app{"", "postq"};
  app.set_help_flag();
  auto* command = app.add_subcommand(std::string(chosen.name), std::string(chosen.summary));
  command->set_help_flag("-h,--help", "This text")->group("Everywhere");
  command->formatter(std::make_shared<HelpFormatter>());
  chosen.setup(*command, context);
  add_shared_flags(*command, context);
  for (auto* sub : command->get_subcommands({})) {
    sub->fallthrough();
    sub->set_help_flag("-h,--help", "This text")->group("Everywhere");
  }
  // Between the words and what they do.
  app.parse_complete_callback([command] {
    if (auto words = words_beside(*command); !words.empty()) throw CLI::ExtrasError(command->get_name(), words);
  });
  const auto words = arguments;
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    context.world.terminal().out(innermost(*command).help());
    return kDone;
  } catch (const CLI::ExtrasError&) {
    auto extras = command->remaining(true);
    if (extras.empty()) extras = words_beside(*command);
    auto error = extras_error(extras, *command, innermost(*command));
    // Words behind the text are more of it, and stand on the screen.
    if (!extras.front().starts_with("-")) return report(context, error);
    const auto meant = meant_flag(extras.front(), *command, innermost(*command));
    return report(context, keep_text(context, *command, words, std::move(error), {extras, meant.value_or("")}));
  } catch (const CLI::ParseError& problem) {
    return report(context, keep_text(context, *command, words, usage_error(problem, innermost(*command))));
  }
  return context.outcome ? *context.outcome : report(context, context.outcome.error());
}

const Command* find(std::string_view name) {
  for (const auto& command : all_commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

int unknown_command(std::string_view typed, Context& context) {
  std::vector<std::string> names{"help"};
  for (const auto& command : all_commands()) names.emplace_back(command.name);
  const auto meant = closest(typed, names);
  return report(context, Error{ErrorKind::usage,
                               "there is no command '" + std::string(typed) + "'",
                               meant ? "did you mean `postq " + *meant + "`?" : "postq help",
                               {}});
}

}  // namespace

int run_command_line(int argc, char** argv, Context& context) {
  const int at = find_command(argc, argv);
  std::vector<std::string> arguments;
  std::string_view name = "status";  // bare `postq`
  if (at < argc) name = argv[at];
  bool help = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") context.json = true;  // also for errors in the words themselves
    if (i < at && (word == "--help" || word == "-h")) help = true;
    if (i < at && word == "--version") {
      context.result("postq " POSTQ_VERSION);
      return kDone;
    }
  }
  if (help) return print_help(context, {});
  if (name == "help") {
    std::vector<std::string> topics(argv + std::min(at + 1, argc), argv + argc);
    if (!topics.empty() && find(topics.front()) != nullptr)
      return run(*find(topics.front()), {topics.front(), "--help"}, context);
    return print_help(context, topics);
  }
  const auto* command = find(name);
  if (command == nullptr) return unknown_command(name, context);
  arguments.emplace_back(name);
  for (int i = 1; i < argc; ++i) {
    if (i != at) arguments.emplace_back(argv[i]);
  }
  return run(*command, std::move(arguments), context);
}

}  // namespace postq
