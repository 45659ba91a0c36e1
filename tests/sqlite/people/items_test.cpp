#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

TEST_CASE("what people say is stored with all that is needed to answer it") {
  Inbox inbox;
  auto found = Inbox::mention("m1", "mira", kNoon - 26h, "is it a font?");
  found.said.reply_to = "root";
  found.said.conversation = "root";
  found.said.warning = "type talk";
  found.said.visibility = "unlisted";
  found.said.language = "en";

  CHECK(inbox.read({found}).fresh == 1);

  const auto items = must(inbox.store.items({}));
  REQUIRE(items.size() == 1);
  const auto& item = items.front();
  CHECK(name_of(item.id) == "i1");
  CHECK(item.account_name == "bsky");
  CHECK(item.kind == ItemKind::mention);
  CHECK(item.first_seen_at == kNoon);
  CHECK(item.waits());
  CHECK(item.said.remote_id == "m1");
  CHECK(item.said.person.id == "did:mira");
  CHECK(item.said.person.handle == "@mira");
  CHECK(item.said.person.name == "mira");
  CHECK(item.said.created_at == kNoon - 26h);
  CHECK(item.said.reply_to == "root");
  CHECK(item.said.conversation == "root");
  CHECK(item.said.text == "is it a font?");
  CHECK(item.said.warning == "type talk");
  CHECK(item.said.visibility == "unlisted");
  CHECK(item.said.language == "en");
  CHECK(item.said.url == "https://example.org/m1");
}

TEST_CASE("the same items read again change nothing, and no event says they did") {
  Inbox inbox;
  const std::vector<FoundItem> found{Inbox::mention("m1", "mira", kNoon - 2h), Inbox::mention("m2", "tom", kNoon - 1h)};
  CHECK(inbox.read({found[1], found[0], found[1]}).fresh == 2);
  const auto events = must(inbox.store.events({}, 100)).size();

  const auto change = inbox.read(found, kNoon + 1h);

  CHECK(change.fresh == 0);
  CHECK(must(inbox.store.items({})).size() == 2);
  CHECK(must(inbox.store.events({}, 100)).size() == events);
  // They count as people spoke, whatever the order of the reading.
  CHECK(inbox.of("m1").id < inbox.of("m2").id);
}

TEST_CASE("a person who renamed themselves has the new name everywhere, and an edited text is the newest") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 2h, "old words"), Inbox::mention("m2", "mira", kNoon - 1h)});
  auto again = Inbox::mention("m1", "mira", kNoon - 2h, "new words");
  again.said.person.handle = "@mira.example";
  again.said.person.name = "Mira K.";
  again.said.url.clear();

  CHECK(inbox.read({again}).fresh == 0);

  CHECK(inbox.of("m1").said.text == "new words");
  CHECK(inbox.of("m1").said.url == "https://example.org/m1");  // not told this time
  CHECK(inbox.of("m2").said.person.handle == "@mira.example");
  CHECK(inbox.of("m2").said.person.name == "Mira K.");
}

TEST_CASE("what is gone waits no longer, and waits again when it is seen again") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 2h)});
  ItemsReading reading;
  reading.gone = {"m1", "never-seen"};

  CHECK(inbox.store_reading(reading).gone == 1);
  CHECK(inbox.store_reading(reading).gone == 0);
  CHECK(must(inbox.store.items({})).empty());
  CHECK(inbox.of("m1").deleted_at == kNoon);
  ItemFilter deleted;
  deleted.deleted = true;
  CHECK(must(inbox.store.items(deleted)).size() == 1);

  CHECK(inbox.read({Inbox::mention("m1", "mira", kNoon - 2h)}).fresh == 0);
  CHECK(inbox.of("m1").waits());
  CHECK(must(inbox.store.inbox_summary(kNoon)).waiting == 1);
}

TEST_CASE("what was heard and turns out to be a mention waits, and never the other way round") {
  Inbox inbox;
  auto heard = Inbox::mention("m1", "mira", kNoon - 2h);
  heard.kind = ItemKind::heard;
  const auto first = inbox.read({heard});
  CHECK(first.heard == 1);
  CHECK(first.fresh == 0);
  CHECK(must(inbox.store.items({})).empty());

  CHECK(inbox.read({Inbox::mention("m1", "mira", kNoon - 2h)}).fresh == 1);
  CHECK(inbox.of("m1").waits());

  CHECK(inbox.read({heard}).heard == 0);
  CHECK(inbox.of("m1").kind == ItemKind::mention);
  CHECK(inbox.queue.count("SELECT count(*) FROM items") == 1);
}

