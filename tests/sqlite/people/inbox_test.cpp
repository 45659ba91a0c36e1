#include "sqlite/items_fixture.h"
#include "sqlite/people/inbox_query.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::string ids_of(const std::vector<Item>& items) {
  std::string ids;
  for (const auto& item : items) ids += (ids.empty() ? "" : " ") + item.said.remote_id;
  return ids;
}

// Two accounts, and one of each kind and state.
struct Full : Inbox {
  Account other = add_account(store, "mastodon");

  Full() {
    auto bot = mention("bot", "bot", kNoon - 9h);
    bot.said.person.ignored = true;
    auto heard = mention("heard-1", "zoe", kNoon - 8h);
    auto heard_later = mention("heard-2", "zoe", kNoon - 7h);
    heard.kind = heard_later.kind = ItemKind::heard;
    ItemsReading reading;
    reading.items = {mention("m1", "mira", kNoon - 26h),
                     mention("done", "tom", kNoon - 5h),
                     mention("spam", "eve", kNoon - 4h),
                     mention("gone", "pat", kNoon - 3h),
                     bot,
                     heard,
                     heard_later};
    reading.around = {said("around", "lee", kNoon - 2h)};
    store_reading(reading, kNoon - 2h);
    reading = {};
    reading.gone = {"gone"};
    store_reading(reading);
    reading = {};
    reading.items = {mention("m2", "lee", kNoon - 27h), mention("m3", "mira", kNoon - 1h)};
    must(store.store_items(other.id, reading, false, by_ann()));
    read_own("own", "done", kNoon - 90min);
    must(store.dismiss({of("spam").id}, "spam", by_ann()));
  }
  std::string list(const ItemFilter& filter) { return ids_of(must(store.items(filter))); }
};

}  // namespace

TEST_CASE("the inbox shows who waits on all accounts, longest first") {
  Full inbox;
  CHECK(inbox.list({}) == "m2 m1 m3");
  ItemFilter filter;
  filter.limit = 2;
  CHECK(inbox.list(filter) == "m2 m1");
}

TEST_CASE("the inbox is filtered by account, person, age and state") {
  Full inbox;
  ItemFilter filter;
  filter.account = "bsky";
  CHECK(inbox.list(filter) == "m1");
  filter.account = "nobody";
  CHECK(inbox.list(filter).empty());
  filter = {};
  filter.person = "@MIRA";
  CHECK(inbox.list(filter) == "m1 m3");
  filter.person = "%";
  CHECK(inbox.list(filter).empty());
  filter = {};
  filter.before = kNoon - 26h;
  CHECK(inbox.list(filter) == "m2");
  filter = {};
  filter.since = kNoon - 26h;
  CHECK(inbox.list(filter) == "m1 m3");
  filter = {};
  filter.heard = true;
  CHECK(inbox.list(filter) == "heard-2 heard-1");
  filter = {};
  filter.ignored = true;
  CHECK(inbox.list(filter) == "m2 m1 bot m3");
  filter = {};
  filter.deleted = true;
  CHECK(inbox.list(filter) == "m2 m1 gone m3");
  filter = {};
  filter.states = {ItemState::answered};
  CHECK(inbox.list(filter) == "done");
  // What is settled goes by when it was, the newest first.
  filter.states = {ItemState::dismissed, ItemState::answered};
  CHECK(inbox.list(filter) == "spam done");
  filter.since = kNoon - 1h;
  CHECK(inbox.list(filter) == "spam");
  filter = {};
  filter.states = {ItemState::open, ItemState::answered};
  CHECK(inbox.list(filter) == "m2 m1 done m3");
}

