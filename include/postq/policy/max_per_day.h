#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// At most max_per_day scheduled posts on one account in one calendar day of the zone.
Verdict check_max_per_day(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_max_per_day(const PolicySettings& settings);

}  // namespace postq
