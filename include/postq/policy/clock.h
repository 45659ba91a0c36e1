#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// A clock that is wrong sends at wrong times and counts the wrong posts: scheduled posts wait while ours differs from
// the server's by 15 minutes or more; from 2 minutes on it warns.
Verdict check_clock(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_clock(const PolicySettings& settings);

}  // namespace postq
