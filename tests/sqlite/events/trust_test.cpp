#include <algorithm>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Doubted {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");
  PostDetail post = add_approved(store, {.texts = {"the doubtful one"}, .accounts = {account}, .key = "doubtful"});
  PostDetail honest = add_approved(store, {.texts = {"the honest one"}, .accounts = {account}, .key = "honest"});

  Delivery now() { return delivery_on(store, post.id, "feed"); }
  Claims claims() { return claim(store, {account}); }
  std::string verified() {
    std::string all;
    for (const auto& problem : must(store.verify_events()).problems) all += problem + "\n";
    return all;
  }
};

bool is_in(std::string_view text, std::string_view in) {
  return in.find(text) != std::string_view::npos;
}

// It is back in review, for this reason, and the other one went.
void check_taken_back(Doubted& doubted, const Claims& claims, std::string_view why) {
  REQUIRE(claims.damaged.size() == 1);
  INFO(claims.damaged.front().why);
  CHECK(claims.damaged.front().delivery.id == doubted.post.deliveries.front().delivery.id);
  CHECK(is_in(why, claims.damaged.front().why));
  CHECK(doubted.now().pending());
  CHECK(doubted.now().revision == 2);
  REQUIRE(claims.claimed.size() == 1);
  CHECK(claims.claimed.front().delivery.post == doubted.honest.id);
  const auto last = must(doubted.store.events(doubted.post.id, 1)).back();
  CHECK(last.kind == "withdrawn");
  CHECK(is_in(why, last.body));
}

// As a review does: what is damaged is written anew from the draft, and read once more.
void write_anew(Store& store, const PostDetail& post, const PostSpec& spec) {
  Change change;
  change.post = post.id;
  change.post_revision = post.revision;
  change.what = "written anew";
  change.media = spec.media;
  for (const auto& detail : post.deliveries) {
    change.deliveries.emplace_back(detail.delivery.id,
                                   delivery_of(spec, must(store.account(detail.delivery.account_name))));
  }
  must(store.change(change, by_ann()));
}

}  // namespace

TEST_CASE("an approval that isn't the one of its event lets nothing go, and holds up nobody") {
  Doubted doubted;

  SECTION("it names another event") {
    doubted.queue.harm("UPDATE approvals SET event_seq = 1 WHERE delivery_id = 1");
    CHECK(is_in("1@feed has an approval or rejection without its event", doubted.verified()));
    check_taken_back(doubted, doubted.claims(), "its approval names another event");
  }
  SECTION("it names the approval of another post") {
    doubted.queue.harm(
        "UPDATE approvals SET event_seq = (SELECT seq FROM events WHERE kind = 'approved' AND delivery_id = 2)"
        " WHERE delivery_id = 1");
    check_taken_back(doubted, doubted.claims(), "its approval names another event");
  }
  SECTION("its event is gone") {
    doubted.queue.harm("DELETE FROM events WHERE kind = 'approved' AND delivery_id = 1");
    check_taken_back(doubted, doubted.claims(), "no event of its approval");
  }
  SECTION("its event has another hash") {
    doubted.queue.harm("UPDATE events SET hash = zeroblob(32) WHERE kind = 'approved' AND delivery_id = 1");
    check_taken_back(doubted, doubted.claims(), "its hash doesn't fit");
  }
  SECTION("its event says something else") {
    doubted.queue.harm(
        "UPDATE events SET body = replace(body, 'ann', 'eve') WHERE kind = 'approved' AND delivery_id = 1");
    check_taken_back(doubted, doubted.claims(), "its hash doesn't fit");
  }
  SECTION("it is for another content") {
    doubted.queue.harm("UPDATE deliveries SET digest = (SELECT digest FROM deliveries WHERE id = 2) WHERE id = 1");
    check_taken_back(doubted, doubted.claims(), "no approval of exactly this content");
  }
  SECTION("it is gone") {
    doubted.queue.harm("DELETE FROM approvals WHERE delivery_id = 1");
    check_taken_back(doubted, doubted.claims(), "no approval of exactly this content");
  }
}

TEST_CASE("one post that is named is refused in the same way") {
  Doubted doubted;
  doubted.queue.harm("UPDATE approvals SET event_seq = 1 WHERE delivery_id = 1");
  const Rules rules;
  auto request = claim_request(rules, {doubted.account});
  request.only = doubted.now().id;

  const auto claims = must(doubted.store.claim(request, by_ann()));

  CHECK(claims.claimed.empty());
  CHECK(claims.damaged.size() == 1);
  CHECK(doubted.now().pending());
}

