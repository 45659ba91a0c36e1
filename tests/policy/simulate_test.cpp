#include <chrono>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

namespace {

Snapshot account_with_history(MixHistory history) {
  auto snapshot = quiet_account();
  snapshot.mix = count_in_window(history, kNoon, days{14});
  snapshot.history = std::move(history);
  return snapshot;
}

Forecast forecast(const Snapshot& snapshot, const std::vector<Candidate>& queue, const PolicySettings& settings = {},
                  Seconds horizon = days{7}, const std::vector<TimePoint>& by_hand = {}) {
  return simulate(snapshot, queue, at(kNoon, settings), horizon, by_hand);
}

}  // namespace

TEST_CASE("what the mix allows goes at its time") {
  const auto told = forecast(account_with_history({{kNoon - days{1}}, {}}),
                             {scheduled_for(kNoon + hours{1}, 12), scheduled_for(kNoon + hours{2}, 13)});

  REQUIRE(told.entries.size() == 2);
  CHECK(told.entries[0].goes == kNoon + hours{1});
  CHECK(told.entries[0].rule.empty());
  CHECK(told.entries[1].goes == kNoon + hours{2});
  CHECK(told.room == 3);
  CHECK(told.by_hand_needed == 0);
  CHECK_FALSE(told.needed_before);
}

TEST_CASE("one post by hand before the first frees the next two as well, and the fourth needs another") {
  std::vector<Candidate> queue;
  for (int i = 0; i < 4; ++i) queue.push_back(scheduled_for(kNoon + days{i + 1}, 12 + i));

  const auto told = forecast(account_with_history({}), queue);

  REQUIRE(told.entries.size() == 4);
  for (const auto& entry : told.entries) {
    CHECK_FALSE(entry.goes);
    CHECK(entry.rule == "ratio");
  }
  CHECK(told.entries[0].by_hand_needed == 1);
  CHECK(told.entries[2].by_hand_needed == 1);
  CHECK(told.entries[3].by_hand_needed == 2);
  CHECK(told.by_hand_needed == 2);
  CHECK(told.needed_before == kNoon + days{1});
  CHECK(told.room == 0);
}

TEST_CASE("a post assumed by hand frees what is due after it") {
  PolicySettings settings;
  settings.late_after = days{9};

  const auto told = forecast(account_with_history({}), {scheduled_for(kNoon + days{1})}, settings, days{7},
                             {kNoon + days{3}, kNoon + days{2}});

  REQUIRE(told.entries.size() == 1);
  CHECK(told.entries[0].asked == kNoon + days{1});
  CHECK(told.entries[0].goes == kNoon + days{2});
  CHECK(told.entries[0].rule == "ratio");
}

TEST_CASE("a post that the ratio holds for too long leaves the queue for review, and the ratio is named") {
  const auto told =
      forecast(account_with_history({}), {scheduled_for(kNoon + days{1})}, {}, days{7}, {kNoon + days{2}});

  CHECK_FALSE(told.entries.at(0).goes);
  CHECK(told.entries.at(0).rule == "ratio");
}

TEST_CASE("scheduled posts that leave the window make room by themselves") {
  const auto snapshot = account_with_history({{kNoon - days{1}}, {kNoon - days{13}, kNoon - days{2}, kNoon - days{1}}});

  const auto told = forecast(snapshot, {without_a_time(kNoon, 12), without_a_time(kNoon, 13)});

  CHECK(told.entries.at(0).goes == kNoon + days{1});
  CHECK(told.entries.at(0).rule == "ratio");
  CHECK_FALSE(told.entries.at(1).goes);
}

