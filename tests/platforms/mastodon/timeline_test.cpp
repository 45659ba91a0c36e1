// Mastodon's own timeline.
#include <set>

#include <postq/core/unpaged.h>

#include "platforms/mastodon/timeline_bench.h"

using namespace postq;
using namespace postq::testing;

using Software = FakeMastodon::Software;

TEST_CASE("a timeline tells posts, answers, quotes and boosts apart, and who made them") {
  TimelineBench bench;
  const std::string question = bench.server.add_elsewhere("https://elsewhere.example/1", "a question").id;
  bench.server.add("by hand", kNow - Seconds{600});
  const std::string own = bench.server.statuses.back().id;
  auto& answer = bench.server.add("an answer", kNow - Seconds{500}, "Tusky");
  answer.reply_to = question;
  answer.reply_to_account = "666";
  auto& second = bench.server.add("part two", kNow - Seconds{400}, "postq");
  second.reply_to = own;
  second.reply_to_account = "109";
  bench.server.add("with my words", kNow - Seconds{300}).quote = true;
  bench.server.add("", kNow - Seconds{200}).quote = true;
  bench.server.add("theirs", kNow - Seconds{100}, "").boost = true;
  bench.server.add("to you", kNow - Seconds{50}).visibility = "direct";

  const TimelineReading reading = bench.read();

  REQUIRE(reading.items.size() == 7);
  const auto words = [&](std::size_t i) {
    const TimelineItem& item = reading.items[reading.items.size() - 1 - i];
    return std::string(word(item.kind)) + "|" + item.client + "|" + item.text;
  };
  CHECK(words(0) == "post|Web|by hand");
  CHECK(words(1) == "reply|Tusky|an answer");
  CHECK(words(2) == "own-reply|postq|part two");
  CHECK(words(3) == "quote|Web|with my words");
  CHECK(words(4) == "boost|Web|");
  CHECK(words(5) == "boost||theirs");
  CHECK(words(6) == "post|Web|to you");
  CHECK(reading.items[0].visibility == "direct");
  CHECK(reading.items[5].reply_to == question);
  CHECK(reading.items[6].created_at == kNow - Seconds{600});
}

TEST_CASE("a timeline is read back page by page, without a gap, as far as it was asked for") {
  TimelineBench bench;
  for (int i = 0; i < 100; ++i) bench.server.add("number " + std::to_string(i), kNow - std::chrono::hours{400 - 4 * i});
  bench.server.page = 17;

  const TimelineReading reading = bench.read();

  // 14 days are 336 hours; those from 16 on lie within.
  CHECK(reading.items.size() == 84);
  CHECK(reading.items.back().text == "number 16");
  CHECK(reading.complete.from == kNow - std::chrono::hours{24 * 14});
  CHECK(reading.complete.to == kNow);
  CHECK(reading.full);
  CHECK(bench.http.requests.size() == 5);
}

TEST_CASE("a second reading goes back only to the first, unless it can't go on from there") {
  TimelineBench bench;
  for (int i = 0; i < 100; ++i) bench.server.add("number " + std::to_string(i), kNow - std::chrono::hours{200 - 2 * i});
  const TimelineReading first = bench.read();
  CHECK(bench.http.requests.size() == 4);
  bench.now += std::chrono::hours{1};
  bench.server.add("new", bench.now - Seconds{60});

  const TimelineReading second = bench.read(first.cursor);

  CHECK(bench.http.requests.size() == 1);
  REQUIRE(second.items.size() == 1);
  CHECK(second.items[0].text == "new");
  CHECK(second.complete.from <= first.complete.to);
  CHECK(second.complete.to == bench.now);

  // The window was made longer; the cursor is nonsense; the clock went back: each reads it all.
  CHECK(bench.read(second.cursor, std::chrono::hours{24 * 30}).items.size() == 101);
  CHECK(bench.read("nonsense").items.size() == 101);
  CHECK(bench.read("1|2|3").items.size() == 101);
  bench.now -= Seconds{1};
  CHECK(bench.read(second.cursor).items.size() == 101);
}

TEST_CASE("a page that can't be read or trusted is no timeline") {
  TimelineBench bench;
  bench.server.add("one", kNow - Seconds{60});
  const auto failed = [&](const Behaviour& behaviour) {
    bench.server.instead(behaviour);
    const auto reading = bench.mastodon.read_timeline(bench.account, {kNow - Seconds{3600}, ""}, bench.context);
    REQUIRE_FALSE(reading);
    return reading.error().kind;
  };
  CHECK(failed(Behaviour::answer(200, "")) == ErrorKind::try_later);
  CHECK(failed(Behaviour::answer(200, "{}")) == ErrorKind::try_later);
  CHECK(failed(Behaviour::answer(200, R"([{"id":"1","created_at":"2026-11-22T20:00:00Z"},{}])")) ==
        ErrorKind::try_later);
  CHECK(failed(Behaviour::answer(200, R"([{"id":"1"}])")) == ErrorKind::try_later);
  CHECK(failed(Behaviour::html(502)) == ErrorKind::try_later);
  CHECK(failed(Behaviour::answer(429)) == ErrorKind::try_later);
  CHECK(failed(Behaviour::answer(401)) == ErrorKind::sign_in);
  Account unknown = bench.account;
  unknown.remote_id.clear();
  CHECK(bench.mastodon.read_timeline(unknown, {kNow, ""}, bench.context).error().kind == ErrorKind::sign_in);
}

TEST_CASE("a server that gives one page again and again leaves the rest unread, and it is said") {
  TimelineBench bench;
  for (int i = 0; i < 50; ++i) bench.server.add("number " + std::to_string(i), kNow - Seconds{3000 - 60 * i});
  bench.server.ignores_max_id = true;

  const TimelineReading reading = bench.read();

  CHECK(reading.cursor == kUnpagedCursor);
  CHECK_FALSE(reading.full);
  CHECK(reading.items.size() == 40);
  CHECK(reading.complete.from == kNow - Seconds{3000 - 60 * 10} + Seconds{1});
  // What the one page reaches back to is read like anywhere.
  const TimelineReading recent = bench.read("", Seconds{1800});
  CHECK(recent.cursor != kUnpagedCursor);
  CHECK(recent.full);
}

TEST_CASE("a post that comes in while pages are read makes no server one that doesn't page, nor hides one") {
  for (const bool ignores : {false, true}) {
    TimelineBench bench;
    for (int i = 0; i < 100; ++i) bench.server.add("number " + std::to_string(i), kNow - Seconds{6000 - 60 * i});
    bench.server.ignores_max_id = ignores;
    bench.server.after_listing = [&bench] {
      if (bench.server.statuses.size() == 100) bench.server.add("meanwhile", kNow);
    };

    const TimelineReading reading = bench.read();

    CHECK((reading.cursor == kUnpagedCursor) == ignores);
    CHECK(reading.full != ignores);
    std::set<std::string> ids;
    for (const auto& item : reading.items) ids.insert(item.remote_id);
    CHECK(ids.size() == reading.items.size());
    CHECK(ids.size() >= (ignores ? 40U : 100U));
  }
}

TEST_CASE("Pixelfed calls every app web, so its posts tell none") {
  TimelineBench bench(Software::pixelfed);
  bench.server.add("by hand", kNow - Seconds{60});
  CHECK(bench.read().items.at(0).client.empty());
  TimelineBench gotosocial(Software::gotosocial);
  gotosocial.server.add("by hand", kNow - Seconds{60}, "unknown application");
  CHECK(gotosocial.read().items.at(0).client.empty());
}
