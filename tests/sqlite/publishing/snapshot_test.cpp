#include "sqlite/timeline_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Feed {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");

  PostDetail sent_at(const std::string& key, const std::string& text, TimePoint at) {
    auto post = add_approved(store, {.texts = {text}, .accounts = {account}, .key = key, .now = at});
    send_all(store, account, at);
    return post;
  }
  Snapshot snapshot(TimePoint now, const PolicySettings& settings = {}) {
    const auto day = std::chrono::floor<std::chrono::days>(now);
    return must(store.snapshot(account, settings, {day, day + 24h}, true, true, now));
  }
  Candidate candidate(const PostDetail& post, TimePoint now, const PolicySettings& settings = {}) {
    return must(store.candidate(post.deliveries.front().delivery.id, settings, now));
  }
};

}  // namespace

TEST_CASE("a post leaves the window exactly when it is as old as the window") {
  Feed feed;
  feed.sent_at("1", kWords, kNoon);
  PolicySettings settings;
  settings.window = 24h;

  CHECK(feed.snapshot(kNoon + 24h - 1s, settings).mix.scheduled == 1);
  CHECK(feed.snapshot(kNoon + 24h, settings).mix.scheduled == 0);
  CHECK(feed.snapshot(kNoon + 24h, settings).history->scheduled.empty());
}

TEST_CASE("a scheduled post counts from its claim on") {
  Feed feed;
  const auto post = add_approved(feed.store, {.accounts = {feed.account}});
  CHECK(feed.snapshot(kNoon).mix.scheduled == 0);

  claim(feed.store, {feed.account});

  const auto snapshot = feed.snapshot(kNoon);
  CHECK(snapshot.mix.scheduled == 1);
  CHECK(snapshot.scheduled_today == 1);
  CHECK(snapshot.last_scheduled_at == kNoon);
  CHECK(snapshot.history->scheduled == std::vector{kNoon});
}

TEST_CASE("a snapshot knows what is paused, limited and signed out") {
  Feed feed;
  must(feed.store.pause_all("", by_ann()));
  must(feed.store.pause_account(feed.account.id, kNoon + 1h, by_ann()));

  const auto snapshot = feed.snapshot(kNoon);

  CHECK(snapshot.account == "feed");
  CHECK(snapshot.all_paused);
  CHECK(snapshot.paused_until == kNoon + 1h);
  CHECK_FALSE(snapshot.limited_until);
  CHECK_FALSE(snapshot.sign_in_needed);
  CHECK(snapshot.readable);
}

TEST_CASE("the day's count ends with the day") {
  Feed feed;
  feed.sent_at("1", kWords, kNoon);
  feed.sent_at("2", kOtherWords, kNoon + 1h);

  CHECK(feed.snapshot(kNoon + 2h).scheduled_today == 2);
  CHECK(feed.snapshot(kNoon + 24h).scheduled_today == 0);
  CHECK(feed.snapshot(kNoon + 24h).last_scheduled_at == kNoon + 1h);
}

TEST_CASE("a candidate carries what the rules ask for") {
  Feed feed;
  Media described;
  described.digest = sha256("a");
  described.alt = "a heron";
  Media bare;
  bare.digest = sha256("b");
  Media decorative = bare;
  decorative.decorative = true;
  const auto post = add_approved(
      feed.store,
      {.accounts = {feed.account}, .at = kNoon + 1h, .until = kNoon + 2h, .media = {described, bare, decorative}});

  const auto candidate = feed.candidate(post, kNoon);

  CHECK(candidate.post == post.id);
  CHECK(candidate.account == "feed");
  CHECK(candidate.own_time);
  CHECK(candidate.not_before == kNoon + 1h);
  CHECK(candidate.until == kNoon + 2h);
  CHECK(candidate.approved_at == kNoon);
  CHECK(candidate.created_at == kNoon);
  CHECK(candidate.media_without_alt == 1);
  CHECK_FALSE(candidate.started);
  CHECK(candidate.tries == 0);
  CHECK_FALSE(candidate.earlier);
}

