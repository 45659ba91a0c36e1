#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct ApprovedPost {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");
  PostDetail post = add_approved(store, {.texts = {"one", "two", "three"}, .accounts = {account}});

  Delivery now() { return delivery_on(store, post.id, "feed"); }
  Change change_to(const PostSpec& spec) {
    Change change;
    change.post = post.id;
    change.post_revision = must(store.post(post.id)).revision;
    change.draft = to_json(draft_of(spec));
    change.what = "edited";
    change.deliveries.emplace_back(now().id, delivery_of(spec, account));
    return change;
  }
};

}  // namespace

TEST_CASE("an edit replaces text, parts and time, and comes back to review") {
  ApprovedPost one;

  must(one.store.change(one.change_to({.texts = {"new"}, .at = kNoon + 24h, .until = kNoon + 48h}), by_ann()));

  const auto post = must(one.store.post(one.post.id));
  const auto& detail = post.deliveries.front();
  CHECK(post.revision == 2);
  CHECK(detail.parts.size() == 1);
  CHECK(detail.delivery.pending());
  CHECK(detail.delivery.revision == 2);
  CHECK(detail.delivery.next_at == kNoon + 24h);
  CHECK(detail.delivery.schedule.until == kNoon + 48h);
  CHECK(detail.document ==
        delivery_of({.texts = {"new"}, .at = kNoon + 24h, .until = kNoon + 48h}, one.account).document);
  CHECK(one.queue.problems().empty());
}

TEST_CASE("an edit that changes nothing keeps the yes") {
  ApprovedPost one;

  must(one.store.change(one.change_to({.texts = {"one", "two", "three"}}), by_ann()));

  CHECK(one.now().approved());
  CHECK(one.now().revision == 1);
}

TEST_CASE("another end is another content, whatever the text says") {
  ApprovedPost one;

  must(one.store.change(one.change_to({.texts = {"one", "two", "three"}, .until = kNoon + 24h}), by_ann()));

  CHECK(one.now().pending());
}

TEST_CASE("an edit of what somebody else changed meanwhile is refused") {
  ApprovedPost one;
  const auto mine = one.change_to({.texts = {"mine"}});
  must(one.store.change(one.change_to({.texts = {"theirs"}}), by_ann()));

  const auto changed = one.store.change(mine, by_ann());

  REQUIRE_FALSE(changed);
  CHECK(changed.error().kind == ErrorKind::refused);
  CHECK(changed.error().message == "somebody changed post 1 meanwhile");
}

TEST_CASE("what is on its way can't be edited, cancelled or queued again") {
  ApprovedPost one;
  claim(one.store, {one.account});
  const auto check_refused = [&](const std::string& state) {
    for (const auto& status : {one.store.change(one.change_to({.texts = {"new"}}), by_ann()),
                               one.store.cancel({one.now().id}, by_ann()), one.store.requeue(one.now().id, by_ann())}) {
      REQUIRE_FALSE(status);
      CHECK(status.error().kind == ErrorKind::refused);
      CHECK(status.error().message.find("1@feed is " + state) == 0);
      CHECK(status.error().hint == (state == "sending"
                                        ? "postq why 1@feed"
                                        : "postq resolve 1@feed --sent URL\npostq resolve 1@feed --not-sent"));
    }
  };

  check_refused("sending");
  const auto attempt = must(begin(one.store, one.now()));
  record(one.store, result_of(attempt, one.now(), Outcome::unconfirmed));
  check_refused("unconfirmed");
}

TEST_CASE("a thread of which a part is out can't be edited") {
  ApprovedPost one;
  claim(one.store, {one.account});
  record(one.store, sent(must(begin(one.store, one.now())), one.now()));
  auto refused = result_of(must(begin(one.store, one.now(), 2)), one.now(), Outcome::refused, 2);
  record(one.store, refused);
  REQUIRE(one.now().state == DeliveryState::failed);

  const auto changed = one.store.change(one.change_to({.texts = {"new"}}), by_ann());

  REQUIRE_FALSE(changed);
  CHECK(changed.error().message == "1 part of 1@feed is out already: it can't be changed now");
}