TEST_CASE("posts due at once go min_gap apart, in the order of their ids") {
  const auto told = forecast(account_with_history({{kNoon - days{1}}, {}}),
                             {scheduled_for(kNoon, 13), scheduled_for(kNoon, 12), scheduled_for(kNoon, 14)});

  REQUIRE(told.entries.size() == 3);
  CHECK(told.entries[0].delivery == DeliveryId{12});
  CHECK(told.entries[0].goes == kNoon);
  CHECK(told.entries[1].goes == kNoon + minutes{10});
  CHECK(told.entries[1].rule == "min_gap");
  CHECK(told.entries[2].goes == kNoon + minutes{20});
}

TEST_CASE("the day cap moves posts to the next days") {
  PolicySettings settings;
  settings.max_per_day = 1;

  const auto told =
      forecast(account_with_history({{kNoon - days{1}}, {}}),
               {without_a_time(kNoon, 12), without_a_time(kNoon, 13), without_a_time(kNoon, 14)}, settings);

  CHECK(told.entries.at(0).goes == kNoon);
  CHECK(told.entries.at(1).goes == kNoon + hours{12});
  CHECK(told.entries.at(1).rule == "max_per_day");
  CHECK(told.entries.at(2).goes == kNoon + hours{36});
}

TEST_CASE("quiet hours delay what has no time of its own, and not what stands behind it") {
  PolicySettings settings;
  settings.quiet = DailyHours{11 * 60, 14 * 60};

  const auto told = forecast(account_with_history({{kNoon - days{1}}, {}}),
                             {without_a_time(kNoon, 12), scheduled_for(kNoon + hours{1}, 13)}, settings);

  CHECK(told.entries.at(0).goes == kNoon + hours{2});
  CHECK(told.entries.at(0).rule == "quiet");
  CHECK(told.entries.at(1).goes == kNoon + hours{1});
}

TEST_CASE("a post with an end that is held until then never goes, and what held it is named") {
  auto candidate = scheduled_for(kNoon + hours{1});
  candidate.until = kNoon + hours{3};

  const auto told = forecast(account_with_history({}), {candidate}, {}, days{7}, {kNoon + hours{4}});

  CHECK_FALSE(told.entries.at(0).goes);
  CHECK(told.entries.at(0).rule == "ratio");
  CHECK(told.entries.at(0).by_hand_needed == 1);
}

TEST_CASE("a post that nobody tried to send is told as late, and what comes after it goes") {
  const auto told = forecast(account_with_history({{kNoon - days{1}}, {}}),
                             {scheduled_for(kNoon - days{1}, 12), scheduled_for(kNoon + hours{1}, 13)});

  CHECK_FALSE(told.entries.at(0).goes);
  CHECK(told.entries.at(0).rule == "late");
  CHECK(told.entries.at(0).asked == kNoon);
  CHECK(told.entries.at(1).goes == kNoon + hours{1});
}

TEST_CASE("after a gap the forecast takes back all that came due meanwhile, and what is due later goes") {
  auto snapshot = account_with_history({{kNoon - days{1}}, {}});
  snapshot.last_chance = {kNoon - hours{9}};
  auto retried = scheduled_for(kNoon - minutes{20}, 13);
  retried.tries = 1;
  retried.next_at = kNoon + minutes{10};

  const auto told = forecast(snapshot, {scheduled_for(kNoon - hours{5}, 12), retried,
                                        scheduled_for(kNoon - minutes{4}, 14), scheduled_for(kNoon + hours{1}, 15)});

  REQUIRE(told.entries.size() == 4);
  for (const auto& entry : told.entries) {
    const bool goes = entry.delivery == DeliveryId{14} || entry.delivery == DeliveryId{15};
    CHECK(entry.goes.has_value() == goes);
    CHECK(entry.rule == (goes ? "" : "late"));
  }
}

TEST_CASE("while a sign-in is needed or a limit lasts the forecast takes posts back after late_after") {
  auto snapshot = account_with_history({{kNoon - days{1}}, {}});
  snapshot.last_chance = {kNoon - minutes{10}, Block::limited};
  snapshot.limited_until = kNoon + hours{3};

  const auto told = forecast(snapshot, {scheduled_for(kNoon, 12), scheduled_for(kNoon + hours{1}, 13),
                                        scheduled_for(kNoon + hours{2} + minutes{56}, 14)});

  CHECK_FALSE(told.entries.at(0).goes);
  CHECK_FALSE(told.entries.at(1).goes);
  CHECK(told.entries.at(2).goes == kNoon + hours{3});
}

