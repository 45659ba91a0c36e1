// `postq send`, as it is typed.
#include "app/words/event_facts.h"
#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;

namespace {

constexpr std::string_view kWhy = "Why past the rules? The log keeps it: ";

// Post 1 is approved, and the ratio holds it.
struct HeldPost : TalkWorld {
  HeldPost() {
    REQUIRE(type({"add", "Oak leaves."}) == 0);
    approve_all();
    run_flush();
    REQUIRE(sent().empty());
    person.prompts.clear();
  }
  std::vector<Event> events_past_rules() {
    auto events = must(queue().events(std::nullopt, 1'000));
    std::erase_if(events, [](const Event& event) { return event.kind != "sent-past-rules"; });
    return events;
  }
};

}  // namespace

TEST_CASE("send asks at a terminal why, sends, and the log keeps the reason") {
  HeldPost world;
  world.person.lines = {"the show starts in an hour"};

  CHECK(world.type({"send", "1@bsky"}) == 0);

  REQUIRE(world.person.prompts.size() == 1);
  CHECK(world.person.prompts.front() == kWhy);
  REQUIRE(world.sent().size() == 1);
  CHECK(world.sent().front().text == "Oak leaves.");
  world.person.take_screen();
  CHECK(world.type({"log"}) == 0);
  CHECK(has(world.person.take_screen(), "the show starts in an hour"));
}

TEST_CASE("send asks nothing where the reason was typed") {
  HeldPost world;

  CHECK(world.type({"send", "1@bsky", "--reason", "the show starts"}) == 0);

  CHECK(world.person.prompts.empty());
  CHECK(world.sent().size() == 1);
  REQUIRE(world.events_past_rules().size() == 1);
}

TEST_CASE("an empty line is no reason: nothing is sent, and nothing of it is in the log") {
  HeldPost world;
  SECTION("an empty line") {
    world.person.lines = {""};
  }
  SECTION("spaces") {
    world.person.lines = {"  "};
  }
  SECTION("the end of the input") {
    world.person.lines = {};
  }

  CHECK(world.type({"send", "1@bsky"}) == 130);

  CHECK(world.person.prompts.back() == kWhy);
  CHECK(world.sent().empty());
  CHECK(world.events_past_rules().empty());
  CHECK(delivery_on(world.queue(), PostId{1}, "bsky").approved());
}

TEST_CASE("send without a reason asks nobody who can't answer, and names the flag") {
  HeldPost world;
  SECTION("--no-input") {
    CHECK(world.type({"--no-input", "send", "1@bsky"}) == 2);
  }
  SECTION("no terminal") {
    world.person.person = false;
    CHECK(world.type({"send", "1@bsky"}) == 2);
  }

  CHECK(world.person.prompts.empty());
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "sending past the rules needs a reason"));
  CHECK(has(screen, "postq send 1@bsky --reason TEXT"));
  CHECK(world.sent().empty());
}

TEST_CASE("send refuses before it asks for a reason, or for a terminal") {
  HeldPost world;
  world.person.lines = {"the show starts in an hour"};
  SECTION("a post that isn't reviewed") {
    REQUIRE(world.type({"add", "Acorns."}) == 0);
    world.person.prompts.clear();
    SECTION("at a terminal") {
      CHECK(world.type({"send", "2@bsky"}) == 5);
    }
    SECTION("elsewhere") {
      world.person.person = false;
      CHECK(world.type({"send", "2@bsky"}) == 5);
    }
    CHECK(has(world.person.take_screen(), "2@bsky has not been reviewed"));
  }
  SECTION("a post on two accounts") {
    world.on_shore("work");
    REQUIRE(world.type({"add", "Acorns.", "--to", "all"}) == 0);
    world.approve_all();
    world.person.prompts.clear();
    SECTION("at a terminal") {
      CHECK(world.type({"send", "2"}) == 2);
    }
    SECTION("elsewhere") {
      world.person.person = false;
      CHECK(world.type({"send", "2"}) == 2);
    }
    const auto screen = world.person.take_screen();
    CAPTURE(screen);
    CHECK(has(screen, "send takes one delivery at a time"));
    CHECK(has(screen, "\n  postq send 2@bsky --reason \"...\"\n  postq send 2@work --reason \"...\""));
    CHECK_FALSE(has(screen, "needs a reason"));
  }

  CHECK(world.person.prompts.empty());
  CHECK(world.sent().empty());
}
