// What people say comes in by `sync` and by flush, and what is made of it.
#include "app/inbox/inbox.h"

#include <algorithm>

#include "app/sync_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// Accounts on a shore where people talk.
class TalkWorld : public SyncWorld {
 public:
  TalkWorld() { shore.let_people_talk(); }

  Shore::Beach& beach(const std::string& name) { return shore.beaches[name]; }
  std::vector<Item> waiting() { return must(queue().items({})); }
  std::vector<TimelineRead> sync_now(const std::vector<Account>& accounts) {
    std::vector<TimelineRead> reads;
    must(read_timelines(*this, queue(), accounts, [&reads](const TimelineRead& read) { reads.push_back(read); },
                        {{}, true}));
    return reads;
  }
};

std::vector<std::string> texts(const std::vector<Item>& items) {
  std::vector<std::string> all;
  for (const auto& item : items) all.push_back(item.said.text);
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what people say comes in behind the timeline, longest waiting first") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.shore.say_to("bsky", "@mira", "is the acorn hand-drawn?", kNoon - 26h);

  const auto read = world.sync(account);

  CHECK(read.items.readable);
  CHECK_FALSE(read.items.error);
  CHECK(read.items.change.fresh == 2);
  CHECK(texts(world.waiting()) == Texts{"is the acorn hand-drawn?", "do you take small jobs?"});
}

TEST_CASE("reading again tells nothing new, and asks only for what came since") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.sync(account);

  const auto read = world.sync(account);

  CHECK(read.items.change.fresh == 0);
  CHECK(world.waiting().size() == 1);
  const auto& asked = world.beach("bsky").items_asked;
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].cursor.empty());
  CHECK(asked[0].whole);
  CHECK(asked[0].from == kNoon - 24h * 14);
  CHECK(asked[1].cursor == "1");
  CHECK_FALSE(asked[1].whole);
}

TEST_CASE("what was deleted waits no longer, from the next reading on") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  const auto id = world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.sync(account);
  world.shore.take_back("bsky", id);

  const auto read = world.sync(account);

  CHECK(read.items.change.gone == 1);
  REQUIRE(world.beach("bsky").items_asked.back().open.size() == 1);
  CHECK(world.waiting().empty());
}

TEST_CASE("once a day everything is read") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.sync(account);
  world.clock += 23h;
  world.sync(account);
  CHECK_FALSE(world.beach("bsky").items_asked.back().whole);

  world.clock += 1h;
  world.sync(account);

  CHECK(world.beach("bsky").items_asked.back().whole);
}

TEST_CASE("items that can't be read leave the timeline alone, and the other way round") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.beach("bsky").items_trouble = Error{ErrorKind::sign_in, "the token may not read notifications", {}, {}};

  const auto deaf = world.sync(account);

  CHECK_FALSE(deaf.error);
  CHECK(deaf.count.by_hand_posts == 1);
  REQUIRE(deaf.items.error);
  CHECK(deaf.items.error->hint == "postq account login bsky");
  CHECK_FALSE(deaf.items.failed_before);
  CHECK(world.sync(account).items.failed_before);

  world.beach("bsky").items_trouble.reset();
  world.beach("bsky").trouble = Error{ErrorKind::try_later, "no answer", {}, {}};
  const auto blind = world.sync(account);

  CHECK(blind.error);
  CHECK_FALSE(blind.items.error);
  CHECK(blind.items.failed_before);
  CHECK(blind.items.change.fresh == 1);
}

TEST_CASE("who asks to be left alone by the timeline isn't asked for items") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.beach("bsky").trouble = Error{ErrorKind::sign_in, "who are you", {}, {}};

  const auto read = world.sync(account);

  CHECK(read.error);
  CHECK_FALSE(read.items.readable);
  CHECK(world.beach("bsky").items_asked.empty());
}

TEST_CASE("a cursor of items that the server no longer takes means reading them all") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.sync(account);
  world.beach("bsky").takes_cursors = false;
  world.shore.say_to("bsky", "@lee", "seconding this", kNoon - 1h);

  const auto read = world.sync(account);

  CHECK_FALSE(read.items.error);
  CHECK(read.items.change.fresh == 1);
  CHECK(world.beach("bsky").items_asked.back().cursor.empty());
}

