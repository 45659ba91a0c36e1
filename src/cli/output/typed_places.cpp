#include "cli/output/typed_places.h"

#include <algorithm>
#include <array>

#include <postq/base/command_words.h>

#include "cli/commands.h"

namespace postq {

namespace {

constexpr std::string_view kPostq = "postq ";

struct TypedPlace {
  std::string_view flag;
  std::string value;
};

// The last one counts, as it does for the world.
std::vector<TypedPlace> typed_places(const std::vector<std::string>& words) {
  std::vector<TypedPlace> places{{"--db", ""}, {"--config", ""}};
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    for (auto& place : places) {
      const bool has_value = words[i].starts_with(std::string(place.flag) + "=");
      if (has_value) place.value = words[i].substr(place.flag.size() + 1);
      if (words[i] == place.flag && i + 1 < words.size()) place.value = words[i + 1];
    }
  }
  std::erase_if(places, [](const TypedPlace& place) { return place.value.empty(); });
  return places;
}

bool begins_command(std::string_view text, std::size_t at, Advice advice) {
  const auto name = text.substr(at + kPostq.size());
  const auto end = std::min(name.find_first_of(" \n`,;:)"), name.size());
  if (find_command(name.substr(0, end)) == nullptr) return false;
  if (at == 0) return true;
  const auto before = text.substr(0, at);
  if (before.ends_with('\n') || before.ends_with('`')) return true;
  if (advice == Advice::whole) return before.ends_with(' ') || before.ends_with('(');
  const auto line = before.substr(before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1);
  return before.ends_with("  ") || before.ends_with(": ") || line.find_first_not_of(' ') == std::string_view::npos;
}

// What stands behind a command: why, or the next one.
std::size_t end_of_command(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 6> kEnds{"\n", "`", "    ", "   (", " && ", ", or "};
  auto end = text.size();
  for (const auto stop : kEnds) end = std::min(end, text.find(stop, at));
  return end;
}

bool has_word(std::string_view command, std::string_view flag) {
  for (auto at = command.find(flag); at != std::string_view::npos; at = command.find(flag, at + 1)) {
    const auto behind = command.substr(at + flag.size());
    if (command[at - 1] == ' ' && (behind.empty() || behind.front() == ' ' || behind.front() == '=')) return true;
  }
  return false;
}

std::string_view name_of_running(const Context& context) {
  return context.words.empty() ? std::string_view{} : std::string_view(context.words.front());
}

}  // namespace

std::string with_typed_places(const Context& context, std::string_view text, Advice advice) {
  const auto places = typed_places(context.words);
  if (places.empty()) return std::string(text);
  std::string out;
  std::size_t done = 0;
  for (auto at = text.find(kPostq); at != std::string_view::npos; at = text.find(kPostq, at)) {
    if (!begins_command(text, at, advice)) {
      at += kPostq.size();
      continue;
    }
    const auto end = end_of_command(text, at);
    const auto command = text.substr(at, end - at);
    out += text.substr(done, at - done);
    out += kPostq.substr(0, kPostq.size() - 1);
    for (const auto& [flag, value] : places) {
      if (!has_word(command, flag)) out += " " + std::string(flag) + " " + quoted_word(value);
    }
    out += command.substr(kPostq.size() - 1);
    done = end;
    at = end;
  }
  return out + std::string(text.substr(done));
}

std::function<std::string(std::string_view)> typed_places_of(const Context& context) {
  return [&context](std::string_view command) { return with_typed_places(context, command); };
}

std::string result_with_typed_places(const Context& context, std::string_view line) {
  // These print what people wrote, or pages that are the same for every queue.
  constexpr std::array<std::string_view, 9> kOthersWords{"show",  "list",   "inbox", "search", "log",
                                                         "stats", "rescue", "help",  "config"};
  const bool prints_others =
      std::find(kOthersWords.begin(), kOthersWords.end(), name_of_running(context)) != kOthersWords.end();
  const bool asks_for_help = std::any_of(context.words.begin(), context.words.end(),
                                         [](const auto& word) { return word == "--help" || word == "-h"; });
  if (context.json || prints_others || asks_for_help) return std::string(line);
  return with_typed_places(context, line, Advice::in_lines);
}

}  // namespace postq
