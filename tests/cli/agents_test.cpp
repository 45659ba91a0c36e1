// What a program may do that acts for a person (POSTQ_AGENT), through every command there is.
#include "cli/agents.h"

#include <set>

#include <CLI/CLI.hpp>

#include "app/words/event_facts.h"
#include "cli/parser/describe.h"
#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;

namespace {

struct AgentWorld : TalkWorld {
  AgentWorld() {
    be_person();
    whose_home = who;
    be_agent();
  }
  void be_agent() { who = {"claude", true, "anna"}; }
  void be_person() { who = {"anna", false}; }

  std::vector<Event> refusals() {
    auto events = must(queue().events(std::nullopt, 1'000));
    std::erase_if(events, [](const Event& event) { return event.kind != "refused to an agent"; });
    return events;
  }
  // What a refusal left in the log: "reject 1".
  std::string refused_last() { return facts_of(refusals().back()).detail("command"); }
};

// What stands for an argument that a command can't do without.
std::string sample(const std::string& name) {
  if (name == "ITEM") return "i1";
  if (name == "NAME") return "bsky";
  if (name == "WHEN") return "tomorrow";
  if (name == "WORDS") return "oak";
  return name == "ID" ? "1" : "x";
}

// Each command and each command of one, with what it needs: {"account", "rm", "bsky"}.
std::vector<std::pair<std::string, std::vector<std::string>>> every_command(Context& context) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  for (const auto& command : all_commands()) {
    CLI::App parser{"", "postq"};
    auto& described = describe(parser, command, context);
    std::vector<CLI::App*> apps{&described};
    for (auto* const below : described.get_subcommands({})) apps.push_back(below);
    for (auto* const app : apps) {
      std::vector<std::string> words{std::string(command.name)};
      if (app != &described) words.push_back(app->get_name());
      for (const auto* const option : app->get_options()) {
        if (!option->get_required()) continue;
        if (!option->get_positional()) words.push_back(option->get_name());
        words.push_back(sample(option->get_name()));
      }
      all.emplace_back(words_of(*app), words);
    }
  }
  return all;
}

// All that isn't here is refused to agents: a new command is for persons until somebody decides otherwise.
const std::set<std::string> kForAgents{
    "add",    "edit",        "reschedule",   "rm",     "pause",       "status",    "list",
    "show",   "why",         "when",         "search", "log",         "policy",    "policy simulate",
    "stats",  "sync",        "inbox",        "listen", "listen list", "account",   "account list",
    "rescue", "rescue list", "account show", "config", "config path", "platforms", "config check",
    "timer",  "timer show",  "timer status", "doctor", "help"};

}  // namespace

TEST_CASE("every command that isn't for agents refuses one, and the log has each refusal") {
  AgentWorld world;
  world.hears("@tom", "Is it oak?", kNoon);
  world.be_person();
  REQUIRE(world.type({"add", "A post"}) == 0);
  world.be_agent();
  Context context{world};
  for (const auto& [name, words] : every_command(context)) {
    INFO(name);
    const auto before = world.refusals().size();
    world.person.take_screen();

    const int code = world.type(words);

    const auto screen = world.person.take_screen();
    const bool refused = has(screen, name + " needs a person, and POSTQ_AGENT says that claude runs this");
    const bool allowed = kForAgents.contains(name);
    CHECK(refused != allowed);
    if (allowed) continue;
    CHECK(code == 5);
    CHECK(has(screen, "ask anna to type:  postq " + name));
    CHECK(world.refusals().size() == before + 1);
    CHECK(world.refused_last().starts_with(name));
  }
}

TEST_CASE("a flag that makes something else of a command has its own permission") {
  AgentWorld world;
  world.hears("@tom", "Is it oak?", kNoon);

  CHECK(world.type({"reply", "i1", "--draft", "Oak."}) == 0);
  CHECK(world.type({"flush", "--dry-run"}) == 0);
  CHECK(world.type({"retract", "1", "--dry-run"}) != 0);
  CHECK(world.refusals().empty());
  CHECK(world.type({"inbox", "--walk"}) == 5);
  CHECK(world.type({"doctor", "--forget-queue"}) == 5);
  CHECK(world.type({"reply", "i1", "Oak."}) == 5);
  CHECK(world.type({"flush"}) == 5);
  CHECK(world.refusals().size() == 4);
}

TEST_CASE("the log of a post has what an agent was refused about it") {
  AgentWorld world;
  REQUIRE(world.type({"add", "A post"}) == 0);
  world.person.take_screen();

  CHECK(world.type({"reject", "1", "--reason", "no good"}) == 5);
  CHECK(world.type({"account", "rm", "bsky"}) == 5);

  world.person.take_screen();
  CHECK(world.type({"log", "1"}) == 0);
  const auto of_post = world.person.take_screen();
  CHECK(has(of_post, "added  by claude, for anna"));
  CHECK(has(of_post, "refused to an agent: reject 1; a person does it  by claude, for anna"));
  CHECK_FALSE(has(of_post, "account rm"));
  CHECK(world.type({"log"}) == 0);
  CHECK(has(world.person.take_screen(), "refused to an agent: account rm bsky"));
  CHECK(world.type({"log", "1", "--json"}) == 0);
  CHECK(has(world.person.take_screen(), R"("actor":"claude","agent":true,"for":"anna")"));
}

TEST_CASE("a text that an agent would have sent is kept, for the queue or for the person") {
  AgentWorld world;

  CHECK(world.type({"post", "The kettle is on", "--to", "bsky", "--yes"}) == 5);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "your text is safe:"));
  CHECK(has(screen, "queue it for review:  postq add --to bsky --recover"));
  // She reads it first, and it isn't hers: no --yes, and its file.
  const auto path = must(must(world.rescue())->newest());
  CHECK(has(screen, "or ask anna to type:  postq post --to bsky --recover " + path));
  CHECK(path.ends_with(".claude+anna.md"));
}

