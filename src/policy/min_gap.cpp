#include <postq/policy/min_gap.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "min_gap";

}  // namespace

Verdict check_min_gap(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  if (!snapshot.last_scheduled_at || !is_bound_by_the_mix(candidate, context)) return allow(kName);
  const TimePoint free_at = *snapshot.last_scheduled_at + context.settings.min_gap;
  if (context.now >= free_at) return allow(kName);

  Verdict verdict = hold(kName, Scope::account);
  verdict.earliest = free_at;
  if (!context.words) return verdict;
  verdict.reason = format_duration(context.settings.min_gap) + " between two scheduled posts; the last went " +
                   format_time_short(*snapshot.last_scheduled_at, context.now, context.zone);
  offer_send(verdict, snapshot, candidate, context);
  return verdict;
}

std::string describe_min_gap(const PolicySettings& settings) {
  if (settings.min_gap <= Seconds{0}) return "Scheduled posts may follow each other at once.";
  return "At least " + format_duration(settings.min_gap) +
         " between two scheduled posts on one account; a thread is one post.";
}

}  // namespace postq
