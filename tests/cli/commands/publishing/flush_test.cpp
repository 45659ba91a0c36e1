// What a person at a terminal sees of `flush`, and of what it holds.
#include <postq/text/text.h>

#include "cli/output/flush_report.h"
#include "cli/talk_world.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    widest = std::max(widest, display_width(text.substr(at, end - at)));
    at = end + 1;
  }
  return widest;
}

// Approved posts of other words each.
void approve_posts(TalkWorld& world, int how_many) {
  for (int i = 1; i <= how_many; ++i) {
    REQUIRE(world.type({"add", "Leaves of tree number " + std::string(static_cast<std::size_t>(i), 'I')}) == 0);
  }
  world.person.keys.assign(static_cast<std::size_t>(how_many), "y");
  REQUIRE(world.type({"review"}) == 0);
  world.person.take_screen();
}

}  // namespace

TEST_CASE("what is held is said once, in lines that fit the screen") {
  TalkWorld world;
  approve_posts(world, 1);

  REQUIRE(world.type({"flush"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(count(screen, "1@bsky  held: ratio") == 1);
  CHECK(count(screen, "HELD") == 0);
  CHECK(widest_line(screen) <= 80);
  CHECK(has(screen, "    postq send 1@bsky --reason \"...\"\n        past the rule, once"));
}

TEST_CASE("flush asks about those that go, with those before them counted") {
  TalkWorld world;
  world.settings.policy.min_gap = 10min;
  world.write_by_hand(world.account, kNoon - 1h);
  approve_posts(world, 3);

  world.person.keys = {"n"};
  REQUIRE(world.type({"flush"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky  goes now\n  2@bsky  HELD: min_gap\n  3@bsky  HELD: min_gap\n"));
  CHECK(has(screen, "nothing was sent"));
  CHECK(world.sent().empty());
}

TEST_CASE("a hold of the ratio is over in status once something is written by hand") {
  TalkWorld world;
  approve_posts(world, 1);
  REQUIRE(world.type({"flush"}) == 0);
  world.person.take_screen();
  REQUIRE(world.type({}) == 0);
  CHECK(has(world.person.take_screen(), "1@bsky  HELD"));

  world.write_by_hand(world.account, kNoon);

  REQUIRE(world.type({}) == 0);
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "may go, room for 3"));
  CHECK_FALSE(has(screen, "HELD"));
}

TEST_CASE("list takes the words of the states that it shows") {
  TalkWorld world;
  approve_posts(world, 2);
  REQUIRE(world.type({"flush"}) == 0);
  REQUIRE(world.type({"pause", "2@bsky"}) == 0);
  REQUIRE(world.type({"add", "Not read yet."}) == 0);
  world.person.take_screen();

  const auto listed = [&](const std::string& word) {
    REQUIRE(world.type({"-q", "list", word}) == 0);
    const auto screen = world.person.take_screen();
    std::string names;
    for (const std::string name : {"1@bsky", "2@bsky", "3@bsky"}) {
      if (has(screen, name)) names += name.substr(0, 1);
    }
    return names;
  };
  CHECK(listed("held") == "1");
  CHECK(listed("paused") == "2");
  CHECK(listed("queued") == "123");
  CHECK(listed("pending") == "3");
}

TEST_CASE("what waits for its author is not among what goes by itself") {
  TalkWorld world;
  world.shore.beaches["bsky"].is_down = true;
  world.person.keys = {"y"};
  CHECK(world.type({"post", "By my own hand."}) != 0);
  CHECK(has(world.person.take_screen(), "1@bsky  not sent: the shore can't be reached\nyour text is safe as post 1"));

  REQUIRE(world.type({}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky  not sent  \"By my own hand.\"  postq post 1"));
  CHECK_FALSE(has(screen, "Next to go"));
}

TEST_CASE("what one rule holds on an account is one paragraph of the letter") {
  FlushReport report;
  for (const int post : {98, 99, 100}) {
    FlushEvent held;
    held.kind = FlushEvent::Kind::held;
    held.delivery.emplace();
    held.delivery->post = PostId{post};
    held.delivery->account_name = "bsky";
    held.name = std::to_string(post) + "@bsky";
    held.held_by = "ratio, nothing by hand in 14 days";
    held.message = "held: " + held.held_by;
    held.hint = "postq why " + held.name;
    held.hint_for_all = "postq why bsky";
    report.events.push_back(held);
  }
  report.events.back().held_by = "quiet, until 08:00";

  const auto text = letter(report);

  CAPTURE(text);
  CHECK(has(text, "bsky  2 posts held: ratio, nothing by hand in 14 days: 98 99\n    postq why bsky\n"));
  CHECK(has(text, "100@bsky  held: "));
  CHECK(count(text, "postq why") == 2);
}

TEST_CASE("a line of the log that is wider than the screen breaks between words, below itself") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  const std::string reason = "the photo is of another tree, and the person in the middle never said yes to being shown";
  REQUIRE(world.type({"reject", "1", "--reason", reason}) == 0);
  world.person.take_screen();

  REQUIRE(world.type({"log", "1"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(widest_line(screen) <= 80);
  CHECK(has(screen, "rejected: the photo is of another tree"));
  CHECK(has(screen, "by ann"));
}

TEST_CASE("a dry run of flush fits the screen, with no command in the middle of its reason") {
  TalkWorld world;
  approve_posts(world, 1);

  REQUIRE(world.type({"flush", "--dry-run"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "1@bsky  HELD: ratio"));
  CHECK(has(screen, "\n    postq send 1@bsky --reason \"...\"   "));
  CHECK(widest_line(screen) <= 80);
}

TEST_CASE("what flush and why advise is about the queue that was named, in JSON and in a mail as well") {
  TalkWorld world;
  approve_posts(world, 1);

  REQUIRE(world.type({"--db", "other.db", "--json", "why", "1"}) == 0);
  auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, R"("command":"postq --db other.db )"));
  CHECK_FALSE(has(said, R"("command":"postq send)"));

  world.person.person = false;
  REQUIRE(world.type({"--db", "other.db", "flush"}) == 0);
  said = world.person.take_screen();
  CHECK(has(said, "postq --db other.db send 1@bsky"));
  CHECK_FALSE(has(said, "postq send"));
}

TEST_CASE("what keeps a post from all of its accounts is one paragraph of the letter") {
  FlushReport report;
  for (const char* const account : {"bsky", "work"}) {
    FlushEvent failed;
    failed.kind = FlushEvent::Kind::not_sent;
    failed.delivery.emplace();
    failed.delivery->post = PostId{6};
    failed.delivery->account_name = account;
    failed.name = std::string("6@") + account;
    failed.message = "the stored media file oak.png is gone";
    failed.hint = "postq why " + failed.name;
    failed.error = ErrorKind::storage;
    report.events.push_back(failed);
  }
  report.events.push_back(report.events.front());
  report.events.back().delivery->post = PostId{7};
  report.events.back().name = "7@bsky";

  const auto text = letter(report);

  CAPTURE(text);
  CHECK(count(text, "is gone") == 2);  // once for each post
  CHECK(has(text, "6@bsky, 6@work  not sent"));
  CHECK(has(text, "\n    postq why 6\n"));
  CHECK(has(text, "7@bsky  not sent"));
}
