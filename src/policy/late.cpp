#include <algorithm>

#include <postq/core/when.h>
#include <postq/policy/late.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "late";

// Its time, or its approval, whichever is later.
TimePoint due_at(const Candidate& candidate) {
  return std::max(candidate.not_before, candidate.approved_at.value_or(candidate.not_before));
}

Verdict to_review(const Snapshot& snapshot, const Candidate& candidate, std::string reason) {
  Verdict verdict = hold(kName, Reach::post, std::move(reason));
  verdict.effect = Effect::to_review;
  verdict.remedies.push_back({"postq review " + delivery_name(snapshot, candidate),
                              "send it when the rules allow, give it another time, or drop it"});
  return verdict;
}

Verdict mark_missed(std::string reason) {
  Verdict verdict = allow(kName);
  verdict.effect = Effect::mark_missed;
  verdict.reason = std::move(reason) + "; it goes as soon as the rules allow";
  return verdict;
}

Verdict drop(const Snapshot& snapshot, const Candidate& candidate, std::string reason) {
  Verdict verdict = hold(kName, Reach::post, std::move(reason));
  verdict.effect = Effect::drop;
  verdict.remedies.push_back(
      {"postq reschedule " + delivery_name(snapshot, candidate) + " WHEN", "give it another time"});
  return verdict;
}

Verdict nobody_tried(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context,
                     TimePoint since) {
  std::string reason = "it was due " + say_time_short(due_at(candidate), context.now, context.zone) +
                       ", and nobody tried to send it for " + say_duration(context.now - since);
  switch (context.settings.late) {
    case LatePolicy::later:
      return mark_missed(std::move(reason));
    case LatePolicy::drop:
      return drop(snapshot, candidate, std::move(reason));
    case LatePolicy::review:
      break;
  }
  return to_review(snapshot, candidate, std::move(reason));
}

// A post held by a rule is not late, so nothing but the person's attention changes for it: it is never dropped.
Verdict held_too_long(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  std::string reason = context.held_by->rule + " held it for " + say_duration(context.now - due_at(candidate)) +
                       " past its time, " + say_time_short(due_at(candidate), context.now, context.zone);
  if (context.settings.late == LatePolicy::review) return to_review(snapshot, candidate, std::move(reason));
  return mark_missed(std::move(reason));
}

}  // namespace

Verdict check_late(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  const bool can_be_late = candidate.own_time && !candidate.missed_at && is_scheduled_start(candidate);
  const TimePoint due = due_at(candidate);
  if (!can_be_late || context.now - due <= context.settings.late_after) return allow(kName);

  const TimePoint tried = std::max(due, candidate.tried_at.value_or(due));
  if (context.now - tried > context.settings.late_after) return nobody_tried(snapshot, candidate, context, tried);
  if (context.held_by != nullptr) return held_too_long(snapshot, candidate, context);
  return allow(kName);
}

std::string describe_late(const PolicySettings& settings) {
  const std::string whom =
      "A post with its own time that nobody tried to send for " + say_duration(settings.late_after);
  switch (settings.late) {
    case LatePolicy::later:
      return whom + " still goes, as soon as the rules allow.";
    case LatePolicy::drop:
      return whom + " is dropped; one that a rule held is kept.";
    case LatePolicy::review:
      break;
  }
  return whom + ", or that a rule held as long, comes back to review, once.";
}

}  // namespace postq
