// What `policy simulate` says of the queue run forward.
#include "cli/talk_world.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::string simulated(TalkWorld& world) {
  world.person.take_screen();
  REQUIRE(world.type({"policy", "simulate"}) == 0);
  return world.person.take_screen();
}

}  // namespace

TEST_CASE("what is held while everything is paused is not said to go") {
  TalkWorld world;
  world.write_by_hand(world.account, kNoon - 1h);
  REQUIRE(world.type({"add", "Acorns again."}) == 0);
  CHECK(has(simulated(world), "All of it goes without another word by hand."));

  REQUIRE(world.type({"pause"}) == 0);

  const auto screen = simulated(world);
  CHECK(has(screen, "HELD: pause, everything is paused"));
  CHECK_FALSE(has(screen, "All of it goes"));
}

TEST_CASE("what is due now takes something by hand now, not before a time that has come") {
  TalkWorld world;
  world.sync(world.account);
  REQUIRE(world.type({"add", "Acorns again."}) == 0);

  const auto screen = simulated(world);

  CHECK(has(screen, "HELD: ratio; 1 by hand now frees it"));
  CHECK(has(screen, "(nothing by hand in 14 days on bsky), nothing goes on bsky"));
}

TEST_CASE("a pace of less than one a week is said as it was counted") {
  TalkWorld world;
  world.write_by_hand(world.account, kNoon - 1h);
  REQUIRE(world.type({"add", "Acorns again."}) == 0);

  CHECK(has(simulated(world), "At your pace so far (1 by hand in 14 days on bsky), everything goes on bsky."));
}
