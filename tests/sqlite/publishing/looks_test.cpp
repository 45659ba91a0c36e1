#include <algorithm>

#include "sqlite/timeline_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Doubt {
  Timeline timeline;
  Store& store = timeline.store;
  std::pair<Delivery, AttemptId> lost = timeline.in_the_air(kWords);

  Doubt() { record(store, result_of(lost.second, lost.first, Outcome::unconfirmed)); }
  std::string refusal() {
    const auto may = store.may_repeat(lost.second, by_ann(kNoon + 1h));
    return may ? "" : may.error().message;
  }
};

bool holds(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

TEST_CASE("the request of an unconfirmed post is repeated only where it could be sent for the first time") {
  Doubt doubt;
  CHECK(doubt.refusal().empty());

  SECTION("everything is paused") {
    must(doubt.store.pause_all("stop", by_ann()));
    CHECK(doubt.refusal() == "everything is paused");
  }
  SECTION("its account is paused") {
    must(doubt.store.pause_account(doubt.timeline.account.id, kNoon + 2h, by_ann()));
    CHECK(doubt.refusal() == "mastodon is paused");
  }
  SECTION("its account was paused") {
    must(doubt.store.pause_account(doubt.timeline.account.id, kNoon + 30min, by_ann()));
    CHECK(doubt.refusal().empty());
  }
  SECTION("it is settled") {
    must(doubt.store.settle(result_of(doubt.lost.second, doubt.lost.first, Outcome::absent), by_ann(kNoon + 20min)));
    CHECK(doubt.refusal() == "1@mastodon is not unconfirmed any more");
  }
  SECTION("its end has passed") {
    must(doubt.timeline.queue.rows()->script("DROP TRIGGER deliveries_change_guard"));
    must(doubt.timeline.queue.rows()->run("UPDATE deliveries SET until_at = ?1", {kNoon + 1h}));
    CHECK(doubt.refusal() == "the end of 1@mastodon has passed");
  }
}

TEST_CASE("a look knows the times of all attempts, and which own posts are explained") {
  Doubt doubt;
  auto& timeline = doubt.timeline;
  timeline.read({Timeline::item("before", kOtherWords, kNoon - 2min)}, kNoon - 1min);
  timeline.read({Timeline::item("before", kOtherWords, kNoon - 2min), Timeline::item("since", "hi", kNoon + 1min)});
  const auto [other, attempt] = timeline.in_the_air("something else of ours", kNoon + 10min);
  auto receipt = sent(attempt, other);
  receipt.receipt->remote_id = "ours";
  record(timeline.store, receipt);

  const auto look = must(doubt.store.look_for(doubt.lost.first.id, 1));

  CHECK(look.from == kNoon);
  CHECK(holds(look.explained, "before"));
  CHECK(holds(look.explained, "ours"));
  CHECK_FALSE(holds(look.explained, "since"));
  CHECK(look.visibilities_seen == std::vector<std::string>{"public"});
}

TEST_CASE("that a response came, and what was asked, stays with an attempt") {
  Doubt doubt;
  auto asked = result_of(doubt.lost.second, doubt.lost.first, Outcome::unconfirmed);
  asked.answered = true;
  asked.looked = R"({"asked":["9"]})";
  must(doubt.store.settle(asked, by_ann(kNoon + 20min)));

  must(doubt.store.settle(result_of(doubt.lost.second, doubt.lost.first, Outcome::unconfirmed), by_ann(kNoon + 1h)));

  const auto attempt = must(doubt.store.post(doubt.lost.first.post)).deliveries.front().attempts.front();
  CHECK(attempt.answered);
  CHECK(attempt.looked == R"({"asked":["9"]})");
}

TEST_CASE("a receipt explains its post, whatever the post counts as, and shows no list's visibilities") {
  Doubt doubt;
  auto& timeline = doubt.timeline;
  const auto post = add_approved(timeline.store, {.texts = {"one", "two"},
                                                  .accounts = {timeline.account},
                                                  .key = "thread",
                                                  .visibility = "direct",
                                                  .now = kNoon + 1min});
  send_all(timeline.store, timeline.account, kNoon + 1min);
  CHECK(timeline.of("remote-2-1") == "nothing/direct");

  auto look = must(doubt.store.look_for(doubt.lost.first.id, 1));

  CHECK(holds(look.explained, "remote-2-1"));
  CHECK(holds(look.explained, "remote-2-2"));
  CHECK(look.visibilities_seen.empty());

  auto read = Timeline::item("remote-2-1", "one", kNoon + 1min);
  read.visibility = "direct";
  timeline.read({read});
  look = must(doubt.store.look_for(doubt.lost.first.id, 1));
  CHECK(holds(look.visibilities_seen, "direct"));
}
