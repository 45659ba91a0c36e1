#include <fstream>
#include <sstream>

#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::string read_all(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("edit without flags opens the editor on the post") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  bool opened = false;
  world.person.editor = [&](const std::string& path) -> Status {
    opened = true;
    std::string text = read_all(path);
    const auto at = text.find("Oak leaves.");
    REQUIRE(at != std::string::npos);
    std::ofstream(path) << text.replace(at, 3, "Elm");
    return {};
  };

  CHECK(world.type({"edit", "1"}) == 0);

  CHECK(opened);
  CHECK(must(world.queue().list({})).front().text == "Elm leaves.");
}

TEST_CASE("an edit changes what its flags name, and nothing else") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves.", "--sensitive", "--cw", "trees"}) == 0);
  const auto hidden = [&] {
    return must(world.queue().post(PostId{1})).draft.find(R"("sensitive":true)") != std::string::npos;
  };
  REQUIRE(hidden());

  CHECK(world.type({"edit", "1", "--label", "oak"}) == 0);
  CHECK(hidden());
  CHECK(world.type({"edit", "1", "--not-sensitive"}) == 0);
  CHECK_FALSE(hidden());
  CHECK(world.type({"edit", "1", "--sensitive"}) == 0);
  CHECK(hidden());
  CHECK(world.type({"edit", "1", "--sensitive", "--not-sensitive"}) == 2);
}

TEST_CASE("what is public can't be edited, and stays what it was in the list") {
  TalkWorld world;
  REQUIRE(world.type({"post", "Oak leaves.", "--yes"}) == 0);
  world.person.take_screen();

  CHECK(world.type({"edit", "1", "--text", "Elm leaves."}) == 5);

  CHECK(has(world.person.take_screen(), "post 1 is public already, so it can't be changed"));
  ListFilter all;
  all.everything = true;
  CHECK(must(world.queue().list(all)).front().text == "Oak leaves.");
}

TEST_CASE("send goes past the rules, not before the time that was approved") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves.", "--at", "in 3 days"}) == 0);
  world.approve_all();

  CHECK(world.type({"send", "1@bsky", "--reason", "the show starts"}) == 5);

  CHECK(has(world.person.take_screen(), "1@bsky was approved for"));
  CHECK(world.sent().empty());
}

TEST_CASE("an empty key is a script's empty variable, and no key") {
  TalkWorld world;
  CHECK(world.type({"add", "Oak leaves.", "--key", ""}) == 2);
  CHECK(has(world.person.take_screen(), "an empty key names nothing"));
  CHECK(must(world.queue().list({})).empty());
}

TEST_CASE("a post is pending or approved, never both") {
  TalkWorld world;
  CHECK(world.type({"list", "--pending", "--approved"}) == 2);
  CHECK(has(world.person.take_screen(), "a post is either pending or approved"));
}

TEST_CASE("an answer to who waits is not held because they wait") {
  TalkWorld world;
  world.settings.policy.people_waiting = Strictness::hold;
  world.settings.policy.ratio.reset();
  world.hears("@tom", "is it oak?", kNoon - 30h);
  REQUIRE(world.type({"add", "News of the day."}) == 0);
  REQUIRE(world.type({"reply", "i1", "--draft", "Oak."}) == 0);
  world.person.keys = {"y", "y"};
  REQUIRE(world.type({"review"}) == 0);

  std::string sent;
  for (const auto& event : world.run_flush().events) {
    if (event.kind == FlushEvent::Kind::sent) sent += event.name + " ";
  }

  CHECK(sent == "2@bsky 1@bsky ");  // the news were due first, and go once nobody waits
}

