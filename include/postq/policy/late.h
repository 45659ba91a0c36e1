#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// A post with its own time that nobody tried to send for late_after is late: `late` says what becomes of it. Time in
// which a rule held it, and somebody looked, is not counted; but one that is held (context.held_by) until late_after
// past its time is told once: it comes to review, or keeps its approval where `late` is `later` or `drop`. A post that
// is marked as having missed its time is never late again.
Verdict check_late(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_late(const PolicySettings& settings);

}  // namespace postq
