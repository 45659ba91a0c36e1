#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::string status_of(TalkWorld& world) {
  world.person.take_screen();
  REQUIRE(world.type({"status"}) == 0);
  return world.person.take_screen();
}

}  // namespace

TEST_CASE("status names no moment at which a post is known to be held") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  world.run_flush();

  auto screen = status_of(world);
  CAPTURE(screen);
  CHECK(has(screen, "  once it may  1@bsky  HELD"));
  CHECK_FALSE(has(screen, "next flush"));

  must(world.queue().pause_account(world.account.id, kUntilResumed, world.doing()));
  screen = status_of(world);
  CHECK(has(screen, "  once resumed  1@bsky  PAUSED"));
  CHECK_FALSE(has(screen, "next flush"));
}

TEST_CASE("status tells the moment at which a hold ends by itself") {
  TalkWorld world;
  world.settings.policy.ratio.reset();
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  must(world.queue().pause_account(world.account.id, world.now() + 4h + 21min, world.doing()));

  const auto screen = status_of(world);

  CAPTURE(screen);
  CHECK(has(screen, "  16:21  1@bsky  PAUSED"));
  CHECK_FALSE(has(screen, "next flush"));
}

TEST_CASE("that a post by hand which was UNCONFIRMED is out is told at the next status, and not again") {
  TalkWorld world;
  const std::string news = "1@bsky, which was UNCONFIRMED, is out.\n";
  world.beach().loses_answers = true;
  REQUIRE(world.type({"post", "Acorns.", "--yes"}) == 8);
  world.beach().loses_answers = false;
  CHECK_FALSE(has(status_of(world), news));

  SECTION("flush found it") {
    world.clock += 10min;
    world.run_flush();
  }
  SECTION("a person said so") {
    REQUIRE(world.type({"resolve", "1@bsky", "--sent", "https://shore.example/acorns"}) == 0);
  }
  REQUIRE(delivery_on(world.queue(), PostId{1}, "bsky").state == DeliveryState::sent);

  // JSON doesn't count as told, and ben didn't write it.
  REQUIRE(world.type({"status", "--json"}) == 0);
  CHECK(has(world.person.take_screen(), R"("news":[{"name":"1@bsky","event":"out")"));
  world.who = {"ben", false};
  CHECK_FALSE(has(status_of(world), news));
  world.who = {"ann", false};
  CHECK(has(status_of(world), news));
  CHECK_FALSE(has(status_of(world), news));
  REQUIRE(world.type({"status", "--json"}) == 0);
  CHECK(has(world.person.take_screen(), R"("news":[])"));
}

TEST_CASE("what flush sends and what its author sends are counted apart") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  world.beach().is_down = true;
  world.type({"post", "Acorns.", "--yes"});

  const auto screen = status_of(world);
  CAPTURE(screen);
  CHECK(has(screen, "Queue      1 approved, 1 by hand, not sent yet"));
}

TEST_CASE("status is readable on a narrow screen") {
  TalkWorld world;
  world.person.extent = {40, 20};
  REQUIRE(world.type({"add", "Three weeks of drawing oak leaves, and one of deciding to throw them all away."}) == 0);
  world.approve_all();

  const auto screen = status_of(world);

  CAPTURE(screen);
  for (std::size_t at = 0; at < screen.size();) {
    const auto end = screen.find('\n', at);
    const auto line = screen.substr(at, end - at);
    CAPTURE(line);
    const bool is_command = line.find("postq ") == line.find_first_not_of(' ');
    CHECK((line.size() <= 40 || is_command));
    at = end + 1;
  }
  CHECK(has(screen, "bsky\n  0 by hand in 14 days, 0 scheduled\n  a scheduled post now: "));
}

TEST_CASE("held is not yellow, which can't be seen on a light screen") {
  TalkWorld world;
  world.person.has_colour = true;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  world.run_flush();
  const auto screen = status_of(world);
  CHECK(has(screen, "\x1b[1;35mHELD\x1b[0m"));
  CHECK_FALSE(has(screen, "\x1b[1;33m"));
}

