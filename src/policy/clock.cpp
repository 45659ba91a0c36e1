#include <postq/core/when.h>
#include <postq/policy/clock.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "clock";
constexpr Seconds kNoticed = std::chrono::minutes{2};
constexpr Seconds kTooFar = std::chrono::minutes{15};

}  // namespace

Verdict check_clock(const Snapshot& snapshot, const Candidate& candidate, const RuleContext&) {
  if (!snapshot.clock_skew || !is_scheduled_start(candidate)) return allow(kName);
  const Seconds off = std::chrono::abs(*snapshot.clock_skew);
  if (off < kNoticed) return allow(kName);
  std::string reason = "this machine's clock is " + say_duration(off) +
                       (*snapshot.clock_skew > Seconds{0} ? " behind that of " : " ahead of that of ") +
                       snapshot.account + "'s server";
  if (off < kTooFar) return warn(kName, std::move(reason));
  Verdict verdict = hold(kName, Reach::account, std::move(reason));
  verdict.remedies.push_back({"timedatectl", "is the clock set by the network?"});
  verdict.remedies.push_back({"postq sync " + snapshot.account, "compares again, once it is right"});
  return verdict;
}

std::string describe_clock(const PolicySettings&) {
  return "Scheduled posts wait while this machine's clock and the platform's differ by " + say_duration(kTooFar) +
         " or more.";
}

}  // namespace postq
