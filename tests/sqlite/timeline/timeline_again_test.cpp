// A timeline that is read again: what was edited, deleted or half read must not earn credit.
#include "sqlite/timeline_fixture.h"
#include "support/by_hand.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// Its answer was lost, and a timeline shows it.
std::pair<Delivery, AttemptId> in_doubt_and_seen(Timeline& timeline) {
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed));
  timeline.walk({Timeline::item("it", kWords, kNoon + 1min)}, kNoon + 10min);
  CHECK(timeline.of("it") == "undecided/open-attempt");
  return {delivery, attempt};
}

}  // namespace

TEST_CASE("an edit doesn't make a post in doubt one by hand") {
  Timeline timeline;
  const auto [delivery, attempt] = in_doubt_and_seen(timeline);

  timeline.walk({Timeline::item("it", kOtherWords, kNoon + 1min)});
  CHECK(timeline.of("it") == "undecided/open-attempt");

  SECTION("nor when it turns out to be absent") {
    must(timeline.store.settle(result_of(attempt, delivery, Outcome::absent), by_ann(kNoon + 2h)));
    CHECK(timeline.of("it") == "scheduled/ghost");
  }
  SECTION("and it is the scheduled one when it is found") {
    auto found = sent(attempt, delivery);
    found.receipt->remote_id = "it";
    must(timeline.store.settle(found, by_ann(kNoon + 2h)));
    CHECK(timeline.of("it") == "scheduled/receipt");
  }
}

TEST_CASE("an edit doesn't make a copy or another scheduler's post one by hand, not even after it was gone") {
  Timeline timeline;
  const auto other = add_account(timeline.store, "bsky");
  add_approved(timeline.store, {.texts = {kWords}, .accounts = {other}});
  send_all(timeline.store, other);
  const auto foreign = Timeline::scheduled_elsewhere("foreign", kOtherWords);
  timeline.walk({Timeline::item("copy", kWords, kNoon + 1min), foreign});
  CHECK(timeline.of("copy") == "scheduled/copy");

  const std::vector edited{Timeline::item("copy", kOtherWords, kNoon + 1min), Timeline::item("foreign", "mine")};
  timeline.walk(edited, kNoon + 2h);
  CHECK(timeline.of("copy") == "scheduled/copy");
  timeline.walk({}, kNoon + 3h);
  timeline.walk(edited, kNoon + 4h);

  CHECK(timeline.of("copy") == "scheduled/copy");
  CHECK(timeline.of("foreign") == "scheduled/client");
  CHECK(timeline.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL") == 0);
}

TEST_CASE("a post by hand that was gone and is back counts as when it was first seen") {
  Timeline timeline;
  timeline.walk({Timeline::item("1", kWords)});
  timeline.walk({}, kNoon + 2h);
  CHECK(timeline.of("1") == "nothing/deleted");

  timeline.walk({Timeline::item("1", kOtherWords, kNoon + 3h)}, kNoon + 3h);

  CHECK(timeline.of("1") == "hand-written/plain");
  CHECK(timeline.snapshot(kNoon + 3h).history->by_hand == std::vector{kNoon});
}

TEST_CASE("what is in doubt and is deleted counts as nothing, and the delivery still counts") {
  Timeline timeline;
  in_doubt_and_seen(timeline);

  timeline.walk({});

  CHECK(timeline.of("it") == "nothing/deleted");
  CHECK(timeline.snapshot().mix.by_hand() == 0);
  CHECK(timeline.snapshot().mix.scheduled == 1);
}

TEST_CASE("a scheduled post that was sent here still counts after it was deleted") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, sent(attempt, delivery));
  timeline.walk({Timeline::item("remote-1-1", kWords)});

  CHECK(timeline.walk({}, kNoon + 2h).deleted == 1);

  CHECK(timeline.snapshot(kNoon + 2h).mix.scheduled == 1);
  CHECK(timeline.snapshot(kNoon + 2h).mix.by_hand() == 0);
}

TEST_CASE("a short text that was scheduled elsewhere is a copy only to the letter") {
  Timeline timeline;
  const auto other = add_account(timeline.store, "bsky");
  add_approved(timeline.store, {.texts = {"Good morning!"}, .accounts = {other}});
  send_all(timeline.store, other);

  timeline.walk(
      {Timeline::item("same", "Good morning!", kNoon + 1min), Timeline::item("else", "Good evening!", kNoon + 1min)});

  CHECK(timeline.of("same") == "scheduled/copy");
  CHECK(timeline.of("else") == "hand-written/plain");
}

