#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postq/policy/rule.h>

namespace postq {

// Scheduled posts go out only while enough is written by hand on the account, within the window.
Verdict check_ratio(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);
std::string describe_ratio(const PolicySettings& settings);

// How many more by hand would let one more scheduled post go; 0 when it may go now.
std::int64_t by_hand_needed(const MixCount& mix, const Ratio& ratio);

// Scheduled posts that may still go out now by the ratio alone; INT64_MAX when it is off.
std::int64_t room_for_scheduled(const MixCount& mix, const PolicySettings& settings);

// Whether the counts of this account may be relied on: read recently enough, or never readable and taken as they are.
bool count_is_trusted(const Snapshot& snapshot, const RuleContext& context);

// What counts at `now`. A post leaves the window at the very instant at which it is `window` old.
// Everything by hand is counted as posts: a history doesn't tell answers apart.
MixCount count_in_window(const MixHistory& history, TimePoint now, Seconds window);

// "1:3" or "off"; kind usage. Both sides from 1 to 1000.
Result<std::optional<Ratio>> parse_ratio(std::string_view text);
std::string format_ratio(const std::optional<Ratio>& ratio);

}  // namespace postq
