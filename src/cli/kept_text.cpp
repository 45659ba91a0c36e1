#include "cli/kept_text.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include <postq/core/command_words.h>

#include "cli/editor_page.h"

namespace postq {

namespace {

bool was_given(const CLI::App& command, const char* name) {
  const auto* const option = command.get_option_no_throw(name);
  return option != nullptr && option->count() > 0;
}

bool is_flag(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

// The word behind the flag that doesn't exist, unless the one that was meant takes no value.
std::string value_of_wrong_flag(const CLI::App& command, const std::vector<std::string>& words,
                                const LeftOver& left_over) {
  if (left_over.words.empty()) return {};
  const auto* const meant = command.get_option_no_throw(left_over.meant);
  if (meant != nullptr && meant->get_type_size() == 0) return {};
  const auto at = std::find(words.begin(), words.end(), left_over.words.front());
  return at == words.end() || at + 1 == words.end() || is_flag(at[1]) ? std::string{} : at[1];
}

// What was typed as the text; "-" stands for standard input, as does nothing in front of a pipe.
Result<std::string> text_of(World& world, const CLI::App& command, const std::vector<std::string>& words,
                            const LeftOver& left_over) {
  auto typed = command.get_option("TEXT")->results();
  for (const auto& word : left_over.words) {
    if (!is_flag(word)) typed.push_back(word);
  }
  if (const auto value = value_of_wrong_flag(command, words, left_over); !value.empty()) std::erase(typed, value);
  if (!typed.empty() && typed.front() != "-") {
    // Who typed it has it on the screen and in the shell's history; a script's words are gone.
    return world.terminal().person_present() ? std::string{} : typed.front();
  }
  const bool elsewhere = was_given(command, "--file") || was_given(command, "--recover");
  if (typed.empty() && (elsewhere || world.stdin_is_terminal())) return std::string{};
  return world.read_stdin();
}

// "postq add --to site --recover": the words again, without the text.
std::string words_again(const std::vector<std::string>& words, const std::string& text, const LeftOver& left_over) {
  std::string again = "postq";
  bool left_out = false;
  for (const auto& word : words) {
    if (!left_out && (word == text || word == "-")) {
      left_out = true;
      continue;
    }
    const bool wrong = !left_over.meant.empty() && word == left_over.words.front();
    again += " " + quoted_word(wrong ? left_over.meant + word.substr(std::min(word.find('='), word.size())) : word);
  }
  return again + " --recover";
}

}  // namespace

Error keep_text(Context& context, const CLI::App& command, const std::vector<std::string>& words, Error error,
                const LeftOver& left_over) {
  if (command.get_option_no_throw("TEXT") == nullptr || was_given(command, "--recover")) return error;
  auto& world = context.world;
  const auto text = text_of(world, command, words, left_over);
  const auto rescue = world.rescue();
  if (!text || text->empty() || !rescue) return error;
  auto path = (*rescue)->save(*text, stamp(world.now()));
  if (!path) return error;
  error.rescue = *std::move(path);
  error.hint +=
      (left_over.meant.empty() ? "\nwith that put right:  " : "\nthen go on:  ") + words_again(words, *text, left_over);
  return error;
}

}  // namespace postq
