#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// Stop means stop: holds while everything, the account or the post is paused, while the platform asks for a break or a
// new sign-in, and while something may be out there that a timeline, where there is one, hasn't shown since. A person
// who writes by hand is there and may write while everything or the account is paused: that is a warning, so that
// nobody has to open the queue to say one word.
Verdict check_pause(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_pause(const PolicySettings& settings);

}  // namespace postq
