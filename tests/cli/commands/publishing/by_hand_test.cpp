// What is by hand while something is paused, and what becomes of it when it could not be sent.
#include "cli/talk_world.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::string last_line(const std::string& screen) {
  auto text = screen;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string first_line(const std::string& screen) {
  return screen.substr(0, screen.find('\n'));
}

// A post by hand that could not be sent: post 1.
void fail_to_post(TalkWorld& world) {
  world.beach().is_down = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "By my own hand."}) != 0);
  world.person.take_screen();
}

}  // namespace

TEST_CASE("by hand passes a pause after one more question that names it") {
  TalkWorld world;
  REQUIRE(world.type({"pause", "--reason", "fire at the shop"}) == 0);
  world.person.take_screen();

  world.person.keys = {"y", "y"};
  CHECK(world.type({"post", "We are all fine."}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "Post it now? [y/n] y\nEverything is PAUSED since 12:00 (fire at the shop).\n"));
  CHECK(has(screen, "By hand it goes all the same. Send it? [y/n] y\n"));
  CHECK_FALSE(has(screen, "postq resume"));
  CHECK(world.sent().size() == 1);
}

TEST_CASE("--yes doesn't answer the question about a pause, and a no keeps the text") {
  TalkWorld world;
  must(world.state_files().write_stop(""));

  world.person.keys = {"n"};
  CHECK(world.type({"post", "--yes", "We are all fine."}) == 130);
  auto screen = world.person.take_screen();
  CHECK_FALSE(has(screen, "Post it now?"));
  CHECK(has(screen, "Everything is PAUSED by the file STOP."));
  CHECK(has(screen, "postq post --recover"));
  CHECK_FALSE(has(screen, "postq resume"));
  CHECK(world.sent().empty());

  world.person.keys = {"y"};
  CHECK(world.type({"post", "--yes", "--recover"}) == 0);
  CHECK(world.sent().size() == 1);
  CHECK(world.state_files().stop_requested());
}

TEST_CASE("an answer passes the pause of its account the same way") {
  TalkWorld world;
  world.hears("@mira", "Is it oak?", kNoon - 1h);
  REQUIRE(world.type({"pause", "bsky"}) == 0);
  world.person.take_screen();

  world.person.keys = {"y", "y"};
  CHECK(world.type({"reply", "i1", "It is oak."}) == 0);

  CHECK(has(world.person.take_screen(), "bsky is PAUSED.\nBy hand it goes all the same."));
  CHECK(world.item(1).state == ItemState::answered);
}

TEST_CASE("where no question can be asked a pause stands, and resuming is not what is advised") {
  TalkWorld world;
  REQUIRE(world.type({"pause"}) == 0);
  world.person.take_screen();

  CHECK(world.type({"--no-input", "post", "--yes", "We are all fine."}) == 5);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "PAUSED"));
  CHECK(has(screen, "without them:  postq post"));
  CHECK_FALSE(has(screen, "postq resume"));
  CHECK(world.sent().empty());
}

TEST_CASE("a draft that was paused by itself is named, and goes after the question") {
  TalkWorld world;
  fail_to_post(world);
  REQUIRE(world.type({"pause", "1@bsky"}) == 0);
  world.beach().is_down = false;
  world.person.take_screen();

  world.person.keys = {"y"};
  CHECK(world.type({"post", "1", "--yes"}) == 0);

  CHECK(has(world.person.take_screen(), "1@bsky is PAUSED."));
  CHECK(world.sent().size() == 1);
}

TEST_CASE("a pause that comes between the question and the sending holds it, and says how it goes") {
  TalkWorld world;
  world.person.while_waiting = [&world] { must(world.state_files().write_stop("")); };
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "We are all fine."}) != 0);
  world.person.while_waiting = nullptr;
  CHECK(world.sent().empty());
  CHECK_FALSE(has(world.person.take_screen(), "postq resume"));
}

TEST_CASE("the headline of pause is its first and its last line") {
  TalkWorld world;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "Out a moment ago."}) == 0);
  world.person.take_screen();

  REQUIRE(world.type({"pause"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(first_line(screen) == "PAUSED, everything, since 12:00. Nothing more goes out.");
  CHECK(last_line(screen) == first_line(screen));
  CHECK(has(screen, "Already public in the last hour:\n  1@bsky"));
  CHECK(has(screen, "Take back what is public:   postq retract 1\n"));
  CHECK(has(screen, "You can still write:        postq post    postq reply iN"));
}

TEST_CASE("a text behind the id of an edit is led to --text, quoted or not") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.person.take_screen();

  CHECK(world.type({"edit", "1", "Oak leaves and acorns."}) == 2);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "postq edit ID --text"));
  CHECK_FALSE(has(screen, "in quotes"));
}

