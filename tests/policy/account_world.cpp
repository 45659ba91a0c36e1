#include "policy/account_world.h"

#include <algorithm>
#include <tuple>

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

bool AccountWorld::nobody_tried(const Story& story) const {
  const auto& candidate = story.candidate;
  const auto last =
      std::max({candidate.not_before, *candidate.approved_at, candidate.tried_at.value_or(candidate.not_before)});
  return now - last > settings.late_after;
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
  Story* story = turn_is_over_ ? nullptr : next_due();
  if (story == nullptr) return false;
  asked_.insert(story->candidate.delivery);
  const auto judgement = judge(world_.snapshot(false), story->candidate, world_.context());
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
  story.candidate.tried_at = world_.now;
  if (judgement.allowed()) {
    story.fate = Fate::sent;
    story.sent_at = world_.now;
    world_.scheduled.push_back(world_.now);
    on_sent_(story);
    return;
  }
  if (judgement.reach == Reach::post) return;
  // What holds the account holds those behind: they were looked at as well.
  turn_is_over_ = true;
  for (auto& behind : world_.stories) {
    if (is_due(behind, world_.now)) behind.candidate.tried_at = world_.now;
  }
}

}  // namespace postq::policy_test
