#include <postq/policy/clock.h>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

namespace {

Verdict with_clock(std::optional<Seconds> skew, const Candidate& candidate = scheduled_for(kNoon)) {
  static const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.clock_skew = skew;
  return check_clock(snapshot, candidate, at(kNoon, settings));
}

}  // namespace

TEST_CASE("clocks that differ by two minutes warn, and by fifteen hold scheduled posts") {
  CHECK(with_clock(std::nullopt).answer == Answer::allow);
  CHECK(with_clock(Seconds{119}).answer == Answer::allow);
  CHECK(with_clock(Seconds{-120}).answer == Answer::warn);
  CHECK(with_clock(Seconds{899}).answer == Answer::warn);
  CHECK(with_clock(Seconds{-900}).answer == Answer::hold);
}

TEST_CASE("a wrong clock is named with its direction and what to type") {
  const auto behind = with_clock(Seconds{3600});
  CHECK(behind.reason == "this machine's clock is 1 h behind that of bsky's server");
  CHECK(behind.reach == Reach::account);
  REQUIRE(behind.remedies.size() == 2);
  CHECK(behind.remedies[1].command == "postq sync bsky");
  CHECK(with_clock(Seconds{-1200}).reason == "this machine's clock is 20 min ahead of that of bsky's server");
}

TEST_CASE("what is by hand, or has begun, doesn't wait for the clock") {
  auto begun = scheduled_for(kNoon);
  begun.started = true;

  CHECK(with_clock(Seconds{3600}, written_by_hand()).answer == Answer::allow);
  CHECK(with_clock(Seconds{3600}, begun).answer == Answer::allow);
}