TEST_CASE("what is around in a conversation takes no number, and gets one when it is said to the account") {
  Inbox inbox;
  ItemsReading reading;
  reading.items = {Inbox::reply("m1", "mira", kNoon - 2h, "root")};
  reading.around = {Inbox::said("a1", "tom", kNoon - 3h), Inbox::said("a2", "lee", kNoon - 1h)};

  CHECK(inbox.store_reading(reading).fresh == 1);
  CHECK(must(inbox.store.items({})).size() == 1);
  CHECK(name_of(inbox.of("m1").id) == "i1");
  CHECK_FALSE(inbox.store.item(ItemId{-1}));

  CHECK(inbox.read({Inbox::mention("a2", "lee", kNoon - 1h)}).fresh == 1);
  CHECK(name_of(inbox.of("a2").id) == "i2");
}

TEST_CASE("bots and muted people never wait, whenever the platform says that they are") {
  Inbox inbox;
  auto bot = Inbox::mention("m1", "bot", kNoon - 2h);
  bot.said.person.ignored = true;
  CHECK(inbox.read({bot, Inbox::mention("m2", "mira", kNoon - 1h)}).fresh == 1);
  CHECK(must(inbox.store.items({})).size() == 1);
  ItemFilter all;
  all.ignored = true;
  CHECK(must(inbox.store.items(all)).size() == 2);

  auto muted = Inbox::mention("m3", "mira", kNoon);
  muted.said.person.ignored = true;
  inbox.read({muted});
  CHECK(must(inbox.store.inbox_summary(kNoon)).waiting == 0);
  CHECK(inbox.of("m2").said.person.ignored);

  // A conversation that shows the person doesn't know.
  ItemsReading reading;
  reading.around = {Inbox::said("a1", "mira", kNoon)};
  inbox.store_reading(reading);
  CHECK(must(inbox.store.inbox_summary(kNoon)).waiting == 0);

  inbox.read({Inbox::mention("m3", "mira", kNoon)});
  CHECK(must(inbox.store.items({})).size() == 2);
  CHECK(must(inbox.store.inbox_summary(kNoon)).waiting == 1);  // one person, who said two things
}

TEST_CASE("nobody waits for an answer to themselves") {
  Inbox inbox;
  inbox.read_timeline({Inbox::own("own-1", {}, kNoon - 1h)});
  auto by_id = Inbox::mention("x", "anna", kNoon);
  by_id.said.person.id = "did:anna";
  auto on_timeline = Inbox::mention("own-1", "somebody", kNoon);

  CHECK(inbox.read({by_id, on_timeline}).fresh == 0);

  CHECK(inbox.queue.count("SELECT count(*) FROM items") == 0);
}

TEST_CASE("nobody waits since a time that is still to come") {
  Inbox inbox;

  inbox.read({Inbox::mention("m1", "mira", kNoon + 24h * 365)});

  CHECK(inbox.of("m1").said.created_at == kNoon);
}

TEST_CASE("a reading that the platform cut short keeps what came, and goes on where it was") {
  Inbox inbox;
  ItemsReading first;
  first.cursor = "page-1";
  first.clock_skew = 3s;
  inbox.store_reading(first, kNoon, true);

  ItemsReading limited;
  limited.items = {Inbox::mention("m1", "mira", kNoon)};
  limited.limited_until = kNoon + 2h;
  CHECK(inbox.store_reading(limited, kNoon + 1h, true).fresh == 1);

  auto known = must(inbox.store.items_known(inbox.account.id, kNoon - 24h));
  CHECK(known.cursor == "page-1");
  CHECK(known.read_at == kNoon);
  CHECK(known.whole_at == kNoon);
  CHECK(must(inbox.store.account("bsky")).limited_until == kNoon + 2h);

  ItemsReading half;
  half.cursor = "page-2";
  half.complete = false;
  inbox.store_reading(half, kNoon + 3h, true);
  known = must(inbox.store.items_known(inbox.account.id, kNoon - 24h));
  CHECK(known.cursor == "page-2");
  CHECK(known.read_at == kNoon);
  CHECK(known.whole_at == kNoon);

  half.complete = true;
  inbox.store_reading(half, kNoon + 4h);
  known = must(inbox.store.items_known(inbox.account.id, kNoon - 24h));
  CHECK(known.read_at == kNoon + 4h);
  CHECK(known.whole_at == kNoon);
}

