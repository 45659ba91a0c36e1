// What a person notes of posts that they made in an app.
#include "sqlite/timeline_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kUrl = "https://example.org/mine/1";

struct Notes : Timeline {
  bool note(const std::string& url, TimePoint at = kNoon, bool answer = false, TimePoint now = kNoon + 1h) {
    return must(store.record_post(account.id, {url, at, answer}, by_ann(now)));
  }
  std::string newest_event() {
    const auto events = must(store.events(std::nullopt, 1));
    return events.back().chain + ": " + events.back().kind;
  }
};

}  // namespace

TEST_CASE("a post that was noted counts as written by hand, and an answer as an answer") {
  Notes notes;

  CHECK(notes.note(kUrl));
  CHECK(notes.note("", kNoon + 1min, true));

  CHECK(notes.of(kUrl) == "hand-written/recorded");
  CHECK(notes.snapshot().mix.by_hand_posts == 1);
  CHECK(notes.snapshot().mix.by_hand_answers == 1);
  CHECK(notes.newest_event() == "mastodon: recorded by hand");
  CHECK(must(notes.store.verify_events()).problems.empty());
  CHECK(must(notes.store.health(true)).problems.empty());
}

TEST_CASE("the same address counts once, however often it is noted") {
  Notes notes;
  REQUIRE(notes.note(kUrl));

  CHECK_FALSE(notes.note(kUrl, kNoon + 5min));

  CHECK(notes.snapshot().mix.by_hand_posts == 1);
  CHECK(must(notes.store.recorded_post(notes.account.id, kUrl))->at == kNoon);
}

TEST_CASE("without an address each note is one more, and they are taken back from the last one on") {
  Notes notes;
  for (int i = 0; i < 12; ++i) REQUIRE(notes.note("", kNoon + std::chrono::minutes{i}));
  CHECK(notes.snapshot().mix.by_hand_posts == 12);

  for (int i = 11; i >= 9; --i) {
    const auto taken = must(notes.store.take_back_recorded(notes.account.id, "", by_ann(kNoon + 1h)));
    CHECK(taken.at == kNoon + std::chrono::minutes{i});
    CHECK(taken.url.empty());
  }

  CHECK(notes.snapshot().mix.by_hand_posts == 9);
  CHECK(notes.newest_event() == "mastodon: record taken back");
  REQUIRE(notes.note("", kNoon + 30min));  // under a name of its own
  CHECK(notes.snapshot().mix.by_hand_posts == 10);
}

TEST_CASE("a note that was taken back counts no more, and may be made again") {
  Notes notes;
  REQUIRE(notes.note(kUrl));
  REQUIRE(notes.note("https://example.org/mine/2", kNoon, false, kNoon + 2h));

  CHECK(must(notes.store.take_back_recorded(notes.account.id, kUrl, by_ann(kNoon + 3h))).url == kUrl);
  CHECK(notes.snapshot(kNoon + 4h).mix.by_hand_posts == 1);
  CHECK_FALSE(must(notes.store.recorded_post(notes.account.id, kUrl)).has_value());
  CHECK(notes.store.take_back_recorded(notes.account.id, kUrl, by_ann(kNoon + 3h)).error().kind ==
        ErrorKind::not_found);

  CHECK(notes.note(kUrl, kNoon + 2min, true, kNoon + 4h));
  CHECK(notes.of(kUrl) == "hand-written/recorded");
  CHECK(notes.snapshot(kNoon + 5h).mix.by_hand() == 2);
}

TEST_CASE("nothing can be noted that is still to be made") {
  Notes notes;

  const auto refused = notes.store.record_post(notes.account.id, {kUrl, kNoon + 2h, false}, by_ann(kNoon));

  CHECK(refused.error().kind == ErrorKind::refused);
  CHECK(notes.of(kUrl) == "absent");
  CHECK(must(notes.store.events(std::nullopt, 10)).back().kind == "account added");
}

TEST_CASE("what postq sent is no post that was made by hand elsewhere") {
  Notes notes;
  const auto [delivery, attempt] = notes.in_the_air(kWords);
  record(notes.store, sent(attempt, delivery));
  const auto url = must(notes.store.post(delivery.post)).deliveries.front().parts.front().receipt->url;
  REQUIRE_FALSE(url.empty());

  const auto refused = notes.store.record_post(notes.account.id, {url, kNoon, false}, by_ann(kNoon));

  CHECK(refused.error().kind == ErrorKind::refused);
  CHECK(refused.error().message.find("1@mastodon") != std::string::npos);
  CHECK(notes.snapshot().mix.by_hand() == 0);
}

TEST_CASE("an address that is noted for one account is no post on another") {
  Notes notes;
  const auto other = add_account(notes.store, "hook");
  REQUIRE(notes.note(kUrl));

  const auto refused = notes.store.record_post(other.id, {kUrl, kNoon, false}, by_ann(kNoon));
  CHECK(refused.error().message.find("mastodon") != std::string::npos);
  REQUIRE(notes.store.take_back_recorded(notes.account.id, kUrl, by_ann(kNoon)));

  CHECK(must(notes.store.record_post(other.id, {kUrl, kNoon, false}, by_ann(kNoon))));
}

TEST_CASE("the last note without an address is known by its time") {
  Notes notes;
  CHECK_FALSE(must(notes.store.last_recorded_without_url(notes.account.id)).has_value());
  REQUIRE(notes.note(kUrl));
  CHECK_FALSE(must(notes.store.last_recorded_without_url(notes.account.id)).has_value());

  REQUIRE(notes.note("", kNoon - 24h, false, kNoon + 2h));

  CHECK(must(notes.store.last_recorded_without_url(notes.account.id)) == kNoon + 2h);
}

TEST_CASE("once an account can be read, its list says what is there and a note counts nothing beside it") {
  Notes notes;
  REQUIRE(notes.note(kUrl));
  REQUIRE(notes.note("", kNoon + 5min));
  CHECK(notes.snapshot().mix.by_hand_posts == 2);

  notes.walk({Timeline::item("urn:li:share:1", kWords)}, kNoon + 2h);

  CHECK(notes.of("urn:li:share:1") == "hand-written/plain");
  CHECK(notes.snapshot(kNoon + 3h).mix.by_hand_posts == 1);
}