TEST_CASE("an answer that the account gave elsewhere is noticed") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  const auto id = world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.sync(account);
  world.shore.throw_in("bsky", "yes, write to me", "Tusky");
  world.beach("bsky").posts.front().kind = TimelineKind::reply;
  world.beach("bsky").posts.front().reply_to = id;
  world.clock += 10min;

  const auto read = world.sync(account);

  CHECK(read.items.change.answered == 1);
  CHECK(world.waiting().empty());
  ItemFilter answered;
  answered.states = {ItemState::answered};
  CHECK(must(world.queue().items(answered)).size() == 1);
}

TEST_CASE("a server that limits in the middle keeps what was read before it") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  must(world.queue().add_listen(account.id, "oak", world.audit()));
  world.beach("bsky").items_limited = kNoon + 5min;

  const auto read = world.sync(account);

  REQUIRE(read.items.error);
  CHECK(read.items.error->kind == ErrorKind::try_later);
  CHECK(world.waiting().size() == 1);
  CHECK(world.beach("bsky").searched.empty());
  CHECK(must(world.queue().account("bsky")).limited_until == kNoon + 5min);
}

TEST_CASE("a server that gets lost in the middle is told of, and what was read before it is kept") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.beach("bsky").items_cut_by = Error{ErrorKind::try_later, "shore is out of reach", {}, {}};

  const auto cut = world.sync(account);

  REQUIRE(cut.items.error);
  CHECK(cut.items.error->message == "shore is out of reach");
  CHECK(cut.items.change.fresh == 1);
  CHECK_FALSE(must(world.queue().account("bsky")).limited_until);

  world.beach("bsky").items_cut_by.reset();
  const auto again = world.sync(account);
  CHECK_FALSE(again.items.error);
  CHECK(again.items.failed_before);
}

TEST_CASE("ten thousand that wait come in by and by, each once") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  for (int i = 0; i < 10'000; ++i) {
    world.shore.say_to("bsky", "@p" + std::to_string(i), "number " + std::to_string(i), kNoon - 13h - Seconds{i});
  }
  world.beach("bsky").items_at_once = 4000;

  CHECK_FALSE(world.sync(account).items.complete);
  CHECK_FALSE(world.sync(account).items.complete);
  const auto last = world.sync(account);

  CHECK(last.items.complete);
  CHECK(must(world.queue().inbox_summary(kNoon)).waiting == 10'000);
  CHECK(world.sync(account).items.change.fresh == 0);
}

TEST_CASE("repeats within a reading are one item") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  auto& said = world.beach("bsky").said;
  said.push_back(said.front());
  said.back().kind = ItemKind::reply;

  CHECK(world.sync(account).items.change.fresh == 1);
  CHECK(world.waiting().size() == 1);
}

TEST_CASE("saved searches are asked every quarter of an hour, and at once by sync; their finds don't wait") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  const auto other = world.on_shore("masto");
  must(world.queue().add_listen(account.id, "oak", world.audit()));
  world.beach("bsky").finds["oak"] = {Shore::said_by("@lee", "an oak in the garden", kNoon - 1h, "found-1")};

  world.sync({account, other});
  CHECK(world.beach("bsky").searched.size() == 1);
  CHECK(world.beach("masto").searched.empty());
  CHECK(world.waiting().empty());
  ItemFilter heard;
  heard.heard = true;
  CHECK(texts(must(world.queue().items(heard))) == Texts{"an oak in the garden"});

  world.clock += 14min;
  world.sync(account);
  CHECK(world.beach("bsky").searched.size() == 1);
  world.sync_now({account});
  CHECK(world.beach("bsky").searched.size() == 2);
  CHECK(world.beach("bsky").searched.back().cursor == "read");
  world.clock += 15min;
  world.sync(account);
  CHECK(world.beach("bsky").searched.size() == 3);
}

