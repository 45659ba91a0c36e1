#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;

namespace {

// What is on the screen after these words, none of which is a command.
std::string told(TalkWorld& world, std::vector<std::string> words) {
  world.person.take_screen();
  CHECK(world.type(std::move(words)) == 2);
  return world.person.take_screen();
}

}  // namespace

TEST_CASE("a word of another program names the command that is meant") {
  TalkWorld world;
  const std::vector<std::pair<std::string, std::string>> meant{
      {"login", "postq account login"},
      {"remove", "postq rm ID"},
      {"delete", "postq retract ID"},
      {"cancel", "postq rm ID"},
      {"stop", "postq pause"},
      {"halt", "postq pause"},
      {"unapprove", "postq reject ID"},
      {"undo", "postq log"},
      {"ls", "postq list"},
      {"new", "postq add \"...\""},
      {"publish", "postq post \"...\""},
      {"tweet", "postq post \"...\""},
      {"toot", "postq post \"...\""},
      {"schedule", "postq add \"...\" --at \"fri 9am\""},
      {"feed", "postq account add feed --path"},
      {"rss", "postq account add feed --path"},
      {"move", "postq reschedule ID \"fri 9am\""},
      {"check", "postq doctor"},
      {"version", "postq --version"},
  };
  for (const auto& [word, command] : meant) {
    CAPTURE(word);
    const auto screen = told(world, {word});
    CAPTURE(screen);
    CHECK(has(screen, "there is no command '" + word + "'"));
    CHECK(has(screen, "\n  " + command));
  }
}

TEST_CASE("stop leads to pause and never to the statistics") {
  TalkWorld world;
  for (const char* const typed : {"stop", "stopp", "STOP", "sotp"}) {
    CAPTURE(typed);
    const auto screen = told(world, {typed});
    CHECK(has(screen, "postq pause"));
    CHECK_FALSE(has(screen, "stats"));
  }
  CHECK(has(told(world, {"stat"}), "did you mean `postq stats`?"));
  CHECK(has(told(world, {"acc"}), "did you mean `postq account`?"));
  CHECK(has(told(world, {"lst"}), "did you mean `postq list`?"));
}

TEST_CASE("in an emergency every word leads to the right command") {
  TalkWorld world;
  for (const char* const typed : {"freeze", "suspend", "abort", "kill", "emergency", "panic", "off", "stop"}) {
    CAPTURE(typed);
    const auto screen = told(world, {typed});
    CHECK(has(screen, "\n  postq pause"));
    CHECK_FALSE(has(screen, "postq resume"));  // nothing is paused
  }
  for (const char* const typed : {"stop", "cancel", "delete"}) {
    CAPTURE(typed);
    CHECK(has(told(world, {typed, "all"}), "\n  postq pause    "));
  }
  for (const char* const typed : {"unsend", "recall", "takedown", "unpost"}) {
    CAPTURE(typed);
    CHECK(has(told(world, {typed}), "\n  postq retract"));
  }
  for (const char* const typed : {"sent", "published", "recent"}) {
    CAPTURE(typed);
    const auto screen = told(world, {typed});
    CHECK(has(screen, "\n  postq list"));
    CHECK_FALSE(has(screen, "postq send"));
  }
  REQUIRE(world.type({"pause"}) == 0);
  CHECK(has(told(world, {"stop"}), "\n  postq resume"));
}

TEST_CASE("what delete means depends on where the post stands") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  REQUIRE(world.type({"post", "Acorns.", "--yes"}) == 0);

  const auto queued = told(world, {"delete", "1"});
  CHECK(has(queued, "postq rm 1"));
  CHECK_FALSE(has(queued, "retract"));
  const auto out = told(world, {"remove", "2"});
  CHECK(has(out, "postq retract 2"));
  CHECK_FALSE(has(out, "postq rm"));
  CHECK(has(told(world, {"delete", "bsky"}), "postq account rm bsky"));
  CHECK(has(told(world, {"delete", "i1"}), "postq dismiss i1"));
  CHECK(must(world.queue().list({})).size() == 1);  // nothing ran
}

TEST_CASE("undo of a post names what takes its last step back") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  CHECK(has(told(world, {"undo", "1"}), "postq rm 1"));
  world.approve_all();
  CHECK(has(told(world, {"undo", "1"}), "postq reject 1 --reason"));
  REQUIRE(world.type({"rm", "1"}) == 0);
  CHECK(has(told(world, {"undo", "1"}), "postq retry 1"));
}

TEST_CASE("a text typed behind a word of another program is kept") {
  TalkWorld world;

  const auto screen = told(world, {"tweet", "Oak leaves fall."});

  CHECK(has(screen, "postq post 'Oak leaves fall.'"));
  CHECK(has(screen, "then go on:  postq post --recover"));
}

TEST_CASE("commands of a command are known by other names as well") {
  TalkWorld world;
  CHECK(has(told(world, {"account", "delete", "bsky"}), "did you mean `postq account rm`?"));
  CHECK(has(told(world, {"account", "ls"}), "did you mean `postq account list`?"));
  CHECK(has(told(world, {"listen", "remove"}), "did you mean `postq listen rm`?"));
  CHECK(has(told(world, {"timer", "stop"}), "did you mean `postq timer remove`?"));
  CHECK(has(told(world, {"timer", "start"}), "did you mean `postq timer install`?"));
}