TEST_CASE("an answer to oneself counts as nothing as soon as the timeline tells") {
  Timeline timeline;
  const auto post = add_approved(timeline.store, {.texts = {kWords},
                                                  .accounts = {timeline.account},
                                                  .origin = Origin::hand_written,
                                                  .reply_to = "https://example.org/mine"});
  send_by_hand(timeline.store, post.id, timeline.account);
  CHECK(timeline.snapshot().mix.by_hand_answers == 1);

  auto answer = Timeline::item("remote-1-1", kWords);
  answer.kind = TimelineKind::own_reply;
  timeline.walk({answer});

  CHECK(timeline.of("remote-1-1") == "nothing/own-thread");
  CHECK(timeline.snapshot().mix.by_hand() == 0);
}

TEST_CASE("a direct message by hand counts as nothing, also when it was gone and is back") {
  Timeline timeline;
  const auto post = add_approved(
      timeline.store,
      {.texts = {kWords}, .accounts = {timeline.account}, .origin = Origin::hand_written, .visibility = "direct"});
  send_by_hand(timeline.store, post.id, timeline.account);
  auto seen = Timeline::item("remote-1-1", kWords);
  seen.visibility = "direct";
  timeline.walk({seen});
  timeline.walk({}, kNoon + 2h);

  timeline.walk({seen}, kNoon + 3h);

  CHECK(timeline.of("remote-1-1") == "nothing/direct");
}

TEST_CASE("the server's time replaces that of a receipt, but only to an earlier one") {
  Timeline timeline;
  const auto send = [&](const std::string& key) {
    const auto post = add_approved(
        timeline.store, {.texts = {key}, .accounts = {timeline.account}, .origin = Origin::hand_written, .key = key});
    send_by_hand(timeline.store, post.id, timeline.account);
  };
  send("one");
  send("two");

  timeline.walk({Timeline::item("remote-1-1", "one", kNoon - 1min), Timeline::item("remote-2-1", "two", kNoon + 1min)});

  CHECK(timeline.snapshot().history->by_hand == std::vector{kNoon - 1min, kNoon});
}

TEST_CASE("a reading tells what is new and what is gone, and the timeline how its posts count") {
  Timeline timeline;
  auto boost = Timeline::item("boost", kWords);
  boost.kind = TimelineKind::boost;
  auto answer = Timeline::item("answer", kOtherWords);
  answer.kind = TimelineKind::reply;
  answer.reply_to = "theirs";
  const auto foreign =
      Timeline::scheduled_elsewhere("foreign", "the second volume is at the printer and has a chapter on frost");

  const auto first = timeline.walk({Timeline::item("post", kWords), boost, answer, foreign});
  CHECK(first.fresh == 4);
  CHECK(first.deleted == 0);
  const auto second = timeline.walk({boost, answer, foreign, Timeline::item("more", kOtherWords)}, kNoon + 2h);
  CHECK(second.fresh == 1);
  CHECK(second.deleted == 1);

  const auto count = must(timeline.store.timeline_count(timeline.account.id, kNoon - 1h));
  CHECK(count.posts == 4);
  CHECK(count.by_hand_posts == 1);
  CHECK(count.by_hand_answers == 1);
  CHECK(count.scheduled == 1);
  CHECK(count.undecided == 0);
  CHECK(count.nothing == 1);
  CHECK(must(timeline.store.timeline_count(timeline.account.id, kNoon)).posts == 0);
}

TEST_CASE("after something was gone the whole window is walked again, in case the list was cut") {
  Timeline timeline;
  const auto whole_at = [&] { return must(timeline.store.timeline_known(timeline.account.id)).whole_at; };
  CHECK_FALSE(whole_at());
  timeline.walk({Timeline::item("1", kWords)});
  CHECK(whole_at() == kNoon + 1h);

  timeline.walk({}, kNoon + 2h);
  CHECK_FALSE(whole_at());
  timeline.walk({Timeline::item("1", kWords)}, kNoon + 3h);

  CHECK(whole_at() == kNoon + 3h);
  CHECK(timeline.of("1") == "hand-written/plain");
}

