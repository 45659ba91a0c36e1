#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// Quiet hours hold posts without a time of their own, and those that missed theirs and now go as soon as they may. Each
// is held by itself: one behind it that has its own time goes at its time.
Verdict check_quiet(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_quiet(const PolicySettings& settings);

}  // namespace postq
