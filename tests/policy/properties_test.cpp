#include <algorithm>

#include <rapidcheck.h>

#include "policy/account_world.h"
#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

namespace {

constexpr Seconds kTick = minutes{5};

int any(int from, int to) {
  return *rc::gen::inRange(from, to + 1);
}
bool one_in(int n) {
  return any(1, n) == 1;
}
Seconds ticks(int from, int to) {
  return any(from, to) * kTick;
}

PolicySettings any_settings() {
  PolicySettings settings;
  settings.ratio = Ratio{any(1, 3), any(1, 4)};
  settings.window = ticks(60, 600);
  settings.late_after = ticks(6, 100);
  settings.late = *rc::gen::element(LatePolicy::review, LatePolicy::later, LatePolicy::drop);
  settings.min_gap = ticks(0, 30);
  settings.max_per_day = any(0, 6);
  if (one_in(2)) {
    const int from = any(0, 287) * 5;
    settings.quiet = DailyHours{from, (from + any(1, 200) * 5) % 1440};
  }
  settings.repeat = *rc::gen::element(Strictness::off, Strictness::warn, Strictness::hold);
  settings.repeat_within = ticks(1, 600);
  settings.trust_reading = ticks(1, 100);
  settings.people_waiting = *rc::gen::element(Strictness::off, Strictness::warn, Strictness::hold);
  settings.answer_within = ticks(1, 300);
  return settings;
}

Candidate any_candidate(TimePoint now, int id) {
  auto candidate = one_in(3) ? without_a_time(now, id) : scheduled_for(now + ticks(-50, 300), id);
  candidate.next_at = candidate.not_before;
  candidate.approved_at = now - ticks(0, 200);
  if (one_in(4)) candidate.until = candidate.not_before + ticks(1, 200);
  if (one_in(8)) candidate.earlier = RecentPost{DeliveryId{1000}, now - ticks(0, 10), one_in(2)};
  return candidate;
}

AccountWorld any_world() {
  AccountWorld world(any_settings(), kNoon);
  for (int i = any(0, 10); i > 0; --i) world.by_hand.push_back(world.now - i * ticks(1, 60));
  std::sort(world.by_hand.begin(), world.by_hand.end());
  for (int i = any(1, 12); i > 0; --i) world.stories.push_back({any_candidate(world.now, i), Fate::queued, 0, {}});
  return world;
}

// One or two passes at once, their claims in any order; every sending is checked.
void flush(AccountWorld& world, int passes) {
  const auto check = [&world](const Story& story) {
    RC_ASSERT(world.mix_is_kept());
    RC_ASSERT(!world.people_hold());
    RC_ASSERT(!story.candidate.until || world.now < *story.candidate.until);
    RC_ASSERT(world.now >= story.candidate.not_before);
  };
  const auto before = world.stories;
  const auto chance = world.last_chance;
  FlushPass first(world, check);
  FlushPass second(world, check);
  bool first_runs = true;
  bool second_runs = passes == 2;
  while (first_runs || second_runs) {
    const bool turn_of_second = second_runs && (!first_runs || one_in(2));
    (turn_of_second ? second_runs : first_runs) = (turn_of_second ? second : first).step();
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    RC_ASSERT(world.stories[i].times_to_review <= 1);
    const bool dropped = world.stories[i].fate == Fate::dropped && before[i].fate == Fate::queued;
    RC_ASSERT(!dropped || world.now - chance > world.settings.late_after);
  }
}

void anything_happens(AccountWorld& world) {
  switch (any(0, 10)) {
    case 0:
      world.now += ticks(100, 400);
      break;  // the machine sleeps
    case 1:
    case 2:
      world.write_by_hand();
      break;
    case 3:
      world.reachable = !world.reachable;
      break;
    case 4:
      world.all_paused = one_in(4);
      break;
    case 5:
      world.limited_until = world.now + ticks(0, 30);
      break;
    case 6:
      for (auto& story : world.stories) {
        if (one_in(2)) world.approve(story);
      }
      break;
    case 7:
      if (world.stories.size() < 30) {
        world.stories.push_back(
            {any_candidate(world.now, static_cast<int>(world.stories.size()) + 100), Fate::queued, 0, {}});
      }
      break;
    case 8:
      world.waiting.push_back(world.now);  // somebody asks something
      if (one_in(2)) world.waiting.clear();
      break;
    default:
      if (one_in(2)) world.read_timeline();
      flush(world, any(1, 2));
      world.now += ticks(0, 20);
      break;
  }
}

// From here on the person writes enough, has answered everybody, the network is there, and flush comes every half hour.
void good_times(AccountWorld& world, int days_long) {
  world.reachable = true;
  world.all_paused = false;
  world.waiting.clear();
  for (int i = 0; i < days_long * 48; ++i) {
    world.now += minutes{30};
    world.write_by_hand();
    world.read_timeline();
    flush(world, 1);
    for (auto& story : world.stories) world.approve(story);
  }
}

}  // namespace

TEST_CASE("whatever happens, scheduled posts never fall below the ratio and none goes to review twice") {
  CHECK(rc::check("any history, any order of flushes", [] {
    auto world = any_world();
    for (int i = 0; i < 60; ++i) anything_happens(world);
  }));
}

