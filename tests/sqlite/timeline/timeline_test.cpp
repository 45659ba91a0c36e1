#include <postq/core/unpaged.h>

#include "sqlite/timeline_fixture.h"
#include "support/by_hand.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

TEST_CASE("an item that nothing explains was written by hand") {
  Timeline timeline;

  timeline.read({Timeline::item("1", kWords)});

  CHECK(timeline.of("1") == "hand-written/plain");
  CHECK(timeline.snapshot().mix.by_hand_posts == 1);
}

TEST_CASE("(1) an item with one of our receipts has its delivery's origin") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, sent(attempt, delivery));

  timeline.read({Timeline::item("remote-1-1", kWords)});

  CHECK(timeline.of("remote-1-1") == "scheduled/receipt");
  CHECK(timeline.snapshot().mix.scheduled == 1);  // once, not once more for the row
  CHECK(timeline.snapshot().mix.by_hand() == 0);
}

TEST_CASE("(1) an item whose id was chosen before sending is known before the receipt") {
  Timeline timeline;
  timeline.in_the_air(kWords);

  timeline.read({Timeline::item("at://did:plc:ann/app.bsky.feed.post/request-1-1", kOtherWords)});

  CHECK(timeline.of("at://did:plc:ann/app.bsky.feed.post/request-1-1") == "scheduled/key");
}

TEST_CASE("(1) a request that was thought absent and shows up is counted after all") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::absent));
  CHECK(timeline.snapshot().mix.scheduled == 0);

  timeline.read({Timeline::item("request-1-1", kOtherWords)});

  CHECK(timeline.of("request-1-1") == "scheduled/ghost");
  CHECK(timeline.snapshot().mix.scheduled == 1);
}

TEST_CASE("(1) a request whose id was seen and that is called absent all the same is counted") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  timeline.read({Timeline::item("at://me/request-1-1", kOtherWords)});
  CHECK(timeline.snapshot().mix.scheduled == 1);

  record(timeline.store, result_of(attempt, delivery, Outcome::absent));

  CHECK(timeline.of("at://me/request-1-1") == "scheduled/ghost");
  CHECK(timeline.snapshot().mix.scheduled == 1);
}

TEST_CASE("(2) another scheduler's posts are scheduled, another machine's postq among them") {
  Timeline timeline;
  timeline.read({Timeline::scheduled_elsewhere("1", kWords), Timeline::scheduled_elsewhere("2", kOtherWords)});

  CHECK(timeline.of("1") == "scheduled/client");
  CHECK(timeline.of("2") == "scheduled/client");
  CHECK(timeline.snapshot().mix.scheduled == 2);
  CHECK(timeline.snapshot().last_scheduled_at == kNoon);
}

TEST_CASE("(3) a bridged copy of a scheduled post is scheduled, on any account, for a day") {
  Timeline timeline;
  const auto other = add_account(timeline.store, "bsky");
  add_approved(timeline.store, {.texts = {kWords}, .accounts = {other}});
  send_all(timeline.store, other);

  timeline.read({Timeline::item("soon", kNearWords, kNoon + 23h), Timeline::item("late", kNearWords, kNoon + 25h),
                 Timeline::item("other", kOtherWords, kNoon + 23h)},
                kNoon + 30h);

  CHECK(timeline.of("soon") == "scheduled/copy");
  CHECK(timeline.of("late") == "hand-written/plain");
  CHECK(timeline.of("other") == "hand-written/plain");
}

TEST_CASE("(3) a short text by hand that shares no words with a scheduled one is no copy of it") {
  // Their fingerprints are near by chance (fingerprint_test).
  constexpr auto kBread = "Tuesday: the new bread list is on the wall";
  constexpr auto kRoad = "The road is closed, come by the quay";
  Timeline timeline;
  add_approved(timeline.store, {.texts = {kBread}, .accounts = {timeline.account}});
  send_all(timeline.store, timeline.account, kNoon);

  timeline.read({Timeline::item("road", kRoad, kNoon + std::chrono::minutes{10}),
                 Timeline::item("bread", "Tuesday: the bread list is on the wall", kNoon + std::chrono::minutes{20}),
                 Timeline::scheduled_elsewhere("elsewhere", kBread)});
  timeline.read({Timeline::item("road again", kRoad, kNoon + std::chrono::minutes{30})});

  CHECK(timeline.of("road") == "hand-written/plain");
  CHECK(timeline.of("road again") == "hand-written/plain");
  CHECK(timeline.of("bread") == "scheduled/copy");
}

