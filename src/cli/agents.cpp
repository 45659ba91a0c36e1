#include "cli/agents.h"

#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/text/text.h>

#include "app/words/select.h"
#include "cli/parser/describe.h"
#include "cli/parser/kept_text.h"

namespace postq {

namespace {

// The command of a command that was typed; nullptr: none.
const CLI::App* command_below(const CLI::App& typed) {
  const auto below = typed.get_subcommands();
  return below.empty() ? nullptr : below.front();
}

bool is_given(const CLI::App& typed, const std::string& flag) {
  const auto* const option = typed.get_option_no_throw(flag);
  return option != nullptr && option->count() > 0;
}

// The first post that the words name, so that its log has the refusal. What isn't there has no log.
std::optional<PostId> post_named(Store& store, const std::vector<std::string>& named) {
  for (const auto& word : named) {
    const auto selection = parse_selection(word);
    if (selection && store.post(selection->first)) return selection->first;
  }
  return std::nullopt;
}

// What was typed, without texts and without what flags take, which may be private.
std::vector<std::string> named_by(const std::vector<TypedWord>& words) {
  std::vector<std::string> named;
  for (const auto& word : words) {
    if (word.kind == TypedWord::Kind::argument) named.push_back(word.word);
  }
  return named;
}

// The refusal stands whether or not it could be written down.
void record(World& world, const std::string& command, const std::vector<std::string>& named) {
  const auto store = world.store(StoreUse::write);
  const auto line = command + quoted_words(named);
  const auto written = store
                           ? (*store)->note_refusal(line, post_named(**store, named), "a person does it", world.audit())
                           : Status(pass_on(store.error()));
  if (!written)
    world.log().warn("refused to the agent " + world.actor().name + ": " + line + "; " + written.error().message);
}

// " --walk", where the command without that flag is an agent's to type.
std::string refused_flag(const CLI::App& typed) {
  const auto* const command = find_command(typed.get_name());
  if (command == nullptr || command->agents.otherwise == AgentMay::refused) return {};
  for (const auto& [word, may] : command->agents.except) {
    const bool refused = may == AgentMay::refused && word.starts_with("--");
    if (refused && is_given(typed, std::string(word))) return " " + std::string(word);
  }
  return {};
}

}  // namespace

AgentMay permission_of(const Command& command, const CLI::App& typed) {
  const auto* const below = command_below(typed);
  if (is_given(typed, "--dry-run") || (below != nullptr && is_given(*below, "--dry-run"))) return AgentMay::read;
  const std::string name = below == nullptr ? "" : below->get_name();
  for (const auto& [word, may] : command.agents.except) {
    if (word == name || (word.starts_with("--") && is_given(typed, std::string(word)))) return may;
  }
  return command.agents.otherwise;
}

bool is_for_persons(std::string_view advice) {
  std::vector<std::string_view> words;
  while (!advice.empty()) {
    const auto end = std::min(advice.find(' '), advice.size());
    if (end > 0) words.push_back(advice.substr(0, end));
    advice.remove_prefix(std::min(end + 1, advice.size()));
  }
  if (words.size() < 2 || words.front() != "postq") return false;
  const auto* const command = find_command(words[1]);
  if (command == nullptr || std::find(words.begin(), words.end(), "--dry-run") != words.end()) return false;
  const std::string_view below = words.size() > 2 ? words[2] : std::string_view();
  for (const auto& [word, may] : command->agents.except) {
    const bool is_flag = word.starts_with("--");
    if (is_flag ? std::find(words.begin(), words.end(), word) != words.end() : word == below) {
      return may == AgentMay::refused;
    }
  }
  return command->agents.otherwise == AgentMay::refused;
}

std::string reason_for(const Actor& reader, std::string_view advice, std::string_view why) {
  if (!reader.agent || !is_for_persons(advice)) return std::string(why);
  return visible_line(person_of(reader)) + (why.empty() ? " can" : " can: " + std::string(why));
}

Error refuse_agent(Context& context, const CLI::App& typed, const std::vector<std::string>& words) {
  const auto actor = context.world.actor();
  const auto* const below = command_below(typed);
  const auto command = words_of(below == nullptr ? typed : *below) + refused_flag(typed);
  record(context.world, command, named_by(read_words(typed, words)));
  Error error{
      ErrorKind::refused, command + " needs a person, and POSTQ_AGENT says that " + actor.name + " runs this", {}, {}};
  return keep_for_person(context, typed, words, std::move(error), person_of(actor));
}

Status check_agents_own(Context& context, Store& store, const std::vector<PostDetail>& posts,
                        const std::string& command) {
  auto& world = context.world;
  if (!world.actor().agent) return {};
  for (const auto& post : posts) {
    auto own = store.check_agent(post.id, command + " " + std::to_string(number(post.id)), world.audit());
    if (own) continue;
    context.for_person = own.error().kind == ErrorKind::refused;
    return own;
  }
  return {};
}

std::string person_of(const Actor& actor) {
  return actor.person.empty() ? "a person" : actor.person;
}

void say_who_reviews(Context& context, const std::string& id) {
  const auto actor = context.world.actor();
  if (!actor.agent) return context.say("Next: postq review " + id);
  context.say((actor.person.empty() ? "A person" : visible_line(actor.person)) + " reads it: postq review " + id);
}

std::string agents_text() {
  struct Line {
    AgentMay may;
    std::string_view says;
    std::string commands = {};
  };
  Line lines[] = {{AgentMay::add, "adds"},
                  {AgentMay::read, "reads"},
                  {AgentMay::stop, "stops"},
                  {AgentMay::own, "changes"},
                  {AgentMay::refused, "never"}};
  const auto put = [&lines](AgentMay may, std::string_view name, std::string_view behind) {
    for (auto& line : lines) {
      if (line.may != may) continue;
      line.commands += (line.commands.empty() ? "" : ", ") + std::string(name);
      if (!behind.empty()) line.commands += " " + std::string(behind);
    }
  };
  for (const auto& command : all_commands()) {
    bool alone = false;  // the command by itself has a line of its own
    for (const auto& [word, may] : command.agents.except) {
      put(may, command.name, word);
      alone = alone || word.empty();
    }
    put(command.agents.otherwise, command.name, alone ? "..." : "");
  }
  std::string text =
      "A program that acts for a person sets POSTQ_AGENT to its name. It is recorded\n"
      "with the person's (\"claude, for anna\"): in the log, and with each post it adds.\n"
      "\n";
  for (const auto& line : lines) {
    const std::string left = "  " + pad(line.says, 10);
    std::string row = left;
    std::string all = line.commands;
    for (std::size_t at = 0; at < all.size();) {
      const auto end = std::min(all.find(", ", at), all.size());
      const auto word = all.substr(at, end - at) + (end < all.size() ? "," : "");
      if (row.size() > left.size() && row.size() + 1 + word.size() > 78) {
        text += row + "\n";
        row = std::string(left.size(), ' ');
      }
      row += (row.size() > left.size() ? " " : "") + word;
      at = end + 2;
    }
    text += row + "\n";
  }
  return text +
         "\n"
         "It changes and removes only posts that it added for the same person, and only\n"
         "until somebody else changed or anybody approved them. --dry-run is reading. What\n"
         "is refused ends with 5 and is an event of the log. The timer's flush runs without\n"
         "POSTQ_AGENT. This keeps programs from harm by mistake; one that takes the\n"
         "variable out of its environment acts as the person.\n";
}

}  // namespace postq