TEST_CASE("what the record says was sent is not sent again") {
  Doubted doubted;
  send_all(doubted.store, doubted.account);
  REQUIRE(doubted.now().state == DeliveryState::sent);
  doubted.queue.harm(
      "UPDATE parts SET remote_id = NULL, sent_at = NULL, url = NULL WHERE delivery_id = 1;"
      "UPDATE deliveries SET state = 'queued', public_at = NULL WHERE id = 1");

  CHECK(is_in("1@feed was sent, the record says, and the receipt of it is missing", doubted.verified()));
  check_taken_back(doubted, doubted.claims(), "the record says that it was sent");

  approve(doubted.store, doubted.post.id);
  must(doubted.store.settle_orphans({doubted.account.id}, by_ann()));
  const auto again = doubted.claims();
  REQUIRE(again.damaged.size() == 1);
  CHECK(again.damaged.front().delivery.post == doubted.post.id);
}

TEST_CASE("a part that the record says is out is not sent again") {
  Doubted doubted;
  const auto thread = add_approved(
      doubted.store, {.texts = {"one", "two"}, .accounts = {add_account(doubted.store, "other")}, .key = "thread"});
  const auto other = must(doubted.store.account("other"));
  const auto claimed = claim(doubted.store, {other}).claimed.front();
  record(doubted.store, sent(must(begin(doubted.store, claimed.delivery)), claimed.delivery));
  must(doubted.store.settle_orphans({other.id}, by_ann()));
  doubted.queue.harm("UPDATE parts SET remote_id = NULL, sent_at = NULL, url = NULL WHERE delivery_id = 3");

  const auto claims = claim(doubted.store, {other});

  CHECK(claims.claimed.empty());
  REQUIRE(claims.damaged.size() == 1);
  CHECK(is_in("1 parts of it are out", claims.damaged.front().why));
}

TEST_CASE("a content that isn't what was approved goes back to review, and a review of it mends it") {
  Doubted doubted;
  const PostSpec spec{.texts = {"the doubtful one"}, .accounts = {doubted.account}};

  SECTION("other bytes") {
    doubted.queue.harm("UPDATE contents SET document = replace(document, 'doubtful one', 'doubtful onf')");
    check_taken_back(doubted, doubted.claims(), "changed by something else than postq");
  }
  SECTION("not even JSON") {
    doubted.queue.harm("UPDATE contents SET document = 'x' WHERE document LIKE '%doubtful one%'");
    check_taken_back(doubted, doubted.claims(), "changed by something else than postq");
  }
  SECTION("gone") {
    doubted.queue.harm("DELETE FROM contents WHERE document LIKE '%doubtful one%'");
    check_taken_back(doubted, doubted.claims(), "the queue lost its content");
  }
  SECTION("another time") {
    doubted.queue.harm("UPDATE deliveries SET wall_time = '" + format_wall(WallTime{kNoon.time_since_epoch()}) +
                       "', zone = 'UTC' WHERE id = 1");
    check_taken_back(doubted, doubted.claims(), "its time or its end was changed");
  }
  SECTION("a time that can't be read") {
    doubted.queue.harm(
        "UPDATE contents SET document = replace(document, 'doubtful one', 'doubtful onf');"
        "UPDATE deliveries SET wall_time = 'x', zone = 'UTC' WHERE id = 1");
    check_taken_back(doubted, doubted.claims(), "changed by something else than postq");
  }
  SECTION("its part is gone") {
    doubted.queue.harm("DELETE FROM parts WHERE delivery_id = 1");
    check_taken_back(doubted, doubted.claims(), "the queue lost its parts");
  }

  const auto damaged = must(doubted.store.post(doubted.post.id));
  CHECK_FALSE(damaged.deliveries.front().damage.empty());
  write_anew(doubted.store, damaged, spec);
  const auto mended = must(doubted.store.post(doubted.post.id)).deliveries.front();
  CHECK(mended.damage.empty());
  CHECK(is_in("the doubtful one", mended.document));
  approve(doubted.store, doubted.post.id);
  send_all(doubted.store, doubted.account);  // the honest one is on its way; this one is next
  must(doubted.store.settle_orphans({doubted.account.id}, by_ann()));
  send_all(doubted.store, doubted.account);
  send_all(doubted.store, doubted.account);
  CHECK(doubted.now().state == DeliveryState::sent);
  CHECK(doubted.queue.problems(true).empty());
  CHECK(doubted.verified().empty());
}

