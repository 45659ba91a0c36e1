// Mastodon's own timeline, and what it tells of posts whose answer was lost.
#include <set>

#include <postq/core/unpaged.h>

#include "platforms/mastodon_fixture.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Software = FakeMastodon::Software;
using Kind = Settlement::Kind;

struct TimelineBench : MastodonBench {
  using MastodonBench::MastodonBench;

  TimelineReading read(const std::string& cursor = "", Seconds back = std::chrono::hours{24 * 14}) {
    http.requests.clear();
    const auto reading = mastodon.read_timeline(account, {now - back, cursor}, outside);
    REQUIRE(reading);
    return *reading;
  }

  // A post whose answer is lost; `taken` false: the server never got it.
  Attempt lose(const std::string& text, bool taken = true, const std::string& reply_to = "") {
    Content content = mastodon.render(account, draft_of({text}));
    content.reply_to = reply_to.empty() ? "" : "https://fake.example/1";
    content.reply_ref = reply_to;
    const ApprovedDelivery delivery = approved(content);
    const Outgoing sent = outgoing(delivery);
    Attempt attempt = lost(sent);
    if (taken) {
      server.after_creating(Behaviour::answer(504, "<html>"));
    } else {
      server.instead(Behaviour::answer(504, "<html>"));
    }
    CHECK(mastodon.send(account, delivery, sent, outside).outcome == Outcome::unconfirmed);
    return attempt;
  }

  Settlement settle(const Attempt& attempt) {
    return mastodon.settle(account, approved(mastodon.render(account, draft_of({"any"}))), attempt, {}, outside);
  }
};

}  // namespace

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
    const auto reading = bench.mastodon.read_timeline(bench.account, {kNow - Seconds{3600}, ""}, bench.outside);
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
  CHECK(bench.mastodon.read_timeline(unknown, {kNow, ""}, bench.outside).error().kind == ErrorKind::sign_in);
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

TEST_CASE("where one page is all that is shown, absence is proved only back to its oldest post") {
  TimelineBench bench;
  bench.server.ignores_max_id = true;
  bench.server.add("one from long before, which shows how far the page reaches", kNow - Seconds{7200});
  const Attempt attempt = bench.lose("hello from the other side", false);
  bench.now += std::chrono::hours{2};
  for (int i = 0; i < 45; ++i) {
    bench.server.add("a post about something else, number " + std::to_string(i), kNow + Seconds{600 + 60 * i});
  }

  CHECK(bench.settle(attempt).kind == Kind::undecided);
  bench.server.statuses.resize(30);
  CHECK(bench.settle(attempt).kind == Kind::absent);
}

TEST_CASE("Pixelfed calls every app web, so its posts tell none") {
  TimelineBench bench(Software::pixelfed);
  bench.server.add("by hand", kNow - Seconds{60});
  CHECK(bench.read().items.at(0).client.empty());
  TimelineBench gotosocial(Software::gotosocial);
  gotosocial.server.add("by hand", kNow - Seconds{60}, "unknown application");
  CHECK(gotosocial.read().items.at(0).client.empty());
}

TEST_CASE("a lost post that is there is found, whatever the server made of its text") {
  for (const Software software : {Software::mastodon, Software::gotosocial}) {
    TimelineBench bench(software);
    bench.server.add("something else entirely, about birds and bees and trees", kNow - Seconds{3000});
    const Attempt attempt =
        bench.lose("Hi @bob@elsewhere.example & all,\n\n#Oak: https://example.org/" + std::string(40, 'x') + " <3");

    const Settlement found = bench.settle(attempt);

    REQUIRE(found.kind == Kind::sent);
    CHECK(found.receipt.remote_id == bench.server.statuses.back().id);
    CHECK(found.receipt.url == "https://fake.example/@anna/" + bench.server.statuses.back().id);
    CHECK(found.receipt.sent_at == kNow);
  }
}

TEST_CASE("a lost post is absent only a while after it could have appeared") {
  TimelineBench bench;
  const Attempt attempt = bench.lose("hello from the other side", false);
  bench.server.add("another post, by hand and about nothing at all", kNow);

  CHECK(bench.settle(attempt).kind == Kind::undecided);
  bench.now += Seconds{15 * 60};
  CHECK(bench.settle(attempt).kind == Kind::undecided);
  bench.now += Seconds{30};
  CHECK(bench.settle(attempt).kind == Kind::absent);

  Attempt unended = attempt;
  unended.ended_at.reset();
  CHECK(bench.settle(unended).kind == Kind::undecided);
}

TEST_CASE("what can't be read proves nothing") {
  TimelineBench bench;
  const Attempt attempt = bench.lose("hello from the other side", false);
  bench.now += std::chrono::hours{1};
  for (const Behaviour& behaviour : {Behaviour::answer(503), Behaviour::answer(200, ""), Behaviour::answer(200, "[{"),
                                     Behaviour::answer(401), Behaviour::fault(Behaviour::Act::reset),
                                     Behaviour::answer(200, "[]").with("Date", "Sun, 22 Nov 2026 23:00:00 GMT")}) {
    bench.server.instead(behaviour);
    CHECK(bench.settle(attempt).kind == Kind::undecided);
  }
  Attempt broken = attempt;
  broken.request = "half";
  CHECK(bench.settle(broken).kind == Kind::undecided);
  CHECK(bench.settle({}).kind == Kind::undecided);
  CHECK(bench.settle(attempt).kind == Kind::absent);
}

