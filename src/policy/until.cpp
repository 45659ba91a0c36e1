#include <postq/policy/until.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "until";

}  // namespace

Verdict check_until(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  if (candidate.started || !candidate.until || context.now < *candidate.until) return allow(kName);
  Verdict verdict =
      hold(kName, Scope::post,
           "it was never to go out after " + format_time_short(*candidate.until, context.now, context.zone));
  verdict.effect = Effect::expire;
  verdict.remedies.push_back({"postq edit " + delivery_name(snapshot, candidate), "give it another end"});
  return verdict;
}

std::string describe_until(const PolicySettings&) {
  return "A post with an end (--until) never goes out after it.";
}

}  // namespace postq
