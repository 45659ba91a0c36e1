#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// People come before broadcasts: scheduled posts are held, or go with a warning, while somebody waits longer than
// answer_within for an answer on the account. Only a person ends that, so it is never known when.
Verdict check_people_waiting(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_people_waiting(const PolicySettings& settings);

// Before the rules are asked about a moment that lies `ahead`: nobody knows who will have been answered by then, so how
// long people wait is told as it is now.
void keep_waiting_times(Snapshot& snapshot, Seconds ahead);

}  // namespace postq
