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
const TimePoint kTooLate = kDue + hours{6} + Seconds{1};

Judgement judged(const Snapshot& snapshot, const Candidate& candidate, TimePoint now, const PolicySettings& settings) {
  auto read = snapshot;
  read.read_at = now;
  return judge(read, candidate, at(now, settings));
}

}  // namespace

TEST_CASE("a post is not late until nobody tried for longer than late_after") {
  const auto settings = with(LatePolicy::review);

  CHECK(check_late(quiet_account(), scheduled_for(kDue), at(kDue + hours{6}, settings)).effect == Effect::none);
  CHECK(check_late(quiet_account(), scheduled_for(kDue), at(kTooLate, settings)).effect == Effect::to_review);
}

TEST_CASE("a post that nobody tried to send comes back to review with its time and what to type") {
  const auto settings = with(LatePolicy::review);

  const auto verdict = check_late(quiet_account(), scheduled_for(kDue), at(kDue + hours{8}, settings));

  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Reach::post);
  CHECK(verdict.reason == "it was due 12:00, and nobody tried to send it for 8 h");
  CHECK(commands(verdict) == std::vector<std::string>{"postq review 12@bsky"});
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
  const auto settings = with(LatePolicy::review);
  auto candidate = scheduled_for(kDue);
  candidate.approved_at = kDue + days{2};

  CHECK(check_late(quiet_account(), candidate, at(kDue + days{2} + hours{6}, settings)).effect == Effect::none);
  CHECK(check_late(quiet_account(), candidate, at(kDue + days{2} + hours{7}, settings)).effect == Effect::to_review);
}

TEST_CASE("time in which somebody tried doesn't make a post late") {
  const auto settings = with(LatePolicy::drop);
  auto candidate = scheduled_for(kDue);
  candidate.tried_at = kDue + days{3};

  CHECK(check_late(quiet_account(), candidate, at(kDue + days{3} + hours{6}, settings)).effect == Effect::none);
  CHECK(check_late(quiet_account(), candidate, at(kDue + days{3} + hours{7}, settings)).effect == Effect::drop);
}

TEST_CASE("a post without its own time, one that has begun, one by hand and one that was told are never late") {
  const auto settings = with(LatePolicy::drop);
  const auto now = kDue + days{9};
  auto begun = scheduled_for(kDue);
  begun.started = true;
  auto told = scheduled_for(kDue);
  told.missed_at = kDue + days{1};

  for (const auto& candidate : {without_a_time(kDue), begun, told, written_by_hand()}) {
    CHECK(check_late(quiet_account(), candidate, at(now, settings)).effect == Effect::none);
  }
}

TEST_CASE("a post that a rule held past late_after comes to review once") {
  const auto settings = with(LatePolicy::review);
  auto candidate = scheduled_for(kDue);
  candidate.tried_at = kTooLate - minutes{5};

  CHECK(judged(account_with(0, 0), candidate, kDue + hours{6}, settings).effect == Effect::none);

  const auto told = judged(account_with(0, 0), candidate, kTooLate, settings);
  CHECK(told.effect == Effect::to_review);
  CHECK(told.reach == Reach::post);
  CHECK(told.deciding()->reason == "ratio held it for 6 h past its time, 12:00");

  candidate.missed_at = kTooLate;
  candidate.approved_at = kTooLate + minutes{10};
  const auto again = judged(account_with(0, 0), candidate, kTooLate + days{5}, settings);
  CHECK(again.effect == Effect::none);
  CHECK(again.deciding()->rule == "ratio");
}

TEST_CASE("a post that a rule held is never dropped, and keeps its approval, unless late = review") {
  auto candidate = scheduled_for(kDue);
  candidate.tried_at = kTooLate - minutes{5};

  for (const auto late : {LatePolicy::later, LatePolicy::drop}) {
    const auto judgement = judged(account_with(0, 0), candidate, kTooLate, with(late));

    CHECK(judgement.effect == Effect::mark_missed);
    CHECK_FALSE(judgement.allowed());
    CHECK(judgement.deciding()->rule == "ratio");
  }
}

TEST_CASE("a post that a rule held for long and then lets go simply goes") {
  auto candidate = scheduled_for(kDue);
  candidate.tried_at = kTooLate - minutes{5};

  const auto judgement = judged(account_with(1, 0), candidate, kTooLate, with(LatePolicy::review));

  CHECK(judgement.answer == Answer::allow);
  CHECK(judgement.effect == Effect::none);
}
