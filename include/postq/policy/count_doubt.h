#pragma once

#include <string>

#include <postq/policy/rule.h>

namespace postq {

// Why the counts of this account may not be relied on (see count_is_trusted()), as a sentence; empty: they may. The
// rule, why, doctor and account test all say it so.
std::string count_doubt(const Snapshot& snapshot, const RuleContext& context);

}  // namespace postq
