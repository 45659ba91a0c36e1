#include "sqlite/fixture.h"
#include "support/by_hand.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// A claimed thread of three parts.
struct Thread {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");
  PostDetail post = add_approved(store, {.texts = {"one", "two", "three"}, .accounts = {account}});

  Thread() { claim(store, {account}); }
  Delivery now() { return delivery_on(store, post.id, "feed"); }
  DeliveryDetail detail() { return must(store.post(post.id)).deliveries.front(); }
  AttemptId begun(int part) { return must(begin(store, now(), part)); }
  void send(int part) { record(store, sent(begun(part), now(), part)); }
  Error refusal(int part = 1) {
    const auto begun_now = begin(store, now(), part);
    REQUIRE_FALSE(begun_now);
    return begun_now.error();
  }
};

std::vector<std::string> kinds(Store& store, PostId post) {
  std::vector<std::string> all;
  for (const auto& event : must(store.events(post, 100))) all.push_back(event.kind);
  return all;
}

}  // namespace

TEST_CASE("an intent is a row before the first byte, and the post counts from then on") {
  Thread thread;
  CHECK_FALSE(thread.now().public_at);

  const auto attempt = must(begin(thread.store, thread.now(), 1, kNoon + 1min));

  const auto detail = thread.detail();
  CHECK(detail.delivery.public_at == kNoon + 1min);
  REQUIRE(detail.attempts.size() == 1);
  CHECK(detail.attempts.front().id == attempt);
  CHECK(detail.attempts.front().request == "body of part 1");
  CHECK(detail.attempts.front().key == "request-1-1");
  CHECK_FALSE(detail.attempts.front().outcome);
  CHECK(thread.queue.problems().empty());
}

TEST_CASE("an intent is refused when it may not be sent any more") {
  Thread thread;

  SECTION("everything is paused") {
    must(thread.store.pause_all("stop", by_ann()));
    CHECK(thread.refusal().message == "everything is paused");
    CHECK(thread.refusal().hint == "postq resume");
  }
  SECTION("its account is paused") {
    must(thread.store.pause_account(thread.account.id, kNoon + 1h, by_ann()));
    CHECK(thread.refusal().message == "feed is paused");
  }
  SECTION("it is paused") {
    must(thread.store.set_paused({thread.now().id}, true, by_ann()));
    CHECK(thread.refusal().message == "1@feed is paused");
  }
  SECTION("another content than the approved one") {
    Step step;
    step.intents.push_back(intent_for(thread.now()));
    step.intents.front().digest = sha256("something else");
    const auto done = must(thread.store.commit(step, by_ann()));
    REQUIRE_FALSE(done.intents.front());
    CHECK(done.intents.front().error().message == "1@feed is not what was approved");
  }
  SECTION("it was put back meanwhile") {
    Step step;
    step.back.push_back({thread.now().id, {}, false, "no network", {}, false});
    must(thread.store.commit(step, by_ann()));
    CHECK(thread.refusal().message == "1@feed is queued, not being sent");
  }
  SECTION("another request is in the air") {
    thread.begun(1);
    CHECK(thread.refusal().kind == ErrorKind::try_later);
  }
}

TEST_CASE("a pause of everything doesn't stop a person who is there") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = add_approved(queue.store, {.accounts = {account}, .origin = Origin::hand_written});
  claim_by_hand(queue.store, post.id, account);
  must(queue.store.pause_all("holiday", by_ann()));

  CHECK(begin(queue.store, delivery_on(queue.store, post.id, "feed")));
}

TEST_CASE("a thread is sent part by part, in order") {
  Thread thread;

  Step step;
  step.intents.push_back(intent_for(thread.now(), 2));
  CHECK_FALSE(thread.store.commit(step, by_ann()));  // part 1 isn't out: a mistake of ours

  thread.send(1);
  CHECK(thread.now().state == DeliveryState::sending);
  thread.send(2);
  thread.send(3);

  CHECK(thread.now().state == DeliveryState::sent);
  CHECK(kinds(thread.store, thread.post.id) == std::vector<std::string>{"added", "approved", "claimed", "attempt",
                                                                        "part sent", "attempt", "part sent", "attempt",
                                                                        "sent"});
  CHECK(thread.queue.count("SELECT count(*) FROM timeline WHERE counts_as = 'scheduled'") == 1);
  CHECK(thread.queue.count("SELECT count(*) FROM timeline WHERE why = 'own-thread'") == 2);
  CHECK(thread.queue.problems(true).empty());
}

