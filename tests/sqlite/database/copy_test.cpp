#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Copy {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");

  PostDetail approved(const std::string& key, std::optional<TimePoint> at = {}) {
    return add_approved(store, {.texts = {"text " + key}, .accounts = {account}, .key = key, .at = at});
  }
  Delivery of(const PostDetail& post) { return delivery_on(store, post.id, "feed"); }
};

}  // namespace

TEST_CASE("in a copied queue everything due goes back to review, and nothing is sent") {
  Copy copy;
  // Approved behind its time, it has its place by the yes, before what is approved later.
  const auto claimed = copy.approved("claimed", kNoon - 1h);
  const auto due = copy.approved("due");
  const auto later = copy.approved("later", kNoon + 24h);
  claim(copy.store, {copy.account});
  REQUIRE(copy.of(claimed).state == DeliveryState::sending);

  const auto count = must(copy.store.adopt_copy("new-uuid", 7, by_ann(kNoon + 1h)));

  CHECK(count == 2);
  CHECK(copy.of(due).pending());
  CHECK_FALSE(copy.of(due).missed_at);  // it has no time of its own that it could have missed
  CHECK(copy.of(claimed).pending());
  CHECK(copy.of(claimed).missed_at == kNoon + 1h);
  CHECK(copy.of(later).approved());
  CHECK(claim(copy.store, {copy.account}, kNoon + 1h).claimed.empty());
  CHECK(must(copy.store.identity()).uuid == "new-uuid");
  CHECK(must(copy.store.identity()).epoch == 7);
  CHECK(copy.queue.problems().empty());
  CHECK(must(copy.store.verify_events()).problems.empty());
}

TEST_CASE("what was in the air when the copy was made is settled, not sent again") {
  Copy copy;
  const auto post = copy.approved("in the air");
  claim(copy.store, {copy.account});
  must(begin(copy.store, copy.of(post)));

  CHECK(must(copy.store.adopt_copy("new-uuid", 7, by_ann(kNoon + 1h))) == 0);
  must(copy.store.settle_orphans({copy.account.id}, by_ann(kNoon + 1h)));

  CHECK(copy.of(post).state == DeliveryState::unconfirmed);
}

TEST_CASE("every flush raises the epoch") {
  Copy copy;
  const auto before = must(copy.store.identity()).epoch;

  must(copy.store.raise_epoch(kNoon));

  CHECK(must(copy.store.identity()).epoch == before + 1);
}

TEST_CASE("when the zone's data changes, the wall time stays and the instant moves") {
  Copy copy;
  const auto post = copy.approved("post", kNoon + 24h);
  const auto held_back = copy.approved("held back", kNoon + 24h);
  const auto without_time = copy.approved("without time");
  copy.queue.tamper("UPDATE deliveries SET next_at = next_at + 7200 WHERE id = 2");
  const auto resolve = [](WallTime wall, const std::string&) {
    return std::optional<TimePoint>{TimePoint{wall.time_since_epoch()} + 1h};
  };

  const auto moved = must(copy.store.moved_times(resolve));
  REQUIRE(moved.size() == 2);
  must(copy.store.apply_moved(moved, by_ann()));

  CHECK(copy.of(post).schedule.not_before == kNoon + 25h);
  CHECK(copy.of(post).next_at == kNoon + 25h);
  CHECK(copy.of(post).approved());  // the approval covers the wall time
  CHECK(copy.of(post).revision == 1);
  CHECK(copy.of(held_back).next_at == kNoon + 26h);
  CHECK(must(copy.store.moved_times(resolve)).empty());
  CHECK(must(copy.store.events(post.id, 1)).front().kind == "time moved");
}

TEST_CASE("a time that moves back moves the next try with it") {
  Copy copy;
  const auto post = copy.approved("post", kNoon + 24h);

  must(copy.store.apply_moved({{copy.of(post), kNoon + 23h}}, by_ann()));

  CHECK(copy.of(post).next_at == kNoon + 23h);
}
