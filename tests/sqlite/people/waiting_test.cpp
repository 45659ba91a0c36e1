#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

Snapshot snapshot_of(Inbox& inbox, const PolicySettings& settings = {}, TimePoint now = kNoon) {
  return must(inbox.store.snapshot(inbox.account, settings, {kNoon - 12h, kNoon + 12h}, true, false, now));
}

}  // namespace

TEST_CASE("the rules see who waits longer than answers may take") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 24h), Inbox::mention("m2", "tom", kNoon - 24h - 1s)});

  auto snapshot = snapshot_of(inbox);
  CHECK(snapshot.people_waiting == 2);
  CHECK(snapshot.waiting_too_long == 1);  // mira waits as long as that, not longer
  REQUIRE(snapshot.longest_waiting.size() == 2);
  CHECK(snapshot.longest_waiting[0].item == inbox.of("m2").id);
  CHECK(snapshot.longest_waiting[0].handle == "@tom");
  CHECK(snapshot.longest_waiting[0].since == kNoon - 24h - 1s);
  CHECK(snapshot.longest_waiting[1].handle == "@mira");

  CHECK(snapshot_of(inbox, {}, kNoon + 1s).waiting_too_long == 2);
  PolicySettings quick;
  quick.answer_within = 1h;
  CHECK(snapshot_of(inbox, quick).waiting_too_long == 2);
}

TEST_CASE("a person who said three things is one who waits, and at most three are named") {
  Inbox inbox;
  std::vector<FoundItem> found;
  for (int n = 0; n < 3; ++n) found.push_back(Inbox::mention("m" + std::to_string(n), "mira", kNoon - 90h + 1h * n));
  for (int n = 0; n < 5; ++n) {
    found.push_back(Inbox::mention("p" + std::to_string(n), "p" + std::to_string(n), kNoon - 80h + 1h * n));
  }
  inbox.read(found);

  const auto snapshot = snapshot_of(inbox);

  CHECK(snapshot.people_waiting == 6);
  CHECK(snapshot.waiting_too_long == 6);
  REQUIRE(snapshot.longest_waiting.size() == 3);
  CHECK(snapshot.longest_waiting[0].handle == "@mira");
  CHECK(snapshot.longest_waiting[0].since == kNoon - 90h);
  CHECK(snapshot.longest_waiting[1].handle == "@p0");
  CHECK(snapshot.longest_waiting[2].handle == "@p1");
}

TEST_CASE("who is answered, dismissed, deleted, ignored, only heard, or on another account doesn't wait") {
  Inbox inbox;
  const auto other = add_account(inbox.store, "mastodon");
  const auto at = kNoon - 30h;
  auto bot = Inbox::mention("bot", "bot", at);
  bot.said.person.ignored = true;
  auto heard = Inbox::mention("heard", "zoe", at);
  heard.kind = ItemKind::heard;
  ItemsReading reading;
  reading.items = {bot, heard, Inbox::mention("a", "a", at), Inbox::mention("b", "b", at),
                   Inbox::mention("c", "c", at)};
  reading.around = {Inbox::said("around", "d", at)};
  inbox.store_reading(reading);
  reading = {};
  reading.items = {Inbox::mention("elsewhere", "e", at)};
  must(inbox.store.store_items(other.id, reading, false, by_ann()));
  CHECK(snapshot_of(inbox).people_waiting == 3);
  CHECK(snapshot_of(inbox).waiting_too_long == 3);

  inbox.read_own("own", "a", kNoon - 1h);
  must(inbox.store.dismiss({inbox.of("b").id}, "spam", by_ann()));
  reading = {};
  reading.gone = {"c"};
  inbox.store_reading(reading);

  CHECK(snapshot_of(inbox).people_waiting == 0);
  CHECK(snapshot_of(inbox).longest_waiting.empty());
}

TEST_CASE("a claim judges with who waits at that moment") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 30h)});
  add_approved(inbox.store, {.accounts = {inbox.account}});
  Rules rules;
  std::int64_t seen = -1;
  rules.judge = [&](const Account&, const Snapshot& snapshot, const Candidate&) {
    seen = snapshot.waiting_too_long;
    return held("people_waiting", Scope::account);
  };

  claim(inbox.store, {inbox.account}, kNoon, rules);
  CHECK(seen == 1);

  inbox.read_own("own", "m1", kNoon);
  claim(inbox.store, {inbox.account}, kNoon + 2h, rules);
  CHECK(seen == 0);
}