TEST_CASE("a thread that breaks at part 3 resumes at part 3") {
  Thread thread;
  thread.send(1);
  thread.send(2);
  auto broken = result_of(thread.begun(3), thread.now(), Outcome::not_sent, 3);
  broken.next_try = kNoon + 5min;
  record(thread.store, broken);

  CHECK(thread.now().approved());
  CHECK(thread.now().next_at == kNoon + 5min);
  CHECK(thread.now().tries == 1);
  CHECK(thread.now().public_at == kNoon);
  bool started = false;
  Rules rules;
  rules.judge = [&](const Account&, const Snapshot&, const Candidate& candidate) {
    started = candidate.started;
    return allowed();
  };
  const auto claims = claim(thread.store, {thread.account}, kNoon + 5min, rules);
  REQUIRE(claims.claimed.size() == 1);
  CHECK(started);
  const auto& parts = claims.claimed.front().parts;
  CHECK(parts[0].receipt);
  CHECK(parts[1].receipt);
  CHECK_FALSE(parts[2].receipt);
  thread.send(3);
  CHECK(thread.now().state == DeliveryState::sent);
}

TEST_CASE("what provably was not sent counts no more and is tried again") {
  Thread thread;
  auto failed = result_of(thread.begun(1), thread.now(), Outcome::not_sent);
  failed.next_try = kNoon + 2min;
  failed.detail = "name not resolved";
  record(thread.store, failed);

  CHECK(thread.now().approved());
  CHECK_FALSE(thread.now().public_at);
  CHECK(thread.now().next_at == kNoon + 2min);
  CHECK(thread.detail().attempts.front().outcome == Outcome::not_sent);
  CHECK(thread.detail().attempts.front().detail == "name not resolved");
  CHECK(thread.queue.problems().empty());
}

TEST_CASE("a refusal for good makes it failed and keeps the yes for retry") {
  Thread thread;

  record(thread.store, result_of(thread.begun(1), thread.now(), Outcome::refused));

  CHECK(thread.now().state == DeliveryState::failed);
  CHECK(thread.now().approval);
  CHECK_FALSE(thread.now().public_at);
  CHECK(must(thread.store.summary()).failed == 1);
  CHECK(thread.queue.problems().empty());
}

TEST_CASE("when tries run out it is failed") {
  Thread thread;
  auto result = result_of(thread.begun(1), thread.now(), Outcome::not_sent);
  result.give_up = true;

  record(thread.store, result);

  CHECK(thread.now().state == DeliveryState::failed);
}

TEST_CASE("a rate limit and a lost sign-in are the account's trouble, not the post's") {
  Thread thread;
  auto result = result_of(thread.begun(1), thread.now(), Outcome::not_sent);
  result.next_try = kNoon + 1h;
  result.limited_until = kNoon + 1h;
  result.sign_in_needed = true;

  const TimePoint place = thread.now().next_at;
  record(thread.store, result);

  CHECK(thread.now().approved());
  CHECK(thread.now().tries == 0);
  // What comes behind it waits for the same thing, and doesn't get in front of it.
  CHECK(thread.now().next_at == place);
  const auto account = must(thread.store.account("feed"));
  CHECK(account.limited_until == kNoon + 1h);
  CHECK(account.sign_in_needed);
  must(thread.store.set_identity(account.id, account.remote_id, "ann", by_ann()));
  CHECK_FALSE(must(thread.store.account("feed")).sign_in_needed);
}

TEST_CASE("preparing that fails puts it back, nothing was out") {
  Thread thread;
  Step step;
  step.back.push_back({thread.now().id, kNoon + 3min, false, "upload failed", {}, false});

  must(thread.store.commit(step, by_ann()));

  CHECK(thread.now().approved());
  CHECK(thread.now().next_at == kNoon + 3min);
  CHECK(thread.now().tries == 1);
  CHECK_FALSE(thread.now().public_at);
}

TEST_CASE("waiting for media, or to be let in again, uses up none of the tries") {
  Thread thread;
  for (int wait = 0; wait < 3; ++wait) {
    const TimePoint now = std::max(thread.now().next_at, kNoon + wait * 2min);
    if (wait > 0) claim(thread.store, {thread.account}, now);
    Step step;
    auto& back = step.back.emplace_back();
    back.delivery = thread.now().id;
    back.next_try = now + 1min;
    back.tried = wait == 0;
    if (wait == 2) back.limited_until = now + 1min;
    must(thread.store.commit(step, by_ann(now)));
    CHECK(thread.now().approved());
    CHECK(thread.now().tries == 1);
  }
}

