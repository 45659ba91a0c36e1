#include <postq/policy/people_waiting.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "people_waiting";

std::string say_who_waits(const Snapshot& snapshot, const RuleContext& context) {
  const auto people = snapshot.waiting_too_long;
  std::string text = (people == 1 ? "1 person waits" : std::to_string(people) + " people wait") +
                     std::string(" longer than ") + format_duration(context.settings.answer_within) + " for an answer";
  if (snapshot.longest_waiting.empty()) return text;
  const auto& first = snapshot.longest_waiting.front();
  return text + (people == 1 ? ", " : ", the longest ") + name_of_person(first) + " for " +
         format_duration(context.now - first.since);
}

}  // namespace

Verdict check_people_waiting(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  const auto strictness = context.settings.people_waiting;
  // Who waits must not hold the answer.
  if (candidate.answers || strictness == Strictness::off || snapshot.waiting_too_long <= 0 ||
      !is_bound_by_the_mix(candidate, context)) {
    return allow(kName);
  }
  const bool holds = strictness == Strictness::hold;
  Verdict verdict = holds ? hold(kName, Scope::account) : warn(kName, {});
  if (!context.words) return verdict;
  verdict.reason = say_who_waits(snapshot, context);
  offer_answer(verdict, snapshot, context.now);
  if (snapshot.waiting_too_long > 1) verdict.remedies.push_back({"postq inbox --walk", "all of them, one at a time"});
  if (holds) offer_send(verdict, snapshot, candidate, context);
  return verdict;
}

std::string describe_people_waiting(const PolicySettings& settings) {
  const std::string when =
      "while somebody waits longer than " + format_duration(settings.answer_within) + " for an answer";
  switch (settings.people_waiting) {
    case Strictness::off:
      return "Scheduled posts go out also while people wait for an answer.";
    case Strictness::warn:
      return "Scheduled posts go with a warning " + when + " on their account.";
    case Strictness::hold:
      break;
  }
  return "No scheduled post goes out " + when + " on its account.";
}

void keep_waiting_times(Snapshot& snapshot, Seconds ahead) {
  for (auto& waiting : snapshot.longest_waiting) waiting.since += ahead;
}

}  // namespace postq
