#include "sqlite/archive/archive.h"

#include "sqlite/archive/words.h"
#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// A query with defaults for what a test isn't about.
struct Wanted {
  std::string words = "quince";
  std::string account = {};
  std::string person = {};
  bool own_only = false;
  bool others_only = false;
  std::int64_t limit = 20;
};

struct Archive : Inbox {
  Result<std::vector<ArchiveHit>> search(const Wanted& wanted) {
    ArchiveQuery query;
    query.words = wanted.words;
    query.account = wanted.account;
    query.person = wanted.person;
    query.own_only = wanted.own_only;
    query.others_only = wanted.others_only;
    query.limit = wanted.limit;
    return store.search_archive(query);
  }
  std::string narrowed(const Wanted& wanted) {
    std::string ids;
    for (const auto& hit : must(search(wanted))) ids += (ids.empty() ? "" : " ") + hit.remote_id;
    return ids;
  }
  std::string find(const std::string& words) { return narrowed({.words = words}); }
  // Complains when the index and the texts it was made of went apart.
  void check() { must(queue.rows()->script("INSERT INTO archive (archive) VALUES ('integrity-check')")); }
};

}  // namespace

TEST_CASE("the archive finds what the account said and what others said, newest first") {
  Archive inbox;
  inbox.read_timeline({Inbox::own("own-1", {}, kNoon - 5h, "The acorn is hand-drawn"),
                       Inbox::own("own-2", {}, kNoon - 3h, "nothing of that kind")});
  ItemsReading reading;
  reading.items = {Inbox::mention("m1", "mira", kNoon - 4h, "is the acorn a font?")};
  reading.around = {Inbox::said("a1", "tom", kNoon - 2h, "Acorn mugs, please")};
  inbox.store_reading(reading);

  const auto hits = must(inbox.search({.words = "acorn"}));

  REQUIRE(hits.size() == 3);
  CHECK(hits[0].remote_id == "a1");
  CHECK(hits[0].person == "@tom");
  CHECK_FALSE(hits[0].item);
  CHECK_FALSE(hits[0].own);
  CHECK(hits[1].remote_id == "m1");
  CHECK(hits[1].item == inbox.of("m1").id);
  CHECK(hits[1].person == "@mira");
  CHECK(hits[1].account_name == "bsky");
  CHECK(hits[1].account == inbox.account.id);
  CHECK(hits[1].at == kNoon - 4h);
  CHECK(hits[1].text == "is the acorn a font?");
  CHECK(hits[1].url == "https://example.org/m1");
  CHECK(hits[2].remote_id == "own-1");
  CHECK(hits[2].own);
  CHECK(hits[2].person.empty());
  CHECK_FALSE(hits[2].post);
  inbox.check();
}

TEST_CASE("a part of a sentence is found in scripts that put no space between words") {
  Archive inbox;
  const auto at = [](int n) { return kNoon - 10h + 1h * n; };
  inbox.read_timeline({Inbox::own("ja", {}, at(1), "東京都の天気と木版画。postqの使い方"),
                       Inbox::own("zh", {}, at(2), "今天在上海办展览"),
                       Inbox::own("ko", {}, at(3), "서울에서 전시회를 엽니다"),
                       Inbox::own("th", {}, at(4), "วันนี้มีนิทรรศการภาพพิมพ์"), Inbox::own("ka", {}, at(5), "ｶﾅ と カナ")});
  for (const char* words : {"東京", "天気", "木版画", "都の天気", "の", "postq", "使い*", "天気 postq"}) {
    CAPTURE(words);
    CHECK(inbox.find(words) == "ja");
  }
  CHECK(inbox.find("京東").empty());
  CHECK(inbox.find("上海") == "zh");
  CHECK(inbox.find("展览") == "zh");
  CHECK(inbox.find("서울") == "ko");
  CHECK(inbox.find("전시회") == "ko");
  CHECK(inbox.find("นิทรรศการ") == "th");
  CHECK(inbox.find("ภาพพิมพ์") == "th");
  // The index leaves vowel signs out, the words don't.
  CHECK(inbox.find("ภาพพุมพ์").empty());
  inbox.check();
  inbox.read({Inbox::mention("m1", "mira", at(6), "在广州")});
  inbox.read({Inbox::mention("m1", "mira", at(6), "在北京")});
  CHECK(inbox.find("广州").empty());
  CHECK(inbox.find("北京") == "m1");
  inbox.check();
}

