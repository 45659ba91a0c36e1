#include <algorithm>
#include <iterator>

#include <postq/policy/policy.h>

namespace postq {
namespace {

struct Rule {
  const char* name;
  Verdict (*check)(const Snapshot&, const Candidate&, const RuleContext&);
  std::string (*describe)(const PolicySettings&);
};

constexpr Rule kRules[] = {
#define POSTQ_RULE(name) {#name, check_##name, describe_##name},
#include <postq/policy/rules.def>
#undef POSTQ_RULE
};

// What has ended comes before what was dropped, and so on: the publisher does one thing.
int strength(Effect effect) {
  switch (effect) {
    case Effect::none:
      return 0;
    case Effect::mark_missed:
      return 1;
    case Effect::to_review:
      return 2;
    case Effect::drop:
      return 3;
    case Effect::expire:
      return 4;
  }
  return 0;
}

// How strongly a verdict decides; equal ones decide in the order of asking.
int weight(const Verdict& verdict) {
  if (verdict.answer == Answer::hold) return verdict.effect == Effect::none ? 2 : 3 + strength(verdict.effect);
  return verdict.answer == Answer::warn ? 1 : 0;
}

}  // namespace

const Verdict* Judgement::deciding() const {
  const auto heaviest = std::max_element(verdicts.begin(), verdicts.end(),
                                         [](const auto& a, const auto& b) { return weight(a) < weight(b); });
  return heaviest == verdicts.end() || weight(*heaviest) == 0 ? nullptr : &*heaviest;
}

std::optional<TimePoint> Judgement::earliest() const {
  std::optional<TimePoint> latest;
  for (const auto& verdict : verdicts) {
    if (verdict.answer != Answer::hold) continue;
    if (!verdict.earliest) return std::nullopt;
    latest = latest ? std::max(*latest, *verdict.earliest) : *verdict.earliest;
  }
  return latest;
}

Judgement judge(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  Judgement judgement;
  judgement.verdicts.reserve(std::size(kRules));  // held_by points into it
  RuleContext asking = context;
  asking.held_by = nullptr;
  for (const auto& rule : kRules) {
    const auto& verdict = judgement.verdicts.emplace_back(rule.check(snapshot, candidate, asking));
    judgement.answer = std::max(judgement.answer, verdict.answer);
    if (strength(verdict.effect) > strength(judgement.effect)) judgement.effect = verdict.effect;
    if (verdict.answer == Answer::hold && asking.held_by == nullptr) asking.held_by = &verdict;
  }
  if (!judgement.allowed()) judgement.reach = judgement.deciding()->reach;
  return judgement;
}

std::vector<RuleSentence> describe(const PolicySettings& settings) {
  std::vector<RuleSentence> sentences;
  for (const auto& rule : kRules) sentences.push_back({rule.name, rule.describe(settings)});
  return sentences;
}

}  // namespace postq
