// `postq review` of drafts that answer what somebody said.
#include <fstream>
#include <sstream>

#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// An editor that empties the line with the reply target.
Status take_the_target_away(const std::string& path) {
  std::ifstream file(path);
  std::string page;
  for (std::string line; std::getline(file, line);)
    page += (line.rfind("reply-to:", 0) == 0 ? "reply-to:" : line) + "\n";
  std::ofstream(path) << page;
  return {};
}

}  // namespace

TEST_CASE("who reviews the draft of an answer sees the question") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  world.draft_answer();

  world.person.keys = {"q"};
  CHECK(world.type({"review"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "Answers   i1 @tom, 07:00: \"is it oak?\""));
  CHECK_FALSE(has(screen, "note: i1"));
}

TEST_CASE("the review says that a question was dismissed since, and why") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  world.draft_answer();
  CHECK(world.type({"dismiss", "i1", "--reason", "spam"}) == 0);
  world.person.take_screen();

  world.clock += 24h;
  world.person.keys = {"q"};
  CHECK(world.type({"review"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "note: i1 of @tom, which it answers, was dismissed on Sun 12:00: spam"));
}

TEST_CASE("the review of an answer names whom it doesn't tell, until it names them") {
  TalkWorld world;
  world.person.extent = {100, 24};
  world.shore.say_to("bsky", "@tom", "@anna @bob @carol is it oak?", kNoon - 5h);
  world.beach().said.back().said.mentions = {"@bob@bsky.example", "@carol@other.example"};
  world.sync(world.account);
  const auto review = [&world](std::deque<std::string> keys) {
    world.person.take_screen();
    world.person.keys = std::move(keys);
    CHECK(world.type({"review"}) == 0);
    return world.person.take_screen();
  };

  SECTION("neither of them") {
    world.draft_answer();
    const auto screen = review({"q"});
    CAPTURE(screen);
    CHECK(has(screen, "note: i1 also speaks to @bob@bsky.example, @carol@other.example: not told, e names them\n"));
  }
  SECTION("one of them: who is on the same server is told without it") {
    REQUIRE(world.type({"reply", "i1", "--draft", "@bob Oak."}) == 0);
    CHECK(has(review({"q"}), "note: i1 also speaks to @carol@other.example: not told, e names them\n"));
  }
  SECTION("both, also in another part of a thread") {
    world.shore.facts.threads = true;
    REQUIRE(world.type({"reply", "i1", "--draft", "--thread", "@bob Oak.\n---\n@carol@other.example Ash."}) == 0);
    REQUIRE(must(world.queue().post(PostId{1})).deliveries.front().parts.size() == 2);
    CHECK_FALSE(has(review({"q"}), "not told"));
  }
  SECTION("both, after e") {
    world.draft_answer();
    world.person.editor = [](const std::string& path) -> Status {
      std::ifstream file(path);
      std::stringstream page;
      page << "@bob @carol@other.example " << file.rdbuf();
      std::ofstream(path) << page.str();
      return {};
    };
    const auto screen = review({"e", "q"});
    CAPTURE(screen);
    const auto edited = screen.rfind("@bob @carol@other.example Oak.");
    REQUIRE(edited != std::string::npos);
    CHECK(screen.find("not told") < edited);
    CHECK(screen.find("not told", edited) == std::string::npos);
  }
}

