#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <postq/policy/rule.h>

// How every rule words its answer. A yes builds no sentence: the claim asks ten rules in a few microseconds.
namespace postq {

inline Verdict allow(std::string_view rule) {
  Verdict verdict;
  verdict.rule = rule;
  return verdict;
}

Verdict warn(std::string_view rule, std::string reason);
Verdict hold(std::string_view rule, Reach reach, std::string reason = {});

// Most rules concern only what goes out without its author, and only before its first part.
inline bool is_scheduled_start(const Candidate& candidate) {
  return candidate.origin == Origin::scheduled && !candidate.started;
}

// Whether one of the rules that `postq send` sets aside has to be asked.
inline bool is_bound_by_the_mix(const Candidate& candidate, const RuleContext& context) {
  return is_scheduled_start(candidate) && context.past == PastRules::no;
}

// "12@bsky"
std::string delivery_name(const Snapshot& snapshot, const Candidate& candidate);

// Adds `postq send`, where the settings let a person send one post past the rules.
void offer_send(Verdict& verdict, const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);

// "1 picture", "2 pictures"
std::string count_of(std::int64_t count, std::string_view singular);

}  // namespace postq