TEST_CASE("what others did to one's posts is told at a terminal, at most eight at once, and each once") {
  TalkWorld world;
  for (int i = 1; i <= 10; ++i)
    REQUIRE(world.type({"add", "Leaf " + std::string(static_cast<std::size_t>(i), 'I')}) == 0);
  const auto ann = world.who;
  world.who = {"boss", false};
  REQUIRE(world.type({"reject", "1-10", "--reason", "not now"}) == 0);
  CHECK_FALSE(has(status_of(world), "rejected by"));  // boss knows
  world.who = ann;

  world.person.person = false;
  CHECK(has(status_of(world), "10@bsky was rejected by boss"));  // a pipe, which nobody may have read
  world.person.person = true;
  auto screen = status_of(world);
  CAPTURE(screen);
  CHECK(has(screen, "1@bsky was rejected by boss"));
  CHECK(has(screen, "8@bsky was rejected by boss"));
  CHECK_FALSE(has(screen, "9@bsky was rejected"));
  CHECK(has(screen, "2 more:  postq list rejected"));
  CHECK(screen.find("rejected by boss") > screen.find("Last run"));  // where the eye rests
  screen = status_of(world);
  CHECK_FALSE(has(screen, "8@bsky was rejected"));
  CHECK(has(screen, "10@bsky was rejected by boss"));
  CHECK_FALSE(has(status_of(world), "rejected by"));
}

TEST_CASE("an agent of the same name doesn't read a person's news away") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  const auto ann = world.who;
  world.who = {"boss", false};
  REQUIRE(world.type({"rm", "1"}) == 0);

  world.who = {ann.name, true, "boss"};
  CHECK_FALSE(has(status_of(world), "taken out of the queue"));
  world.who = ann;
  CHECK(has(status_of(world), "1@bsky was taken out of the queue by boss"));
}

TEST_CASE("posts with a gap between them have each a time of their own, and none is HELD") {
  TalkWorld world;
  world.settings.policy.ratio.reset();
  world.settings.policy.min_gap = 10min;
  for (const auto* const text : {"Oak leaves.", "Acorns, many of them.", "A squirrel came by."}) {
    REQUIRE(world.type({"add", text}) == 0);
  }
  world.person.keys = {"y", "y", "y"};
  REQUIRE(world.type({"review"}) == 0);

  auto screen = status_of(world);
  CAPTURE(screen);
  const auto first = screen.find("next flush  1@bsky");
  CHECK(first != std::string::npos);
  CHECK(screen.find("next flush", first + 1) == std::string::npos);
  CHECK_FALSE(has(screen, "HELD"));
  world.run_flush();
  screen = status_of(world);
  CHECK_FALSE(has(screen, "HELD"));
  CHECK_FALSE(has(screen, "once it may"));
}

TEST_CASE("a pause tells who paused, and why") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  REQUIRE(world.type({"pause", "1", "--reason", "wait for the photo"}) == 0);
  REQUIRE(world.type({"pause", "bsky", "--reason", "the link is dead"}) == 0);
  world.person.take_screen();

  REQUIRE(world.type({"why", "1"}) == 0);
  CHECK(has(world.person.take_screen(), ": wait for the photo"));
  CHECK(has(status_of(world), "bsky is paused by " + world.who.name + ", "));
  REQUIRE(world.type({"account", "show", "bsky"}) == 0);
  CHECK(has(world.person.take_screen(), ": the link is dead"));
  REQUIRE(world.type({"pause", "--reason", "fire"}) == 0);
  CHECK(has(status_of(world), ", by " + world.who.name + " (fire)"));
}

TEST_CASE("a post on two accounts is one post to review") {
  TalkWorld world;
  world.on_shore("two");
  REQUIRE(world.type({"add", "Oak leaves.", "--to", "all"}) == 0);

  CHECK(has(status_of(world), "Queue      1 to review"));
}