TEST_CASE("two posts with the same words, or one long after, are left to a person") {
  TimelineBench bench;
  const Attempt attempt = bench.lose("hello");
  bench.server.add("hello", kNow + Seconds{60});
  bench.now += std::chrono::hours{2};
  CHECK(bench.settle(attempt).kind == Kind::undecided);

  TimelineBench later;
  const Attempt missed = later.lose("hello", false);
  later.now += std::chrono::hours{2};
  later.server.add("hello", later.now - Seconds{60});
  CHECK(later.settle(missed).kind == Kind::undecided);
}

TEST_CASE("an older post with the same words isn't taken for the lost one") {
  TimelineBench bench;
  bench.server.add("good morning", kNow - std::chrono::hours{24});
  const Attempt attempt = bench.lose("good morning", false);
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(attempt).kind == Kind::absent);
}

TEST_CASE("a part of a thread is told from another part with the same words") {
  TimelineBench bench;
  auto& first = bench.server.add("...", kNow, "postq");
  const std::string root = first.id;
  const Attempt second = bench.lose("...", false, root);
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(second).kind == Kind::absent);

  bench.now = kNow;
  const Attempt third = bench.lose("...", true, root);
  const Settlement found = bench.settle(third);
  REQUIRE(found.kind == Kind::sent);
  CHECK(found.receipt.remote_id != root);
}

TEST_CASE("an answer to a post that was deleted since is still an answer, and its part of a thread no post") {
  TimelineBench bench;
  bench.server.add("to somebody", kNow - Seconds{60}).reply_to_account = "666";
  bench.server.add("part two", kNow - Seconds{30}).reply_to_account = "109";
  const TimelineReading reading = bench.read();
  CHECK(reading.items.at(1).kind == TimelineKind::reply);
  CHECK(reading.items.at(0).kind == TimelineKind::own_reply);

  const std::string root = bench.server.add("a question", kNow).id;
  const Attempt attempt = bench.lose("an answer", true, root);
  bench.server.statuses.back().reply_to.clear();
  CHECK(bench.settle(attempt).kind == Kind::sent);
}

TEST_CASE("where a server shows Markdown, the source tells") {
  TimelineBench bench(Software::gotosocial);
  const Attempt attempt = bench.lose("this is *very* important, so do read on");
  bench.server.statuses.back().html = "<p>this is <em>very</em> important, so do read on</p>";
  CHECK(bench.settle(attempt).kind == Kind::sent);

  bench.server.statuses.back().text = "this is very important, so do read on now";
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(attempt).kind == Kind::undecided);
}

TEST_CASE("a lost post that was edited since is known by its first words") {
  for (const bool has_history : {true, false}) {
    TimelineBench bench;
    bench.server.has_history = has_history;
    const Attempt attempt = bench.lose("the spring release is out and has a frost warning");
    bench.server.edit(bench.server.statuses.back().id, "the kettle is on");
    bench.now += std::chrono::hours{1};

    const Settlement found = bench.settle(attempt);

    CHECK(found.kind == (has_history ? Kind::sent : Kind::undecided));
    if (has_history) CHECK(found.receipt.remote_id == bench.server.statuses.back().id);
  }

  // Another one that was edited is still another one, and one that resembles it proves nothing.
  TimelineBench bench;
  const Attempt attempt = bench.lose("the spring release is out and has a frost warning", false);
  const std::string other = bench.server.add("walked along the river and saw three herons", kNow).id;
  bench.server.edit(other, "walked along the river and saw four herons");
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(attempt).kind == Kind::absent);
  const std::string alike = bench.server.add("the spring release is out and has a frost warning, too", kNow).id;
  bench.server.edit(alike, "walked home");
  CHECK(bench.settle(attempt).kind == Kind::undecided);
}

TEST_CASE("a lost post with pictures is known by them") {
  TimelineBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  const auto prepared = bench.mastodon.prepare(bench.account, delivery, {1, "key", {}, {}, kNow}, bench.outside);
  REQUIRE(prepared);
  const Outgoing outgoing = bench.outgoing(delivery, 1, {}, prepared->uploads);
  const Attempt attempt = bench.lost(outgoing);
  bench.server.add("look", kNow);  // the same words without the picture
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(attempt).kind == Kind::undecided);
  bench.now = kNow;
  bench.server.after_creating(Behaviour::answer(502));
  REQUIRE(bench.mastodon.send(bench.account, delivery, outgoing, bench.outside).outcome == Outcome::unconfirmed);

  const Settlement found = bench.settle(attempt);

  REQUIRE(found.kind == Kind::sent);
  CHECK(found.receipt.remote_id == bench.server.statuses.back().id);
}

TEST_CASE("Pixelfed's answers are looked for below what they answer, and never proved absent") {
  TimelineBench bench(Software::pixelfed);
  const std::string root = bench.server.add("a picture", kNow - Seconds{600}).id;
  const Attempt there = bench.lose("thank you", true, root);
  CHECK(bench.settle(there).kind == Kind::sent);

  const Attempt nowhere = bench.lose("thank you all for your many kind words", false, root);
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(nowhere).kind == Kind::undecided);
}
