#include <algorithm>

#include <postq/policy/policy.h>

#include "sqlite/events/event_log.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Feed {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");

  PostDetail approved(const std::string& key, std::optional<TimePoint> at = {}) {
    return add_approved(store, {.texts = {"text of " + key}, .accounts = {account}, .key = key, .at = at});
  }
  Delivery of(const PostDetail& post) { return delivery_on(store, post.id, "feed"); }
};

std::vector<PostId> posts_of(const Claims& claims) {
  std::vector<PostId> posts;
  for (const auto& claimed : claims.claimed) posts.push_back(claimed.delivery.post);
  return posts;
}

}  // namespace

TEST_CASE("what is due is claimed in the order of its time, then its number") {
  Feed feed;
  const auto third = feed.approved("third", kNoon + 2h);
  const auto first = feed.approved("first", kNoon + 1h);
  const auto second = feed.approved("second", kNoon + 1h);
  const auto not_yet = feed.approved("not yet", kNoon + 4h);
  const Rules rules;
  auto request = claim_request(rules, {feed.account}, kNoon + 3h);
  request.per_account = 10;

  const auto claims = must(feed.store.claim(request, by_ann(kNoon + 3h)));

  CHECK(posts_of(claims) == std::vector{first.id, second.id, third.id});
  CHECK(feed.of(not_yet).approved());
}

TEST_CASE("an account sends one post at a time") {
  Feed feed;
  feed.approved("first");
  feed.approved("second");

  CHECK(claim(feed.store, {feed.account}).claimed.size() == 1);
  CHECK(claim(feed.store, {feed.account}).claimed.empty());  // the first is still on its way
}

TEST_CASE("posts whose time is now go before those that missed theirs") {
  Feed feed;
  const auto missed = feed.approved("missed", kNoon + 1h);
  const auto on_time = feed.approved("on time", kNoon + 9h);
  feed.queue.tamper("UPDATE deliveries SET missed_at = 5 WHERE id = 1");

  CHECK(posts_of(claim(feed.store, {feed.account}, kNoon + 9h)) == std::vector{on_time.id});
  CHECK(feed.of(missed).approved());
}

TEST_CASE("what nobody approved is never claimed") {
  Feed feed;
  add_post(feed.store, {.accounts = {feed.account}});

  const auto claims = claim(feed.store, {feed.account}, kNoon + 100h);

  CHECK(claims.claimed.empty());
  CHECK(claims.held.empty());
}

TEST_CASE("an approval of something else lets nothing go, and holds up nobody") {
  Feed feed;
  const auto changed = feed.approved("changed behind postq's back");
  const auto honest = feed.approved("honest");
  feed.queue.tamper(
      "DROP TRIGGER deliveries_approval_matches; DROP TRIGGER deliveries_withdrawal;"
      "UPDATE deliveries SET revision = revision + 1 WHERE id = 1");

  CHECK(posts_of(claim(feed.store, {feed.account})) == std::vector{honest.id});
  const Rules rules;
  auto named = claim_request(rules, {feed.account});
  named.only = feed.of(changed).id;
  const auto refused = feed.store.claim(named, by_ann());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("is not approved") != std::string::npos);
}

TEST_CASE("a hold of the post skips it, a hold of the account ends its turn") {
  Feed feed;
  const auto first = feed.approved("first");
  const auto second = feed.approved("second");
  Rules rules;
  rules.judge = [&](const Account&, const Snapshot&, const Candidate& candidate) {
    return candidate.post == first.id ? held("repeat") : allowed();
  };
  const auto skipped = claim(feed.store, {feed.account}, kNoon, rules);
  CHECK(posts_of(skipped) == std::vector{second.id});
  REQUIRE(skipped.held.size() == 1);
  CHECK(skipped.held.front().changed);

  const auto third = feed.approved("third");
  const auto fourth = feed.approved("fourth");
  feed.queue.tamper("UPDATE deliveries SET state = 'queued' WHERE state = 'sending'");
  rules.judge = [&](const Account&, const Snapshot&, const Candidate& candidate) {
    return candidate.post == fourth.id ? allowed() : held("ratio", Scope::account);
  };
  const auto ended = claim(feed.store, {feed.account}, kNoon, rules);
  CHECK(ended.claimed.empty());
  CHECK(feed.of(third).verdict == "ratio: the test says so");
  CHECK(feed.of(fourth).approved());
}