TEST_CASE("an account that was removed and added again is found once, and another person's is not taken for it") {
  Archive inbox;
  const auto read = [&](const Account& account) {
    inbox.account = account;
    inbox.read_timeline({Inbox::own("own-1", {}, kNoon - 5h, "Quince tarts")});
    inbox.read({Inbox::mention("m1", "mira", kNoon - 4h, "is the quince ripe?")});
  };
  read(inbox.account);
  must(inbox.store.remove_account(inbox.account.id, by_ann()));
  CHECK(inbox.find("quince") == "m1 own-1");

  const auto again = add_account(inbox.store, "bsky", "did:anna");
  read(again);
  const auto hits = must(inbox.search({.words = "quince"}));
  REQUIRE(hits.size() == 2);
  CHECK(hits[0].account == again.id);
  CHECK(hits[1].account == again.id);
  CHECK(must(inbox.search({.words = "quince", .limit = 1})).size() == 1);

  must(inbox.store.remove_account(again.id, by_ann()));
  const auto other = add_account(inbox.store, "bsky", "did:bob");
  read(other);
  CHECK(must(inbox.search({.words = "quince"})).size() == 4);
  CHECK(must(inbox.search({.words = "quince", .account = "bsky"})).size() == 2);
}

TEST_CASE("words are found as people type them") {
  Archive inbox;
  const auto at = [](int n) { return kNoon - 10h + 1h * n; };
  inbox.read_timeline({Inbox::own("cpp", {}, at(1), "C++ and \"quotes\" by O'Neil"),
                       Inbox::own("tag", {}, at(2), "quince tarts #OpenSaturday"),
                       Inbox::own("cafe", {}, at(3),
                                  "Caf\xC3\xA9 Stra\xC3\x9F"
                                  "e, tarts with quince"),
                       Inbox::own("empty", {}, at(4), "")});
  CHECK(inbox.find("quince") == "cafe tag");
  CHECK(inbox.find("TARTS quince") == "cafe tag");
  CHECK(inbox.find("\"quince tarts\"") == "tag");
  CHECK(inbox.find("\"quince tarts") == "tag");  // a quote that nobody closed ends with the words
  CHECK(inbox.find("quin*") == "cafe tag");
  CHECK(inbox.find("quin").empty());
  CHECK(inbox.find("quin* \"with quince\"") == "cafe");
  CHECK(inbox.find("#opensaturday") == "tag");
  CHECK(inbox.find("c++") == "cpp");
  CHECK(inbox.find("o'neil") == "cpp");
  CHECK(inbox.find("cafe") == "cafe");
  CHECK(inbox.find("quince -tarts") == "cafe tag");
  CHECK(inbox.find("words:quince").empty());
  CHECK(inbox.find("quince OR c").empty());
  CHECK(inbox.find("NEAR(quince tarts)").empty());
  CHECK(inbox.find("quince !?") == "cafe tag");
  CHECK(inbox.find(std::string("quince\0tarts", 12)) == "cafe tag");
  CHECK(inbox.find("\xF0\x9F\x8E\x89").empty());
  CHECK(inbox.search({.words = "\xFF\xFE quince"}));  // no text at all: found or not, it is no mistake of ours
  for (const auto* const nothing : {"", "  ", "\"", "\"\"", "*", "!?", "' OR '", "()"}) {
    INFO(nothing);
    const auto hits = inbox.search({.words = nothing});
    if (std::string_view(nothing).find("OR") != std::string_view::npos) {
      CHECK(must(hits).empty());
      continue;
    }
    REQUIRE_FALSE(hits);
    CHECK(hits.error().kind == ErrorKind::usage);
  }
  std::string many;
  for (int n = 0; n < 51; ++n) many += "word ";
  CHECK(inbox.search({.words = many}).error().kind == ErrorKind::usage);
}

