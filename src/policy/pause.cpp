#include <postq/core/account.h>
#include <postq/core/when.h>
#include <postq/policy/pause.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "pause";

// A pause of the queue doesn't silence the person who made it; see the header.
Verdict stopped(const Candidate& candidate, std::string reason, Remedy remedy) {
  if (candidate.origin == Origin::hand_written) return warn(kName, reason + "; this is by hand and goes");
  Verdict verdict = hold(kName, Reach::account, std::move(reason));
  verdict.remedies.push_back(std::move(remedy));
  return verdict;
}

Verdict account_paused(TimePoint until, const Snapshot& snapshot, const Candidate& candidate,
                       const RuleContext& context) {
  const Remedy resume{"postq resume " + snapshot.account, "lets " + snapshot.account + " go on"};
  if (until == kUntilResumed) return stopped(candidate, snapshot.account + " is paused", resume);
  auto verdict = stopped(
      candidate, snapshot.account + " is paused until " + say_time_short(until, context.now, context.zone), resume);
  if (verdict.answer == Answer::hold) verdict.earliest = until;
  return verdict;
}

}  // namespace

Verdict check_pause(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  if (candidate.paused) {
    const std::string name = delivery_name(snapshot, candidate);
    Verdict verdict = hold(kName, Reach::post, name + " is paused");
    verdict.remedies.push_back({"postq resume " + name, "lets this one go on"});
    return verdict;
  }
  if (snapshot.sign_in_needed) {
    Verdict verdict = hold(kName, Reach::account, snapshot.account + " needs a new sign-in");
    verdict.remedies.push_back({"postq account login " + snapshot.account, "signs in again"});
    return verdict;
  }
  if (snapshot.limited_until && context.now < *snapshot.limited_until) {
    Verdict verdict = hold(kName, Reach::account,
                           snapshot.account + "'s platform takes no more posts until " +
                               say_time_short(*snapshot.limited_until, context.now, context.zone));
    verdict.earliest = snapshot.limited_until;
    return verdict;
  }
  // Where nothing can be read, what is repeated is known again by its key.
  if (snapshot.in_doubt && snapshot.readable) {
    Verdict verdict =
        hold(kName, Reach::account,
             "an earlier post may be out on " + snapshot.account + ", and the timeline there wasn't read since");
    verdict.remedies.push_back({"postq sync " + snapshot.account, "reads it"});
    return verdict;
  }
  if (snapshot.all_paused) return stopped(candidate, "everything is paused", {"postq resume", "lets all of it go on"});
  if (snapshot.paused_until && context.now < *snapshot.paused_until) {
    return account_paused(*snapshot.paused_until, snapshot, candidate, context);
  }
  return allow(kName);
}

std::string describe_pause(const PolicySettings&) {
  return "Nothing goes out while it, its account or everything is paused, while the platform wants a break or a new "
         "sign-in, or while an earlier post may be out there and the timeline wasn't read since.";
}

}  // namespace postq
