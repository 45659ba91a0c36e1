#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// A post that goes to its accounts together waits until all of them can take it.
Verdict check_together(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_together(const PolicySettings& settings);

}  // namespace postq
