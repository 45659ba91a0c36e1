#include "policy/account_world.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <postq/policy/late.h>

#include "policy/builders.h"

namespace postq::policy_test {
namespace {

std::int64_t within(const std::vector<TimePoint>& times, TimePoint now, Seconds window, TimePoint seen_until) {
  std::int64_t count = 0;
  for (const auto time : times) count += time <= seen_until && now - time < window ? 1 : 0;
  return count;
}

bool is_due(const Story& story, TimePoint now) {
  return story.fate == Fate::queued && story.candidate.next_at <= now;
}

}  // namespace

void AccountWorld::read_timeline() {
  if (reachable) read_at = now;
}

void AccountWorld::approve(Story& story) {
  if (story.fate != Fate::review) return;
  story.fate = Fate::queued;
  story.candidate.approved_at = now;
}

bool AccountWorld::people_hold() const {
  return settings.people_waiting == Strictness::hold && !waiting.empty() &&
         now - waiting.front() > settings.answer_within;
}

bool AccountWorld::mix_is_kept() const {
  if (!settings.ratio) return true;
  return within(by_hand, now, settings.window, now) * settings.ratio->scheduled >=
         settings.ratio->by_hand * within(scheduled, now, settings.window, now);
}

Snapshot AccountWorld::snapshot(bool with_history) const {
  auto snapshot = quiet_account(read_at);
  snapshot.all_paused = all_paused;
  snapshot.limited_until = limited_until;
  snapshot.last_chance = {last_chance};
  snapshot.mix = {within(by_hand, now, settings.window, read_at), 0, within(scheduled, now, settings.window, now)};
  if (with_history) snapshot.history = MixHistory{by_hand, scheduled};
  for (const auto since : waiting) {
    ++snapshot.people_waiting;
    if (now - since > settings.answer_within) ++snapshot.waiting_too_long;
    if (snapshot.longest_waiting.size() < 3) snapshot.longest_waiting.push_back({ItemId{1}, "@mira", since});
  }
  if (!scheduled.empty()) snapshot.last_scheduled_at = scheduled.back();
  const auto today = calendar_day(now, utc_zone());
  for (const auto time : scheduled) snapshot.scheduled_today += today.contains(time) ? 1 : 0;
  return snapshot;
}

RuleContext AccountWorld::context() const {
  return {settings, utc_zone(), now};
}

Snapshot FlushPass::snapshot() const {
  auto snapshot = world_.snapshot(false);
  snapshot.last_chance = {chance_};
  if (!is_gap(snapshot, world_.settings, world_.now)) return snapshot;
  for (const auto& story : world_.stories) {
    snapshot.overdue += story.fate == Fate::queued && is_overdue(story.candidate, world_.now) ? 1 : 0;
  }
  return snapshot;
}

void FlushPass::take_back_overdue() {
  const auto seen = snapshot();
  if (!is_gap(seen, world_.settings, world_.now)) return;
  for (auto& story : world_.stories) {
    if (story.fate != Fate::queued || !is_overdue(story.candidate, world_.now)) continue;
    const auto judgement = judge(seen, story.candidate, world_.context());
    if (judgement.effect != Effect::none && judgement.effect != Effect::mark_missed) carry_out(story, judgement);
  }
}

Story* FlushPass::next_due() {
  Story* first = nullptr;
  const auto order = [](const Story& story) {
    return std::tuple(story.candidate.missed_at.has_value(), story.candidate.next_at, story.candidate.delivery);
  };
  for (auto& story : world_.stories) {
    if (!is_due(story, world_.now) || asked_.count(story.candidate.delivery) != 0) continue;
    if (first == nullptr || order(story) < order(*first)) first = &story;
  }
  return first;
}

bool FlushPass::step() {
  if (!std::exchange(began_, true)) take_back_overdue();
  Story* story = turn_is_over_ ? nullptr : next_due();
  if (story == nullptr) {
    const bool limited = world_.limited_until && world_.now < *world_.limited_until;
    if (!limited) world_.last_chance = world_.now;
    return false;
  }
  asked_.insert(story->candidate.delivery);
  const auto judgement = judge(snapshot(), story->candidate, world_.context());
  carry_out(*story, judgement);
  return true;
}

void FlushPass::carry_out(Story& story, const Judgement& judgement) {
  switch (judgement.effect) {
    case Effect::to_review:
      story.fate = Fate::review;
      story.candidate.missed_at = world_.now;
      story.candidate.approved_at.reset();
      ++story.times_to_review;
      return;
    case Effect::drop:
      story.fate = Fate::dropped;
      return;
    case Effect::expire:
      story.fate = Fate::expired;
      return;
    case Effect::mark_missed:
      story.candidate.missed_at = world_.now;
      break;
    case Effect::none:
      break;
  }
  if (judgement.allowed()) {
    story.fate = Fate::sent;
    story.sent_at = world_.now;
    world_.scheduled.push_back(world_.now);
    on_sent_(story);
    return;
  }
  // What holds the account holds those behind as well.
  if (judgement.reach == Scope::account) turn_is_over_ = true;
}

}  // namespace postq::policy_test
