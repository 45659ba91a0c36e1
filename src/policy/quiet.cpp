#include <postq/policy/quiet.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "quiet";

std::string two_digits(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string say_minutes(int minutes) {
  return two_digits(minutes / 60) + ':' + two_digits(minutes % 60);
}

std::string say_hours(const DailyHours& hours) {
  return say_minutes(hours.from) + " to " + say_minutes(hours.to);
}

}  // namespace

Verdict check_quiet(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  const auto& quiet = context.settings.quiet;
  const bool keeps_its_time = candidate.own_time && !candidate.missed_at;
  if (!quiet || keeps_its_time || !is_bound_by_the_mix(candidate, context)) return allow(kName);
  const auto end = end_of_hours(*quiet, context.now, context.zone);
  if (!end) return allow(kName);

  Verdict verdict = hold(kName, Scope::post);
  verdict.earliest = end;
  if (!context.words) return verdict;
  verdict.reason = "quiet from " + say_hours(*quiet);
  offer_send(verdict, snapshot, candidate, context);
  return verdict;
}

std::string describe_quiet(const PolicySettings& settings) {
  if (!settings.quiet) return "There are no quiet hours.";
  return "From " + say_hours(*settings.quiet) + " only posts with a time of their own go out.";
}

}  // namespace postq