TEST_CASE("a second pause keeps the reason and the time of the first") {
  TalkWorld world;
  REQUIRE(world.type({"pause", "--reason", "wrong price"}) == 0);
  world.person.take_screen();
  world.clock += 16min;

  REQUIRE(world.type({"pause"}) == 0);

  CHECK(first_line(world.person.take_screen()) == "PAUSED, everything, since 12:00 (already). Nothing more goes out.");
  CHECK(must(world.queue().stop_state()).reason == "wrong price");
  REQUIRE(world.type({"pause", "--reason", "and a fire"}) == 0);
  CHECK(must(world.queue().stop_state()).reason == "wrong price; and a fire");
}

TEST_CASE("the message about what happened is not offered to be taken back") {
  TalkWorld world;
  REQUIRE(world.type({"pause"}) == 0);
  world.clock += 1min;
  world.person.keys = {"y", "y"};
  REQUIRE(world.type({"post", "We are all fine."}) == 0);
  world.person.take_screen();

  REQUIRE(world.type({"pause"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "by hand  \"We are all fine.\""));
  CHECK_FALSE(has(screen, "postq retract"));
}

TEST_CASE("pause stops what is meant, and says what it could not do behind that") {
  TalkWorld world;
  SECTION("an end for everything") {
    CHECK(world.type({"pause", "--until", "tomorrow 9am"}) == 2);
    CHECK(must(world.queue().stop_state()).paused);
    CHECK(has(world.person.take_screen(), "everything is paused, until `postq resume`"));
  }
  SECTION("one account that isn't there") {
    CHECK(world.type({"pause", "bsky", "blusky"}) == 4);
    CHECK(must(world.queue().account("bsky")).paused_until);
    CHECK(has(world.person.take_screen(), "the rest was paused, but "));
  }
  SECTION("only what isn't there") {
    CHECK(world.type({"pause", "blusky"}) == 4);
    CHECK(has(world.person.take_screen(), "nothing was paused: "));
  }
  SECTION("in a hurry") {
    const char* const word = GENERATE("all", "everything", "now");
    CHECK(world.type({"pause", word}) == 0);
    CHECK(must(world.queue().stop_state()).paused);
  }
}

TEST_CASE("a list says that everything is paused, and calls nothing approved that doesn't go") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves.", "--at", "tomorrow 9am"}) == 0);
  world.approve_all();
  REQUIRE(world.type({"pause", "--reason", "wrong price"}) == 0);
  world.person.take_screen();

  REQUIRE(world.type({"list"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "everything is PAUSED since 12:00 (wrong price)"));
  CHECK(has(screen, "1@bsky  PAUSED"));
  CHECK_FALSE(has(screen, "approved"));
}

TEST_CASE("what is queued again during a pause goes once that is over") {
  TalkWorld world;
  world.beach().loses_answers = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "By my own hand."}) == 8);
  REQUIRE(world.type({"pause"}) == 0);
  world.person.take_screen();

  world.person.keys = {"y"};
  REQUIRE(world.type({"resolve", "1", "--not-sent"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky will be sent again."));
  CHECK(has(screen, "It goes once that is resumed"));
  CHECK_FALSE(has(screen, "the next flush sends it"));
}

TEST_CASE("a post by hand that failed is listed with the command that sends it") {
  TalkWorld world;
  fail_to_post(world);

  REQUIRE(world.type({}) == 0);
  CHECK(has(world.person.take_screen(), "1@bsky  not sent  \"By my own hand.\"  postq post 1"));
  CHECK(world.type({"status", "--check"}) == 5);
  CHECK(has(world.person.take_screen(), "1 written by hand and not sent"));
  REQUIRE(world.type({"why", "1"}) == 0);
  const auto why = world.person.take_screen();
  CHECK(has(why, "Only its author sends it"));
  CHECK(has(why, "postq post 1"));
}

TEST_CASE("show and why say of what never left that it was tried, and of what left that it was sent") {
  TalkWorld world;
  fail_to_post(world);
  for (const char* const command : {"show", "why"}) {
    CAPTURE(command);
    REQUIRE(world.type({command, "1"}) == 0);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "tried to send to bsky: "));
    CHECK_FALSE(has(screen, "  sent to bsky"));
  }

  world.beach().is_down = false;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "1"}) == 0);
  world.person.take_screen();
  for (const char* const command : {"show", "why"}) {
    CAPTURE(command);
    REQUIRE(world.type({command, "1"}) == 0);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "tried to send to bsky: "));
    CHECK(has(screen, "  sent to bsky: "));
  }
}

