// From argv to one command: finds its name, sets up only that command, parses, runs.
#include <CLI/CLI.hpp>

#include <postq/core/actor.h>
#include <postq/text/text.h>
#include <postq/time/time.h>

#include "app/process.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/flags/account_meant.h"
#include "cli/parser/describe.h"
#include "cli/parser/help_page.h"
#include "cli/parser/kept_text.h"
#include "cli/parser/meant_command.h"
#include "cli/parser/typed_words.h"
#include "cli/parser/typing_error.h"

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

Status check_clock(World& world) {
  if (!world.clock_is_fixed() || parse_rfc3339(world.environment("POSTQ_NOW").value_or(""))) return {};
  return fail(ErrorKind::usage, "POSTQ_NOW is no RFC 3339 time", "such as 2026-11-22T20:40:00Z");
}

// Who did it stands in every event, and in what reviewers read: a name that can't be told from another is no name.
Status check_names(World& world) {
  constexpr std::string_view kAgent = "POSTQ_AGENT";
  for (const char* const variable : {"POSTQ_AGENT", "POSTQ_USER", "SUDO_USER"}) {
    const auto name = world.environment(variable).value_or("");
    if (name.empty()) continue;
    auto checked = check_actor_name(name);
    // "claude, for anna" is how an agent and its person are shown.
    if (checked && variable == kAgent && name.find(',') != std::string::npos) {
      checked = fail(ErrorKind::usage, "holds a comma");
    }
    if (!checked) {
      return fail(ErrorKind::usage, std::string(variable) + " " + checked.error().message,
                  "a name of at most 64 characters, such as " + std::string(variable) + "=anna");
    }
  }
  return {};
}

Status check_environment(World& world) {
  POSTQ_CHECK(check_clock(world));
  return check_names(world);
}

// What the parser took for more than it was asked for, in words of ours.
Error extras_error(Context& context, const CLI::App& top, const std::vector<TypedWord>& typed,
                   const CLI::ExtrasError& problem, const CLI::App& command) {
  if (const auto whole = with_whole_values(context, typed); whole.size() < typed.size()) {
    const auto value = std::mismatch(whole.begin(), whole.end(), typed.begin(), [](const auto& a, const auto& b) {
                         return a.word == b.word;
                       }).first;
    return {ErrorKind::usage,
            value->option->get_name() + " takes one word, and several were typed",
            value->option->get_name() == "--to" ? "put commas between accounts: --to " + value->word
                                                : "put a time of several words in quotes",
            {}};
  }
  const auto extras = left_over(typed);
  if (extras.empty()) {
    const auto beside = words_beside(top);
    if (!beside.empty()) return extra_words_error(beside.front(), false, command);
    return {ErrorKind::usage, problem.what(), "postq " + words_of(command) + " --help", {}};
  }
  const auto& first = extras.front();
  if (words_of(command) == "account add" && !first.behind_dashes && first.kind == TypedWord::Kind::extra) {
    if (auto lines = lines_for_extra_word(context.world, typed, first.word); !lines.empty()) {
      return {ErrorKind::usage, "account add does not know what to do with '" + first.word + "'", std::move(lines), {}};
    }
  }
  // Where a text is kept, the command that goes on with it is said beside it.
  const auto with_command = [&](Error error) {
    if (typed_text(typed).empty()) error.hint += ":  " + put_right(context, command, typed);
    return error;
  };
  if (first.kind == TypedWord::Kind::file) return with_command(file_behind_media(first.word));
  if (first.behind_dashes && first.option != nullptr) return with_command(flag_behind_dashes(first.word));
  return extra_words_error(first.word, first.behind_dashes, command);
}

// The first flag that this command lacks, and `add` has; empty: there is none.
std::string flag_only_of_add(const CLI::App& add, const CLI::App& command, const std::vector<TypedWord>& typed) {
  for (const auto& word : typed) {
    if (word.kind != TypedWord::Kind::unknown) continue;
    const auto name = word.word.substr(0, word.word.find('='));
    if (add.get_option_no_throw(name) != nullptr && command.get_option_no_throw(name) == nullptr) return name;
  }
  return {};
}

// `post --at "fri 9am"` means `add`: what was typed goes on there.
std::optional<int> refuse_for_add(const CLI::App& command, const std::vector<std::string>& words, Context& context) {
  const auto* const other = find_command("add");
  if (command.get_name() != "post" || other == nullptr) return std::nullopt;
  CLI::App app{"", "postq"};
  app.set_help_flag();
  Context described{context.world};
  const auto& add = describe(app, *other, described);
  const auto flag = flag_only_of_add(add, command, read_words(command, words));
  if (flag.empty()) return std::nullopt;
  auto meant = words;
  meant.front() = "add";
  std::erase_if(meant, [](const auto& word) { return word == "--yes" || word == "-y"; });
  return report(context, keep_text(context, add, meant, flag_of_add(flag, command), PutRight::yes));
}

