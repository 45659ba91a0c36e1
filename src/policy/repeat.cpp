#include <algorithm>

#include <postq/policy/repeat.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "repeat";
constexpr Seconds kSlip = std::chrono::minutes{10};  // the same words this soon are a slip, never a plan

// It went out on the same account.
std::string earlier_name(const Candidate& candidate, const RuleContext& context) {
  const RecentPost& earlier = *candidate.earlier;
  return std::to_string(number(earlier.post)) + "@" + candidate.account + " of " +
         format_time_short(earlier.at, context.now, context.zone);
}

void offer_other_words(Verdict& verdict, const Candidate& candidate) {
  verdict.remedies.push_back({"postq edit " + std::to_string(number(candidate.post)), "say it in other words"});
}

}  // namespace

Verdict check_repeat(const Snapshot&, const Candidate& candidate, const RuleContext& context) {
  if (!is_scheduled_start(candidate) || !candidate.earlier) return allow(kName);
  const RecentPost& earlier = *candidate.earlier;

  if (earlier.identical && context.now < earlier.at + kSlip) {
    Verdict verdict = hold(kName, Scope::post, "the same text as " + earlier_name(candidate, context));
    verdict.earliest =
        earlier.at +
        (context.settings.repeat == Strictness::hold ? std::max(kSlip, context.settings.repeat_within) : kSlip);
    offer_other_words(verdict, candidate);
    return verdict;
  }

  const TimePoint free_at = earlier.at + context.settings.repeat_within;
  if (context.settings.repeat == Strictness::off || context.now >= free_at) return allow(kName);
  std::string reason =
      (earlier.identical ? "the same text as " : "nearly the same text as ") + earlier_name(candidate, context);
  if (context.settings.repeat == Strictness::warn) return warn(kName, reason + "; that is fine if you mean it");
  Verdict verdict = hold(kName, Scope::post, std::move(reason));
  verdict.earliest = free_at;
  offer_other_words(verdict, candidate);
  return verdict;
}

std::string describe_repeat(const PolicySettings& settings) {
  const std::string always = "The identical text is held for " + format_duration(kSlip);
  const std::string within = format_duration(settings.repeat_within);
  switch (settings.repeat) {
    case Strictness::off:
      return always + "; after that a post may repeat another.";
    case Strictness::warn:
      return always + "; nearly the same text within " + within + " is pointed out.";
    case Strictness::hold:
      break;
  }
  return always + ", nearly the same text for " + within + '.';
}

}  // namespace postq