TEST_CASE("an edit of what failed queues it again, the failed attempt is kept") {
  ApprovedPost one;
  claim(one.store, {one.account});
  record(one.store, result_of(must(begin(one.store, one.now())), one.now(), Outcome::refused));
  REQUIRE(one.now().state == DeliveryState::failed);

  must(one.store.change(one.change_to({.texts = {"better"}}), by_ann()));

  const auto detail = must(one.store.post(one.post.id)).deliveries.front();
  CHECK(detail.delivery.pending());
  CHECK(detail.parts.size() == 1);
  REQUIRE(detail.attempts.size() == 1);
  CHECK(detail.attempts.front().outcome == Outcome::refused);
}

TEST_CASE("an account can join a post later") {
  ApprovedPost one;
  const auto bsky = add_account(one.store, "bsky");
  auto change = one.change_to({.texts = {"one", "two", "three"}});
  change.added.push_back(delivery_of({.texts = {"one", "two", "three"}}, bsky));

  must(one.store.change(change, by_ann()));

  CHECK(one.now().approved());
  CHECK(delivery_on(one.store, one.post.id, "bsky").pending());
}

TEST_CASE("retry sends a failed delivery again with the yes it had") {
  ApprovedPost one;
  claim(one.store, {one.account});
  record(one.store, result_of(must(begin(one.store, one.now())), one.now(), Outcome::refused));

  must(one.store.requeue(one.now().id, by_ann(kNoon + 1h)));

  CHECK(one.now().approved());
  CHECK(one.now().next_at == kNoon + 1h);
  CHECK(claim(one.store, {one.account}, kNoon + 1h).claimed.size() == 1);
}

TEST_CASE("a cancelled delivery comes back pending") {
  ApprovedPost one;
  must(one.store.cancel({one.now().id}, by_ann()));
  CHECK(one.now().state == DeliveryState::cancelled);
  must(one.store.cancel({one.now().id}, by_ann()));  // twice is once

  must(one.store.requeue(one.now().id, by_ann()));

  CHECK(one.now().pending());
  CHECK(one.now().revision == 2);
}

TEST_CASE("what was never to go out later than now doesn't come back") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = add_post(queue.store, {.accounts = {account}, .until = kNoon + 1h});
  const auto id = post.deliveries.front().delivery.id;
  must(queue.store.cancel({id}, by_ann()));

  const auto status = queue.store.requeue(id, by_ann(kNoon + 1h));

  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::refused);
}

TEST_CASE("a pause is kept until it ends, and says why") {
  ApprovedPost one;
  must(one.store.pause_all("moving house", by_ann()));
  CHECK(must(one.store.stop_state()).reason == "moving house");
  CHECK(must(one.store.stop_state()).since == kNoon);

  must(one.store.resume_all(by_ann()));
  CHECK_FALSE(must(one.store.stop_state()).paused);
  must(one.store.pause_account(one.account.id, kUntilResumed, by_ann()));
  CHECK(must(one.store.account("feed")).paused_until == kUntilResumed);
  must(one.store.pause_account(one.account.id, std::nullopt, by_ann()));
  CHECK_FALSE(must(one.store.account("feed")).paused_until);

  must(one.store.set_paused({one.now().id}, true, by_ann()));
  CHECK(one.now().paused);
  CHECK(one.now().approved());  // a pause is no change of content
  CHECK(claim(one.store, {one.account}).claimed.empty());
  must(one.store.set_paused({one.now().id}, false, by_ann()));
  CHECK(claim(one.store, {one.account}).claimed.size() == 1);
}

TEST_CASE("a note is an event and changes nothing else") {
  ApprovedPost one;
  const auto before = one.now();

  must(one.store.note(before.id, "sent-past-rules", "the fair is today", by_ann()));

  CHECK(must(one.store.events(one.post.id, 1)).front().body.find("the fair is today") != std::string::npos);
  CHECK(one.now().revision == before.revision);
}
