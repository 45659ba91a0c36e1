// From argv to one command: finds its name, sets up only that command, parses, runs.
#include <CLI/CLI.hpp>

#include <postq/core/text.h>
#include <postq/core/time.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/help_page.h"
#include "cli/kept_text.h"
#include "cli/typing_error.h"

namespace postq {

namespace {

constexpr bool takes_value(std::string_view flag) {
  return flag == "--color" || flag == "--config" || flag == "--db";
}

// The index of the command's name: the first word that is neither a shared flag nor its value.
std::size_t index_of_command(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.empty() || word.front() != '-' || word == "-") return i;
    if (takes_value(word)) ++i;
  }
  return words.size();
}

// The command of a command that was typed, or the command itself.
CLI::App& innermost(CLI::App& command) {
  const auto typed = command.get_subcommands();
  return typed.empty() ? command : innermost(*typed.back());
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
  auto& command = describe(app, chosen, context);
  // Between the words and what they do.
  app.parse_complete_callback([&command] {
    if (auto words = words_beside(command); !words.empty()) throw CLI::ExtrasError(command.get_name(), words);
  });
  const auto words = arguments;
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return show_help(innermost(command), context);
  } catch (const CLI::ExtrasError&) {
    auto extras = command.remaining(true);
    if (extras.empty()) extras = words_beside(command);
    auto error = extra_words_error(extras, innermost(command));
    // Words behind the text are more of it, and stand on the screen.
    if (!extras.front().starts_with("-")) return report(context, error);
    const auto meant = meant_flag(extras.front(), innermost(command));
    return report(context, keep_text(context, command, words, std::move(error), {extras, meant.value_or("")}));
  } catch (const CLI::ParseError& problem) {
    return report(context, keep_text(context, command, words, typing_error(problem, innermost(command))));
  }
  return context.outcome ? *context.outcome : report(context, context.outcome.error());
}

int unknown_command(std::string_view typed, Context& context) {
  std::vector<std::string> names;
  for (const auto& command : all_commands()) names.emplace_back(command.name);
  const auto meant = closest(typed, names);
  return report(context, Error{ErrorKind::usage,
                               "there is no command '" + std::string(typed) + "'",
                               meant ? "did you mean `postq " + *meant + "`?" : "postq help",
                               {}});
}

int show_version(Context& context) {
  context.result(context.json ? JsonLine().text("schema", "postq.version/1").text("version", POSTQ_VERSION).str()
                              : "postq " POSTQ_VERSION);
  return kDone;
}

Status check_clock(World& world) {
  if (!world.clock_is_fixed() || parse_rfc3339(world.environment("POSTQ_NOW").value_or(""))) return {};
  return fail(ErrorKind::usage, "POSTQ_NOW is no RFC 3339 time", "such as 2026-11-22T20:40:00Z");
}

// Is one of these words there, before `end` and before a --, behind which all is text?
bool has_word(const std::vector<std::string>& words, std::size_t end, std::initializer_list<std::string_view> wanted) {
  for (std::size_t i = 0; i < end && words[i] != "--"; ++i) {
    if (std::find(wanted.begin(), wanted.end(), words[i]) != wanted.end()) return true;
  }
  return false;
}

}  // namespace

int run_command_line(int argc, char** argv, Context& context) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const auto at = index_of_command(words);
  context.json = has_word(words, words.size(), {"--json"});  // also for errors in the words themselves
  if (const auto clock = check_clock(context.world); !clock) return report(context, clock.error());
  if (has_word(words, at, {"--version"})) return show_version(context);
  // The name goes first; the shared flags that stood before it follow.
  if (at < words.size()) {
    std::rotate(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at),
                words.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  } else if (has_word(words, at, {"--help", "-h"})) {
    std::erase_if(words, [](const auto& word) { return word == "--help" || word == "-h"; });
    words.insert(words.begin(), "help");
  } else {
    words.insert(words.begin(), "status");  // bare `postq`
  }
  const auto* const command = find_command(words.front());
  if (command == nullptr) return unknown_command(words.front(), context);
  return run(*command, std::move(words), context);
}

}  // namespace postq