TEST_CASE("an answer to what was deleted since can't be approved, but rejected, or made a post of its own") {
  TalkWorld world;
  const auto question = world.hears("@tom", "is it oak?", kNoon - 5h);
  world.draft_answer();
  world.shore.take_back("bsky", question);
  world.clock += 24h;
  world.sync(world.account);
  REQUIRE(world.item(1).deleted_at);
  world.person.take_screen();
  const auto delivery = [&] { return must(world.queue().post(PostId{1})).deliveries.at(0).delivery; };

  SECTION("a yes is refused, in approve too") {
    for (const std::string command : {"review", "approve"}) {
      world.person.keys = {"y", "q"};
      CHECK(world.type({command, "1"}) == 0);
      const auto screen = world.person.take_screen();
      CAPTURE(screen);
      CHECK(has(screen, "PROBLEM: i1 was deleted by its author, so it can't be answered"));
      CHECK(has(screen, "Not approved:"));
      CHECK(has(screen, "so it can't be answered: n rejects"));
      CHECK_FALSE(delivery().approved());
    }
    world.run_flush();
    CHECK(world.sent().empty());
  }
  SECTION("a no is taken") {
    world.person.keys = {"n"};
    world.person.lines = {"he took it back"};
    CHECK(world.type({"review"}) == 0);
    CHECK(delivery().state == DeliveryState::rejected);
  }
  SECTION("without the target it is a post like any other") {
    world.person.editor = take_the_target_away;
    world.person.keys = {"e", "y"};
    CHECK(world.type({"review"}) == 0);
    CAPTURE(world.person.screen);
    CHECK(delivery().approved());
    world.shore.throw_in("bsky", "Good morning.");  // by hand, as the ratio wants
    world.run_flush();
    CHECK(world.sent().front().text == "Oak.");
    CHECK(world.sent().front().reply_to.empty());
    CHECK(world.item(1).state == ItemState::open);
  }
}

TEST_CASE("p in a review pauses what is shown, says how it goes on, and once more takes that back") {
  TalkWorld world;
  world.settings.policy.ratio.reset();
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  const auto review = [&world](std::deque<std::string> keys) {
    world.person.take_screen();
    world.person.keys = std::move(keys);
    CHECK(world.type({"review"}) == 0);
    return world.person.take_screen();
  };

  const auto paused = review({"p", "q"});
  CAPTURE(paused);
  CHECK(has(paused, "PAUSED: 1@bsky."));
  CHECK(has(paused, "postq resume 1@bsky"));
  CHECK(delivery_on(world.queue(), PostId{1}, "bsky").paused);

  SECTION("what is paused and approved stays") {
    review({"y"});
    world.run_flush();
    CHECK(world.sent().empty());
  }
  SECTION("and goes on with another p") {
    CHECK(has(review({"p", "y"}), "Not paused any more: 1@bsky"));
    CHECK_FALSE(delivery_on(world.queue(), PostId{1}, "bsky").paused);
    world.run_flush();
    CHECK(world.sent().size() == 1);
  }
}

TEST_CASE("what a review advises is about the queue that was named") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.person.take_screen();
  world.person.keys = {"p", "n"};
  world.person.lines = {"shorter please"};

  REQUIRE(world.type({"--db", "other.db", "review"}) == 0);

  auto screen = world.person.take_screen();
  CAPTURE(screen);
  std::replace(screen.begin(), screen.end(), '\n', ' ');
  CHECK(has(screen, "PAUSED: it does not go until `postq --db other.db resume 1@bsky`"));
  CHECK(has(screen, "`postq --db other.db edit 1` brings it back"));
  CHECK_FALSE(has(screen, "`postq edit"));
  CHECK_FALSE(has(screen, "`postq resume"));
}

TEST_CASE("the lines behind a review fit the screen") {
  TalkWorld world;
  const auto account = world.on_shore("long-name-for-our-shop");
  REQUIRE(world.type({"add", "Oak leaves.", "--to", account.name}) == 0);
  world.person.take_screen();
  world.person.keys = {"y"};

  REQUIRE(world.type({"review"}) == 0);

  const auto screen = world.person.take_screen();
  const auto next = screen.find("Next to go: ");
  REQUIRE(next != std::string::npos);
  CHECK(has(screen, "HELD."));
  for (std::size_t at = next; at < screen.size();) {
    const auto end = std::min(screen.find('\n', at), screen.size());
    CAPTURE(screen.substr(at, end - at));
    CHECK(end - at <= 80);
    at = end + 1;
  }
}
