#include <algorithm>

#include <postq/policy/late.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "late";
constexpr Seconds kOnTime = std::chrono::minutes{5};
constexpr Seconds kHeldTooLong = std::chrono::hours{6};
constexpr Seconds kStartsLate{60};        // cron begins its jobs within a minute
constexpr std::int64_t kUsualShare = 10;  // runs that are a day apart are 25 hours apart when the clocks change

// How long nothing has to be tried before a post is late.
Seconds patience(const Snapshot& snapshot, const PolicySettings& settings) {
  const Seconds usual = snapshot.usual_wait;
  if (usual <= Seconds{0}) return settings.late_after;
  return std::max(settings.late_after, usual + std::max(kOnTime, usual / kUsualShare));
}

bool can_be_late(const Candidate& candidate) {
  return candidate.own_time && !candidate.missed_at && is_scheduled_start(candidate);
}

Verdict to_review(const Snapshot& snapshot, const Candidate& candidate, std::string reason) {
  Verdict verdict = hold(kName, Scope::post, std::move(reason));
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
  Verdict verdict = hold(kName, Scope::post, std::move(reason));
  verdict.effect = Effect::drop;
  verdict.remedies.push_back(
      {"postq reschedule " + delivery_name(snapshot, candidate) + " WHEN", "give it another time"});
  return verdict;
}

// "bsky could not be reached for 4 h".
std::string what_kept_it(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  const auto& chance = snapshot.last_chance;
  const auto since_then = [&] {
    return chance.at == TimePoint{} ? std::string() : " for " + format_duration(context.now - chance.at);
  };
  if (candidate.tries > 0 && !is_gap(snapshot, context.settings, context.now)) {
    return candidate.tries == 1 ? "the try to send it failed"
                                : std::to_string(candidate.tries) + " tries to send it failed";
  }
  switch (chance.block) {
    case Block::no_flush:
      break;
    case Block::paused:
      return "everything was paused" + since_then();
    case Block::unreachable:
      return snapshot.account + " could not be reached" + since_then();
    case Block::limited:
      return snapshot.account + "'s platform took no posts" + since_then();
    case Block::sign_in:
      return snapshot.account + " needed a new sign-in" + since_then();
    case Block::unreadable:
      return snapshot.account + "'s timeline could not be read" + since_then();
  }
  return chance.at == TimePoint{} ? "`postq flush` has never run" : "`postq flush` did not run" + since_then();
}

Verdict nobody_tried(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  std::string reason = "it was due " + format_time_short(due_time(candidate), context.now, context.zone) + ", and " +
                       what_kept_it(snapshot, candidate, context);
  if (snapshot.overdue > 1 && is_gap(snapshot, context.settings, context.now)) {
    reason += ", while " + std::to_string(snapshot.overdue) + " posts came due";
  }
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
  std::string reason = context.held_by->rule + " held it for " + format_duration(context.now - due_time(candidate)) +
                       " past its time, " + format_time_short(due_time(candidate), context.now, context.zone);
  if (context.settings.late == LatePolicy::review) return to_review(snapshot, candidate, std::move(reason));
  return mark_missed(std::move(reason));
}

// Since its time nothing could be tried for too long; a try that failed is none.
bool is_late_alone(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  const TimePoint due = due_time(candidate);
  const TimePoint tried = candidate.tries > 0 ? due : std::max(due, snapshot.last_chance.at);
  return context.now - tried > patience(snapshot, context.settings);
}

// Sent one after the other they would be a flood of old posts.
bool is_late_with_others(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  return snapshot.overdue > 1 && is_overdue(candidate, context.now) && is_gap(snapshot, context.settings, context.now);
}

}  // namespace

TimePoint due_time(const Candidate& candidate) {
  return std::max(candidate.not_before, candidate.approved_at.value_or(candidate.not_before));
}

bool is_gap(const Snapshot& snapshot, const PolicySettings& settings, TimePoint now) {
  return now - snapshot.last_chance.at > patience(snapshot, settings) + kStartsLate;
}

bool is_overdue(const Candidate& candidate, TimePoint now) {
  return can_be_late(candidate) && candidate.approved_at && !candidate.paused && now - due_time(candidate) > kOnTime;
}

bool came_due_meanwhile(const Candidate& candidate, const Snapshot& snapshot, TimePoint now) {
  const TimePoint since = snapshot.last_chance.at;
  const bool taken_back =
      candidate.own_time && candidate.missed_at && *candidate.missed_at > since && candidate.not_before > since;
  return taken_back || is_overdue(candidate, now);
}

TimePoint held_too_long_from(const Candidate& candidate, const PolicySettings& settings) {
  return due_time(candidate) + std::max(kHeldTooLong, settings.late_after) + Seconds{1};
}

Verdict check_late(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  // A person who sends a single post past the rules is there.
  if (!can_be_late(candidate) || context.past == PastRules::yes) return allow(kName);
  if (is_late_alone(snapshot, candidate, context) || is_late_with_others(snapshot, candidate, context)) {
    return nobody_tried(snapshot, candidate, context);
  }
  const bool held = context.held_by != nullptr && context.held_by->rule != "min_gap";
  if (held && context.now >= held_too_long_from(candidate, context.settings)) {
    return held_too_long(snapshot, candidate, context);
  }
  return allow(kName);
}

std::string describe_late(const PolicySettings& settings) {
  const std::string which = "When nothing could be sent on an account for " + format_duration(settings.late_after) +
                            ", posts whose own time passed meanwhile ";
  switch (settings.late) {
    case LatePolicy::later:
      return which + "still go, as soon as the rules allow.";
    case LatePolicy::drop:
      return which + "are dropped; what a rule held is kept.";
    case LatePolicy::review:
      break;
  }
  return which + "come back to review together; so does one that a rule held for " +
         format_duration(std::max(kHeldTooLong, settings.late_after)) + ".";
}

}  // namespace postq