TEST_CASE("a file or a later part that the queue lost is found before anything is sent") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  Media picture;
  picture.digest = sha256("a picture");
  picture.mime = "image/png";
  picture.name = "cat.png";
  picture.bytes = 9;
  picture.alt = "a cat";
  const PostSpec spec{.texts = {"one", "two"}, .accounts = {account}, .media = {picture}};
  const auto post = add_approved(queue.store, spec);
  std::string why;

  SECTION("the file's row") {
    queue.harm("DELETE FROM media");
    why = "the queue lost its file cat.png";
  }
  SECTION("the second part's row") {
    queue.harm("DELETE FROM parts WHERE n = 2");
    why = "the queue lost its part 2";
  }

  const auto claims = claim(queue.store, {account});
  CHECK(claims.claimed.empty());
  REQUIRE(claims.damaged.size() == 1);
  CHECK(claims.damaged.front().why == why);
  CHECK(must(queue.store.post(post.id)).deliveries.front().damage == why);

  write_anew(queue.store, must(queue.store.post(post.id)), spec);
  approve(queue.store, post.id);
  CHECK(claim(queue.store, {account}).claimed.size() == 1);
}

TEST_CASE("a post that goes together goes back whole when one of its deliveries is damaged") {
  Queue queue;
  const auto bsky = add_account(queue.store, "bsky");
  const auto feed = add_account(queue.store, "feed");
  const auto post = add_approved(queue.store, {.accounts = {bsky, feed}, .together = true});
  const auto is_pending = [&](const std::string& account) {
    return delivery_on(queue.store, post.id, account).pending();
  };

  SECTION("the one whose turn it is") {
    queue.harm("DELETE FROM contents WHERE digest = (SELECT digest FROM deliveries WHERE account_id = 1)");
  }
  SECTION("the other one") {
    queue.harm("DELETE FROM contents WHERE digest = (SELECT digest FROM deliveries WHERE account_id = 2)");
  }

  const auto claims = claim(queue.store, {bsky, feed});
  CHECK(claims.claimed.empty());
  CHECK(claims.damaged.size() == 2);
  CHECK(is_in("it goes together with", claims.damaged.back().why));
  CHECK(is_pending("bsky"));
  CHECK(is_pending("feed"));
}

TEST_CASE("what is left of a thread goes back to review, and its parts that are out stay out") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const PostSpec spec{.texts = {"one", "two", "three"}, .accounts = {account}};
  const auto post = add_approved(queue.store, spec);
  const auto claimed = claim(queue.store, {account}).claimed.front();
  record(queue.store, sent(must(begin(queue.store, claimed.delivery)), claimed.delivery));
  must(queue.store.settle_orphans({account.id}, by_ann()));
  queue.harm("UPDATE contents SET document = replace(document, 'two', 'owt')");

  const auto claims = claim(queue.store, {account});
  CHECK(claims.claimed.empty());
  REQUIRE(claims.damaged.size() == 1);
  CHECK(delivery_on(queue.store, post.id, "feed").pending());
  CHECK(delivery_on(queue.store, post.id, "feed").public_at);

  write_anew(queue.store, must(queue.store.post(post.id)), spec);
  approve(queue.store, post.id);
  const auto again = claim(queue.store, {account});
  REQUIRE(again.claimed.size() == 1);
  CHECK(again.claimed.front().parts[0].receipt);
  CHECK(is_in("two", again.claimed.front().document));
  CHECK(queue.problems(true).empty());
}

