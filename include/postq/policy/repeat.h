#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// Holds the identical text for 10 minutes whatever the settings say, and nearly the same text within repeat_within as
// `repeat` says.
Verdict check_repeat(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_repeat(const PolicySettings& settings);

}  // namespace postq
