#include <algorithm>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// A request that was called absent, and a delivery that is queued again.
struct Late {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");
  PostDetail post = add_approved(store, {.texts = {"only once"}, .accounts = {account}});
  AttemptId first{};

  Late() {
    first = begun();
    settle(result_of(first, now(), Outcome::unconfirmed));
    settle(result_of(first, now(), Outcome::absent));
  }
  Delivery now() { return delivery_on(store, post.id, "feed"); }
  DeliveryDetail detail() { return must(store.post(post.id)).deliveries.front(); }
  AttemptId begun() {
    claim(store, {account}, kNoon + 1h);
    return must(begin(store, now()));
  }
  void settle(const AttemptResult& result) { must(store.settle(result, by_ann(kNoon + 20min))); }
  AttemptResult receipt(AttemptId attempt, const std::string& id) {
    auto result = sent(attempt, now());
    result.receipt->remote_id = id;
    result.receipt->url = "https://example.org/" + id;
    return result;
  }
  void check_sound() {
    CHECK(queue.problems(true).empty());
    CHECK(must(store.verify_events()).problems.empty());
  }
};

std::string last_kind(Store& store, PostId post) {
  return must(store.events(post, 1)).back().kind;
}

}  // namespace

TEST_CASE("the late receipt of an attempt that was called absent is stored") {
  Late late;
  REQUIRE(late.now().approved());

  late.settle(late.receipt(late.first, "late"));

  CHECK(late.now().state == DeliveryState::sent);
  CHECK(late.detail().parts.front().receipt->remote_id == "late");
  CHECK(late.detail().attempts.front().outcome == Outcome::sent);
  CHECK(late.detail().twice.empty());
  CHECK(claim(late.store, {late.account}, kNoon + 1h).claimed.empty());
  late.check_sound();
}

TEST_CASE("a late receipt beside another stands twice until a person takes it back") {
  Late late;
  const auto second = late.begun();
  late.settle(late.receipt(second, "second"));
  REQUIRE(late.now().state == DeliveryState::sent);

  late.settle(late.receipt(late.first, "late"));
  late.settle(late.receipt(late.first, "late"));  // said twice is said once

  CHECK(late.detail().parts.front().receipt->remote_id == "second");
  REQUIRE(late.detail().twice.size() == 1);
  CHECK(late.detail().twice.front().receipt.remote_id == "late");
  CHECK(last_kind(late.store, late.post.id) == "stands twice");
  const auto standing = must(late.store.standing_twice());
  REQUIRE(standing.size() == 1);
  CHECK(standing.front().delivery.id == late.now().id);
  CHECK(standing.front().url == "https://example.org/late");
  CHECK(standing.front().first == "https://example.org/second");
  CHECK(late.queue.count("SELECT count(*) FROM timeline WHERE counts_as = 'scheduled'") == 2);
  late.check_sound();

  must(late.store.retracted(late.now().id, by_ann(kNoon + 1h)));
  CHECK(must(late.store.standing_twice()).empty());
  CHECK(late.detail().twice.front().retracted_at == kNoon + 1h);
  CHECK(late.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NULL") == 0);
}

TEST_CASE("a late receipt while another request is in the air waits for what becomes of that one") {
  Late late;
  const auto second = late.begun();

  late.settle(late.receipt(late.first, "late"));
  CHECK(late.now().state == DeliveryState::sending);
  CHECK(last_kind(late.store, late.post.id) == "out all the same");
  CHECK(must(late.store.standing_twice()).front().first.empty());

  SECTION("it gets out as well") {
    record(late.store, late.receipt(second, "second"));
    CHECK(late.now().state == DeliveryState::sent);
    CHECK(must(late.store.standing_twice()).size() == 1);
  }
  SECTION("it doesn't: then the late one is the receipt") {
    record(late.store, result_of(second, late.now(), Outcome::not_sent));
    CHECK(late.now().state == DeliveryState::sent);
    CHECK(late.detail().parts.front().receipt->remote_id == "late");
    CHECK(must(late.store.standing_twice()).empty());
  }
  SECTION("it is lost, and found to be absent") {
    record(late.store, result_of(second, late.now(), Outcome::unconfirmed));
    CHECK(late.now().state == DeliveryState::unconfirmed);
    late.settle(result_of(second, late.now(), Outcome::absent));
    CHECK(late.now().state == DeliveryState::sent);
  }
  late.check_sound();
}

TEST_CASE("a late receipt of what was changed since stands beside it") {
  Late late;
  Change change;
  change.post = late.post.id;
  change.post_revision = 1;
  change.what = "edited";
  change.deliveries.emplace_back(late.now().id, delivery_of({.texts = {"something else"}}, late.account));
  must(late.store.change(change, by_ann()));

  late.settle(late.receipt(late.first, "late"));

  CHECK(late.now().pending());
  CHECK(must(late.store.standing_twice()).size() == 1);
  must(late.store.retracted(late.now().id, by_ann()));
  CHECK(must(late.store.standing_twice()).empty());
  CHECK_FALSE(late.now().retracted_at);  // what is queued is still to go
  late.check_sound();
}

TEST_CASE("of a thread that goes on, a late receipt lets the rest go") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = add_approved(queue.store, {.texts = {"one", "two"}, .accounts = {account}});
  const auto now = [&] { return delivery_on(queue.store, post.id, "feed"); };
  claim(queue.store, {account});
  const auto first = must(begin(queue.store, now()));
  must(queue.store.settle(result_of(first, now(), Outcome::unconfirmed), by_ann()));
  must(queue.store.settle(result_of(first, now(), Outcome::absent), by_ann()));

  must(queue.store.settle(sent(first, now()), by_ann()));

  CHECK(now().approved());
  CHECK(now().public_at);
  const auto claims = claim(queue.store, {account}, kNoon + 1h);
  REQUIRE(claims.claimed.size() == 1);
  CHECK(claims.claimed.front().parts[0].receipt);
  CHECK(queue.problems(true).empty());
}

TEST_CASE("an answer that comes too late and isn't a receipt keeps nobody's result from being stored") {
  Late late;
  const auto other = add_account(late.store, "other");
  const auto post = add_approved(late.store, {.accounts = {other}, .key = "other"});
  claim(late.store, {other});
  const auto attempt = must(begin(late.store, delivery_on(late.store, post.id, "other")));
  Step step;
  step.results.push_back(result_of(late.first, late.now(), Outcome::unconfirmed));
  step.results.push_back(sent(attempt, delivery_on(late.store, post.id, "other")));

  must(late.store.commit(step, by_ann()));

  CHECK(late.now().approved());
  CHECK(delivery_on(late.store, post.id, "other").state == DeliveryState::sent);
}