TEST_CASE("a search that fails is told by its words, and stops nothing else") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  must(world.queue().add_listen(account.id, "oak", world.audit()));
  world.beach("bsky").search_trouble = Error{ErrorKind::platform, "shore finds nothing today", {}, {}};
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);

  const auto read = world.sync(account);

  CHECK_FALSE(read.items.error);
  REQUIRE(read.items.failed.size() == 1);
  CHECK(read.items.failed[0].listen.words == "oak");
  CHECK(world.waiting().size() == 1);

  world.shore.throw_in("bsky", "good morning");
  world.schedule("the spring release of our little garden planner is out", account);
  const auto report = world.run_flush();
  CHECK(report.sent == 1);
  CHECK(exit_code_of(report) == 0);  // nobody is woken for it
  REQUIRE_FALSE(world.kept_log.lines.empty());
  CHECK(world.kept_log.lines.back() == "bsky: the search for \"oak\" failed: shore finds nothing today");
}

TEST_CASE("flush reads what people say for accounts with something due, and says once that it can't") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  const auto idle = world.on_shore("masto");
  world.shore.throw_in("bsky", "good morning");
  world.shore.say_to("bsky", "@tom", "do you take small jobs?", kNoon - 5h);
  world.shore.say_to("masto", "@lee", "hello", kNoon - 5h);
  world.schedule("the spring release of our little garden planner is out", account);

  CHECK(world.run_flush().sent == 1);
  CHECK(world.waiting().size() == 1);
  CHECK(world.beach("masto").items_asked.empty());

  world.beach("bsky").items_trouble = Error{ErrorKind::try_later, "no answer", {}, {}};
  for (const bool news : {true, false}) {
    world.clock += 1h;
    world.shore.throw_in("bsky", "good evening " + std::to_string(news));
    world.schedule("walked along the river this morning and saw " + std::to_string(news) + " herons", account);
    const auto report = world.run_flush();
    CHECK(report.sent == 1);
    const auto told = std::find_if(report.events.begin(), report.events.end(),
                                   [](const FlushEvent& e) { return e.kind == FlushEvent::Kind::account; });
    REQUIRE(told != report.events.end());
    CHECK(told->message == "what people say can't be read: no answer");
    CHECK(told->news == news);
  }
}

TEST_CASE("how long somebody waits reads in one unit") {
  CHECK(say_wait(kNoon - 30s, kNoon) == "now");
  CHECK(say_wait(kNoon + 10min, kNoon) == "now");  // their server's clock is ahead
  CHECK(say_wait(kNoon - 40min, kNoon) == "40 min");
  CHECK(say_wait(kNoon - 5h - 50min, kNoon) == "5 h");
  CHECK(say_wait(kNoon - 26h, kNoon) == "26 h");
  CHECK(say_wait(kNoon - 24h * 6, kNoon) == "6 days");
}

TEST_CASE("items are named one by one and by ranges") {
  TalkWorld world;
  const auto account = world.on_shore("bsky");
  for (int i = 0; i < 4; ++i) world.shore.say_to("bsky", "@tom", std::to_string(i), kNoon - 5h + Seconds{i});
  world.sync(account);
  auto& store = world.queue();

  CHECK(must(items_named(store, {"i2", "I1", "i1"})).size() == 2);
  CHECK(must(items_named(store, {"i2-i9"})).size() == 3);
  CHECK(must(items_named(store, {"i2-3"})).size() == 2);
  CHECK(items_named(store, {"i9"}).error().kind == ErrorKind::not_found);
  CHECK(items_named(store, {"i7-i9"}).error().kind == ErrorKind::not_found);
  CHECK(items_named(store, {"i3-i2"}).error().kind == ErrorKind::usage);
  CHECK(items_named(store, {"x"}).error().kind == ErrorKind::usage);
  CHECK(items_named(store, {"i1-i99999999"}).error().kind == ErrorKind::usage);
  CHECK(item_named(store, "i99").error().hint == "postq inbox --all");
  CHECK(names_an_item("i7"));
  CHECK_FALSE(names_an_item("12"));
  CHECK_FALSE(names_an_item("i"));
}

TEST_CASE("what strangers send is shown by its beginning, whole letters only") {
  CHECK(opening_of("short") == "short");
  std::string long_one;
  while (long_one.size() < 30'000) long_one += "\xe2\x82\xac";  // three bytes each
  const auto shown = opening_of(long_one);
  CHECK(shown.size() < 20'010);
  CHECK(is_valid_utf8(shown));
}