TEST_CASE("results and intents that are ready together share one commit, or fail together") {
  Thread thread;
  const auto first = thread.begun(1);
  Step step;
  step.results.push_back(sent(first, thread.now()));
  step.intents.push_back(intent_for(thread.now(), 2));

  const auto done = must(thread.store.commit(step, by_ann()));

  REQUIRE(done.intents.size() == 1);
  CHECK(done.intents.front());
  CHECK(thread.detail().attempts.size() == 2);

  Step impossible;
  impossible.results.push_back(sent(*done.intents.front(), thread.now(), 2));
  impossible.results.push_back(sent(AttemptId{99}, thread.now(), 3));
  CHECK_FALSE(thread.store.commit(impossible, by_ann()));
  CHECK_FALSE(thread.detail().parts[1].receipt);
}

TEST_CASE("an attempt is settled once") {
  Thread thread;
  const auto attempt = thread.begun(1);
  record(thread.store, sent(attempt, thread.now()));

  Step step;
  step.results.push_back(result_of(attempt, thread.now(), Outcome::not_sent));
  const auto again = thread.store.commit(step, by_ann());

  CHECK(again);  // what isn't a receipt changes nothing any more, and ends nobody else's step
  CHECK(thread.detail().parts[0].receipt);
  CHECK(thread.detail().attempts.front().outcome == Outcome::sent);
  const auto settled = thread.store.settle(result_of(attempt, thread.now(), Outcome::absent), by_ann());
  REQUIRE_FALSE(settled);
  CHECK(settled.error().kind == ErrorKind::refused);
}

TEST_CASE("a lost answer is unconfirmed, and blocks nothing but itself") {
  Thread thread;
  const auto other = add_approved(thread.store, {.accounts = {thread.account}, .key = "other"});

  record(thread.store, result_of(thread.begun(1), thread.now(), Outcome::unconfirmed));

  CHECK(thread.now().state == DeliveryState::unconfirmed);
  CHECK(thread.now().public_at == kNoon);
  CHECK(must(thread.store.summary()).unconfirmed == 1);
  const auto doubtful = must(thread.store.unconfirmed({thread.account.id}));
  REQUIRE(doubtful.size() == 1);
  CHECK(doubtful.front().attempts.size() == 1);
  CHECK(doubtful.front().approval.delivery == thread.now().id);
  CHECK(claim(thread.store, {thread.account}).claimed.front().delivery.post == other.id);
  CHECK(thread.queue.problems().empty());
}

TEST_CASE("settling an unconfirmed attempt") {
  Thread thread;
  const auto attempt = thread.begun(1);
  record(thread.store, result_of(attempt, thread.now(), Outcome::unconfirmed));
  const auto settle = [&](const AttemptResult& result) { return thread.store.settle(result, by_ann(kNoon + 20min)); };

  SECTION("found: the thread goes on with its next part") {
    must(settle(sent(attempt, thread.now())));
    CHECK(thread.now().approved());
    CHECK(thread.detail().parts[0].receipt);
    CHECK(thread.now().public_at == kNoon);
    const auto claims = claim(thread.store, {thread.account}, kNoon + 20min);
    REQUIRE(claims.claimed.size() == 1);
    CHECK(begin(thread.store, claims.claimed.front().delivery, 2));
  }
  SECTION("absent: a new attempt may begin") {
    must(settle(result_of(attempt, thread.now(), Outcome::absent)));
    CHECK(thread.now().approved());
    CHECK_FALSE(thread.now().public_at);
    claim(thread.store, {thread.account}, kNoon + 20min);
    CHECK(thread.begun(1) != attempt);
  }
  SECTION("refused after all") {
    must(settle(result_of(attempt, thread.now(), Outcome::refused)));
    CHECK(thread.now().state == DeliveryState::failed);
    CHECK_FALSE(thread.now().public_at);
  }
  SECTION("still not known: looked at again later, and no event each time") {
    const auto events = kinds(thread.store, thread.post.id).size();
    auto result = result_of(attempt, thread.now(), Outcome::unconfirmed);
    result.next_try = kNoon + 1h;
    result.detail = "looked at 40 posts";
    must(settle(result));
    CHECK(thread.now().state == DeliveryState::unconfirmed);
    CHECK(thread.now().next_at == kNoon + 1h);
    CHECK(thread.detail().attempts.front().detail == "looked at 40 posts");
    CHECK(thread.detail().attempts.front().ended_at == kNoon);
    CHECK(kinds(thread.store, thread.post.id).size() == events);
  }
  CHECK(thread.queue.problems().empty());
  CHECK(must(thread.store.verify_events()).problems.empty());
}