TEST_CASE("(3) the trace of a request that was thought absent is a ghost") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::absent));

  timeline.read({Timeline::item("elsewhere-named", kWords, kNoon + 1min)});

  CHECK(timeline.of("elsewhere-named") == "scheduled/ghost");
}

TEST_CASE("(4) an item that may be the post in doubt counts as nothing until that is settled") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed));

  timeline.read({Timeline::item("it", kNearWords, kNoon + 1min), Timeline::item("short", "hi", kNoon + 2min),
                 Timeline::item("other", kOtherWords, kNoon + 3min), Timeline::item("before", "hi", kNoon - 6min),
                 Timeline::item("after", "hi", kNoon + 16min)});

  CHECK(timeline.of("it") == "undecided/open-attempt");
  CHECK(timeline.of("short") == "undecided/open-attempt");  // too short to tell
  CHECK(timeline.of("other") == "hand-written/plain");
  CHECK(timeline.of("before") == "hand-written/plain");
  CHECK(timeline.of("after") == "hand-written/plain");
  CHECK(timeline.snapshot().mix.by_hand() == 3);
  CHECK(timeline.snapshot().mix.scheduled == 1);

  SECTION("found: it was the scheduled one, and the short one was by hand") {
    auto found = sent(attempt, delivery);
    found.receipt->remote_id = "it";
    must(timeline.store.settle(found, by_ann(kNoon + 1h)));
    CHECK(timeline.of("it") == "scheduled/receipt");
    CHECK(timeline.of("short") == "hand-written/plain");
    CHECK(timeline.snapshot().mix.by_hand() == 4);
    CHECK(timeline.snapshot().mix.scheduled == 1);
  }
  SECTION("absent: what looks like it is a ghost all the same") {
    must(timeline.store.settle(result_of(attempt, delivery, Outcome::absent), by_ann(kNoon + 1h)));
    CHECK(timeline.of("it") == "scheduled/ghost");
    CHECK(timeline.of("short") == "hand-written/plain");
    CHECK(timeline.snapshot().mix.scheduled == 1);
  }
}

TEST_CASE("an own post seen between its request and its receipt earns no credit") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);

  timeline.read({Timeline::item("remote-1-1", kWords, kNoon)});
  CHECK(timeline.of("remote-1-1") == "undecided/open-attempt");
  record(timeline.store, sent(attempt, delivery));

  CHECK(timeline.of("remote-1-1") == "scheduled/receipt");
  CHECK(timeline.snapshot().mix.by_hand() == 0);
}

TEST_CASE("boosts, direct messages and one's own thread count as nothing") {
  Timeline timeline;
  auto boost = Timeline::item("boost", kWords);
  boost.kind = TimelineKind::boost;
  auto direct = Timeline::item("direct", kWords);
  direct.visibility = "direct";
  auto answer = Timeline::item("answer", kOtherWords);
  answer.kind = TimelineKind::reply;
  answer.reply_to = "somebody-elses";
  auto more = Timeline::item("more", kOtherWords, kNoon + 1s);
  more.kind = TimelineKind::reply;
  more.reply_to = "answer";

  timeline.read({more, boost, direct, answer});

  CHECK(timeline.of("boost") == "nothing/boost");
  CHECK(timeline.of("direct") == "nothing/direct");
  CHECK(timeline.of("answer") == "hand-written/plain");
  CHECK(timeline.of("more") == "nothing/own-thread");
  CHECK(timeline.snapshot().mix.by_hand_answers == 1);
  CHECK(timeline.snapshot().mix.by_hand_posts == 0);
  PolicySettings settings;
  settings.count_boosts = true;
  settings.count_replies = false;
  const auto other = must(timeline.store.snapshot(timeline.account, settings, {}, true, false, kNoon + 1h));
  CHECK(other.mix.by_hand_posts == 1);
  CHECK(other.mix.by_hand_answers == 0);
}

TEST_CASE("a server's time is never later than when the item was first seen") {
  Timeline timeline;

  timeline.read({Timeline::item("1", kWords, kNoon + 100h)}, kNoon);

  CHECK(timeline.snapshot().history->by_hand == std::vector{kNoon});
}