TEST_CASE("a search is narrowed to an account, a person, oneself or others, and ends at its limit") {
  Archive inbox;
  const auto other = add_account(inbox.store, "mastodon");
  inbox.read_timeline({Inbox::own("own-1", {}, kNoon - 5h, "quince")});
  TimelineReading timeline;
  timeline.items = {Inbox::own("own-2", {}, kNoon - 3h, "quince")};
  timeline.complete = {kNoon - 24h, kNoon};
  must(inbox.store.store_timeline(other.id, timeline, by_ann()));
  inbox.read({Inbox::mention("m1", "mira", kNoon - 4h, "quince"), Inbox::mention("m2", "tom", kNoon - 2h, "quince")});

  CHECK(inbox.find("quince") == "m2 own-2 m1 own-1");
  CHECK(inbox.narrowed({.limit = 3}) == "m2 own-2 m1");
  CHECK(inbox.narrowed({.account = "bsky"}) == "m2 m1 own-1");
  CHECK(inbox.narrowed({.account = "mastodon"}) == "own-2");
  CHECK(inbox.narrowed({.account = "nobody"}).empty());
  CHECK(inbox.narrowed({.person = "@Mira"}) == "m1");
  CHECK(inbox.narrowed({.own_only = true}) == "own-2 own-1");
  CHECK(inbox.narrowed({.others_only = true}) == "m2 m1");

  must(inbox.store.remove_account(other.id, by_ann()));
  CHECK(inbox.find("quince") == "m2 own-2 m1 own-1");
}

TEST_CASE("the archive follows edits, deletions, and what comes back") {
  Archive inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 4h, "old words")});
  inbox.read({Inbox::mention("m1", "mira", kNoon - 4h, "new words")});
  CHECK(inbox.find("old").empty());
  CHECK(inbox.find("new") == "m1");
  ItemsReading reading;
  reading.gone = {"m1"};
  inbox.store_reading(reading);
  CHECK(inbox.find("words").empty());
  inbox.read({Inbox::mention("m1", "mira", kNoon - 4h, "new words")});
  CHECK(inbox.find("words") == "m1");

  const auto post = Inbox::own("own", {}, kNoon - 3h, "tarts");
  inbox.read_timeline({post}, kNoon, true);
  inbox.read_timeline({}, kNoon + 1h, true);
  CHECK(inbox.find("tarts").empty());
  inbox.read_timeline({post}, kNoon + 2h, true);
  CHECK(inbox.find("tarts") == "own");

  auto boost = Inbox::own("boost", {}, kNoon - 2h, "tarts of somebody else");
  boost.kind = TimelineKind::boost;
  inbox.read_timeline({post, boost}, kNoon + 3h);
  CHECK(inbox.find("tarts") == "own");
  inbox.check();
}

TEST_CASE("what is sent from here is found at once, with its post, until it is taken back") {
  Archive inbox;
  const auto post = add_approved(inbox.store, {.accounts = {inbox.account}});
  send_all(inbox.store, inbox.account);
  auto hits = must(inbox.search({.words = "\"text of part 1\""}));
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].post == post.id);
  CHECK(hits[0].own);
  CHECK(hits[0].url == "https://example.org/remote-1-1");

  // The server says that it was a little earlier.
  inbox.read_timeline({Inbox::own("remote-1-1", {}, kNoon - 20s, "as the platform shows it")});
  hits = must(inbox.search({.words = "\"text of part 1\""}));
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].at == kNoon - 20s);
  CHECK(inbox.find("shows").empty());
  inbox.check();

  must(inbox.store.retracted(delivery_on(inbox.store, post.id, "bsky").id, by_ann()));
  CHECK(inbox.find("part").empty());
  inbox.check();
}

