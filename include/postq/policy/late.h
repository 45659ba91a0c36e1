#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// A post with its own time for which nothing could be tried for late_after is late: `late` says what becomes of it. Two
// or more that are overdue when nothing could be sent on their account for that long are late together, however lately
// the last of them fell due. Time in which a rule held a post is not counted; but one that a rule (min_gap by itself
// excepted) held for six hours past its time is told once: it comes to review, or keeps its approval where `late` is
// `later` or `drop`. A post that is marked as having missed its time is never late again.
Verdict check_late(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_late(const PolicySettings& settings);

// Whether nothing could be sent on the account for longer than late_after, and than runs of flush usually lie apart.
bool is_gap(const Snapshot& snapshot, const PolicySettings& settings, TimePoint now);

// Approved, with a time of its own, not begun, not told yet, and more than five minutes past its time.
bool is_overdue(const Candidate& candidate, TimePoint now);

// What counts for Snapshot::overdue: overdue now, or taken back to review since something could last be sent, for a
// time that came since.
bool came_due_meanwhile(const Candidate& candidate, const Snapshot& snapshot, TimePoint now);

// Its time, or its approval, whichever is later.
TimePoint due_time(const Candidate& candidate);

// When `late` takes a post for one that a rule held too long.
TimePoint held_too_long_from(const Candidate& candidate, const PolicySettings& settings);

}  // namespace postq