TEST_CASE("a new time leaves out of the queue what somebody took out of it") {
  TalkWorld world;
  world.on_shore("second");
  REQUIRE(world.type({"add", "Oak leaves.", "--to", "bsky,second", "--at", "in 3 hours"}) == 0);
  REQUIRE(world.type({"reject", "1@second", "--reason", "not there"}) == 0);
  world.approve_all();

  world.person.keys = {"y"};
  REQUIRE(world.type({"reschedule", "1", "in", "5", "hours"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@second is out of the queue, and stays so:  postq retry 1@second"));
  CHECK(has(screen, "1@bsky goes"));
  CHECK(has(screen, ", approved."));
  CHECK_FALSE(has(screen, "1@second goes"));
  CHECK_FALSE(has(screen, "Back in review"));
  CHECK(must(world.queue().post(PostId{1})).deliveries.back().delivery.state == DeliveryState::rejected);
  CHECK(world.type({"reschedule", "1@second", "in", "5", "hours"}) == 5);
  CHECK(has(world.person.take_screen(), "1@second is out of the queue, so it has no time"));
}

TEST_CASE("only what was approved before can be approved with its new time") {
  TalkWorld world;
  world.on_shore("second");
  REQUIRE(world.type({"add", "Oak leaves.", "--to", "bsky,second", "--at", "in 3 hours"}) == 0);
  world.person.keys = {"y"};
  REQUIRE(world.type({"review", "1@bsky"}) == 0);
  world.person.take_screen();

  world.person.keys = {"y"};
  REQUIRE(world.type({"reschedule", "1", "in", "5", "hours"}) == 0);

  const auto screen = world.person.take_screen();
  const auto second = screen.substr(screen.find("1@second goes"));
  CHECK_FALSE(has(second.substr(0, second.find('\n')), "approved"));
  CHECK(has(screen, "Back in review:  postq review 1"));
}

TEST_CASE("a script learns that a post has the time already") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves.", "--at", "in 3 hours"}) == 0);
  REQUIRE(world.type({"reschedule", "1", "in", "3", "hours", "--json"}) == 0);
  CHECK(has(world.person.take_screen(), R"("name":"1@bsky","changed":false)"));
}

TEST_CASE("Ctrl-C at the last question says where the text is") {
  TalkWorld world;
  CHECK(world.type({"post", "By my own hand."}) == 130);
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "nothing was posted"));
  CHECK(has(screen, "postq post --recover"));
}

TEST_CASE("resume names the posts that stay paused") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  REQUIRE(world.type({"pause", "1@bsky"}) == 0);
  world.person.take_screen();
  REQUIRE(world.type({"resume"}) == 0);
  CHECK(has(world.person.take_screen(), "Still PAUSED by themselves:  postq resume 1@bsky"));
}

TEST_CASE("the end of a review doesn't promise what the rules will hold") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves.", "--at", "in 3 hours"}) == 0);
  world.person.keys = {"y"};
  REQUIRE(world.type({"review"}) == 0);
  CHECK(has(world.person.take_screen(), "; as things stand it will be HELD."));
}

TEST_CASE("edit opens no editor on a post of which nothing can change any more") {
  TalkWorld world;
  REQUIRE(world.type({"post", "Oak leaves.", "--yes"}) == 0);
  bool opened = false;
  world.person.editor = [&](const std::string&) -> Status {
    opened = true;
    return {};
  };
  world.person.take_screen();

  CHECK(world.type({"edit", "1"}) == 5);

  CHECK_FALSE(opened);
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "postq show 1"));
  CHECK(has(screen, "postq retract 1"));
}

TEST_CASE("what was written for a post that went out meanwhile is offered as another post") {
  TalkWorld world;
  world.settings.policy.ratio.reset();
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.approve_all();
  world.person.editor = [&](const std::string& path) -> Status {
    REQUIRE(world.run_flush().sent == 1);
    std::string text = read_all(path);
    std::ofstream(path) << text.replace(text.find("Oak leaves."), 3, "Elm");
    return {};
  };
  world.person.keys = {"e"};

  CHECK(world.type({"edit", "1"}) == 5);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "postq add --recover /"));
  CHECK_FALSE(has(screen, "postq edit 1 --recover"));
  CHECK_FALSE(has(screen, "e edit it again"));
}

TEST_CASE("an edit speaks of an approval only where there is one") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.person.take_screen();
  REQUIRE(world.type({"edit", "1", "--label", "spring"}) == 0);
  CHECK(has(world.person.take_screen(), "1@bsky stays as it was.\n"));
  world.approve_all();

  REQUIRE(world.type({"edit", "1", "--label", "summer"}) == 0);

  CHECK(has(world.person.take_screen(), "1@bsky stays as it was, and keeps its approval.\n"));
}