TEST_CASE("a reading that ends before what is known is a gap as well") {
  Timeline timeline;
  const auto store = [&](TimePoint from, TimePoint to) {
    TimelineReading reading;
    reading.complete = {from, to};
    must(timeline.store.store_timeline(timeline.account.id, reading, by_ann(kNoon)));
    return must(timeline.store.timeline_known(timeline.account.id)).complete->from;
  };

  CHECK(store(kNoon - 24h, kNoon) == kNoon - 24h);
  CHECK(store(kNoon - 72h, kNoon - 48h) == kNoon - 72h);
  CHECK(must(timeline.store.timeline_known(timeline.account.id)).complete->to == kNoon - 48h);
  CHECK_FALSE(timeline.snapshot(kNoon).read_at);
}

TEST_CASE("how far the clocks are apart is kept until a server says something else") {
  Timeline timeline;
  const auto store = [&](std::optional<Seconds> skew) {
    TimelineReading reading;
    reading.complete = {kNoon - 24h, kNoon};
    reading.clock_skew = skew;
    must(timeline.store.store_timeline(timeline.account.id, reading, by_ann(kNoon)));
    return must(timeline.store.timeline_known(timeline.account.id)).clock_skew;
  };

  CHECK(store(Seconds{-90}) == Seconds{-90});
  CHECK(store(std::nullopt) == Seconds{-90});
  CHECK(store(Seconds{0}) == Seconds{0});
}

TEST_CASE("a copy of what another scheduler posted is one, whichever of the two was read first") {
  Timeline timeline;
  const auto other = add_account(timeline.store, "bsky");
  const auto read = [&](const Account& account, const std::vector<TimelineItem>& items) {
    TimelineReading reading;
    reading.items = items;
    reading.complete = {kNoon - 24h, kNoon + 1h};
    must(timeline.store.store_timeline(account.id, reading, by_ann(kNoon + 1h)));
  };
  const auto source = Timeline::scheduled_elsewhere("source", kWords);
  const std::vector copies{Timeline::item("copy", kNearWords, kNoon + 1min), Timeline::item("mine", kOtherWords)};

  SECTION("the source first") {
    read(other, {source});
    read(timeline.account, copies);
  }
  SECTION("the copy first") {
    read(timeline.account, copies);
    CHECK(timeline.of("copy") == "hand-written/plain");
    read(other, {source});
  }
  SECTION("the copy first, and the source is an answer in a thread") {
    read(timeline.account, copies);
    auto answer = source;
    answer.kind = TimelineKind::own_reply;
    read(other, {answer});
    CHECK(timeline.of("source") == "nothing/client");
  }
  SECTION("both on one account") {
    auto both = copies;
    both.push_back(source);
    read(timeline.account, both);
  }

  CHECK(timeline.of("copy") == "scheduled/copy");
  CHECK(timeline.of("mine") == "hand-written/plain");
}