TEST_CASE("an agent changes and takes out its own posts, and nobody else's") {
  AgentWorld world;
  REQUIRE(world.type({"add", "By an agent"}) == 0);
  world.be_person();
  REQUIRE(world.type({"add", "By a person"}) == 0);
  world.be_agent();

  CHECK(world.type({"edit", "1", "--text", "By an agent, later"}) == 0);
  CHECK(world.type({"reschedule", "1", "tomorrow"}) == 0);
  world.person.take_screen();
  for (const auto& words : {std::vector<std::string>{"edit", "2", "--text", "Mine now"},
                            {"reschedule", "2", "tomorrow"},
                            {"rm", "1", "2"}}) {
    INFO(words.front());
    CHECK(world.type(words) == 5);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "post 2 was written by anna, and an agent changes only its own"));
    CHECK(has(screen, "ask anna to type:  postq " + words.front() + (words.front() == "rm" ? " 1 2" : " 2")));
    CHECK(world.refused_last() == words.front() + " 2");
  }
  CHECK(world.type({"rm", "1"}) == 0);
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "The text is kept."));
  CHECK_FALSE(has(screen, "postq retry"));
}

TEST_CASE("every screen names the agent and the person it wrote for") {
  AgentWorld world;
  REQUIRE(world.type({"add", "By an agent"}) == 0);
  world.be_person();
  world.person.take_screen();

  CHECK(world.type({"list"}) == 0);
  CHECK(has(world.person.take_screen(), "[claude] By an agent"));
  CHECK(world.type({"show", "1"}) == 0);
  CHECK(has(world.person.take_screen(), "written by claude, for anna"));
  CHECK(world.type({"why", "1"}) == 0);
  CHECK(has(world.person.take_screen(), "by claude, for anna"));
  world.person.keys = {"q"};
  CHECK(world.type({"review"}) == 0);
  CHECK(has(world.person.take_screen(), "written by claude, for anna"));
  for (const auto* const command : {"list", "show"}) {
    INFO(command);
    std::vector<std::string> words{command, "--json"};
    if (words.front() == "show") words.emplace_back("1");
    CHECK(world.type(words) == 0);
    CHECK(has(world.person.take_screen(), R"("author":"claude","agent":true,"for":"anna")"));
  }
}

TEST_CASE("the help about agents names every command once where it belongs") {
  AgentWorld world;

  CHECK(world.type({"help", "agents"}) == 0);

  const auto text = world.person.take_screen();
  for (const auto& command : all_commands()) CHECK(has(text, std::string(command.name)));
  CHECK(has(text, "never     post, reply, record"));
}

TEST_CASE("a refusal offers the person all that was typed") {
  AgentWorld world;
  world.be_person();
  REQUIRE(world.type({"add", "By a person"}) == 0);
  REQUIRE(world.type({"add", "Another"}) == 0);
  world.be_agent();
  const auto said_to = [&](std::vector<std::string> words) {
    world.person.take_screen();
    CHECK(world.type(std::move(words)) == 5);
    return world.person.take_screen();
  };

  CHECK(has(said_to({"reschedule", "1", "in 1 h"}), "ask anna to type:  postq reschedule 1 'in 1 h'"));
  CHECK(has(said_to({"rm", "--yes", "1", "2"}), "ask anna to type:  postq rm --yes 1 2"));
  const auto edit = said_to({"edit", "1", "--text", "By an agent"});
  const auto path = must(must(world.rescue())->newest());
  CHECK(has(edit, "queue it as another post:  postq add --recover\n"));
  CHECK(has(edit, "or ask anna to type:  postq edit 1 --file " + path));
  const auto post = said_to({"post", "--to", "bsky", "--recover"});
  CHECK(has(post, "queue it for review:  postq add --recover " + path));
  CHECK(has(post, "or ask anna to type:  postq post --to bsky --recover " + path));
}

TEST_CASE("a refusal names the flag, where the command without it is an agent's to type") {
  AgentWorld world;

  CHECK(world.type({"inbox", "--walk"}) == 5);

  CHECK(has(world.person.take_screen(), "inbox --walk needs a person"));
  CHECK(world.refused_last() == "inbox --walk");
}

TEST_CASE("who reviews what an agent adds is named") {
  AgentWorld world;

  CHECK(world.type({"add", "By an agent"}) == 0);

  CHECK(has(world.person.take_screen(), "anna reads it: postq review 1"));
  CHECK(world.type({"edit", "1", "--text", "By an agent, again"}) == 0);
  CHECK(has(world.person.take_screen(), "anna reads it: postq review 1"));
}

TEST_CASE("--recover goes on with one's own text, and an agent never with another's") {
  AgentWorld world;
  world.be_person();
  CHECK(world.type({"add", "Hers", "--to", "nobody"}) == 4);
  const auto hers = must(must(world.rescue())->newest());
  world.be_agent();
  CHECK(world.type({"add", "Its own", "--to", "nobody"}) == 4);
  world.person.take_screen();

  CHECK(world.type({"add", "--recover", hers}) == 5);
  CHECK(has(world.person.take_screen(), "that text was written by anna, and claude goes on with its own only"));
  CHECK(world.type({"add", "--recover"}) == 0);
  CHECK(has(world.person.take_screen(), "\"Its own\""));
  CHECK(has(must(world.queue().post(PostId{1})).draft, "Its own"));
  world.be_person();
  CHECK(world.type({"add", "--recover"}) == 0);
  CHECK(has(must(world.queue().post(PostId{2})).draft, "Hers"));
  CHECK(must(must(world.rescue())->list()).empty());
}