// A fault of ours, or no memory: it ends the command, not what was typed.
Error fault(const std::exception& problem) {
  if (dynamic_cast<const std::bad_alloc*>(&problem) != nullptr) {
    return {ErrorKind::try_later, "there is too little memory for it now", {}, {}};
  }
  return {
      ErrorKind::bug, std::string("a bug in postq: ") + problem.what(), "nothing more was done; please report it", {}};
}

// What was typed is for persons, and an agent runs this.
struct ForPersons {};

// The parser would take a flag for the value of the one before it, and refuse something else.
std::optional<Error> value_missing(const CLI::App& command, const std::vector<std::string>& words) {
  const auto typed = read_words(command, words);
  for (std::size_t i = 0; i + 1 < typed.size(); ++i) {
    if (typed[i].lacks_value) return flag_for_value(*typed[i].option, typed[i + 1].word, command);
  }
  return std::nullopt;
}

// Parses and runs; what ends it before it could keep a text of its own keeps it here.
int run(const Command& chosen, std::vector<std::string> arguments, Context& context) {
  CLI::App app{"", "postq"};
  app.set_help_flag();
  auto& command = describe(app, chosen, context);
  const auto words = arguments;
  // Between the words and what they do.
  app.parse_complete_callback([&] {
    if (auto beside = words_beside(command); !beside.empty()) throw CLI::ExtrasError(command.get_name(), beside);
    const auto typed = read_words(command, words);
    if (std::any_of(typed.begin(), typed.end(), is_lost))
      throw CLI::ExtrasError(command.get_name(), std::vector<std::string>{"--"});
    if (permission_of(chosen, command) == AgentMay::refused && context.world.actor().agent) throw ForPersons();
  });
  const auto refuse = [&](Error error) {
    return report(context, keep_text(context, command, words, std::move(error)));
  };
  auto* const process = process_of(context.world);
  if (process != nullptr && takes_text(command)) process->hold(typed_text(read_words(command, words)));
  if (const auto fits = check_environment(context.world); !fits) return refuse(fits.error());
  if (auto swallows = value_missing(command, words)) return refuse(*std::move(swallows));
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return show_help(innermost(command), context);
  } catch (const ForPersons&) {
    return report(context, refuse_agent(context, command, words));
  } catch (const CLI::ExtrasError& problem) {
    if (const auto code = refuse_for_add(command, words, context)) return *code;
    return refuse(extras_error(context, command, read_words(command, words), problem, innermost(command)));
  } catch (const CLI::ParseError& problem) {
    return refuse(typing_error(problem, innermost(command)));
  } catch (const std::exception& problem) {
    // Whatever it was may be in the way of keeping the text as usual.
    if (process != nullptr && process->save_held()) return report(context, fault(problem));
    return refuse(fault(problem));
  }
  if (context.outcome) return *context.outcome;
  if (!context.for_person) return refuse(context.outcome.error());
  return report(context,
                keep_for_person(context, command, words, context.outcome.error(), person_of(context.world.actor())));
}

int unknown_command(const std::vector<std::string>& words, Context& context) {
  const std::string& typed = words.front();
  std::vector<std::string> names;
  for (const auto& command : all_commands()) names.emplace_back(command.name);
  auto meant = closest(typed, names);
  Error error{ErrorKind::usage,
              "there is no command '" + typed + "'",
              meant ? "did you mean `postq " + *meant + "`?" : "postq help",
              {}};
  if (meant && !may_be_guessed(typed, *meant)) {
    meant.reset();
    error.hint = "postq help";
  }
  if (const auto other = meant_command(context, words)) {
    error.hint = other->hint;
    meant = other->command.empty() ? std::nullopt : std::optional{std::string(other->command)};
  }
  const auto* const command = meant ? find_command(*meant) : nullptr;
  if (command == nullptr) return report(context, keep_words(context, words, std::move(error)));
  CLI::App app{"", "postq"};
  app.set_help_flag();
  auto& described = describe(app, *command, context);
  if (!takes_text(described)) return report(context, keep_words(context, words, std::move(error)));
  auto meant_words = words;
  meant_words.front() = *meant;
  return report(context, keep_text(context, described, meant_words, std::move(error), PutRight::yes));
}

int show_version(Context& context) {
  context.result(context.json ? JsonLine().text("schema", "postq.version/1").text("version", POSTQ_VERSION).str()
                              : "postq " POSTQ_VERSION);
  return kDone;
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
  if (has_word(words, at, {"--version", "-V"})) return show_version(context);
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
  context.words = words;
  const auto* const command = find_command(words.front());
  if (command == nullptr) return unknown_command(words, context);
  return run(*command, std::move(words), context);
}

}  // namespace postq
