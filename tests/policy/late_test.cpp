#include <postq/policy/late.h>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

namespace {

PolicySettings with(LatePolicy late) {
  PolicySettings settings;
  settings.late = late;
  return settings;
}

const TimePoint kDue = kNoon;
const TimePoint kTooLate = kDue + hours{1} + minutes{2};
const TimePoint kHeldTooLong = kDue + hours{6} + Seconds{1};

// An account on which something could last be sent at that time.
Snapshot tried_at(TimePoint at, Block block = Block::no_flush) {
  auto snapshot = quiet_account();
  snapshot.last_chance = {at, block};
  return snapshot;
}

Snapshot overdue_since(TimePoint at, int overdue, Block block = Block::no_flush) {
  auto snapshot = tried_at(at, block);
  snapshot.overdue = overdue;
  return snapshot;
}

Effect effect(const Snapshot& snapshot, const Candidate& candidate, TimePoint now,
              const PolicySettings& settings = with(LatePolicy::review)) {
  return check_late(snapshot, candidate, at(now, settings)).effect;
}

std::string reason(const Snapshot& snapshot, const Candidate& candidate, TimePoint now) {
  const auto settings = with(LatePolicy::review);
  return check_late(snapshot, candidate, at(now, settings)).reason;
}

// Looked at a moment ago, as by a timer.
Judgement judged(Snapshot snapshot, const Candidate& candidate, TimePoint now, const PolicySettings& settings) {
  snapshot.read_at = now;
  snapshot.last_chance = {now - minutes{5}};
  return judge(snapshot, candidate, at(now, settings));
}

}  // namespace

TEST_CASE("a post is not late until nothing could be tried for longer than late_after") {
  CHECK(effect(tried_at(kDue - hours{8}), scheduled_for(kDue), kDue + hours{1}) == Effect::none);
  CHECK(effect(tried_at(kDue - hours{8}), scheduled_for(kDue), kTooLate) == Effect::to_review);
  CHECK(effect(tried_at(kDue + minutes{30}), scheduled_for(kDue), kTooLate) == Effect::none);
}

TEST_CASE("a post for which nothing could be tried comes back to review with its time, the reason and what to type") {
  const auto settings = with(LatePolicy::review);

  const auto verdict = check_late(tried_at(kDue - hours{1}), scheduled_for(kDue), at(kDue + hours{8}, settings));

  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::post);
  CHECK(verdict.reason == "it was due 12:00, and `postq flush` did not run for 9 h");
  CHECK(commands(verdict) == std::vector<std::string>{"postq review 12@bsky"});
}

TEST_CASE("the reason is the true one") {
  const auto post = scheduled_for(kDue);
  const auto since = kDue - hours{2};
  const auto now = kDue + hours{2};

  CHECK(reason(tried_at(since, Block::unreachable), post, now) ==
        "it was due 12:00, and bsky could not be reached for 4 h");
  CHECK(reason(tried_at(since, Block::sign_in), post, now) ==
        "it was due 12:00, and bsky needed a new sign-in for 4 h");
  CHECK(reason(tried_at(since, Block::limited), post, now) ==
        "it was due 12:00, and bsky's platform took no posts for 4 h");
  CHECK(reason(tried_at(since, Block::unreadable), post, now) ==
        "it was due 12:00, and bsky's timeline could not be read for 4 h");
  CHECK(reason(tried_at(since, Block::paused), post, now) == "it was due 12:00, and everything was paused for 4 h");
  CHECK(reason(quiet_account(), post, now) == "it was due 12:00, and `postq flush` has never run");
  CHECK(reason(overdue_since(since, 3), post, now) ==
        "it was due 12:00, and `postq flush` did not run for 4 h, while 3 posts came due");
}

TEST_CASE("two that came due in a gap are late together, however lately the second was due") {
  const auto now = kDue + hours{9};
  const auto just_due = scheduled_for(now - minutes{6}, 13);

  CHECK(effect(overdue_since(kDue - minutes{5}, 2), just_due, now) == Effect::to_review);
  CHECK(effect(overdue_since(kDue - minutes{5}, 1), just_due, now) == Effect::none);
  CHECK(effect(overdue_since(now - minutes{50}, 2), just_due, now) == Effect::none);
}

TEST_CASE("up to five minutes is on time, also after a gap in which others came due") {
  const auto now = kDue + hours{9};

  CHECK(effect(overdue_since(kDue, 12), scheduled_for(now - minutes{5}), now) == Effect::none);
  CHECK(effect(overdue_since(kDue, 12), scheduled_for(now - minutes{5} - Seconds{1}), now) == Effect::to_review);
}

TEST_CASE("runs that usually lie an hour or a day apart leave no gap, also when the clocks change") {
  struct Cron {
    Seconds usual;
    Seconds apart;
    Effect effect;
  };
  for (const auto& [usual, apart, expected] : {
           Cron{minutes{5}, minutes{59}, Effect::none}, Cron{minutes{5}, hours{2}, Effect::to_review},
           Cron{hours{1}, hours{1} + minutes{1}, Effect::none}, Cron{hours{1}, hours{2}, Effect::to_review},
           Cron{days{1}, hours{25}, Effect::none}, Cron{days{1}, days{2}, Effect::to_review},
           Cron{Seconds{0}, hours{1} + Seconds{30}, Effect::none},  // the first hour of an hourly cron
       }) {
    auto snapshot = overdue_since(kDue, 2);
    snapshot.usual_wait = usual;
    CHECK(effect(snapshot, scheduled_for(kDue + minutes{2}), kDue + apart) == expected);
  }
}

