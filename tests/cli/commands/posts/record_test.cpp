// `postq record`, as it is typed.
#include "cli/commands.h"
#include "support/test_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// An account whose timeline can't be read, and one whose timeline is.
struct Unread : TestWorld {
  Account wall = unreadable_account("wall");
  Account blog = readable_account("blog");

  int type(std::vector<std::string> words) {
    words.insert(words.begin(), "postq");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    Context context{*this};
    person.screen.clear();
    return run_command_line(static_cast<int>(argv.size()), argv.data(), context);
  }
  bool shows(const std::string& words) const { return person.screen.find(words) != std::string::npos; }
  std::int64_t by_hand() {
    return must(queue().snapshot(wall, {}, {kNoon, kNoon + 24h}, false, false, now())).mix.by_hand();
  }
};

}  // namespace

TEST_CASE("record notes a post made in an app, says how the mix stands, and how to take it back") {
  Unread world;

  CHECK(world.type({"record", "wall", "https://Slate.example/Anna/7/#top"}) == 0);

  CHECK(world.by_hand() == 1);
  CHECK(world.shows("wall: noted as a post by hand, "));
  CHECK(world.shows("1 by hand, 0 scheduled in the last 14 days; room for 3 scheduled"));
  CHECK(world.shows("postq record wall https://slate.example/Anna/7 --undo"));

  CHECK(world.type({"record", "wall", "https://slate.example/Anna/7"}) == 0);
  CHECK(world.shows("noted before"));
  CHECK(world.by_hand() == 1);

  CHECK(world.type({"record", "wall", "https://slate.example/Anna/7", "--undo"}) == 0);
  CHECK(world.shows("no longer counts"));
  CHECK(world.by_hand() == 0);
  CHECK(world.type({"record", "wall", "--undo"}) == 4);
}

TEST_CASE("record takes a time behind us and none ahead of us") {
  Unread world;

  for (const char* ahead : {"tomorrow", "2090-01-01 09:00", "+2h", "in 5 min", "2090-01-01T00:00:00Z"}) {
    INFO(ahead);
    CHECK(world.type({"record", "wall", "--at", ahead}) == 2);
    CHECK(world.shows("lies ahead"));
  }
  CHECK(world.by_hand() == 0);

  CHECK(world.type({"record", "wall", "--at", "3h"}) == 0);
  CHECK(world.by_hand() == 1);
  CHECK(world.type({"record", "wall", "--at", "40d"}) == 0);
  CHECK(world.shows("longer ago than the 14 days that count"));
  CHECK(world.by_hand() == 1);
}

TEST_CASE("record without an address asks when it may have been typed twice") {
  Unread world;
  REQUIRE(world.type({"record", "wall"}) == 0);

  world.person.keys = {"n"};
  CHECK(world.type({"record", "wall"}) == 130);
  CHECK(world.by_hand() == 1);
  world.person.keys = {"y"};
  CHECK(world.type({"record", "wall", "--reply"}) == 0);
  CHECK(world.by_hand() == 2);
  CHECK(world.type({"record", "wall", "--no-input"}) == 5);
  CHECK(world.shows("postq record wall URL"));
  CHECK(world.type({"record", "wall", "https://slate.example/9", "--json"}) == 0);
  CHECK(world.shows(R"("schema":"postq.record/1")"));
  CHECK(world.by_hand() == 3);
}

TEST_CASE("record is for a person at a terminal and the real clock") {
  Unread world;
  world.person.person = false;
  CHECK(world.type({"record", "wall"}) == 5);
  CHECK(world.shows("needs a person at a terminal"));
  world.person.person = true;
  world.who = {"claude", true};
  CHECK(world.type({"record", "wall", "https://slate.example/1"}) == 5);
  CHECK(world.type({"record", "wall", "--undo"}) == 5);
  world.who = {"ann", false};
  world.fixed_clock = true;
  world.environment_variables["POSTQ_NOW"] = "2026-11-22T20:44:00Z";
  CHECK(world.type({"record", "wall"}) == 5);
  CHECK(world.shows("POSTQ_NOW"));
  CHECK(world.by_hand() == 0);
}

TEST_CASE("record is refused where postq reads the timeline itself") {
  Unread world;

  CHECK(world.type({"record", "blog"}) == 5);

  CHECK(world.shows("postq sync blog"));
}

TEST_CASE("record refuses what it can't understand") {
  Unread world;
  CHECK(world.type({"record"}) == 2);
  CHECK(world.type({"record", "well"}) == 4);
  CHECK(world.type({"record", "wall", "slate.example/1"}) == 2);
  CHECK(world.type({"record", "wall", "--undo", "--at", "3h"}) == 2);
  CHECK(world.type({"record", "wall", "--at", "soon"}) == 2);
  CHECK(world.by_hand() == 0);
}

TEST_CASE("record says when a note changes nothing") {
  Unread world;
  world.settings.policy.count_replies = false;
  world.settings.policy.unreadable = Unreadable::hold;

  CHECK(world.type({"record", "wall", "--reply"}) == 0);

  CHECK(world.shows("count_replies is off"));
  CHECK(world.shows("unreadable = \"hold\""));
}
