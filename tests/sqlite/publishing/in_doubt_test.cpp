// While something may be out, the account's timeline has to be read before anything else goes there.
#include "sqlite/timeline_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

TEST_CASE("an account is in doubt from a lost answer to the next reading that began later") {
  Timeline timeline;
  const auto in_doubt = [&](TimePoint now) { return timeline.snapshot(now).in_doubt; };
  timeline.read({}, kNoon);
  const auto [delivery, attempt] = timeline.in_the_air(kWords, kNoon + 1min);
  CHECK_FALSE(in_doubt(kNoon + 1min));
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed), kNoon + 2min);
  CHECK(in_doubt(kNoon + 2min));

  // It was asked before the answer was lost, and came in later.
  TimelineReading reading;
  reading.complete = {kNoon - 1h, kNoon + 1min};
  must(timeline.store.store_timeline(timeline.account.id, reading, by_ann(kNoon + 3min)));
  CHECK(in_doubt(kNoon + 4min));
  // One that the platform asked to put off is none.
  reading.complete = {};
  reading.limited_until = kNoon + 10min;
  must(timeline.store.store_timeline(timeline.account.id, reading, by_ann(kNoon + 5min)));
  CHECK(in_doubt(kNoon + 5min));

  timeline.read({}, kNoon + 6min);
  CHECK_FALSE(in_doubt(kNoon + 6min));
}

TEST_CASE("an account is in doubt no longer once the lost answer is settled") {
  for (const auto outcome : {Outcome::absent, Outcome::sent}) {
    Timeline timeline;
    const auto [delivery, attempt] = timeline.in_the_air(kWords, kNoon + 1min);
    record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed), kNoon + 2min);
    REQUIRE(timeline.snapshot(kNoon + 2min).in_doubt);

    auto found = outcome == Outcome::sent ? sent(attempt, delivery) : result_of(attempt, delivery, outcome);
    must(timeline.store.settle(found, by_ann(kNoon + 30min)));

    CHECK_FALSE(timeline.snapshot(kNoon + 30min).in_doubt);
  }
}
