#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// The days before noon, and noon.
constexpr TimeRange kWeek{kNoon - std::chrono::days{7}, kNoon + Seconds{1}};

}  // namespace

TEST_CASE("the facts of a period are its own posts by time, with what readers did with them") {
  Inbox inbox;
  const auto other = add_account(inbox.store, "mastodon");
  TimelineReading reading;
  reading.items = {Inbox::own("b", {}, kNoon - 2h), Inbox::own("a", "m1", kNoon - 9h),
                   Inbox::own("old", {}, kNoon - 24h * 8)};
  reading.complete = {kNoon - 24h * 20, kNoon};
  reading.reactions = {{"a", 5, 2, 1}};
  must(inbox.store.store_timeline(inbox.account.id, reading, by_ann()));
  reading.items = {Inbox::own("c", {}, kNoon - 5h, "by an app")};
  reading.items[0].by_scheduler = true;
  must(inbox.store.store_timeline(other.id, reading, by_ann()));

  const auto own = must(inbox.store.stats_facts(kWeek)).own;

  REQUIRE(own.size() == 3);
  CHECK(own[0].at == kNoon - 9h);
  CHECK(own[0].account == inbox.account.id);
  CHECK(own[0].counts_as == CountsAs::hand_written);
  CHECK(own[0].kind == TimelineKind::reply);
  REQUIRE(own[0].reactions);
  CHECK(own[0].reactions->likes == 5);
  CHECK(own[0].reactions->replies == 2);
  CHECK(own[0].reactions->boosts == 1);
  CHECK(own[1].account == other.id);
  CHECK(own[1].counts_as == CountsAs::scheduled);
  CHECK(own[2].kind == TimelineKind::post);
  CHECK_FALSE(own[2].reactions);
}

TEST_CASE("the facts tell what was sent past the rules, and leave out what was deleted and no longer counts") {
  Inbox inbox;
  const auto usual = add_approved(inbox.store, {.accounts = {inbox.account}, .key = "usual"});
  const auto past = add_approved(inbox.store, {.accounts = {inbox.account}, .key = "past"});
  const auto delivery = delivery_on(inbox.store, past.id, "bsky");
  must(inbox.store.note(delivery_on(inbox.store, usual.id, "bsky").id, "looked at", "x", by_ann()));
  must(inbox.store.note(delivery.id, "sent-past-rules", "the fair is today", by_ann()));
  send_all(inbox.store, inbox.account);
  send_all(inbox.store, inbox.account, kNoon);
  inbox.read_timeline({Inbox::own("mine", {}, kNoon - 2h)}, kNoon, true);
  inbox.read_timeline({}, kNoon + 1h, true);

  const auto own = must(inbox.store.stats_facts(kWeek)).own;

  REQUIRE(own.size() == 2);
  CHECK(own[0].past_rules != own[1].past_rules);
  CHECK(own[0].counts_as == CountsAs::scheduled);
}

TEST_CASE("the facts of a period are what people said to the accounts, and when it was settled") {
  Inbox inbox;
  auto bot = Inbox::mention("bot", "bot", kNoon - 3h);
  bot.said.person.ignored = true;
  auto heard = Inbox::mention("heard", "zoe", kNoon - 3h);
  heard.kind = ItemKind::heard;
  ItemsReading reading;
  reading.items = {
      Inbox::mention("m2", "tom", kNoon - 3h),   Inbox::reply("m1", "mira", kNoon - 5h, "root"), bot, heard,
      Inbox::mention("gone", "pat", kNoon - 3h), Inbox::mention("old", "kim", kNoon - 24h * 8)};
  reading.around = {Inbox::said("around", "lee", kNoon - 3h)};
  inbox.store_reading(reading);
  inbox.read_own("own", "m1", kNoon - 1h);
  reading = {};
  // m1 was answered before it was deleted; the other took their question back.
  reading.gone = {"gone", "m1"};
  inbox.store_reading(reading);

  const auto items = must(inbox.store.stats_facts(kWeek)).items;

  REQUIRE(items.size() == 2);
  CHECK(items[0].person == "did:mira");
  CHECK(items[0].handle == "@mira");
  CHECK(items[0].kind == ItemKind::reply);
  CHECK(items[0].at == kNoon - 5h);
  CHECK(items[0].state == ItemState::answered);
  CHECK(items[0].settled_at == kNoon - 1h);
  CHECK(items[1].person == "did:tom");
  CHECK(items[1].state == ItemState::open);
  CHECK_FALSE(items[1].settled_at);
}
