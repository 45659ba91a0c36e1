#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// Nothing goes out at or after its end; it expires. A thread that has begun is finished.
Verdict check_until(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_until(const PolicySettings& settings);

}  // namespace postq