TEST_CASE("reject asks at a terminal for the reason") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.person.lines = {"the link is dead"};

  CHECK(world.type({"reject", "1"}) == 0);

  CHECK(world.person.prompts.back() == "Why not 1@bsky? The author reads it: ");
  CHECK(must(world.queue().post(PostId{1})).deliveries.front().last_approval->reason == "the link is dead");
}

TEST_CASE("an empty line is no reason, and nothing is rejected") {
  TalkWorld world;
  REQUIRE(world.type({"add", "Oak leaves."}) == 0);
  world.person.lines = {"  "};

  CHECK(world.type({"reject", "1"}) == 130);

  CHECK(must(world.queue().list({})).front().delivery.state == DeliveryState::queued);
  CHECK(has(world.person.take_screen(), "without a reason nothing was changed"));
}

TEST_CASE("on a narrow screen the text stands below its columns, and no word is broken") {
  TalkWorld world;
  world.person.extent = {40, 20};
  REQUIRE(world.type({"add", "Three weeks of drawing oak leaves, and one of deciding to throw them all away."}) == 0);
  world.person.take_screen();

  CHECK(world.type({"list"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "1@bsky  to review  once approved\n    Three weeks of drawing oak leaves,\n"));

  world.person.is_plain = true;
  CHECK(world.type({"list"}) == 0);
  CHECK(has(world.person.take_screen(), "1@bsky: to review, once approved: Three"));
}

TEST_CASE("who speaks of pictures is led to them, and a short word never to pause") {
  TalkWorld world;

  CHECK(has(told(world, {"alt", "9", "an oak"}), "postq edit 9 --alt 'an oak'"));
  CHECK(has(told(world, {"picture"}), "--media FILE --alt TEXT"));
  for (const char* const typed : {"hlt", "use", "hol"}) {
    CAPTURE(typed);
    CHECK_FALSE(has(told(world, {typed}), "postq pause"));
  }
}

TEST_CASE("words that other programs have name a command that works, or that there is none") {
  TalkWorld world;
  const std::vector<std::pair<std::string, std::string>> meant{
      {"now", "postq post \"...\""},
      {"compose", "postq post \"...\""},
      {"connect", "postq account add NAME"},
      {"logout", "postq account rm"},
      {"mastodon", "postq account add mastodon --url"},
      {"bluesky", "postq account add bluesky --handle"},
      {"thread", "postq add \"...\" --thread"},
      {"export", "postq list --all --json"},
      {"media", "postq add \"...\" --media FILE --alt TEXT"},
      {"boost", "postq publishes and answers, and has no command for it"},
      {"backup", "postq has no command for it"},
  };
  for (const auto& [word, said] : meant) {
    CAPTURE(word);
    const auto screen = told(world, {word});
    CAPTURE(screen);
    CHECK(has(screen, "there is no command '" + word + "'"));
    CHECK(has(screen, "\n  " + said));
    CHECK_FALSE(has(screen, "did you mean"));
  }
  CHECK(has(told(world, {"now"}), "postq flush"));
  CHECK_FALSE(has(told(world, {"now"}), "postq reject"));
}

TEST_CASE("a short word is no slip of another program's word") {
  TalkWorld world;
  for (const char* const typed : {"nu", "nwe", "rnu"}) {
    CAPTURE(typed);
    const auto screen = told(world, {typed});
    CHECK_FALSE(has(screen, "postq reject"));
    CHECK_FALSE(has(screen, "write it and send it now"));
    CHECK_FALSE(has(screen, "as cron does"));
  }
}

TEST_CASE("help about another program's word leads to the page of the command that is meant") {
  TalkWorld world;
  const auto screen = told(world, {"help", "login"});
  CHECK(has(screen, "there is no help about 'login'"));
  CHECK(has(screen, "\n  postq help account login    a new token for an account"));
  CHECK(has(told(world, {"help", "tims"}), "did you mean `postq help times`?"));
}

TEST_CASE("-V says the version, as --version does") {
  TalkWorld world;
  REQUIRE(world.type({"--version"}) == 0);
  const auto version = world.person.take_screen();
  CHECK(world.type({"-V"}) == 0);
  CHECK(world.person.take_screen() == version);
}

TEST_CASE("publish of a post offers what works where it stands, for each account by itself") {
  TalkWorld world;
  world.on_shore("work");
  REQUIRE(world.type({"add", "Oak leaves.", "--to", "all"}) == 0);

  const auto pending = told(world, {"publish", "1"});
  CHECK(has(pending, "\n  postq review 1"));
  CHECK_FALSE(has(pending, "postq send"));

  world.approve_all();
  const auto approved = told(world, {"publish", "1"});
  CAPTURE(approved);
  CHECK(has(approved, "\n  postq send 1@bsky --reason \"...\""));
  CHECK(has(approved, "\n  postq send 1@work --reason \"...\""));
  CHECK_FALSE(has(approved, "postq send 1 "));
  CHECK_FALSE(has(approved, "postq review"));
}

TEST_CASE("the name of an account where a post is meant leads to the account") {
  TalkWorld world;
  for (const char* const command : {"show", "rm"}) {
    CAPTURE(command);
    const auto screen = told(world, {command, "bsky"});
    CHECK(has(screen, "'bsky' is an account, and no post"));
    CHECK(has(screen, "\n  postq account show bsky"));
  }
  CHECK(has(told(world, {"show", "nothing"}), "'nothing' names no post"));
}

TEST_CASE("why and when of what somebody said tell it from a post") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - std::chrono::hours{5});
  for (const char* const command : {"why", "when"}) {
    CAPTURE(command);
    CHECK(has(told(world, {command, "i1"}), "'i1' is what somebody said, and no post"));
  }
}
