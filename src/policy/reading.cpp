#include <postq/policy/reading.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {

void hold_until_read(Judgement& judgement, const Snapshot& snapshot, const Candidate& candidate,
                     const RuleContext& context, std::optional<TimePoint> read_needed) {
  const bool read = snapshot.read_at && read_needed && *snapshot.read_at >= *read_needed;
  const bool asked = snapshot.readable && read_needed && is_bound_by_the_mix(candidate, context);
  if (!asked || read || !judgement.allowed()) return;
  Verdict verdict =
      hold("reading", Scope::account,
           snapshot.account + "'s timeline could not be read since " +
               format_time_short(*read_needed, context.now, context.zone) +
               ", when flush ran again after a while without: something may have been sent from elsewhere meanwhile");
  verdict.remedies.push_back({"postq sync " + snapshot.account, "reads it now"});
  verdict.remedies.push_back({"postq account test " + snapshot.account, "says what is wrong"});
  offer_send(verdict, snapshot, candidate, context);
  judgement.answer = Answer::hold;
  judgement.reach = verdict.reach;
  judgement.verdicts.push_back(std::move(verdict));
}

}  // namespace postq