TEST_CASE("a flush that finds everything held as before writes nothing") {
  Feed feed;
  for (int n = 0; n < 5; ++n) feed.approved(std::to_string(n));
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate&) { return held("ratio", Scope::account); };

  const auto first = claim(feed.store, {feed.account}, kNoon, rules);
  const auto rows = feed.queue.rows();
  const auto before = must(rows->integer("PRAGMA data_version"));
  const auto second = claim(feed.store, {feed.account}, kNoon + 5min, rules);

  CHECK(first.held.size() == 5);
  CHECK(std::all_of(first.held.begin(), first.held.end(), [](const Held& entry) { return entry.changed; }));
  CHECK(second.held.size() == 5);
  CHECK(std::none_of(second.held.begin(), second.held.end(), [](const Held& entry) { return entry.changed; }));
  CHECK(must(rows->integer("PRAGMA data_version")) == before);
  // Once an hour it is written again, so that nobody takes the wait for a sleep.
  claim(feed.store, {feed.account}, kNoon + 61min, rules);
  CHECK(must(rows->integer("SELECT count(*) FROM deliveries WHERE verdict_at = " +
                           std::to_string(unix_seconds(kNoon + 61min)))) == 5);
}

// The events of approvals whose rows were written by hand.
void write_approval_events(sqlite::Database& rows, const Digest& digest, int from, int to) {
  auto head = must(rows.first("SELECT hash FROM events WHERE chain = 'feed' ORDER BY chain_no DESC LIMIT 1", {},
                              [](const sqlite::Row& row) { return row.digest(0); }));
  auto transaction = must(rows.begin_write());
  for (int id = from; id <= to; ++id) {
    const auto number = std::to_string(id);
    const std::string body = R"({"chain":"feed","chain_no":)" + number + R"(,"at":1,"kind":"approved","post":)" +
                             number + R"(,"delivery":)" + number +
                             R"(,"actor":"ann","agent":false,"details":{"digest":")" + digest.hex() +
                             R"(","revision":1,"how":"review","reason":""}})";
    const auto hash = sqlite::chain_link(*head, body);
    must(
        rows.run("INSERT INTO events (seq, chain, chain_no, at, kind, post_id, delivery_id, body, prev, hash)"
                 " VALUES (?1 + 100, 'feed', ?1 + 100, 1, 'approved', ?1, ?1, ?2, ?3, ?4)",
                 {id, body, *head, hash}));
    head = hash;
  }
  must(transaction.commit());
}

TEST_CASE("behind a held account even the last of thousands is remembered as held, not late") {
  Feed feed;
  feed.approved("first");
  feed.queue.tamper(
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
      "INSERT INTO posts (id, origin, client_key, request_digest, draft, author, created_at, changed_at)"
      "  SELECT i, origin, 'key ' || i, request_digest, draft, author, created_at, changed_at FROM n, posts;"
      "INSERT INTO deliveries (id, post_id, account_id, origin, digest, next_at)"
      "  SELECT p.id, p.id, 1, p.origin, d.digest, p.id FROM posts p, deliveries d WHERE p.id > 1;"
      "INSERT INTO parts (delivery_id, n, account_id) SELECT id, 1, 1 FROM deliveries WHERE id > 1");
  write_approval_events(*feed.queue.rows(), feed.of(must(feed.store.post(PostId{1}))).digest, 2, 2500);
  feed.queue.tamper(
      "INSERT INTO approvals (id, delivery_id, digest, revision, verdict, how, person, at, event_seq)"
      "  SELECT id, id, digest, 1, 'approved', 'review', 'ann', 1, id + 100 FROM deliveries WHERE id > 1;"
      "UPDATE deliveries SET approval_id = id WHERE id > 1");
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate&) { return held("ratio", Scope::account); };

  claim(feed.store, {feed.account}, kNoon, rules);

  CHECK(feed.queue.count("SELECT count(*) FROM deliveries WHERE verdict_at IS NULL") == 0);
}

TEST_CASE("a flush that finds nothing due takes no lock") {
  Feed feed;
  feed.approved("later", kNoon + 24h);
  auto other = feed.queue.rows();
  const auto lock = must(other->begin_write());

  CHECK(claim(feed.store, {feed.account}).claimed.empty());
}