TEST_CASE("the next reading gets the own posts under which somebody may have said something") {
  Inbox inbox;
  auto timeline = std::vector{Inbox::own("old", {}, kNoon - 24h * 20), Inbox::own("post", {}, kNoon - 3h),
                              Inbox::own("answer", "m1", kNoon - 2h), Inbox::own("quote", {}, kNoon - 1h)};
  timeline[3].kind = TimelineKind::quote;
  TimelineReading reading;
  reading.items = timeline;
  reading.complete = {kNoon - 24h * 30, kNoon};
  reading.reactions = {{"post", 5, 2, 1}, {"elsewhere", 1, 1, 1}};
  must(inbox.store.store_timeline(inbox.account.id, reading, by_ann()));

  auto known = must(inbox.store.items_known(inbox.account.id, kNoon - 24h * 14));
  REQUIRE(known.own.size() == 2);
  CHECK(known.own[0].remote_id == "quote");
  CHECK(known.own[1].remote_id == "post");
  CHECK(known.own[1].replies == 0);
  CHECK(known.own[1].replies_now == 2);
  CHECK_FALSE(known.read_at);

  ItemsReading read;
  read.read = {{"post", kNoon - 3h, 2, 2}};
  read.reactions = {{"quote", 0, 1, 0}};
  inbox.store_reading(read);

  known = must(inbox.store.items_known(inbox.account.id, kNoon - 24h * 14));
  CHECK(known.own[0].replies_now == 1);
  CHECK(known.own[1].replies == 2);
}

TEST_CASE("the next reading gets what still waits, oldest first") {
  Inbox inbox;
  inbox.read({Inbox::mention("m2", "tom", kNoon - 1h), Inbox::mention("m1", "mira", kNoon - 2h),
              Inbox::mention("m3", "lee", kNoon - 3h), Inbox::mention("m0", "old", kNoon - 24h * 20)});
  must(inbox.store.dismiss({inbox.of("m3").id}, "spam", by_ann()));

  const auto known = must(inbox.store.items_known(inbox.account.id, kNoon - 24h));

  REQUIRE(known.open.size() == 2);
  CHECK(known.open[0].remote_id == "m1");
  CHECK(known.open[0].person.handle == "@mira");
  CHECK(known.open[1].remote_id == "m2");
}

TEST_CASE("dismissing takes a reason, is undone, and survives the next reading") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 2h), Inbox::mention("m2", "tom", kNoon - 1h)});
  const auto mira = inbox.of("m1").id;

  CHECK(inbox.store.dismiss({mira}, " ", by_ann()).error().kind == ErrorKind::usage);
  // All or none.
  CHECK(inbox.store.dismiss({mira, ItemId{99}}, "spam", by_ann()).error().kind == ErrorKind::not_found);
  CHECK(inbox.state_of("m1") == "open");

  must(inbox.store.dismiss({mira}, "spam", by_ann()));
  must(inbox.store.dismiss({mira}, "again", by_ann()));
  CHECK(inbox.of("m1").reason == "spam");
  CHECK(inbox.of("m1").settled_at == kNoon);
  inbox.read({Inbox::mention("m1", "mira", kNoon - 2h, "edited")}, kNoon + 1h);
  CHECK(inbox.state_of("m1") == "dismissed");
  CHECK(inbox.of("m1").said.text == "edited");

  must(inbox.store.reopen({mira, inbox.of("m2").id}, by_ann()));
  CHECK(inbox.of("m1").waits());
  CHECK(inbox.of("m1").reason.empty());
  CHECK_FALSE(inbox.of("m1").settled_at);
  CHECK(inbox.store.reopen({ItemId{99}}, by_ann()).error().kind == ErrorKind::not_found);
}

TEST_CASE("what happened to items is in the log") {
  Inbox inbox;
  ItemsReading reading;
  reading.items = {Inbox::mention("m1", "mira", kNoon - 2h), Inbox::mention("m2", "tom", kNoon - 1h)};
  inbox.read_own("own", "m2", kNoon - 30min);
  inbox.store_reading(reading);
  must(inbox.store.dismiss({inbox.of("m1").id}, "spam", by_ann()));
  must(inbox.store.reopen({inbox.of("m1").id}, by_ann()));

  const auto events = must(inbox.store.events({}, 3));
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == "items read");
  CHECK(events[0].chain == "bsky");
  CHECK(events[0].body.find(R"("details":{"new":2,"answered":1,"gone":0,"heard":0})") != std::string::npos);
  CHECK(events[1].kind == "dismissed");
  CHECK(events[1].body.find(R"("details":{"item":1,"person":"@mira","reason":"spam"})") != std::string::npos);
  CHECK(events[2].kind == "reopened");
  CHECK(must(inbox.store.verify_events()).problems.empty());
  CHECK(inbox.queue.problems(true).empty());
}