TEST_CASE("a receipt that already belongs to another post proves nothing") {
  Thread thread;
  thread.send(1);
  auto wrong = sent(thread.begun(2), thread.now(), 2);
  wrong.receipt->remote_id = "remote-1-1";

  record(thread.store, wrong);

  CHECK(thread.now().state == DeliveryState::unconfirmed);
  CHECK_FALSE(thread.detail().parts[1].receipt);
}

TEST_CASE("a platform without ids gets the request key as receipt") {
  Thread thread;
  auto result = sent(thread.begun(1), thread.now());
  result.receipt->remote_id.clear();

  record(thread.store, result);

  CHECK(thread.detail().parts[0].receipt->remote_id == "request-1-1");
}

TEST_CASE("an orphan without an attempt is queued again, with one it is unconfirmed") {
  Thread thread;

  SECTION("nothing was begun") {
    CHECK(must(thread.store.settle_orphans({thread.account.id}, by_ann())).unconfirmed.empty());
    CHECK(thread.now().approved());
    CHECK_FALSE(thread.now().public_at);
  }
  SECTION("a request was begun") {
    thread.begun(1);
    CHECK(must(thread.store.settle_orphans({thread.account.id}, by_ann(kNoon + 1h))).unconfirmed ==
          std::vector{thread.now().id});
    CHECK(thread.now().state == DeliveryState::unconfirmed);
    CHECK(thread.detail().attempts.front().outcome == Outcome::unconfirmed);
  }
  SECTION("a thread between two parts") {
    thread.send(1);
    CHECK(must(thread.store.settle_orphans({thread.account.id}, by_ann())).unconfirmed.empty());
    CHECK(thread.now().approved());
    CHECK(thread.now().public_at);
  }
  CHECK(must(thread.store.settle_orphans({thread.account.id}, by_ann())).unconfirmed.empty());
  CHECK(thread.queue.problems().empty());
}

TEST_CASE("uploads are kept until a change of the post") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  Media picture;
  picture.digest = sha256("a picture");
  picture.mime = "image/png";
  picture.bytes = 9;
  const auto post = add_approved(queue.store, {.accounts = {account}, .media = {picture}});
  const auto id = post.deliveries.front().delivery.id;
  Step step;
  step.uploads.emplace_back(id, Upload{picture.digest, "media-7", false, kNoon + 24h});
  step.upload_parts.push_back(1);
  must(queue.store.commit(step, by_ann()));
  step.uploads.front().second.ready = true;
  must(queue.store.commit(step, by_ann()));

  const auto uploads = must(queue.store.uploads(id, 1));
  REQUIRE(uploads.size() == 1);
  CHECK(uploads.front().remote_ref == "media-7");
  CHECK(uploads.front().ready);
  CHECK(uploads.front().expires_at == kNoon + 24h);
  CHECK(must(queue.store.uploads(id, 2)).empty());
}

TEST_CASE("a retracted post by hand earns nothing any more, a scheduled one still counts") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto by_hand =
      add_approved(queue.store, {.accounts = {account}, .origin = Origin::hand_written, .key = "by hand"});
  send_by_hand(queue.store, by_hand.id, account);
  const auto scheduled =
      add_approved(queue.store, {.texts = {"other words"}, .accounts = {account}, .key = "scheduled"});
  send_all(queue.store, account);
  const auto mix = [&] {
    return must(queue.store.snapshot(account, {}, {kNoon, kNoon + 24h}, true, false, kNoon + 1h)).mix;
  };
  REQUIRE(mix().by_hand() == 1);
  REQUIRE(mix().scheduled == 1);

  for (const auto& post : {by_hand, scheduled}) {
    must(queue.store.retracted(delivery_on(queue.store, post.id, "feed").id, by_ann(kNoon + 1h)));
  }

  CHECK(mix().by_hand() == 0);
  CHECK(mix().scheduled == 1);
  CHECK(delivery_on(queue.store, by_hand.id, "feed").retracted_at == kNoon + 1h);
}