TEST_CASE("a post that was seen before its receipt came is in the archive once, with what was sent") {
  Archive inbox;
  add_approved(inbox.store, {.accounts = {inbox.account}});
  const auto claimed = claim(inbox.store, {inbox.account}).claimed.front();
  const auto attempt = must(begin(inbox.store, claimed.delivery));
  const auto result = sent(attempt, claimed.delivery);
  inbox.read_timeline({Inbox::own(result.receipt->remote_id, {}, kNoon - 1min, "as shown")});
  CHECK(inbox.find("shown") == result.receipt->remote_id);

  record(inbox.store, result);

  CHECK(inbox.find("shown").empty());
  CHECK(inbox.find("part") == result.receipt->remote_id);
  inbox.check();
}

TEST_CASE("two texts of one second are both found, and are forgotten one by one") {
  Archive inbox;
  std::vector<FoundItem> found;
  for (int n = 0; n < 300; ++n) found.push_back(Inbox::mention("m" + std::to_string(n), "mira", kNoon - 4h, "same"));
  inbox.read(found);

  CHECK(must(inbox.search({.words = "same", .limit = 1000})).size() == 300);
  ItemsReading reading;
  reading.gone = {"m7"};
  inbox.store_reading(reading);

  CHECK(must(inbox.search({.words = "same", .limit = 1000})).size() == 299);
  CHECK(must(inbox.search({.words = "same", .limit = 7})).size() == 7);
  inbox.check();
}

TEST_CASE("times that no clock shows don't break the archive") {
  Archive inbox;
  inbox.read_timeline(
      {Inbox::own("ancient", {}, time_point(-1), "quince"), Inbox::own("first", {}, time_point(0), "quince")});

  CHECK(inbox.find("quince") == "first");
  CHECK_FALSE(sqlite::ArchiveId::of(time_point(INT64_MAX), AccountId{1}, true, "x"));
  CHECK_FALSE(sqlite::ArchiveId::of(time_point(-1), AccountId{1}, true, "x"));
  const auto id = *sqlite::ArchiveId::of(kNoon, AccountId{130}, true, "x");
  CHECK(id.at() == kNoon);
  CHECK(id.own());
  CHECK(id.may_be_of(AccountId{130}));
  CHECK_FALSE(id.may_be_of(AccountId{131}));
  // Stored: it stays what it is.
  CHECK(id.rowid() == 30120954621518411);
}

TEST_CASE("hostile texts are kept and found like others") {
  Archive inbox;
  std::string huge;
  while (huge.size() < 1'000'000) huge += "needle\x1B[31m \xE2\x80\xAE hay ";
  inbox.read({Inbox::mention("huge", "eve", kNoon - 2h, huge),
              Inbox::mention("broken", "eve", kNoon - 1h, std::string("needle \xFF\xC3\x00 hay", 14))});

  CHECK(inbox.find("needle") == "broken huge");
  CHECK(inbox.of("huge").said.text == huge);
  ItemsReading reading;
  reading.gone = {"huge", "broken"};
  inbox.store_reading(reading);
  CHECK(inbox.find("needle").empty());
  inbox.check();
}

TEST_CASE("a copy of the queue has its archive") {
  Archive inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 4h, "quince")});
  must(inbox.queue.rows()->copy_to(inbox.queue.folder.file("copy.db")));

  const auto copy = must(open_store(settings_for(inbox.queue.folder.file("copy.db"), StoreSettings::existing)));
  must(copy->adopt_copy("another", 2, by_ann()));

  ArchiveQuery query;
  query.words = "quince";
  CHECK(must(copy->search_archive(query)).size() == 1);
  CHECK(must(copy->items({})).size() == 1);
  CHECK(must(copy->health(true)).problems.empty());
}