TEST_CASE("a try that failed is none") {
  auto candidate = scheduled_for(kDue);
  candidate.tries = 4;

  CHECK(effect(tried_at(kDue + minutes{58}), candidate, kDue + hours{1}) == Effect::none);
  CHECK(effect(tried_at(kTooLate - minutes{5}), candidate, kTooLate) == Effect::to_review);
  CHECK(reason(tried_at(kTooLate - minutes{5}), candidate, kTooLate) ==
        "it was due 12:00, and 4 tries to send it failed");
}

TEST_CASE("late = later lets an overdue post go and marks it, late = drop drops it") {
  const auto later = check_late(quiet_account(), scheduled_for(kDue), at(kTooLate, with(LatePolicy::later)));
  const auto drop = check_late(quiet_account(), scheduled_for(kDue), at(kTooLate, with(LatePolicy::drop)));

  CHECK(later.answer == Answer::allow);
  CHECK(later.effect == Effect::mark_missed);
  CHECK(drop.answer == Answer::hold);
  CHECK(drop.effect == Effect::drop);
  CHECK(commands(drop) == std::vector<std::string>{"postq reschedule 12@bsky WHEN"});
}

TEST_CASE("a post approved after its time is late only late_after its approval") {
  auto candidate = scheduled_for(kDue);
  candidate.approved_at = kDue + days{2};

  CHECK(effect(quiet_account(), candidate, kDue + days{2} + hours{1}) == Effect::none);
  CHECK(effect(quiet_account(), candidate, kDue + days{2} + hours{2}) == Effect::to_review);
  CHECK(effect(overdue_since(kDue, 2), candidate, kDue + days{2} + minutes{5}) == Effect::none);
}

TEST_CASE("a post without its own time, one that has begun, one by hand and one that was told are never late") {
  const auto settings = with(LatePolicy::drop);
  const auto now = kDue + days{9};
  auto begun = scheduled_for(kDue);
  begun.started = true;
  auto told = scheduled_for(kDue);
  told.missed_at = kDue + days{1};

  for (const auto& candidate : {without_a_time(kDue), begun, told, written_by_hand()}) {
    CHECK(effect(overdue_since(kDue, 5), candidate, now, settings) == Effect::none);
    CHECK_FALSE(is_overdue(candidate, now));
  }
}

TEST_CASE("what a person sends past the rules is not late") {
  const auto settings = with(LatePolicy::review);
  auto context = at(kDue + days{1}, settings);
  context.past = PastRules::yes;

  CHECK(check_late(quiet_account(), scheduled_for(kDue), context).effect == Effect::none);
}

TEST_CASE("a post that a rule held for six hours comes to review once") {
  const auto settings = with(LatePolicy::review);
  auto candidate = scheduled_for(kDue);

  CHECK(judged(account_with(0, 0), candidate, kDue + hours{6}, settings).effect == Effect::none);

  const auto told = judged(account_with(0, 0), candidate, kHeldTooLong, settings);
  CHECK(told.effect == Effect::to_review);
  CHECK(told.reach == Scope::post);
  CHECK(told.deciding()->reason == "ratio held it for 6 h past its time, 12:00");

  candidate.missed_at = kHeldTooLong;
  candidate.approved_at = kHeldTooLong + minutes{10};
  const auto again = judged(account_with(0, 0), candidate, kHeldTooLong + days{5}, settings);
  CHECK(again.effect == Effect::none);
  CHECK(again.deciding()->rule == "ratio");
}

TEST_CASE("min_gap alone never makes a post miss its time, and with another rule it is the other") {
  const auto now = kDue + days{1};
  auto settings = with(LatePolicy::review);
  auto snapshot = account_with(5, 1);
  snapshot.last_scheduled_at = now - minutes{3};

  const auto alone = judged(snapshot, scheduled_for(kDue), now, settings);
  CHECK(alone.deciding()->rule == "min_gap");
  CHECK(alone.effect == Effect::none);

  settings.max_per_day = 1;
  snapshot.scheduled_today = 1;
  const auto both = judged(snapshot, scheduled_for(kDue), now, settings);
  CHECK(both.effect == Effect::to_review);
  CHECK(both.deciding()->reason == "max_per_day held it for 24 h past its time, Tue 12:00");
}

TEST_CASE("a post that a rule held is never dropped, and keeps its approval, unless late = review") {
  for (const auto late : {LatePolicy::later, LatePolicy::drop}) {
    const auto judgement = judged(account_with(0, 0), scheduled_for(kDue), kHeldTooLong, with(late));

    CHECK(judgement.effect == Effect::mark_missed);
    CHECK_FALSE(judgement.allowed());
    CHECK(judgement.deciding()->rule == "ratio");
  }
}

TEST_CASE("a post that a rule held for long and then lets go simply goes") {
  const auto judgement = judged(account_with(1, 0), scheduled_for(kDue), kHeldTooLong, with(LatePolicy::review));

  CHECK(judgement.answer == Answer::allow);
  CHECK(judgement.effect == Effect::none);
}
