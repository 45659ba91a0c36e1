#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// Media without alt text hold the post, or warn, as alt_text says. Review asks too; this is the last look.
Verdict check_alt_text(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_alt_text(const PolicySettings& settings);

}  // namespace postq