TEST_CASE("no review, time or retry sends what was written by hand: they name the command that does") {
  TalkWorld world;
  fail_to_post(world);

  for (const auto& command : std::vector<std::vector<std::string>>{{"review", "1"},
                                                                   {"approve", "1"},
                                                                   {"reschedule", "1", "in 2h"},
                                                                   {"reschedule", "1", "--dry-run", "in 2h"},
                                                                   {"edit", "1", "--at", "in 2h"},
                                                                   {"edit", "1", "--until", "in 9h"}}) {
    CAPTURE(command.front());
    CHECK(world.type(command) == 5);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "post 1 was written by hand: only its author sends it, at a terminal"));
    CHECK(has(screen, "postq post 1"));
  }
  world.person.keys = {"y"};
  REQUIRE(world.type({"review"}) == 0);
  CHECK(has(world.person.take_screen(), "Nothing to review."));
  CHECK(must(world.queue().summary()).pending == 0);
}

TEST_CASE("edited, it is still its author's to send, and no flush sends it") {
  TalkWorld world;
  fail_to_post(world);
  REQUIRE(world.type({"edit", "1", "--text", "By my own hand, again."}) == 0);
  CHECK(has(world.person.take_screen(), "Next: postq post 1"));
  CHECK(must(world.queue().summary()).pending == 0);
  CHECK(must(world.queue().to_review(false)).empty());
  world.beach().is_down = false;

  world.clock += 2h;
  REQUIRE(world.type({"flush"}) == 0);
  CHECK(world.sent().empty());
  world.person.keys = {"y"};
  CHECK(world.type({"post", "1"}) == 0);
  REQUIRE(world.sent().size() == 1);
  CHECK(world.sent().front().text == "By my own hand, again.");
}

TEST_CASE("what may be out is looked for before it is sent again by hand: it is out") {
  TalkWorld world;
  world.beach().loses_answers = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "By my own hand."}) == 8);
  world.beach().loses_answers = false;
  world.person.take_screen();
  const auto out = world.sent().size();
  must(world.state_files().write_stop(""));  // nothing is published by looking

  CHECK(world.type({"post", "1"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky  is out after all"));
  CHECK_FALSE(has(screen, "Post it now?"));
  CHECK(world.sent().size() == out);
}

TEST_CASE("what may be out is looked for before it is sent again by hand: it is not, and is asked about") {
  TalkWorld world;
  world.beach().loses_requests = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "By my own hand."}) == 8);
  world.beach().loses_requests = false;
  REQUIRE(world.sent().empty());
  world.person.take_screen();

  SECTION("a no leaves it its author's") {
    world.person.keys = {"n"};
    CHECK(world.type({"post", "1"}) == 130);
    CHECK(world.sent().empty());
  }
  SECTION("a yes sends it once") {
    world.person.keys = {"y"};
    CHECK(world.type({"post", "1"}) == 0);
    CHECK(world.sent().size() == 1);
  }
  CHECK(has(world.person.take_screen(), "1@bsky  did not go out\nto bsky\nBy my own hand.\nPost it now? [y/n]"));
}

TEST_CASE("what may be out isn't sent again by hand while nobody knows") {
  TalkWorld world;
  world.beach().loses_answers = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "By my own hand."}) == 8);
  world.beach().is_down = true;
  world.person.take_screen();
  const auto out = world.sent().size();

  CHECK(world.type({"post", "1", "--yes"}) == 8);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky  UNCONFIRMED: still unconfirmed"));
  CHECK(has(screen, "postq resolve 1@bsky --sent URL    or --not-sent"));
  CHECK(world.sent().size() == out);
}

TEST_CASE("what is unconfirmed is named by retract, and never called not public") {
  TalkWorld world;
  world.beach().loses_answers = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"post", "By my own hand."}) == 8);
  world.person.take_screen();

  CHECK(world.type({"retract", "1"}) == 8);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky is UNCONFIRMED: it may be public"));
  CHECK(has(screen, "postq why 1@bsky"));
  CHECK(has(screen, "postq resolve 1@bsky --sent URL"));
  CHECK_FALSE(has(screen, "nothing of that is public"));
}

TEST_CASE("what somebody said stays open while the answer to it is not out") {
  TalkWorld world;
  world.hears("@mira", "Is it oak?", kNoon - 1h);
  world.beach().is_down = true;
  world.person.keys = {"y"};
  REQUIRE(world.type({"reply", "i1", "It is oak."}) != 0);
  CHECK(world.item(1).state == ItemState::open);
  world.beach().is_down = false;

  world.person.keys = {"y"};
  CHECK(world.type({"post", "1"}) == 0);
  CHECK(world.item(1).state == ItemState::answered);
}
