#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// min_gap between two scheduled posts on one account; a thread is one post.
Verdict check_min_gap(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_min_gap(const PolicySettings& settings);

}  // namespace postq