TEST_CASE("another rule than the last time is a change") {
  Feed feed;
  feed.approved("first");
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate&) { return held("ratio", Scope::account); };
  claim(feed.store, {feed.account}, kNoon, rules);
  rules.judge = [](const Account&, const Snapshot&, const Candidate&) { return held("quiet", Scope::account); };

  const auto claims = claim(feed.store, {feed.account}, kNoon + 1min, rules);

  REQUIRE(claims.held.size() == 1);
  CHECK(claims.held.front().changed);
}

TEST_CASE("what the rules say is done in the claim") {
  Feed feed;
  const auto post = feed.approved("post", kNoon + 1h);
  Effect effect = Effect::none;
  Rules rules;
  rules.judge = [&](const Account&, const Snapshot&, const Candidate&) { return held("late", Scope::post, effect); };
  const auto flush = [&](TimePoint now) { return claim(feed.store, {feed.account}, now, rules); };

  SECTION("back to review") {
    effect = Effect::to_review;
    CHECK(flush(kNoon + 9h).held.front().changed);
    CHECK(feed.of(post).pending());
    CHECK(feed.of(post).revision == 2);
    CHECK(feed.of(post).missed_at == kNoon + 9h);
    CHECK(must(feed.store.to_review(true)) == std::vector{post.id});
    CHECK(must(feed.store.summary()).late_pending == 1);
  }
  SECTION("dropped") {
    effect = Effect::drop;
    flush(kNoon + 9h);
    CHECK(feed.of(post).state == DeliveryState::cancelled);
  }
  SECTION("expired") {
    effect = Effect::expire;
    flush(kNoon + 9h);
    CHECK(feed.of(post).state == DeliveryState::expired);
    CHECK_FALSE(feed.of(post).approval);
  }
  SECTION("marked, and still approved") {
    effect = Effect::mark_missed;
    flush(kNoon + 9h);
    CHECK(feed.of(post).approved());
    CHECK(feed.of(post).missed_at == kNoon + 9h);
  }
  CHECK(feed.queue.problems().empty());
  CHECK(must(feed.store.verify_events()).problems.empty());
}

TEST_CASE("marked as missed and allowed means it goes") {
  Feed feed;
  const auto post = feed.approved("post", kNoon + 1h);
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate&) {
    auto judgement = allowed();
    judgement.effect = Effect::mark_missed;
    return judgement;
  };

  CHECK(claim(feed.store, {feed.account}, kNoon + 9h, rules).claimed.size() == 1);
  CHECK(feed.of(post).missed_at == kNoon + 9h);
}

TEST_CASE("what nobody approved before its end expires with the next flush") {
  Feed feed;
  const auto post = add_post(feed.store, {.accounts = {feed.account}, .until = kNoon + 1h});
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate& candidate) {
    return candidate.until ? held("until", Scope::post, Effect::expire) : allowed();
  };

  claim(feed.store, {feed.account}, kNoon + 1h, rules);

  CHECK(feed.of(post).state == DeliveryState::expired);
}

TEST_CASE("one post can be named, due or not, and must be approved") {
  Feed feed;
  const auto later = feed.approved("later", kNoon + 24h);
  const auto pending = add_post(feed.store, {.accounts = {feed.account}, .key = "pending"});
  const Rules rules;
  auto request = claim_request(rules, {feed.account});

  request.only = pending.deliveries.front().delivery.id;
  const auto refused = feed.store.claim(request, by_ann());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::refused);
  CHECK(refused.error().hint == "postq review 2");

  request.only = feed.of(later).id;
  CHECK(posts_of(must(feed.store.claim(request, by_ann()))) == std::vector{later.id});
  CHECK(feed.store.claim(request, by_ann()).error().message == "1@feed is sending");
}