TEST_CASE("posts that missed their time go after those whose time is now") {
  auto missed = scheduled_for(kNoon - days{2}, 12);
  missed.missed_at = kNoon - days{1};

  const auto told = forecast(account_with_history({{kNoon - days{1}}, {}}), {missed, scheduled_for(kNoon, 13)});

  CHECK(told.entries.at(0).delivery == DeliveryId{12});
  CHECK(told.entries.at(0).goes == kNoon + minutes{10});
  CHECK(told.entries.at(1).goes == kNoon);
}

TEST_CASE("writing by hand is not asked for where it doesn't help") {
  auto snapshot = account_with_history({});
  snapshot.paused_until = kNoon + days{30};

  const auto told = forecast(snapshot, {scheduled_for(kNoon + days{1})});

  CHECK_FALSE(told.entries.at(0).goes);
  CHECK(told.entries.at(0).rule == "pause");
  CHECK(told.by_hand_needed == 0);
}

TEST_CASE("an account that can't be read now stays held in the forecast, one that can is taken to be read on") {
  auto snapshot = account_with_history({{kNoon - days{1}}, {}});
  CHECK(forecast(snapshot, {scheduled_for(kNoon + days{5})}).entries.at(0).goes);

  snapshot.read_at = kNoon - days{2};
  const auto told = forecast(snapshot, {scheduled_for(kNoon + days{5})});
  CHECK_FALSE(told.entries.at(0).goes);
  CHECK(told.entries.at(0).rule == "ratio");
  CHECK(told.by_hand_needed == 0);
}

TEST_CASE("what lies beyond the horizon isn't told, what lies on it is") {
  const auto told = forecast(account_with_history({{kNoon - days{1}}, {}}),
                             {scheduled_for(kNoon + days{7}, 12), scheduled_for(kNoon + days{7} + Seconds{1}, 13)});

  REQUIRE(told.entries.size() == 1);
  CHECK(told.entries[0].goes == kNoon + days{7});
}

TEST_CASE("with the ratio off the room has no end") {
  PolicySettings settings;
  settings.ratio.reset();

  const auto told = forecast(account_with_history({}), {scheduled_for(kNoon)}, settings);

  CHECK(told.room == INT64_MAX);
  CHECK(told.entries.at(0).goes == kNoon);
}

TEST_CASE("a post by hand in the queue counts by hand, a thread that has begun is not counted again") {
  auto begun = scheduled_for(kNoon, 11);
  begun.started = true;
  auto by_hand = written_by_hand();
  by_hand.next_at = by_hand.not_before = kNoon + hours{1};
  std::vector<Candidate> queue{begun, by_hand};
  for (int i = 0; i < 4; ++i) queue.push_back(without_a_time(kNoon + hours{2}, 20 + i));

  const auto told = forecast(account_with_history({}), queue);

  CHECK(told.entries.at(0).goes == kNoon);
  CHECK(told.entries.at(1).goes == kNoon + hours{1});
  CHECK(told.entries.at(4).goes == kNoon + hours{2} + minutes{20});
  CHECK_FALSE(told.entries.at(5).goes);
}

TEST_CASE("a long queue that is held is foretold without asking everybody at every moment") {
  std::vector<Candidate> queue;
  for (int i = 0; i < 3000; ++i) queue.push_back(without_a_time(kNoon + minutes{i}, i));

  const auto told = forecast(account_with_history({}), queue);

  CHECK(told.entries.size() == 3000);
  CHECK(told.by_hand_needed == 27);  // for 10 on each of the 8 days that a week from noon to noon touches
}
