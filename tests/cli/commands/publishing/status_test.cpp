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

  must(world.queue().pause_account(world.account.id, kUntilResumed, world.audit()));
  screen = status_of(world);
  CHECK(has(screen, "  once resumed  1@bsky  PAUSED"));
  CHECK_FALSE(has(screen, "next flush"));
}

TEST_CASE("status tells the moment at which a hold ends by itself") {
  TalkWorld world;
  world.settings.policy.ratio.reset();
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  must(world.queue().pause_account(world.account.id, world.now() + 4h + 21min, world.audit()));

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

TEST_CASE("status says what is being sent at this moment, and since when") {
  TalkWorld world;
  world.settings.policy.ratio.reset();
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  CHECK_FALSE(has(status_of(world), "Sending now"));
  const auto claims = claim(world.queue(), {world.account}, world.clock);
  REQUIRE(claims.claimed.size() == 1);
  must(begin(world.queue(), claims.claimed.front().delivery, 1, world.clock));
  world.clock += 3min;

  const auto screen = status_of(world);

  CAPTURE(screen);
  CHECK(has(screen, "Sending now"));
  CHECK(has(screen, "1@bsky, since 12:00"));
  world.person.take_screen();
  REQUIRE(world.type({"status", "--json"}) == 0);
  CHECK(has(world.person.take_screen(), R"("sending":1,"sending_names":["1@bsky"])"));
}

TEST_CASE("doctor's last line in a pause promises nothing") {
  TalkWorld world;
  world.type({"doctor"});
  CHECK_FALSE(has(world.person.take_screen(), "nothing goes out before postq resume"));

  must(world.queue().pause_all("fire", world.audit()));
  world.person.take_screen();
  world.type({"doctor"});

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "nothing goes out"));
  CHECK_FALSE(has(screen, "; posts can go out."));
}

TEST_CASE("log takes a range of days, and both ends belong to it") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.clock += 24h;
  REQUIRE(world.type({"add", "Beech leaves."}) == 0);
  world.clock += 24h;
  REQUIRE(world.type({"add", "Birch leaves."}) == 0);
  const auto posts_in = [&world](std::vector<std::string> words) {
    world.person.take_screen();
    words.insert(words.begin(), {"log", "--json", "-n", "0"});
    REQUIRE(world.type(words) == 0);
    const auto screen = world.person.take_screen();
    std::string posts;
    for (const auto* const post : {"1", "2", "3"}) {
      if (has(screen, std::string(R"("post":)") + post + ",")) posts += post;
    }
    return posts;
  };

  CHECK(posts_in({}) == "123");
  CHECK(posts_in({"--from", "1d"}) == "23");
  CHECK(posts_in({"--from", "yesterday", "--until", "yesterday"}) == "2");
  CHECK(posts_in({"--until", "yesterday"}) == "12");
  CHECK(posts_in({"--from", "today"}) == "3");
  world.person.take_screen();
  REQUIRE(world.type({"log", "--until", "yesterday", "-n", "1"}) == 0);
  CHECK(has(world.person.take_screen(), "Shown: the newest 1 of"));
}

TEST_CASE("search takes a range of days, and both ends belong to it") {
  TalkWorld world;
  world.hears("@mira", "oak one", world.clock - 1h);
  world.clock += 24h;
  world.hears("@tom", "oak two", world.clock - 1h);
  world.person.take_screen();

  REQUIRE(world.type({"search", "oak", "--until", "yesterday"}) == 0);
  const auto until = world.person.take_screen();
  CHECK(has(until, "oak one"));
  CHECK_FALSE(has(until, "oak two"));
  REQUIRE(world.type({"search", "oak", "--from", "today"}) == 0);
  const auto from = world.person.take_screen();
  CHECK_FALSE(has(from, "oak one"));
  CHECK(has(from, "oak two"));
}

TEST_CASE("an agent is told who can type what only persons may") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  must(world.queue().pause_all("fire", world.audit()));
  const auto why = [&world] {
    world.person.take_screen();
    REQUIRE(world.type({"why", "1"}) == 0);
    return world.person.take_screen();
  };
  CHECK_FALSE(has(why(), "can: lets"));

  world.who = {"claude", true, "anna"};
  const auto screen = why();
  CAPTURE(screen);
  CHECK(has(screen, "postq resume"));
  CHECK(has(screen, "anna can: lets all of it go on"));
}

TEST_CASE("after a flush by hand status and review say that nothing runs it by itself, and not once something has") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  world.type({"flush"});
  const std::string in_status = "less than a minute ago, by hand. Nothing runs `postq flush` by";
  const std::string in_review = "Nothing runs `postq flush` yet, so nothing goes out by itself:";
  const auto review = [&world](const std::string& text) {
    REQUIRE(world.type({"add", text}) == 0);
    world.person.keys = {"y"};
    world.person.take_screen();
    REQUIRE(world.type({"review"}) == 0);
    return world.person.take_screen();
  };

  const auto by_hand = status_of(world);
  CAPTURE(by_hand);
  CHECK(has(by_hand, in_status));
  CHECK(has(review("Beech leaves are falling."), in_review));

  world.person.person = false;
  world.type({"flush"});
  world.person.person = true;
  CHECK_FALSE(has(status_of(world), in_status));
  CHECK_FALSE(has(review("A birch stands in the yard."), in_review));
}

TEST_CASE("who reads postq through a pipe is told the same news for a day, and at a terminal all the same") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  const auto ann = world.who;
  world.who = {"boss", false};
  REQUIRE(world.type({"reject", "1", "--reason", "not now"}) == 0);
  world.who = ann;
  world.person.person = false;

  SECTION("one that comes by once in a while is told once") {
    world.clock += 72h;
    CHECK(has(status_of(world), "1@bsky was rejected by boss"));
    CHECK_FALSE(has(status_of(world), "rejected by boss"));
  }
  SECTION("one that is cut may come again") {
    CHECK(has(status_of(world), "1@bsky was rejected by boss"));
    CHECK(has(status_of(world), "1@bsky was rejected by boss"));
    world.clock += 25h;
    CHECK_FALSE(has(status_of(world), "rejected by boss"));
  }
  world.person.person = true;
  CHECK(has(status_of(world), "1@bsky was rejected by boss"));
}
