#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <postq/policy/ratio.h>
#include <postq/policy/rule.h>
#include <postq/policy/settings.h>

// The policy: all rules together. See the header of each rule for what it promises.
namespace postq {

#define POSTQ_RULE(name)                                                       \
  Verdict check_##name(const Snapshot&, const Candidate&, const RuleContext&); \
  std::string describe_##name(const PolicySettings&);
#include <postq/policy/rules.def>
#undef POSTQ_RULE

// The combined answer, and each rule's.
struct Judgement {
  Answer answer = Answer::allow;
  Effect effect = Effect::none;   // the strongest of all verdicts: expire, drop, to_review, mark_missed
  Scope reach = Scope::post;      // of the hold that decides
  std::vector<Verdict> verdicts;  // every rule, in the order of rules.def

  // The verdict that decides: the hold with the strongest effect, else the first hold, else the first warning, else
  // nullptr.
  const Verdict* deciding() const;
  bool allowed() const { return answer != Answer::hold; }
  // When time alone lifts every hold; nothing when it doesn't, or isn't known. A person may lift it sooner, so this is
  // for telling; what asks again may wait for it only where no one can write, resume or edit meanwhile.
  std::optional<TimePoint> earliest() const;
};

// Asks every rule. Hand-written posts are asked about pause and until only, started threads about pause only.
Judgement judge(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);

// The rules in force in sentences, for `postq policy`: name and sentence, in order.
struct RuleSentence {
  std::string rule;
  std::string sentence;
};
std::vector<RuleSentence> describe(const PolicySettings& settings);

// --- Running the queue forward
// ----------------------------------------------------------------------------------------

struct ForecastEntry {
  DeliveryId delivery{};
  PostId post{};
  TimePoint asked{};              // when it would go without rules
  std::optional<TimePoint> goes;  // nothing: held to the end of the forecast, or it leaves the queue before
  std::string rule;               // what holds or delays it; empty if nothing
  std::string reason;
  // Posts by hand, from now on and in all, that would free it and those before it at their times: 1 for the first and 1
  // for the next means that the same one frees both. 0 unless the ratio holds it.
  int by_hand_needed = 0;
};

struct Forecast {
  std::vector<ForecastEntry> entries;      // by the time asked, then id
  std::int64_t room = 0;                   // scheduled posts that could go now by the ratio; INT64_MAX if it is off
  int by_hand_needed = 0;                  // in all
  std::optional<TimePoint> needed_before;  // the first of them
};

// Runs one account's queue forward from context.now over `horizon`, writing nothing by hand, or with the by-hand posts
// assumed at `assumed_by_hand`. `snapshot.history` must be set. Every flush is taken to come at once.
Forecast simulate(const Snapshot& snapshot, const std::vector<Candidate>& queue, const RuleContext& context,
                  Seconds horizon, const std::vector<TimePoint>& assumed_by_hand = {});

}  // namespace postq
