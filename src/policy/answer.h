#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <postq/policy/rule.h>

// How every rule words its answer. A yes builds no sentence: the claim asks every rule in a few microseconds.
namespace postq {

inline Verdict allow(std::string_view rule) {
  Verdict verdict;
  verdict.rule = rule;
  return verdict;
}

Verdict warn(std::string_view rule, std::string reason);
Verdict hold(std::string_view rule, Scope reach, std::string reason = {});

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

// The handle as one may print it: it is text from outside, and its length is anybody's choice.
std::string name_of_person(const Snapshot::Waiting& waiting);

// Adds the answer to whoever waits longest on the account, if anybody does.
void offer_answer(Verdict& verdict, const Snapshot& snapshot, TimePoint now);

// "1 picture", "2 pictures"
std::string count_of(std::int64_t count, std::string_view singular);

}  // namespace postq