TEST_CASE("a post that goes together goes to all its accounts or to none") {
  Queue queue;
  const auto bsky = add_account(queue.store, "bsky");
  const auto feed = add_account(queue.store, "feed");
  const auto post = add_approved(queue.store, {.accounts = {bsky, feed}, .together = true});
  Rules rules;
  rules.judge = [](const Account& account, const Snapshot&, const Candidate& candidate) {
    if (account.name == "feed") return held("ratio", Scope::account);
    return candidate.together_blocked_by.empty() ? allowed() : held("together");
  };

  SECTION("one account can't take it") {
    const auto claims = claim(queue.store, {bsky, feed}, kNoon, rules);
    CHECK(claims.claimed.empty());
    CHECK(claims.held.size() == 2);
    CHECK(delivery_on(queue.store, post.id, "bsky").verdict == "together: the test says so");
  }
  SECTION("one account isn't part of this flush") {
    std::string blocked_by;
    rules.judge = [&](const Account&, const Snapshot&, const Candidate& candidate) {
      blocked_by = candidate.together_blocked_by;
      return blocked_by.empty() ? allowed() : held("together");
    };
    CHECK(claim(queue.store, {bsky}, kNoon, rules).claimed.empty());
    CHECK(blocked_by == "feed (not part of this flush)");
  }
  SECTION("one account had its turn in this flush") {
    const Rules open;
    auto request = claim_request(open, {bsky});
    request.locked = {bsky.id, feed.id};
    CHECK(must(queue.store.claim(request, by_ann())).claimed.size() == 2);
  }
  SECTION("all can take it") {
    CHECK(claim(queue.store, {bsky, feed}).claimed.size() == 2);
  }
  SECTION("one was not approved again after a withdrawal") {
    must(queue.store.withdraw({delivery_on(queue.store, post.id, "feed").id}, "hm", by_ann()));
    CHECK(claim(queue.store, {bsky, feed}, kNoon, rules).claimed.empty());
  }
  CHECK(queue.problems().empty());
}

TEST_CASE("a post that goes together waits for the account that is busy, and nothing behind it overtakes it") {
  Queue queue;
  const auto bsky = add_account(queue.store, "bsky");
  const auto feed = add_account(queue.store, "feed");
  const auto first = add_approved(queue.store, {.texts = {"first"}, .accounts = {bsky}, .key = "1"});
  const auto both =
      add_approved(queue.store, {.texts = {"both"}, .accounts = {bsky, feed}, .key = "2", .together = true});
  const auto last = add_approved(queue.store, {.texts = {"last"}, .accounts = {feed}, .key = "3"});
  const Rules open;

  const auto claims = claim(queue.store, {bsky, feed});
  CHECK(posts_of(claims) == std::vector{first.id});
  CHECK(claims.held.empty());
  CHECK(claims.waiting == std::vector{feed.id});
  CHECK(delivery_on(queue.store, both.id, "feed").verdict.empty());

  record(queue.store, sent(must(begin(queue.store, claims.claimed.front().delivery)), claims.claimed.front().delivery));
  auto request = claim_request(open, {feed, bsky});
  const auto landed = must(queue.store.claim(request, by_ann()));
  CHECK(posts_of(landed) == std::vector{both.id, both.id});
  CHECK(landed.waiting.empty());
  CHECK(delivery_on(queue.store, last.id, "feed").state == DeliveryState::queued);
}

TEST_CASE("with the rules of the policy the claim keeps the mix") {
  Feed feed;
  for (int n = 0; n < 5; ++n) feed.approved("post " + std::to_string(n));
  TimelineReading reading;
  reading.items.push_back(
      {"by-hand", kNoon - 1h, TimelineKind::post, "", "Web", "public", "hello from the garden", {}});
  reading.complete = {kNoon - 400h, kNoon};
  must(feed.store.store_timeline(feed.account.id, reading, by_ann()));

  Rules rules;
  rules.settings.min_gap = 0s;
  rules.settings.max_per_day = 0;
  rules.settings.repeat = Strictness::off;
  rules.judge = [&](const Account&, const Snapshot& snapshot, const Candidate&) {
    return room_for_scheduled(snapshot.mix, rules.settings) > 0 ? allowed() : held("ratio", Scope::account);
  };
  int sent_posts = 0;
  for (int n = 0; n < 5; ++n) {
    const auto claims = claim(feed.store, {feed.account}, kNoon, rules);
    for (const auto& claimed : claims.claimed) {
      record(feed.store, sent(must(begin(feed.store, claimed.delivery)), claimed.delivery));
      ++sent_posts;
    }
  }

  CHECK(sent_posts == 3);  // one by hand opens three
}

TEST_CASE("accounts with work are those with something due or under way") {
  Feed feed;
  const auto idle = add_account(feed.store, "idle");
  const auto names = [&](TimePoint now) {
    std::vector<std::string> all;
    for (const auto& account : must(feed.store.accounts_with_work(now))) all.push_back(account.name);
    return all;
  };
  feed.approved("later", kNoon + 1h);

  CHECK(names(kNoon).empty());
  CHECK(names(kNoon + 1h) == std::vector<std::string>{"feed"});
  claim(feed.store, {feed.account}, kNoon + 1h);
  CHECK(names(kNoon) == std::vector<std::string>{"feed"});
}
