// The parser says what is wrong in one English sentence and nothing else, so its sentences are read here, by the class
// of their exception; tests/cli/bad-input.t types each of them.
#include "cli/parser/typing_error.h"

#include <algorithm>
#include <array>
#include <optional>

#include <postq/text/text.h>

#include "cli/parser/describe.h"
#include "cli/parser/help_page.h"
#include "cli/parser/meant_command.h"

namespace postq {

namespace {

// The command, and what it is a command of, whose flags it takes as well.
std::vector<const CLI::App*> with_parents(const CLI::App& command) {
  std::vector<const CLI::App*> apps;
  for (const auto* app = &command; app != nullptr; app = app->get_parent()) apps.push_back(app);
  return apps;
}

std::string help_hint(const CLI::App& command) {
  return "postq " + words_of(command) + " --help";
}

// The option that the parser's sentence names first, as in "--limit: ..." or "--file excludes --text".
const CLI::Option* option_named(std::string_view sentence, const CLI::App& command) {
  const auto name = sentence.substr(0, sentence.find_first_of(": "));
  for (const auto* app : with_parents(command)) {
    for (const auto* option : app->get_options()) {
      if (option->get_name() == name) return option;
    }
  }
  return nullptr;
}

// What stands behind `mark`; nothing where it doesn't occur.
std::optional<std::string> behind(const std::string& sentence, std::string_view mark) {
  const auto at = sentence.find(mark);
  if (at == std::string::npos) return std::nullopt;
  return sentence.substr(at + mark.size());
}

// "auto,always,never" as "auto, always or never".
std::string one_of(std::string_view list) {
  std::string words;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    if (at > 0) words += end == list.size() ? " or " : ", ";
    words += list.substr(at, end - at);
    at = end + 1;
  }
  return words;
}

// "x not in {auto,always,never}", or a sentence of our own.
std::string wrong_value(const std::string& name, std::string_view sentence) {
  // "Value 0 not in range 1 to 100": the parser's own, up to numbers of 300 digits.
  constexpr std::string_view kValue = "Value ";
  constexpr std::string_view kRange = " not in range ";
  constexpr std::size_t kLongestNumber = 12;
  if (const auto range = sentence.rfind(kRange); sentence.starts_with(kValue) && range != std::string_view::npos) {
    const auto typed = std::string(sentence.substr(kValue.size(), range - kValue.size()));
    const auto bounds = sentence.substr(range + kRange.size());
    const auto to = bounds.find(" to ");
    const bool both = bounds.size() - std::min(to, bounds.size()) - 4 <= kLongestNumber;
    return name + " takes a number from " + std::string(both ? bounds : bounds.substr(0, to)) + (both ? "" : " on") +
           ", not '" + typed + "'";
  }
  constexpr std::string_view kMark = " not in {";
  const auto at = sentence.rfind(kMark);
  if (at == std::string_view::npos || !sentence.ends_with('}')) return name + ": " + std::string(sentence);
  const auto value = sentence.substr(0, at);
  sentence.remove_prefix(at + kMark.size());
  sentence.remove_suffix(1);
  return name + " takes " + one_of(sentence) + ", not '" + std::string(value) + "'";
}

// "--limit = x"; a flag gets here with `--dry-run=x`.
std::string wrong_number(const std::string& name, const std::string& value, bool is_flag) {
  if (is_flag) return name + " takes no value";
  const bool is_number = value.find_first_not_of("0123456789", value.starts_with('-') ? 1 : 0) == std::string::npos;
  if (is_number && !value.empty()) return name + " takes no number as large as " + value;
  return name + " takes a number, not '" + value + "'";
}

std::string message_of(const CLI::ParseError& problem, const std::string& sentence, const CLI::Option& option,
                       const CLI::App& command) {
  const std::string name = option.get_name();
  const bool is_flag = option.get_expected_max() == 0;
  if (dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr) {
    return words_of(command) + " needs " + typed_as(option);
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&problem) != nullptr) {
    return name + " and " + behind(sentence, " excludes ").value_or("the others") + " don't go together";
  }
  if (dynamic_cast<const CLI::ConversionError*>(&problem) != nullptr) {
    return wrong_number(name, behind(sentence, " = ").value_or(""), is_flag);
  }
  if (dynamic_cast<const CLI::ValidationError*>(&problem) != nullptr) {
    return wrong_value(name, behind(sentence, ": ").value_or(""));
  }
  const bool too_many = dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr && option.count() > 1;
  return name + (too_many ? " was given more than once" : " needs a value");
}