TEST_CASE("what another scheduler posted is a source of copies for a day, also once it is deleted") {
  Timeline timeline;
  auto answer = Timeline::scheduled_elsewhere("answer", kOtherWords);
  answer.kind = TimelineKind::own_reply;
  timeline.walk({Timeline::scheduled_elsewhere("source", kWords), answer});
  timeline.walk({}, kNoon + 2h);
  REQUIRE(timeline.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL") == 2);

  timeline.read({Timeline::item("late", kWords, kNoon + 24h), Timeline::item("later", kWords, kNoon + 24h + 1s),
                 Timeline::item("of the answer", kOtherWords, kNoon + 1h)},
                kNoon + 25h);

  CHECK(timeline.of("late") == "scheduled/copy");
  CHECK(timeline.of("later") == "hand-written/plain");
  CHECK(timeline.of("of the answer") == "scheduled/copy");
}

TEST_CASE("no copy is what was there before another scheduler posted it, nor what postq sent by hand") {
  Timeline timeline;
  const auto post = add_approved(
      timeline.store,
      {.texts = {kWords}, .accounts = {timeline.account}, .origin = Origin::hand_written, .now = kNoon + 3h});
  send_by_hand(timeline.store, post.id, timeline.account, kNoon + 3h);
  timeline.read({Timeline::item("earlier", kWords)}, kNoon + 1h);

  auto source = Timeline::scheduled_elsewhere("source", kWords);
  source.created_at = kNoon + 2h;
  timeline.read({source}, kNoon + 4h);

  CHECK(timeline.of("earlier") == "hand-written/plain");
  CHECK(timeline.of("remote-1-1") == "hand-written/receipt");
  CHECK(timeline.of("source") == "scheduled/client");
}

TEST_CASE("it is known of a post in doubt whether a timeline has shown it, and whether it is gone since") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed));
  const auto seen = [&] { return must(timeline.store.unconfirmed({timeline.account.id})).at(0).seen; };
  timeline.walk({Timeline::item("other words", kOtherWords), Timeline::item("much later", kWords, kNoon + 50min)});
  CHECK(seen() == Sighting::never);

  SECTION("by its words") {
    const auto it = Timeline::item("it", kWords, kNoon + 1min);
    timeline.walk({it}, kNoon + 2h);
    CHECK(seen() == Sighting::there);
    timeline.walk({}, kNoon + 3h);
    CHECK(seen() == Sighting::gone);
    timeline.walk({it}, kNoon + 4h);
    CHECK(seen() == Sighting::there);
  }
  SECTION("by its key, whatever became of the words") {
    const auto key = must(timeline.store.unconfirmed({timeline.account.id})).at(0).attempts.back().key;
    const std::vector items{Timeline::item("at://me/posts/" + key, kOtherWords, kNoon),
                            Timeline::item("like it", kWords, kNoon + 1min)};
    timeline.walk(items, kNoon + 2h);
    CHECK(seen() == Sighting::there);
    timeline.walk({items.back()}, kNoon + 3h);
    CHECK(seen() == Sighting::gone);
  }
  SECTION("and not by what is another delivery's") {
    // Approved behind what stands there with these words, or that would be taken for it.
    add_approved(timeline.store,
                 {.texts = {kWords}, .accounts = {timeline.account}, .key = "another", .now = kNoon + 51min});
    const auto another = claim(timeline.store, {timeline.account}, kNoon + 51min).claimed.at(0).delivery;
    const auto its_attempt = must(begin(timeline.store, another, 1, kNoon + 51min));
    record(timeline.store, sent(its_attempt, another, 1, kNoon), kNoon + 51min);
    REQUIRE(timeline.of("remote-2-1") == "scheduled/receipt");
    CHECK(seen() == Sighting::never);
  }
}

TEST_CASE("a list that never shows private posts deletes none") {
  Timeline timeline;
  const auto sent_privately = [&](const std::string& id, const std::string& visibility) {
    const auto post = add_approved(
        timeline.store,
        {.texts = {id}, .accounts = {timeline.account}, .key = id, .visibility = visibility, .now = kNoon - 1h});
    claim(timeline.store, {timeline.account}, kNoon - 1h);
    const auto delivery = delivery_on(timeline.store, post.id, "mastodon");
    auto receipt = sent(must(begin(timeline.store, delivery, 1, kNoon - 1h)), delivery, 1, kNoon - 1h);
    receipt.receipt->remote_id = id;
    record(timeline.store, receipt, kNoon - 1h);
  };
  sent_privately("quietly", "private");
  sent_privately("to one", "direct");
  sent_privately("to all", "public");

  CHECK(timeline.walk({}, kNoon).deleted == 1);
  CHECK(timeline.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL AND visibility = 'public'") ==
        1);

  // Now it has shown one: what it doesn't show any more was deleted.
  auto shown = Timeline::item("by hand", kOtherWords, kNoon - 30min);
  shown.visibility = "private";
  CHECK(timeline.walk({shown}, kNoon + 1h).deleted == 1);
  CHECK(timeline.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL AND visibility = 'private'") ==
        1);
  CHECK(timeline.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL AND visibility = 'direct'") ==
        0);
}

TEST_CASE("a list that never shows answers deletes none") {
  Timeline timeline;
  add_approved(timeline.store, {.texts = {"one", "two"}, .accounts = {timeline.account}, .now = kNoon - 1h});
  send_all(timeline.store, timeline.account, kNoon - 1h);
  const auto root = Timeline::item("remote-1-1", "one", kNoon - 1h);

  CHECK(timeline.walk({root}, kNoon).deleted == 0);
  auto answer = Timeline::item("by hand", "an answer", kNoon - 30min);
  answer.kind = TimelineKind::reply;
  answer.reply_to = "a question";
  CHECK(timeline.walk({root, answer}, kNoon + 1h).deleted == 1);  // part two
}