TEST_CASE("a repeat is found on the same account, near or to the letter, while it matters") {
  Feed feed;
  const auto first = feed.sent_at("1", kWords, kNoon);
  const auto near = add_post(feed.store, {.texts = {kNearWords}, .accounts = {feed.account}, .key = "near"});
  const auto same = add_post(feed.store, {.texts = {kWords}, .accounts = {feed.account}, .key = "same"});
  const auto other = add_post(feed.store, {.texts = {kOtherWords}, .accounts = {feed.account}, .key = "other"});
  const auto bsky = add_account(feed.store, "bsky");
  const auto elsewhere = add_post(feed.store, {.texts = {kWords}, .accounts = {bsky}, .key = "elsewhere"});

  REQUIRE(feed.candidate(near, kNoon + 1h).earlier);
  CHECK_FALSE(feed.candidate(near, kNoon + 1h).earlier->identical);
  CHECK(feed.candidate(near, kNoon + 1h).earlier->at == kNoon);
  REQUIRE(feed.candidate(same, kNoon + 1h).earlier);
  CHECK(feed.candidate(same, kNoon + 1h).earlier->identical);
  CHECK(feed.candidate(same, kNoon + 1h).earlier->delivery == first.deliveries.front().delivery.id);
  CHECK(feed.candidate(same, kNoon + 1h).earlier->post == first.id);
  CHECK_FALSE(feed.candidate(other, kNoon + 1h).earlier);
  CHECK_FALSE(feed.candidate(elsewhere, kNoon + 1h).earlier);
  CHECK_FALSE(feed.candidate(same, kNoon + 24h * 31).earlier);
  CHECK_FALSE(feed.candidate(first, kNoon + 1h).earlier);  // never itself
}

TEST_CASE("two texts that hardly share a word are no repeat, however near their fingerprints are") {
  Feed feed;
  feed.sent_at("1", "Tuesday: the new bread list is on the wall", kNoon);
  const auto other = add_post(
      feed.store, {.texts = {"The road is closed, come by the quay"}, .accounts = {feed.account}, .key = "other"});
  const auto again = add_post(
      feed.store, {.texts = {"Friday: the new bread list is on the wall"}, .accounts = {feed.account}, .key = "again"});

  CHECK_FALSE(feed.candidate(other, kNoon + 1h).earlier);
  CHECK(feed.candidate(again, kNoon + 1h).earlier);
}

TEST_CASE("a short text is compared to the letter") {
  Feed feed;
  feed.sent_at("1", "ok", kNoon);
  const auto same = add_post(feed.store, {.texts = {"ok"}, .accounts = {feed.account}, .key = "same"});
  const auto other = add_post(feed.store, {.texts = {"no"}, .accounts = {feed.account}, .key = "other"});

  CHECK(feed.candidate(same, kNoon + 5min).earlier->identical);
  CHECK_FALSE(feed.candidate(other, kNoon + 5min).earlier);
}

TEST_CASE("one claim doesn't let two identical posts out") {
  Feed feed;
  add_approved(feed.store, {.texts = {"ok"}, .accounts = {feed.account}, .key = "1"});
  add_approved(feed.store, {.texts = {"ok"}, .accounts = {feed.account}, .key = "2"});
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate& candidate) {
    return candidate.earlier && candidate.earlier->identical ? held("repeat") : allowed();
  };
  auto request = claim_request(rules, {feed.account});
  request.per_account = 2;

  const auto claims = must(feed.store.claim(request, by_ann()));

  CHECK(claims.claimed.size() == 1);
  CHECK(claims.held.size() == 1);
}

TEST_CASE("the queue's candidates come by time, pending ones on demand") {
  Feed feed;
  const auto later = add_approved(feed.store, {.accounts = {feed.account}, .key = "1", .at = kNoon + 2h});
  const auto sooner = add_post(feed.store, {.accounts = {feed.account}, .key = "2", .at = kNoon + 1h});
  const auto ids = [&](bool approved_only) {
    std::vector<PostId> posts;
    for (const auto& candidate : must(feed.store.queued_candidates(feed.account.id, approved_only, {}, {}, kNoon))) {
      posts.push_back(candidate.post);
    }
    return posts;
  };

  CHECK(ids(false) == std::vector{sooner.id, later.id});
  CHECK(ids(true) == std::vector{later.id});
}

TEST_CASE("a timeline that was read in the future was read by a clock that nobody can trust") {
  Feed feed;
  TimelineReading reading;
  reading.complete = {kNoon - 400h, kNoon + 96h};
  must(feed.store.store_timeline(feed.account.id, reading, by_ann(kNoon + 96h)));

  CHECK_FALSE(feed.snapshot(kNoon).read_at);
  CHECK(feed.snapshot(kNoon + 96h).read_at == kNoon + 96h);
}