TEST_CASE("the summary counts who waits, what was heard, and how long answers took") {
  Full inbox;

  auto summary = must(inbox.store.inbox_summary(kNoon - 24h));
  CHECK(summary.waiting == 3);
  CHECK(summary.longest == kNoon - 27h);
  CHECK(summary.heard == 2);
  CHECK(summary.answered == 1);
  CHECK(summary.median_answer == 3h + 30min);

  inbox.read({Inbox::mention("q1", "ann", kNoon - 10h), Inbox::mention("q2", "ben", kNoon - 20h),
              Inbox::mention("q3", "cy", kNoon)});
  // Its own clock says that the answer came before the question.
  inbox.read_timeline(
      {Inbox::own("a1", "q1", kNoon - 9h), Inbox::own("a2", "q2", kNoon - 1h), Inbox::own("a3", "q3", kNoon - 1s)});
  summary = must(inbox.store.inbox_summary(kNoon - 24h));
  CHECK(summary.answered == 4);
  CHECK(summary.median_answer == 1h);  // 0, 1 h, 3.5 h, 19 h: half of them within
  CHECK(must(inbox.store.inbox_summary(kNoon)).answered == 0);
  CHECK_FALSE(must(inbox.store.inbox_summary(kNoon)).median_answer);
}

TEST_CASE("nobody waits on an account that was removed") {
  Full inbox;
  must(inbox.store.remove_account(inbox.other.id, by_ann()));

  CHECK(inbox.list({}) == "m1");
  CHECK(must(inbox.store.inbox_summary(kNoon)).waiting == 1);
}

TEST_CASE("an empty inbox has an empty summary") {
  Inbox inbox;
  const auto summary = must(inbox.store.inbox_summary(kNoon));
  CHECK(summary.waiting == 0);
  CHECK_FALSE(summary.longest);
  CHECK(must(inbox.store.items({})).empty());
}

TEST_CASE("an item says which own post it is about, and whom that one answered") {
  Inbox inbox;
  inbox.read_timeline({Inbox::own("post", {}, kNoon - 9h), Inbox::own("to-tom", "tom-1", kNoon - 5h)});
  ItemsReading reading;
  reading.items = {Inbox::reply("m1", "mira", kNoon - 4h, "post"), Inbox::mention("m2", "kim", kNoon - 4h),
                   Inbox::reply("m3", "lee", kNoon - 3h, "tom-1", "to-tom")};
  reading.around = {Inbox::said("tom-1", "tom", kNoon - 6h)};
  inbox.store_reading(reading);

  CHECK(inbox.of("m1").on_own_at == kNoon - 9h);
  CHECK(inbox.of("m1").on_answer_to.empty());
  CHECK_FALSE(inbox.of("m2").on_own_at);
  CHECK(inbox.of("m3").on_own_at == kNoon - 5h);
  CHECK(inbox.of("m3").on_answer_to == "@tom");
}

TEST_CASE("a conversation is shown with what others and oneself said, oldest first") {
  Inbox inbox;
  must(inbox.store.set_identity(inbox.account.id, "did:anna", "@anna", by_ann()));
  inbox.read_timeline({Inbox::own("root", {}, kNoon - 9h, "the post"), Inbox::own("own-1", "m1", kNoon - 6h),
                       Inbox::own("own-2", "own-1", kNoon - 5h), Inbox::own("unrelated", {}, kNoon - 7h)});
  ItemsReading reading;
  reading.items = {Inbox::reply("m1", "mira", kNoon - 8h, "root"),
                   Inbox::reply("m2", "mira", kNoon - 3h, "root", "own-2"),
                   Inbox::reply("other", "mira", kNoon - 4h, "other-root")};
  reading.around = {Inbox::reply("a1", "tom", kNoon - 7h, "root").said};
  inbox.store_reading(reading);

  const auto said = must(inbox.store.conversation(inbox.of("m2").id, 10));

  std::string ids;
  for (const auto& one : said) ids += one.person.handle + " " + one.remote_id + ", ";
  CHECK(ids == "@anna root, @mira m1, @tom a1, @anna own-1, @anna own-2, @mira m2, ");
  CHECK(said.front().text == "the post");
  CHECK(inbox.store.conversation(ItemId{99}, 10).error().kind == ErrorKind::not_found);
}