TEST_CASE("an account that isn't what the record says sends nothing, and the others do") {
  Doubted doubted;
  const auto other = add_account(doubted.store, "other");
  const auto post = add_approved(doubted.store, {.accounts = {other}, .key = "other"});
  const auto check_doubtful = [&](std::string_view why) {
    const auto claims = claim(doubted.store, {doubted.account, other});
    REQUIRE(claims.doubtful.size() == 1);
    INFO(claims.doubtful.front().why);
    CHECK(claims.doubtful.front().name == "feed");
    CHECK(is_in(why, claims.doubtful.front().why));
    CHECK(is_in(why, doubted.verified()));
    REQUIRE(claims.claimed.size() == 1);
    CHECK(claims.claimed.front().delivery.post == post.id);
    CHECK(doubted.now().approved());  // who mends the account needs no second yes
  };

  SECTION("somebody else") {
    doubted.queue.harm("UPDATE accounts SET remote_id = 'eve' WHERE name = 'feed'");
    check_doubtful("changed who it is, from feed-remote to eve");
  }
  SECTION("another address in its settings") {
    doubted.queue.harm(R"(UPDATE accounts SET settings = '{"url":"https://eve.example"}' WHERE name = 'feed')");
    check_doubtful("changed its address or another setting");
  }
  SECTION("another address") {
    doubted.queue.harm("UPDATE accounts SET base_url = 'https://eve.example' WHERE name = 'feed'");
    check_doubtful("changed its address or another setting");
  }
  SECTION("no event of it") {
    doubted.queue.harm("DELETE FROM events WHERE kind = 'account added' AND chain = 'feed'");
    check_doubtful("no event of the account");
  }
}

TEST_CASE("what postq itself changes of an account is no doubt") {
  Queue queue;
  NewAccount added;
  added.account.name = "site";
  added.account.platform = "feed";
  added.account.settings = {{"url", "https://example.org/blog"}};
  added.account.base_url = "https://example.org/blog";
  must(queue.store.add_account(added, by_ann()));
  auto account = must(queue.store.account("site"));
  must(queue.store.set_identity(account.id, "me", "Me", by_ann()));
  account.settings["software"] = "9";
  must(queue.store.change_settings(account, by_ann()));
  account = must(queue.store.account("site"));
  CHECK(account.base_url == "https://example.org/blog");
  account.settings["url"] = account.base_url = "https://example.net/";
  must(queue.store.change_settings(account, by_ann()));
  account = must(queue.store.account("site"));
  CHECK(account.base_url == "https://example.net/");
  add_approved(queue.store, {.accounts = {account}});

  CHECK(claim(queue.store, {account}).claimed.size() == 1);
  CHECK(must(queue.store.verify_events()).problems.empty());
}

TEST_CASE("a name may be given to another account") {
  Queue queue;
  must(queue.store.remove_account(add_account(queue.store, "feed", "first").id, by_ann()));
  const auto account = add_account(queue.store, "feed", "second");
  add_approved(queue.store, {.accounts = {account}});

  CHECK(claim(queue.store, {account}).claimed.size() == 1);
  CHECK(must(queue.store.verify_events()).problems.empty());
}

namespace {

// A request whose answer was lost.
struct Lost : Doubted {
  AttemptId attempt{};

  Lost() {
    const auto claimed = claims().claimed.front();
    attempt = must(begin(store, claimed.delivery));
    record(store, result_of(attempt, claimed.delivery, Outcome::unconfirmed));
  }
  Claimed entry() { return must(store.unconfirmed({account.id})).front(); }
};

}  // namespace

TEST_CASE("what is unconfirmed and isn't what was approved is never repeated") {
  Lost lost;
  CHECK(lost.entry().damage.empty());
  CHECK(lost.store.may_repeat(lost.attempt, by_ann()));
  const auto check_not_repeated = [&](std::string_view why) {
    const auto entry = lost.entry();
    INFO(entry.damage);
    CHECK(is_in(why, entry.damage));
    CHECK(entry.attempts.size() == 1);
    const auto may = lost.store.may_repeat(lost.attempt, by_ann());
    REQUIRE_FALSE(may);
    CHECK(is_in(why, may.error().message));
    CHECK(lost.now().state == DeliveryState::unconfirmed);
  };

  SECTION("its stored request is another") {
    lost.queue.harm("UPDATE attempts SET request = CAST('evil' AS BLOB)");
    CHECK(is_in("1@feed: the stored request was changed", lost.verified()));
    check_not_repeated("the stored request was changed");
  }
  SECTION("its request has another key") {
    lost.queue.harm("UPDATE attempts SET idem_key = 'another'");
    check_not_repeated("no event of the request");
  }
  SECTION("its document is another") {
    lost.queue.harm("UPDATE contents SET document = replace(document, 'doubtful', 'evil')");
    check_not_repeated("changed by something else than postq");
  }
  SECTION("its document is gone") {
    lost.queue.harm("DELETE FROM contents WHERE document LIKE '%doubtful one%'");
    check_not_repeated("the queue lost its content");
  }
  SECTION("its approval is gone") {
    lost.queue.harm("DELETE FROM approvals WHERE delivery_id = 1");
    check_not_repeated("");
    CHECK_FALSE(lost.entry().damage.empty());
  }
  SECTION("its account is another") {
    lost.queue.harm("UPDATE accounts SET remote_id = 'eve'");
    check_not_repeated("changed who it is");
  }
}

TEST_CASE("what was being prepared at two deaths of the process goes back to review") {
  Doubted doubted;
  const auto die = [&] {
    REQUIRE(doubted.claims().claimed.size() == 1);
    return must(doubted.store.settle_orphans({doubted.account.id}, by_ann()));
  };

  CHECK(die().to_review.empty());
  CHECK(doubted.now().approved());
  const auto second = die();

  REQUIRE(second.to_review.size() == 1);
  CHECK(second.to_review.front().delivery.post == doubted.post.id);
  CHECK(doubted.now().pending());
  CHECK(is_in("for the second time", must(doubted.store.events(doubted.post.id, 1)).back().body));

  SECTION("a new yes begins anew") {
    approve(doubted.store, doubted.post.id);
    CHECK(die().to_review.empty());
  }
  SECTION("the next one goes on") {
    CHECK(doubted.claims().claimed.front().delivery.post == doubted.honest.id);
  }
  CHECK(doubted.queue.problems().empty());
}

TEST_CASE("a death between two that went well is no second one") {
  Doubted doubted;
  const auto id = doubted.claims().claimed.front().delivery.id;
  must(doubted.store.settle_orphans({doubted.account.id}, by_ann()));
  doubted.claims();
  Step step;
  step.back.push_back({id, {}, false, "no network", {}, false});
  must(doubted.store.commit(step, by_ann()));
  doubted.claims();

  CHECK(must(doubted.store.settle_orphans({doubted.account.id}, by_ann())).to_review.empty());
  CHECK(doubted.now().approved());
}

TEST_CASE("what was claimed and can't be read goes back to review with what goes together with it") {
  Queue queue;
  const auto bsky = add_account(queue.store, "bsky");
  const auto feed = add_account(queue.store, "feed");
  const auto post = add_approved(queue.store, {.accounts = {bsky, feed}});
  const auto claimed = claim(queue.store, {bsky}).claimed.front();
  Step step;
  step.back.push_back({claimed.delivery.id, {}, false, "it can't be read", {}, false});
  step.back.back().to_review = true;

  must(queue.store.commit(step, by_ann()));

  CHECK(delivery_on(queue.store, post.id, "bsky").pending());
  CHECK(delivery_on(queue.store, post.id, "feed").approved());  // each went by itself
  CHECK(queue.problems().empty());
}

TEST_CASE("doctor and log name each receipt that the record doesn't know") {
  Doubted doubted;
  send_all(doubted.store, doubted.account);
  REQUIRE(doubted.verified().empty());

  SECTION("another id") {
    doubted.queue.harm("UPDATE parts SET remote_id = 'elsewhere' WHERE delivery_id = 1");
  }
  SECTION("another address") {
    doubted.queue.harm("UPDATE parts SET url = 'https://eve.example/1' WHERE delivery_id = 1");
  }
  CHECK(is_in("1@feed has a receipt that the record doesn't know", doubted.verified()));
}

TEST_CASE("doctor hashes what is not over, and everything when it is asked to") {
  Doubted doubted;
  send_all(doubted.store, doubted.account);
  doubted.queue.harm("UPDATE contents SET document = replace(document, 'doubtful', 'evil')");
  CHECK(doubted.queue.problems().empty());
  REQUIRE(doubted.queue.problems(true).size() == 1);
  CHECK(is_in("1@feed: its content was changed", doubted.queue.problems(true).front()));

  doubted.queue.harm("UPDATE contents SET document = replace(document, 'honest', 'evil')");
  REQUIRE(doubted.queue.problems().size() == 1);
  CHECK(is_in("2@feed: its content was changed", doubted.queue.problems().front()));
  CHECK(doubted.queue.problems(true).size() == 2);  // each is named once
}

TEST_CASE("a head of the record that was kept elsewhere tells what came later, and what was changed") {
  Doubted doubted;
  const auto head = must(doubted.store.record_head());
  const auto chain = must(doubted.store.verify_events()).heads.front().second.hex();
  CHECK(must(doubted.store.check_head(head)).empty());
  send_all(doubted.store, doubted.account);
  CHECK(must(doubted.store.record_head()) != head);

  SECTION("it goes on") {
    CHECK(must(doubted.store.check_head(head)).empty());
    CHECK(must(doubted.store.check_head(chain)).empty());
  }
  SECTION("the end was cut off") {
    const auto later = must(doubted.store.record_head());
    doubted.queue.harm("DELETE FROM events WHERE kind = 'sent'");
    CHECK(is_in("cut off", must(doubted.store.check_head(later))));
    CHECK(must(doubted.store.check_head(head)).empty());
  }
  SECTION("an end was made anew") {
    doubted.queue.harm("UPDATE events SET hash = zeroblob(32) WHERE kind = 'approved'");
    CHECK(is_in("is not the one", must(doubted.store.check_head(head))));
    CHECK(is_in("no event has the hash", must(doubted.store.check_head(chain))));
  }
  SECTION("it is none") {
    for (const auto* const word : {"", "12", "12:xyz", "-1:00", "latest"}) {
      const auto refused = doubted.store.check_head(word);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().kind == ErrorKind::usage);
    }
  }
}