TEST_CASE("an edit on the platform is no new post") {
  Timeline timeline;
  timeline.read({Timeline::item("1", kWords)});

  timeline.read({Timeline::item("1", kOtherWords, kNoon + 30min)}, kNoon + 2h);

  CHECK(timeline.snapshot(kNoon + 2h).history->by_hand == std::vector{kNoon});
}

TEST_CASE("a full reading finds what was deleted, and only then") {
  Timeline timeline;
  timeline.read({Timeline::item("1", kWords), Timeline::scheduled_elsewhere("scheduled", kOtherWords)});

  timeline.read({}, kNoon + 2h, false);
  CHECK(timeline.of("1") == "hand-written/plain");
  timeline.read({}, kNoon + 3h, true);
  CHECK(timeline.of("1") == "nothing/deleted");
  CHECK(timeline.of("scheduled") == "scheduled/client");  // it was broadcast all the same
  CHECK(timeline.snapshot(kNoon + 3h).mix.by_hand() == 0);

  timeline.read({Timeline::item("1", kWords)}, kNoon + 4h, true);
  CHECK(timeline.of("1") == "hand-written/plain");
}

TEST_CASE("a receipt stored while the platform was being asked doesn't look deleted") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords, kNoon + 1h);
  record(timeline.store, sent(attempt, delivery, 1, kNoon + 1h), kNoon + 1h);

  timeline.read({}, kNoon + 1h + 10s, true);

  CHECK(timeline.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL") == 0);
}

TEST_CASE("a reading counts as one of the window only without a gap") {
  Timeline timeline;
  const auto store = [&](TimePoint from, TimePoint to) {
    TimelineReading reading;
    reading.cursor = "c";
    reading.complete = {from, to};
    must(timeline.store.store_timeline(timeline.account.id, reading, by_ann(to)));
  };
  CHECK_FALSE(timeline.snapshot().read_at);
  store(kNoon - 24h * 14, kNoon);
  CHECK(timeline.snapshot(kNoon).read_at == kNoon);
  CHECK(must(timeline.store.timeline_known(timeline.account.id)).cursor == "c");
  CHECK(must(timeline.store.timeline_known(timeline.account.id)).read_at == kNoon);

  store(kNoon - 1h, kNoon + 1h);  // it goes on where the last one ended
  CHECK(timeline.snapshot(kNoon + 1h).read_at == kNoon + 1h);
  store(kNoon + 2h, kNoon + 3h);  // an hour is missing
  CHECK_FALSE(timeline.snapshot(kNoon + 3h).read_at);
}

TEST_CASE("a server that shows one page only is counted as it is, and deletes nothing until it shows the window") {
  Timeline timeline;
  timeline.read({Timeline::item("old", kWords, kNoon - 24h * 3)}, kNoon - 24h * 2);
  const auto store = [&](bool unpaged, TimePoint now) {
    TimelineReading reading;
    reading.items = {Timeline::item("new", kOtherWords, now - 5min)};
    reading.complete = {unpaged ? now - 5min : now - 24h * 20, now};
    reading.full = reading.whole = !unpaged;
    if (unpaged) reading.cursor = kUnpagedCursor;
    return must(timeline.store.store_timeline(timeline.account.id, reading, by_ann(now))).deleted;
  };

  CHECK(store(true, kNoon) == 0);
  CHECK(timeline.snapshot(kNoon).read_at == kNoon);
  CHECK(timeline.of("old") == "hand-written/plain");
  CHECK(must(timeline.store.timeline_known(timeline.account.id)).cursor == kUnpagedCursor);

  CHECK(store(false, kNoon + 1h) == 1);
  CHECK(timeline.of("old") == "nothing/deleted");
  CHECK(timeline.queue.count("SELECT unpaged FROM cursors") == 0);
  TimelineReading part;
  part.complete = {kNoon + 24h * 20, kNoon + 24h * 20 + 1h};
  must(timeline.store.store_timeline(timeline.account.id, part, by_ann(kNoon + 24h * 20 + 1h)));
  CHECK_FALSE(timeline.snapshot(kNoon + 24h * 20 + 1h).read_at);
}

TEST_CASE("a scheduled answer to somebody is one answer on the timeline") {
  Timeline timeline;
  const auto post = add_approved(timeline.store, {.texts = {kWords},
                                                  .accounts = {timeline.account},
                                                  .origin = Origin::hand_written,
                                                  .reply_to = "https://example.org/1"});
  send_by_hand(timeline.store, post.id, timeline.account);

  CHECK(timeline.snapshot().mix.by_hand_answers == 1);
}
