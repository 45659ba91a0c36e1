// A queue that was put back from a backup, or a second copy of it: what the other one has sent is known by what stands.
#include "sqlite/timeline_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Restored {
  Timeline timeline;
  Store& store = timeline.store;

  PostDetail approved(PostSpec spec) {
    if (spec.accounts.empty()) spec.accounts = {timeline.account};
    return add_approved(store, spec);
  }
  // It stands on the timeline, and nothing here has sent it.
  void stands(const std::string& id, const std::string& text, TimePoint at = kNoon + 1min) {
    auto item = Timeline::item(id, text, at);
    stands(item);
  }
  void stands(const TimelineItem& item) { timeline.read({item}); }
  static std::vector<Held> back(const Claims& claims) {
    std::vector<Held> found;
    for (const auto& held : claims.held) {
      if (held.judgement.deciding()->rule == "already-out") found.push_back(held);
    }
    return found;
  }
  Claims claim_all(TimePoint now = kNoon + 2h) { return claim(store, {timeline.account}, now); }
  Delivery of(const PostDetail& post) { return delivery_on(store, post.id, "mastodon"); }
};

}  // namespace

TEST_CASE("what stands on the account already goes back to review instead of going out") {
  Restored restored;
  const auto post = restored.approved({.texts = {kWords}});
  restored.stands("it", kWords);

  const auto claims = restored.claim_all();

  CHECK(claims.claimed.empty());
  REQUIRE(Restored::back(claims).size() == 1);
  CHECK(Restored::back(claims).front().changed);
  CHECK(Restored::back(claims).front().delivery.pending());
  const auto delivery = restored.of(post);
  CHECK(delivery.pending());
  CHECK(delivery.revision == 2);
  CHECK(delivery.verdict ==
        "already-out: it says the same since it was approved and due, and nothing here has sent that");
  CHECK(must(restored.store.events(post.id, 1)).front().kind == "withdrawn");
  CHECK(restored.timeline.queue.problems().empty());
  CHECK(must(restored.store.verify_events()).problems.empty());
}

TEST_CASE("whatever the server made of the text") {
  Restored restored;
  restored.approved({.texts = {"Hi @bob, the **spring release** of our planner is out :tada:"}});
  restored.stands("it", "Hi @bob@elsewhere.example, the spring release of our planner is out");
  CHECK(Restored::back(restored.claim_all()).size() == 1);
}

TEST_CASE("a person who says yes to it again sends it, and the same post takes it back no more") {
  Restored restored;
  const auto post = restored.approved({.texts = {kWords}});
  restored.stands("it", kWords);
  REQUIRE(Restored::back(restored.claim_all()).size() == 1);

  approve(restored.store, post.id, kNoon + 1min);

  CHECK(restored.claim_all().claimed.size() == 1);
}

TEST_CASE("one post explains one delivery") {
  Restored restored;
  const auto first = restored.approved({.texts = {"good morning"}, .key = "first"});
  const auto second = restored.approved({.texts = {"good morning"}, .key = "second"});
  restored.stands("it", "Good morning!");

  const auto claims = restored.claim_all();

  REQUIRE(Restored::back(claims).size() == 1);
  REQUIRE(claims.claimed.size() == 1);
  CHECK(Restored::back(claims).front().delivery.id == restored.of(first).id);
  CHECK(claims.claimed.front().delivery.id == restored.of(second).id);
}

TEST_CASE("what is older than the yes or the time, says something else, or was sent from here explains nothing") {
  Restored restored;
  SECTION("older than the yes") {
    restored.stands("it", kWords, kNoon - 1min);
    restored.approved({.texts = {kWords}});
  }
  SECTION("older than its time") {
    restored.approved({.texts = {kWords}, .at = kNoon + 30min});
    restored.stands("it", kWords, kNoon + 29min);
  }
  SECTION("another of a series") {
    restored.approved({.texts = {"Episode 12 of our little show is out now"}});
    restored.stands("it", "Episode 11 of our little show is out now");
  }
  SECTION("other words by the same app, as a second machine's postq writes them") {
    restored.approved({.texts = {kWords}});
    auto item = Timeline::scheduled_elsewhere("it", kOtherWords);
    item.created_at = kNoon + 1min;
    restored.stands(item);
  }
  SECTION("an answer to somebody") {
    restored.approved({.texts = {kWords}});
    auto item = Timeline::item("it", kWords, kNoon + 1min);
    item.kind = TimelineKind::reply;
    item.reply_to = "question";
    restored.stands(item);
  }
  SECTION("as many words with a picture more") {
    restored.approved({.texts = {kWords}});
    auto item = Timeline::item("it", kWords, kNoon + 1min);
    item.media = 1;
    restored.stands(item);
  }
  SECTION("a boost") {
    restored.approved({.texts = {kWords}});
    auto item = Timeline::item("it", kWords, kNoon + 1min);
    item.kind = TimelineKind::boost;
    restored.stands(item);
  }
  SECTION("a bridge copied it from another account of the same post") {
    const auto other = add_account(restored.store, "bsky");
    restored.approved({.texts = {kWords}, .accounts = {other, restored.timeline.account}});
    send_all(restored.store, other, kNoon + 1min);
    restored.stands("it", kWords, kNoon + 2min);
    REQUIRE(restored.timeline.of("it") == "scheduled/copy");
  }
  SECTION("it has a receipt here") {
    restored.approved({.texts = {kWords}, .key = "earlier"});
    send_all(restored.store, restored.timeline.account, kNoon + 1min);
    restored.approved({.texts = {kWords}});
  }
  SECTION("it may be the post of an open attempt here, though its app says postq") {
    const auto [lost, attempt] = restored.timeline.in_the_air(kWords);
    record(restored.store, result_of(attempt, lost, Outcome::unconfirmed));
    restored.approved({.texts = {kWords}});
    auto item = Timeline::scheduled_elsewhere("it", kWords);
    item.created_at = kNoon + 1min;
    restored.stands(item);
    REQUIRE(restored.timeline.of("it") == "scheduled/client");
  }
  SECTION("it may be the post of an open attempt here") {
    const auto [lost, attempt] = restored.timeline.in_the_air(kWords);
    record(restored.store, result_of(attempt, lost, Outcome::unconfirmed));
    restored.approved({.texts = {kWords}});
    restored.stands("it", kWords);
    REQUIRE(restored.timeline.of("it") == "undecided/open-attempt");
  }
  const auto claims = restored.claim_all();
  CHECK(Restored::back(claims).empty());
  CHECK(claims.claimed.size() == 1);
}

