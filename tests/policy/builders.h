#pragma once

#include <postq/policy/policy.h>

// Defaults for the rules' tests: a test spells out only what it is about.
namespace postq::policy_test {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Tue 24 Nov 2026 12:00 UTC.
constexpr TimePoint kNoon = time_point(1795521600);

inline PolicySettings one_for_three() {
  return {};
}

// An account on which nothing was written yet, read just now.
inline Snapshot quiet_account(TimePoint now = kNoon) {
  Snapshot snapshot;
  snapshot.account = "bsky";
  snapshot.readable = true;
  snapshot.read_at = now;
  return snapshot;
}

inline Snapshot account_with(std::int64_t by_hand, std::int64_t scheduled) {
  auto snapshot = quiet_account();
  snapshot.mix = {by_hand, 0, scheduled};
  return snapshot;
}

// An account on which `people` wait longer than answer_within, @mira.bsky.social for 26 hours.
inline Snapshot account_where_people_wait(std::int64_t people) {
  auto snapshot = quiet_account();
  snapshot.mix.by_hand_posts = 5;
  snapshot.people_waiting = snapshot.waiting_too_long = people;
  snapshot.longest_waiting = {{ItemId{4}, "@mira.bsky.social", kNoon - hours{26}}};
  return snapshot;
}

// A post with its own time, due at that time, approved long before.
inline Candidate scheduled_for(TimePoint at, std::int64_t id = 12) {
  Candidate candidate;
  candidate.delivery = DeliveryId{id};
  candidate.post = PostId{id};
  candidate.account = "bsky";
  candidate.own_time = true;
  candidate.not_before = at;
  candidate.next_at = at;
  candidate.approved_at = at - days{30};
  return candidate;
}

// A post that goes as soon as it may.
inline Candidate without_a_time(TimePoint approved, std::int64_t id = 12) {
  auto candidate = scheduled_for(approved, id);
  candidate.own_time = false;
  candidate.approved_at = approved;
  return candidate;
}

inline Candidate written_by_hand() {
  auto candidate = without_a_time(kNoon);
  candidate.origin = Origin::hand_written;
  return candidate;
}

inline RuleContext at(TimePoint now, const PolicySettings& settings) {
  return {settings, utc_zone(), now};
}

inline std::vector<std::string> commands(const Verdict& verdict) {
  std::vector<std::string> typed;
  for (const auto& remedy : verdict.remedies) typed.push_back(remedy.command);
  return typed;
}

}  // namespace postq::policy_test
