#pragma once

#include <optional>
#include <string_view>

#include <postq/policy/policy.h>

namespace postq {

// The reason for which the claim takes a delivery back to review whose text stands on its account already, though
// nothing here has sent that. No rule of the configuration: it is what is known, not what somebody wants.
constexpr std::string_view kAlreadyOut = "already-out";

// After half an hour without a flush, another copy of the queue may have sent what is due here: a home put back from a
// backup, or a second machine. Then nothing scheduled goes on an account that can be read before it was read, at
// `read_needed` or later; trust_reading says how old a count may be, and is no substitute. Adds the hold "reading" to a
// judgement that allows; nothing needed, by hand or past the rules: leaves it as it is.
void hold_until_read(Judgement& judgement, const Snapshot& snapshot, const Candidate& candidate,
                     const RuleContext& context, std::optional<TimePoint> read_needed);

}  // namespace postq
