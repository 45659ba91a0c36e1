#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

ItemsReading found(const std::vector<FoundItem>& items, const std::string& cursor = {}) {
  ItemsReading reading;
  reading.items = items;
  reading.cursor = cursor;
  return reading;
}

}  // namespace

TEST_CASE("a saved search finds what nobody waits for, once, and goes on from its cursor") {
  Inbox inbox;
  const auto id = must(inbox.store.add_listen(inbox.account.id, "#acorns", by_ann()));
  // What a search finds is heard, whatever the adapter calls it.
  const auto reading =
      found({Inbox::mention("h1", "zoe", kNoon - 2h), Inbox::mention("h2", "kim", kNoon - 1h)}, "next");

  CHECK(must(inbox.store.store_heard(id, reading, by_ann())).heard == 2);
  CHECK(must(inbox.store.store_heard(id, reading, by_ann(kNoon + 1h))).heard == 0);

  const auto listens = must(inbox.store.listens());
  REQUIRE(listens.size() == 1);
  CHECK(listens[0].account_name == "bsky");
  CHECK(listens[0].words == "#acorns");
  CHECK(listens[0].cursor == "next");
  CHECK(listens[0].created_at == kNoon);
  CHECK(listens[0].read_at == kNoon + 1h);
  CHECK(listens[0].found == 2);
  CHECK(inbox.of("h1").kind == ItemKind::heard);
  CHECK_FALSE(inbox.of("h1").waits());
  CHECK(must(inbox.store.items({})).empty());
}

TEST_CASE("a search doesn't take from the inbox what it finds there") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 2h)});
  const auto id = must(inbox.store.add_listen(inbox.account.id, "anna", by_ann()));

  CHECK(must(inbox.store.store_heard(id, found({Inbox::mention("m1", "mira", kNoon - 2h)}), by_ann())).heard == 0);

  CHECK(inbox.of("m1").waits());
  CHECK(must(inbox.store.listens())[0].found == 0);
}

TEST_CASE("a search that the platform refuses for now keeps its place") {
  Inbox inbox;
  const auto id = must(inbox.store.add_listen(inbox.account.id, "anna", by_ann()));
  must(inbox.store.store_heard(id, found({}, "here"), by_ann()));
  auto limited = found({});
  limited.limited_until = kNoon + 1h;

  must(inbox.store.store_heard(id, limited, by_ann(kNoon + 1min)));

  const auto listen = must(inbox.store.listens())[0];
  CHECK(listen.cursor == "here");
  CHECK(listen.read_at == kNoon);
  CHECK(must(inbox.store.account("bsky")).limited_until == kNoon + 1h);
}

TEST_CASE("the same search twice is one, and a removed one can be added anew") {
  Inbox inbox;
  const auto first = must(inbox.store.add_listen(inbox.account.id, "#ink", by_ann()));
  CHECK(must(inbox.store.add_listen(inbox.account.id, "#ink", by_ann())) == first);
  CHECK(inbox.store.add_listen(inbox.account.id, " \n", by_ann()).error().kind == ErrorKind::usage);
  const auto second = must(inbox.store.add_listen(inbox.account.id, "#oak", by_ann()));

  must(inbox.store.remove_listen(first, by_ann()));

  CHECK(must(inbox.store.listens()).size() == 1);
  CHECK(inbox.store.remove_listen(first, by_ann()).error().kind == ErrorKind::not_found);
  CHECK(inbox.store.store_heard(first, {}, by_ann()).error().kind == ErrorKind::not_found);
  CHECK(must(inbox.store.add_listen(inbox.account.id, "#ink", by_ann())) > second);
  must(inbox.store.remove_account(inbox.account.id, by_ann()));
  CHECK(must(inbox.store.listens()).empty());
}

TEST_CASE("saved searches and what they heard are in the log") {
  Inbox inbox;
  const auto id = must(inbox.store.add_listen(inbox.account.id, "#ink", by_ann()));
  must(inbox.store.store_heard(id, found({Inbox::mention("h1", "zoe", kNoon)}), by_ann()));
  must(inbox.store.remove_listen(id, by_ann()));

  const auto events = must(inbox.store.events({}, 3));
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == "listen added");
  CHECK(events[0].body.find(R"("details":{"listen":1,"words":"#ink"})") != std::string::npos);
  CHECK(events[1].kind == "heard");
  CHECK(events[1].body.find(R"("details":{"listen":1,"words":"#ink","new":1})") != std::string::npos);
  CHECK(events[2].kind == "listen removed");
}