TEST_CASE("what stood before the post went out elsewhere is no bridge's copy of it") {
  Restored restored;
  const auto other = add_account(restored.store, "hook");
  restored.approved({.texts = {kWords}, .accounts = {other, restored.timeline.account}});
  send_all(restored.store, other, kNoon + 30min);
  restored.stands("it", kWords, kNoon + 1min);
  REQUIRE(restored.timeline.of("it") == "scheduled/copy");

  CHECK(Restored::back(restored.claim_all()).size() == 1);
}

TEST_CASE("a ghost of an attempt that was thought absent keeps its delivery from going out again") {
  Restored restored;
  const auto [lost, attempt] = restored.timeline.in_the_air(kWords);
  record(restored.store, result_of(attempt, lost, Outcome::unconfirmed));
  must(restored.store.settle(result_of(attempt, lost, Outcome::absent), by_ann(kNoon + 20min)));
  restored.stands("late", kWords, kNoon + 1min);
  CHECK(restored.timeline.of("late") == "scheduled/ghost");

  CHECK(Restored::back(restored.claim_all()).size() == 1);
}

TEST_CASE("a post that was deleted meanwhile isn't brought back") {
  Restored restored;
  restored.approved({.texts = {kWords}});
  restored.stands("it", kWords);
  restored.timeline.walk({}, kNoon + 90min);

  CHECK(Restored::back(restored.claim_all()).size() == 1);
}

TEST_CASE("each part of a thread that is about to go is compared, below what it hangs") {
  Restored restored;
  const auto post = restored.approved({.texts = {"the first part", "the second part of a longer story"}});
  const auto part_two = [](const std::string& root) {
    auto item = Timeline::item("two", "the second part of a longer story", kNoon + 1min);
    item.kind = TimelineKind::own_reply;
    item.reply_to = root;
    return item;
  };
  const auto attempt = [&] {
    claim(restored.store, {restored.timeline.account}, kNoon + 1min);
    return must(begin(restored.store, restored.of(post), 1, kNoon + 1min));
  }();
  record(restored.store, sent(attempt, restored.of(post), 1, kNoon + 1min), kNoon + 1min);
  restored.timeline.queue.tamper("UPDATE deliveries SET state = 'queued'");
  SECTION("of the part that is out here") {
    restored.stands(part_two("remote-1-1"));
    CHECK(Restored::back(restored.claim_all()).size() == 1);
  }
  SECTION("of another post") {
    restored.stands(part_two("something else"));
    CHECK(restored.claim_all().claimed.size() == 1);
  }
}

TEST_CASE("of posts that go together none goes when one of them is out already") {
  Restored restored;
  const auto other = add_account(restored.store, "bsky");
  const auto post =
      restored.approved({.texts = {kWords}, .accounts = {other, restored.timeline.account}, .together = true});
  restored.stands("it", kWords);

  const auto claims = claim(restored.store, {other, restored.timeline.account}, kNoon + 2h);

  CHECK(claims.claimed.empty());
  REQUIRE(Restored::back(claims).size() == 1);
  CHECK(Restored::back(claims).front().delivery.account_name == "mastodon");
  CHECK(delivery_on(restored.store, post.id, "bsky").approved());
}

TEST_CASE("a server's clock that is behind hides nothing") {
  Restored restored;
  restored.approved({.texts = {kWords}, .at = kNoon + 30min});
  TimelineReading reading;
  reading.items = {Timeline::item("it", kWords, kNoon + 29min)};
  reading.complete = {kNoon - 24h, kNoon + 1h};
  reading.clock_skew = Seconds{-70};
  must(restored.store.store_timeline(restored.timeline.account.id, reading, by_ann(kNoon + 1h)));

  CHECK(Restored::back(restored.claim_all()).size() == 1);
}

TEST_CASE("a picture without words is known by standing there without words") {
  Restored restored;
  Media picture;
  picture.digest = sha256("picture");
  picture.name = "oak.png";
  picture.mime = "image/png";
  picture.alt = "an oak";
  picture.bytes = 7;
  restored.approved({.texts = {""}, .media = {picture}});
  auto item = Timeline::item("it", "", kNoon + 1min);
  restored.stands(item);

  CHECK(Restored::back(restored.claim_all()).size() == 1);
}

TEST_CASE("the address of the post that stands is told as the account's other posts have theirs") {
  Restored restored;
  restored.approved({.texts = {"an earlier one"}, .key = "earlier", .now = kNoon - 2h});
  send_all(restored.store, restored.timeline.account, kNoon - 2h);
  restored.approved({.texts = {kWords}});
  restored.stands("at://did:plc:x/posts/3lk7q", kWords);

  const auto claims = restored.claim_all();

  REQUIRE(Restored::back(claims).size() == 1);
  CHECK(Restored::back(claims).front().judgement.deciding()->reason.starts_with(
      "https://example.org/3lk7q says the same"));
}