std::vector<std::string> known_flags(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* app : with_parents(command)) {
    for (const auto* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

}  // namespace

bool means_text(std::string_view flag, const CLI::App& command) {
  constexpr std::array<std::string_view, 6> kNames{"--text", "--message", "--msg", "--body", "--content", "-m"};
  const auto name = flag.substr(0, flag.find('='));
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() &&
         command.get_option_no_throw("TEXT") != nullptr && command.get_option_no_throw(std::string(name)) == nullptr;
}

std::optional<std::string> meant_flag(std::string_view typed, const CLI::App& command) {
  if (means_text(typed, command)) return std::nullopt;
  return closest(typed.substr(0, typed.find('=')), known_flags(command));
}

Error typing_error(const CLI::ParseError& problem, const CLI::App& command) {
  std::string sentence = problem.what();
  if (const auto rest = behind(sentence, "Could not convert: ")) sentence = *rest;
  const auto* const option = option_named(sentence, command);
  if (option == nullptr) return {ErrorKind::usage, sentence, help_hint(command), {}};
  return {ErrorKind::usage,
          message_of(problem, sentence, *option, command),
          typed_as(*option) + "    " + option->get_description() + "\n" + help_hint(command),
          {}};
}

namespace {

bool takes_words(const CLI::App& command) {
  for (const char* const name : {"TEXT", "--text", "--reason"}) {
    if (command.get_option_no_throw(name) != nullptr) return true;
  }
  return false;
}

Error unknown_flag(const std::string& flag, const CLI::App& command) {
  Error error{ErrorKind::usage, words_of(command) + " has no flag " + flag, help_hint(command), {}};
  if (means_text(flag, command)) {
    error.message =
        words_of(command) + " has no flag " + flag.substr(0, flag.find('=')) + ": the text stands by itself";
    error.hint = "postq " + words_of(command) + " \"what you want to say\"\n" + error.hint;
    return error;
  }
  if (const auto meant = meant_flag(flag, command)) {
    error.message += "; did you mean " + *meant + "?";
  } else if (const auto* const text = command.get_option_no_throw("TEXT"); text != nullptr && text->count() == 0) {
    error.hint =
        "a text that begins with - goes behind --:  postq " + words_of(command) + " -- \"-...\"\n" + error.hint;
  }
  return error;
}

Error unknown_command_of(const std::string& word, const CLI::App& command) {
  std::vector<std::string> known;
  std::string all;
  for (const auto* sub : command.get_subcommands({})) {
    known.push_back(sub->get_name());
    all += (all.empty() ? "" : ", ") + sub->get_name();
  }
  const auto meant = meant_subcommand(word, known);
  return {ErrorKind::usage,
          words_of(command) + " has no command '" + word + "'",
          (meant ? "did you mean `postq " + words_of(command) + " " + *meant + "`?" : "it has " + all) + "\n" +
              help_hint(command),
          {}};
}

std::string how_text_is_given(const CLI::App& command) {
  if (command.get_option_no_throw("--text") != nullptr && command.get_name() == "edit") {
    return "a new text stands behind --text:  postq edit ID --text \"...\"\n";
  }
  return takes_words(command) ? "put a text of several words in quotes\n" : "";
}

}  // namespace

Error flag_for_value(const CLI::Option& flag, const std::string& follows, const CLI::App& command) {
  return {ErrorKind::usage,
          flag.get_name() + " needs a value, and " + follows + " follows it",
          typed_as(flag) + "    " + flag.get_description() + "\n" + help_hint(command),
          {}};
}

Error flag_behind_dashes(const std::string& flag) {
  return {ErrorKind::usage, flag + " stands behind --, where all is text", "flags go before --", {}};
}

Error file_behind_media(const std::string& file) {
  return {ErrorKind::usage,
          "--media takes one file, and " + file + " follows it",
          "each file has its own --media, and its --alt behind it",
          {}};
}

Error flag_of_add(const std::string& flag, const CLI::App& command) {
  return {
      ErrorKind::usage, words_of(command) + " sends now, so it has no " + flag, "`postq add` queues it for later", {}};
}

Error extra_words_error(const std::string& first, bool behind_dashes, const CLI::App& command) {
  if (!behind_dashes && first.size() > 1 && first.front() == '-') return unknown_flag(first, command);
  if (!behind_dashes && !command.get_subcommands({}).empty()) return unknown_command_of(first, command);
  return {ErrorKind::usage,
          words_of(command) + " does not know what to do with '" + first + "'",
          how_text_is_given(command) + help_hint(command),
          {}};
}

}  // namespace postq