namespace {

// A person looked at the account.
AttemptResult seen_by_ann(AttemptId attempt, const Delivery& delivery, const std::string& url = {}) {
  auto result = result_of(attempt, delivery, Outcome::sent);
  result.receipt = Receipt{"", "", url, kNoon};
  result.text = kWords;
  result.by_person = true;
  return result;
}

std::int64_t scheduled_in(Timeline& timeline) {
  return must(timeline.store.timeline_count(timeline.account.id, kNoon - 24h)).scheduled;
}

Receipt receipt_of(Timeline& timeline, const Delivery& delivery) {
  const auto post = must(timeline.store.post(delivery.post));
  return post.deliveries.front().parts.front().receipt.value();
}

}  // namespace

TEST_CASE("what a person says is out is the post that the timeline shows, and counts once") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  const std::string url = "https://shore.example/@ann/113579";
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed));
  const auto it = Timeline::item("113579", kWords, kNoon + 1min);

  SECTION("read before, without an address") {
    timeline.walk({it});
    must(timeline.store.settle(seen_by_ann(attempt, delivery), by_ann(kNoon + 2h)));
  }
  SECTION("read before, with its address") {
    timeline.walk({it, Timeline::item("113580", kWords, kNoon + 2min)});
    must(timeline.store.settle(seen_by_ann(attempt, delivery, url), by_ann(kNoon + 2h)));
    CHECK(receipt_of(timeline, delivery).url == url);
    timeline.walk({it}, kNoon + 3h);
  }
  SECTION("read later, without an address") {
    must(timeline.store.settle(seen_by_ann(attempt, delivery), by_ann(kNoon + 2h)));
    REQUIRE(receipt_of(timeline, delivery).remote_id != "113579");
    timeline.walk({it}, kNoon + 3h);
  }
  SECTION("read later, with its address") {
    must(timeline.store.settle(seen_by_ann(attempt, delivery, url), by_ann(kNoon + 2h)));
    timeline.walk({it}, kNoon + 3h);
    CHECK(receipt_of(timeline, delivery).url == url);
  }
  SECTION("told its address later") {
    must(timeline.store.settle(seen_by_ann(attempt, delivery), by_ann(kNoon + 2h)));
    must(timeline.store.settle(seen_by_ann(attempt, delivery, url), by_ann(kNoon + 3h)));
    CHECK(receipt_of(timeline, delivery).url == url);
    timeline.walk({it}, kNoon + 4h);
  }
  CHECK(receipt_of(timeline, delivery).remote_id == "113579");
  CHECK(timeline.of("113579") == "scheduled/receipt");
  CHECK(scheduled_in(timeline) == 1);
  CHECK(timeline.queue.problems().empty());
  CHECK(must(timeline.store.verify_events()).problems.empty());
}

TEST_CASE("of two posts with these words neither is taken for what a person means") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed));
  timeline.walk({Timeline::item("one", kWords, kNoon + 1min), Timeline::item("two", kWords, kNoon + 2min)});

  must(timeline.store.settle(seen_by_ann(attempt, delivery), by_ann(kNoon + 2h)));

  const auto known = must(timeline.store.post(delivery.post)).deliveries.front();
  CHECK(known.parts.front().receipt->remote_id == known.attempts.front().key);
}

TEST_CASE("what was called absent and is out all the same is recorded as sent once a person says so") {
  Timeline timeline;
  const auto [delivery, attempt] = timeline.in_the_air(kWords);
  record(timeline.store, result_of(attempt, delivery, Outcome::unconfirmed));
  must(timeline.store.settle(result_of(attempt, delivery, Outcome::absent), by_ann(kNoon + 20min)));
  timeline.walk({Timeline::item("113579", kWords, kNoon + 1min)});
  const auto claims = claim(timeline.store, {timeline.account}, kNoon + 2h);
  REQUIRE(claims.held.size() == 1);
  const auto verdict = *claims.held.front().judgement.deciding();
  CHECK(verdict.reason.find("nothing here has sent that") == std::string::npos);
  CHECK(verdict.reason.find("probably the attempt here") != std::string::npos);
  REQUIRE(verdict.remedies.size() == 1);
  CHECK(verdict.remedies.front().command == "postq resolve 1@mastodon --sent");

  must(timeline.store.settle(seen_by_ann(attempt, delivery), by_ann(kNoon + 3h)));

  CHECK(must(timeline.store.delivery(delivery.id)).state == DeliveryState::sent);
  CHECK(receipt_of(timeline, delivery).remote_id == "113579");
  CHECK(scheduled_in(timeline) == 1);
  CHECK(timeline.queue.problems().empty());
  CHECK(must(timeline.store.verify_events()).problems.empty());
}