TEST_CASE("in a conversation an answer stands behind what it answers, whatever the clocks of the two say") {
  Inbox inbox;
  inbox.read_timeline({Inbox::own("root", {}, kNoon - 2h), Inbox::own("own", "m1", kNoon - 4h)});
  ItemsReading reading;
  reading.items = {Inbox::reply("m1", "mira", kNoon - 3h, "root"),
                   Inbox::reply("m2", "mira", kNoon - 2h, "root", "own"), Inbox::reply("a", "tom", kNoon - 1h, "root")};
  reading.around = {Inbox::reply("x", "tom", kNoon - 2h, "root", "y").said,
                    Inbox::reply("y", "tom", kNoon - 2h, "root", "x").said};  // no server says so
  inbox.store_reading(reading);

  const auto said = must(inbox.store.conversation(inbox.of("m2").id, 10));

  std::string ids;
  for (const auto& one : said) ids += one.remote_id + " ";
  CHECK(ids == "root m1 own m2 y x a ");
}

TEST_CASE("of a long conversation the part around the item is shown") {
  Inbox inbox;
  ItemsReading reading;
  for (int n = 0; n < 100; ++n) {
    reading.around.push_back(
        Inbox::reply("a" + std::to_string(n), "tom", kNoon - 200h + 1h * n, "root", "a" + std::to_string(n - 1)).said);
  }
  reading.items = {Inbox::reply("m", "mira", kNoon - 150h + 30min, "root", "a50")};
  inbox.store_reading(reading);

  const auto said = must(inbox.store.conversation(inbox.of("m").id, 6));

  std::string ids;
  for (const auto& one : said) ids += one.remote_id + " ";
  CHECK(ids == "a48 a49 a50 m a51 a52 ");
}

TEST_CASE("a conversation that nobody knows is what led to the item") {
  Inbox inbox;
  auto asked = Inbox::mention("m2", "mira", kNoon - 2h);
  asked.said.reply_to = "m1";
  auto deleted = Inbox::mention("m1", "tom", kNoon - 3h);
  inbox.read({asked, deleted});
  CHECK(must(inbox.store.conversation(inbox.of("m2").id, 5)).size() == 2);

  ItemsReading reading;
  reading.gone = {"m1", "m2"};
  inbox.store_reading(reading);

  // What is gone keeps its place, and its words only where it was asked about.
  const auto left = must(inbox.store.conversation(inbox.of("m2").id, 5));
  REQUIRE(left.size() == 2);
  CHECK(left.front().deleted);
  CHECK(left.front().text.empty());
  CHECK(left.back().text == "hello");
}

TEST_CASE("an inbox of any size is read as far as it is shown") {
  Inbox inbox;
  auto rows = inbox.queue.rows();
  const auto plan_of = [&](const ItemFilter& filter) {
    std::string plan;
    const auto sql = sqlite::inbox_statement(filter);
    std::vector<sqlite::Value> values;
    for (int n = 1; sql.find("?" + std::to_string(n)) != std::string::npos; ++n) values.emplace_back(1);
    must(rows->each("EXPLAIN QUERY PLAN " + sql, values, [&](const sqlite::Row& row) { plan += row.text(3) + "\n"; }));
    return plan;
  };
  ItemFilter heard;
  heard.heard = true;
  ItemFilter settled;
  settled.states = {ItemState::answered};
  ItemFilter all;
  all.states = {ItemState::open, ItemState::answered, ItemState::dismissed};

  CHECK(plan_of({}) == "SEARCH items USING COVERING INDEX items_open (account_id=? AND waits=?)\n");
  CHECK(plan_of(heard) == "SEARCH items USING COVERING INDEX items_open (account_id=? AND waits=?)\n");
  CHECK(plan_of(all) == "SEARCH items USING INDEX items_time (account_id=?)\n");
  // Equal times are put in order, nothing else.
  CHECK(plan_of(settled) ==
        "SEARCH items USING INDEX items_settled (settled_at>?)\nUSE TEMP B-TREE FOR RIGHT PART OF ORDER BY\n");
}