TEST_CASE("given posts by hand and time, nothing is held for ever") {
  CHECK(
      rc::check("every approved post without an end goes out, unless the person chose that late ones are dropped", [] {
        auto world = any_world();
        for (int i = 0; i < 20; ++i) anything_happens(world);

        good_times(world, 40);

        for (const auto& story : world.stories) {
          RC_ASSERT(story.fate != Fate::queued);
          RC_ASSERT(story.fate != Fate::review);
        }
      }));
}

TEST_CASE("a post that is looked at in time is never dropped, and comes to review only while a rule holds it") {
  CHECK(rc::check("flush passes by all the time", [] {
    auto world = any_world();
    for (auto& story : world.stories) {
      story.candidate.approved_at = world.now;
    }
    for (int i = 0; i < 200; ++i) {
      if (one_in(10)) world.write_by_hand();
      if (one_in(30)) world.waiting = {world.now};
      if (one_in(30)) world.waiting.clear();
      world.read_timeline();
      const auto before = world;
      flush(world, 1);
      for (std::size_t s = 0; s < world.stories.size(); ++s) {
        RC_ASSERT(world.stories[s].fate != Fate::dropped);
        const bool sent_back = world.stories[s].times_to_review > before.stories[s].times_to_review;
        if (!sent_back) continue;
        auto timeless = before.stories[s].candidate;
        timeless.missed_at = world.now;
        const auto& own = before.stories[s].candidate;
        RC_ASSERT(world.now - std::max(own.not_before, *own.approved_at) >
                  std::max<Seconds>(hours{6}, world.settings.late_after));
        RC_ASSERT(!judge(world.snapshot(false), timeless, world.context()).allowed());
      }
      world.now += kTick;
    }
  }));
}

TEST_CASE("the forecast is what then happens") {
  CHECK(rc::check("simulate and a flush every five minutes agree", [] {
    auto world = any_world();
    world.settings.late_after = days{1000};
    if (one_in(4)) world.limited_until = world.now + ticks(1, 50);
    if (one_in(4)) world.waiting = {world.now - world.settings.answer_within - kTick};
    std::vector<TimePoint> assumed;
    for (int i = any(0, 6); i > 0; --i) assumed.push_back(world.now + ticks(1, 280));
    std::vector<Candidate> queue;
    for (const auto& story : world.stories) queue.push_back(story.candidate);
    const auto told = simulate(world.snapshot(true), queue, world.context(), 288 * kTick, assumed);

    const auto end = world.now + 288 * kTick;
    for (; world.now <= end; world.now += kTick) {
      for (const auto by_hand : assumed) {
        if (by_hand == world.now) world.write_by_hand();
      }
      world.read_timeline();
      flush(world, 1);
    }

    for (const auto& entry : told.entries) {
      const auto story = std::find_if(world.stories.begin(), world.stories.end(),
                                      [&](const Story& s) { return s.candidate.delivery == entry.delivery; });
      RC_ASSERT(story->sent_at == entry.goes);
    }
  }));
}

TEST_CASE("writing what the forecast asks for, when it asks, frees every post it promised to free; one less does not") {
  CHECK(rc::check("by_hand_needed is enough", [] {
    auto world = any_world();
    world.settings.late_after = days{1000};
    world.settings.window = days{14};
    std::vector<Candidate> queue;
    for (const auto& story : world.stories) queue.push_back(story.candidate);
    const auto told = simulate(world.snapshot(true), queue, world.context(), days{5});

    std::vector<TimePoint> written(static_cast<std::size_t>(told.by_hand_needed),
                                   told.needed_before.value_or(world.now));
    const auto then = simulate(world.snapshot(true), queue, world.context(), days{5}, written);

    RC_ASSERT(then.by_hand_needed == 0);
    for (std::size_t i = 0; i < told.entries.size(); ++i) {
      RC_ASSERT(told.entries[i].by_hand_needed == 0 || then.entries[i].goes.has_value());
    }
    if (written.empty()) return;
    written.pop_back();
    const auto one_less = simulate(world.snapshot(true), queue, world.context(), days{5}, written);
    RC_ASSERT(one_less.by_hand_needed > 0);
  }));
}

TEST_CASE("while people hold the account, each post comes to review once at most and goes when they are answered") {
  CHECK(rc::check("somebody waits for weeks", [] {
    auto world = any_world();
    world.settings.people_waiting = Strictness::hold;
    world.settings.late = *rc::gen::element(LatePolicy::review, LatePolicy::later);
    world.waiting = {world.now - world.settings.answer_within - kTick};
    for (int i = 0; i < 200; ++i) {
      world.write_by_hand();
      world.read_timeline();
      flush(world, 1);
      for (auto& story : world.stories) {
        RC_ASSERT(story.fate != Fate::sent);
        RC_ASSERT(story.fate != Fate::dropped);
        world.approve(story);
      }
      world.now += ticks(1, 20);
    }

    good_times(world, 40);

    for (const auto& story : world.stories) RC_ASSERT(story.fate == Fate::sent || story.fate == Fate::expired);
  }));
}
