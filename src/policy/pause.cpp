#include <iterator>

#include <postq/core/account.h>
#include <postq/policy/pause.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "pause";

// What somebody paused and holds this: each with what ends it.
struct Pauses {
  std::string reason;
  std::vector<Remedy> remedies;
  std::optional<TimePoint> ends;  // by itself

  void add(const std::string& what, Remedy remedy) {
    reason += (reason.empty() ? "" : "; ") + what;
    remedies.push_back(std::move(remedy));
  }
};

Pauses pauses_of_queue(const Snapshot& snapshot, const RuleContext& context) {
  Pauses pauses;
  if (snapshot.all_paused) pauses.add("everything is paused", {"postq resume", "lets all of it go on"});
  if (!snapshot.paused_until || *snapshot.paused_until <= context.now) return pauses;
  const bool open_end = *snapshot.paused_until == kUntilResumed;
  if (!open_end && !snapshot.all_paused) pauses.ends = snapshot.paused_until;
  pauses.add(
      snapshot.account + " is paused" +
          (open_end ? std::string() : " until " + format_time_short(*snapshot.paused_until, context.now, context.zone)),
      {"postq resume " + snapshot.account, "lets " + snapshot.account + " go on"});
  return pauses;
}

// A pause of the queue doesn't silence the person who made it; see the header.
Verdict stopped(const Candidate& candidate, Pauses pauses) {
  if (candidate.origin == Origin::hand_written) return warn(kName, pauses.reason + "; this is by hand and goes");
  Verdict verdict = hold(kName, Scope::account, std::move(pauses.reason));
  verdict.remedies = std::move(pauses.remedies);
  verdict.earliest = pauses.ends;
  return verdict;
}

}  // namespace

Verdict check_pause(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  if (candidate.paused) {
    const std::string name = delivery_name(snapshot, candidate);
    Verdict verdict = hold(kName, Scope::post, name + " is paused");
    verdict.remedies.push_back({"postq resume " + name, "lets this one go on"});
    auto others = pauses_of_queue(snapshot, context);
    if (candidate.origin == Origin::hand_written || others.remedies.empty()) return verdict;
    verdict.reason += "; " + others.reason;
    std::move(others.remedies.begin(), others.remedies.end(), std::back_inserter(verdict.remedies));
    return verdict;
  }
  if (snapshot.sign_in_needed) {
    Verdict verdict = hold(kName, Scope::account, snapshot.account + " needs a new sign-in");
    verdict.remedies.push_back({"postq account login " + snapshot.account, "signs in again"});
    return verdict;
  }
  if (snapshot.limited_until && context.now < *snapshot.limited_until) {
    Verdict verdict = hold(kName, Scope::account,
                           snapshot.account + "'s platform takes no more posts until " +
                               format_time_short(*snapshot.limited_until, context.now, context.zone));
    verdict.earliest = snapshot.limited_until;
    return verdict;
  }
  // Where nothing can be read, what is repeated is known again by its key.
  if (snapshot.in_doubt && snapshot.readable) {
    Verdict verdict =
        hold(kName, Scope::account,
             "an earlier post may be out on " + snapshot.account + ", and the timeline there wasn't read since");
    verdict.remedies.push_back({"postq sync " + snapshot.account, "reads it"});
    return verdict;
  }
  auto pauses = pauses_of_queue(snapshot, context);
  return pauses.remedies.empty() ? allow(kName) : stopped(candidate, std::move(pauses));
}

std::string describe_pause(const PolicySettings&) {
  return "Nothing goes out while it, its account or everything is paused, while the platform wants a break or a new "
         "sign-in, or while an earlier post may be out there and the timeline wasn't read since.";
}

}  // namespace postq