TEST_CASE("the post that was answered is always shown: deleted, far above, or from before the timeline was read") {
  Inbox inbox;
  must(inbox.store.set_identity(inbox.account.id, "did:anna", "@anna", by_ann()));
  ItemsReading reading;

  SECTION("a post of one's own that was deleted since, marked so") {
    inbox.read_timeline({Inbox::own("root", {}, kNoon - 9h, "the post")}, kNoon - 8h);
    inbox.read({Inbox::reply("m", "mira", kNoon - 7h, "root")}, kNoon - 6h);
    inbox.read_timeline({}, kNoon, true);
    const auto said = must(inbox.store.conversation(inbox.of("m").id, 6));
    REQUIRE(said.size() == 2);
    CHECK(said.front().text == "the post");
    CHECK(said.front().deleted);
    CHECK_FALSE(said.back().deleted);
  }
  SECTION("what somebody else took back, without its words") {
    inbox.read({Inbox::mention("m1", "tom", kNoon - 3h, "secret")});
    auto asked = Inbox::mention("m2", "mira", kNoon - 2h);
    asked.said.reply_to = "m1";
    inbox.read({asked});
    reading.gone = {"m1"};
    inbox.store_reading(reading);
    const auto said = must(inbox.store.conversation(inbox.of("m2").id, 6));
    REQUIRE(said.size() == 2);
    CHECK(said.front().deleted);
    CHECK(said.front().text.empty());
  }
  SECTION("what stands further above than the part that is shown") {
    reading.around.push_back(Inbox::reply("top", "anna", kNoon - 300h, "top", "").said);
    for (int n = 0; n < 50; ++n) {
      reading.around.push_back(Inbox::reply("a" + std::to_string(n), "tom", kNoon - 200h + 1h * n, "top", "").said);
    }
    reading.items = {Inbox::reply("m", "mira", kNoon - 1h, "top")};
    inbox.store_reading(reading);
    const auto said = must(inbox.store.conversation(inbox.of("m").id, 4));
    REQUIRE(said.size() == 4);
    CHECK(said.front().remote_id == "top");
    CHECK(said.back().remote_id == "m");
  }
  SECTION("a post of one's own from before the timeline begins: known, but nobody's item and not searched") {
    reading.around = {Inbox::reply("old", "anna", kNoon - 2000h, "old", "").said};
    reading.around.front().text = "an old sign";
    reading.items = {Inbox::reply("m", "mira", kNoon - 1h, "old")};
    inbox.store_reading(reading);
    const auto item = inbox.of("m");
    const auto said = must(inbox.store.conversation(item.id, 6));
    REQUIRE(said.size() == 2);
    CHECK(said.front().text == "an old sign");
    CHECK(item.on_own_at == kNoon - 2000h);
    CHECK(item.on_own_text == "an old sign");
    ArchiveQuery query;
    query.words = "sign";
    CHECK(must(inbox.store.search_archive(query)).empty());
  }
}

TEST_CASE("whom an item speaks to beside the account is kept, and what one reading doesn't tell stays") {
  Inbox inbox;
  auto asked = Inbox::mention("m", "mira", kNoon - 2h);
  asked.said.mentions = {"@bob@other.example", "@carol"};
  inbox.read({asked});
  CHECK(inbox.of("m").said.mentions == asked.said.mentions);
  auto again = asked;
  again.said.mentions.clear();
  inbox.read({again});
  CHECK(inbox.of("m").said.mentions == asked.said.mentions);
  CHECK(must(inbox.store.items_known(inbox.account.id, kNoon - 20h)).open.front().mentions == asked.said.mentions);
}
