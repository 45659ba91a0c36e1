#include <postq/policy/max_per_day.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "max_per_day";

}  // namespace

Verdict check_max_per_day(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  const int cap = context.settings.max_per_day;
  if (cap == 0 || snapshot.scheduled_today < cap || !is_bound_by_the_mix(candidate, context)) return allow(kName);

  Verdict verdict = hold(kName, Scope::account);
  verdict.earliest = calendar_day(context.now, context.zone).to;
  if (!context.words) return verdict;
  verdict.reason = count_of(snapshot.scheduled_today, "scheduled post") + " on " + snapshot.account +
                   " today, of at most " + std::to_string(cap);
  offer_send(verdict, snapshot, candidate, context);
  return verdict;
}

std::string describe_max_per_day(const PolicySettings& settings) {
  if (settings.max_per_day == 0) return "A day takes any number of scheduled posts.";
  return "At most " + count_of(settings.max_per_day, "scheduled post") + " a day on each account.";
}

}  // namespace postq
