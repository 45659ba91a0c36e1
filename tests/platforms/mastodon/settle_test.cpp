// What Mastodon's list of own posts tells of posts whose answer was lost.
#include "platforms/mastodon/timeline_bench.h"

using namespace postq;
using namespace postq::testing;

using Software = FakeMastodon::Software;
using Kind = Settlement::Kind;

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
  bench.server.add("hello", kNow + Seconds{60}, "Web");
  bench.now += std::chrono::hours{2};
  CHECK(bench.settle(attempt).kind == Kind::sent);  // the other one tells that somebody wrote it by hand
  bench.server.add("hello", kNow + Seconds{90}, "postq");
  const Settlement both = bench.settle(attempt);
  CHECK(both.kind == Kind::undecided);
  CHECK(both.candidates.size() == 2);

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
  const std::string alike =
      bench.server.add("the spring release is out and has a frost warning, too", kNow, "postq").id;
  bench.server.edit(alike, "walked home");
  CHECK(bench.settle(attempt).kind == Kind::undecided);
}

TEST_CASE("a lost post with pictures is known by them") {
  TimelineBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  const auto prepared = bench.mastodon.prepare(bench.account, delivery, {1, "key", {}, {}, kNow}, bench.context);
  REQUIRE(prepared);
  const PreparedRequest outgoing = bench.outgoing(delivery, 1, {}, prepared->uploads);
  const Attempt attempt = bench.lost(outgoing);
  bench.server.add("look", kNow);  // the same words without the picture
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle(attempt).kind == Kind::undecided);
  bench.now = kNow;
  bench.server.after_creating(Behaviour::answer(502));
  REQUIRE(bench.mastodon.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::unconfirmed);

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

namespace {

// A server whose software nobody knows, which doesn't say reliably what wrote a post.
struct UnknownServer : TimelineBench {
  UnknownServer() {
    server.version = "2.7.2 (compatible; Akkoma 3.10.4)";
    server.software_name = "akkoma";
    server.app = "";
    sign_in();
  }
};

constexpr auto kNews =
    "Hi @bob@elsewhere.example, the *spring release* of our planner is out :tada: & has <b>frost</b> warnings";

}  // namespace

TEST_CASE("a lost post is found by its source, whatever its server makes of the text") {
  const std::vector<std::string> rendered{
      "<p>Hi <a>@bob</a>, the <em>spring release</em> of our planner is out :tada: &amp; has <b>frost</b> warnings</p>",
      "<p>Hi @bob@elsewhere.example, the *spring release* of our planner is out <img alt=\"\" src=\"x\"> &amp;amp; has "
      "&amp;lt;b&amp;gt;frost&amp;lt;/b&amp;gt; warnings</p>",
      "<p>This post was hidden by its server.</p>"};
  for (const auto& html : rendered) {
    UnknownServer bench;
    bench.server.render = [&](const std::string&) { return html; };
    Attempt attempt = bench.lose(kNews);
    bench.now += std::chrono::hours{1};

    const Settlement found = bench.settle_on(attempt);

    INFO(html);
    REQUIRE(found.kind == Kind::sent);
    CHECK(found.receipt.remote_id == bench.server.statuses.back().id);
  }
}

TEST_CASE(
    "where a server keeps the source to itself, what shares a longer word with the lost post is left to a person") {
  UnknownServer bench;
  bench.server.has_source = false;
  bench.server.render = [](const std::string& text) {
    return text == kNews ? "<p>Hello Bob! The <em>spring release</em> of our 📅 is out 🎉</p>" : "<p>" + text + "</p>";
  };
  Attempt attempt = bench.lose(kNews);
  bench.server.add("walked along the river and saw three herons standing there", kNow, "");
  bench.now += std::chrono::hours{1};

  const Settlement found = bench.settle_on(attempt);

  CHECK(found.kind == Kind::undecided);
  const std::string address = "https://fake.example/@anna/" + bench.server.statuses.front().id;
  CHECK(found.candidates == std::vector{address});
  CHECK(found.detail == "fake.example has a post that may be it: " + address);
}

TEST_CASE("a list that leaves out private and direct posts proves nothing about them") {
  for (const std::string visibility : {"private", "direct", "unlisted"}) {
    UnknownServer bench;
    bench.server.unlisted = {visibility};
    Attempt attempt = bench.lose(kNews, true, "", visibility);
    bench.now += std::chrono::hours{1};
    INFO(visibility);
    CHECK(bench.settle_on(attempt).kind == Kind::undecided);
    CHECK(bench.settle_on(attempt).detail ==
          "not on fake.example, whose list is not known to show " + visibility + " posts");

    // It once showed one, or shows one now.
    Attempt missed = attempt;
    bench.server.statuses.clear();
    bench.seen = {visibility};
    CHECK(bench.settle_on(missed).kind == Kind::absent);
    bench.seen.clear();
    bench.server.unlisted.clear();
    bench.server.add("walked along the river and saw three herons", kNow, "").visibility = visibility;
    CHECK(bench.settle_on(missed).kind == Kind::absent);
  }
  TimelineBench known;
  Attempt attempt = known.lose(kNews, false, "", "direct");
  known.now += std::chrono::hours{1};
  CHECK(known.settle_on(attempt).kind == Kind::absent);
  TimelineBench pixelfed(Software::pixelfed);
  Attempt followers = pixelfed.lose(kNews, false, "", "private");
  pixelfed.now += std::chrono::hours{1};
  CHECK(pixelfed.settle_on(followers).kind == Kind::absent);
}

TEST_CASE("a series settles, since its other posts have receipts") {
  for (const bool known_software : {true, false}) {
    TimelineBench bench;
    if (!known_software) bench.server.version = "2.7.2 (compatible; Akkoma 3.10.4)";
    bench.sign_in();
    const std::string before = bench.server.add("Episode 11 of our little show is out", kNow, "postq").id;
    Attempt attempt = bench.lose("Episode 12 of our little show is out", false);
    const std::string after = bench.server.add("Episode 13 of our little show is out", kNow + Seconds{60}, "postq").id;
    bench.now += std::chrono::hours{1};

    const Settlement unexplained = bench.settle_on(attempt);
    bench.explained = {before, after};
    const Settlement explained = bench.settle_on(attempt);

    CHECK(unexplained.kind == Kind::undecided);
    CHECK(unexplained.candidates.size() == 2);
    CHECK(explained.kind == Kind::absent);
  }
}

TEST_CASE("of a short post only the app tells that another one is another") {
  TimelineBench bench;
  Attempt attempt = bench.lose("good morning", false);
  bench.server.add("walked along the river and saw three herons", kNow, "Tusky");
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle_on(attempt).kind == Kind::absent);

  UnknownServer unknown;
  Attempt unclear = unknown.lose("good morning", false);
  const std::string other = unknown.server.add("walked along the river and saw three herons", kNow, "Tusky").id;
  unknown.now += std::chrono::hours{1};
  CHECK(unknown.settle_on(unclear).kind == Kind::undecided);
  unknown.explained = {other};  // it was seen before the intent
  CHECK(unknown.settle_on(unclear).kind == Kind::absent);
}

TEST_CASE("an app is another one only beside the one that our token belongs to") {
  TimelineBench bench;
  bench.server.app = "my little app";
  Attempt attempt = bench.lose("good morning", false);
  bench.server.add("good evening", kNow, "my little app");
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle_on(attempt).kind == Kind::undecided);
  CHECK(bench.asked_for("/apps/verify_credentials") == 1);
  CHECK(bench.settle_on(attempt).kind == Kind::undecided);
  CHECK(bench.asked_for("/apps/verify_credentials") == 0);

  // The same words by another app may be its author's own way to mend it.
  bench.server.statuses.clear();
  bench.server.add("good morning", kNow, "Tusky");
  CHECK(bench.settle_on(attempt).kind == Kind::undecided);
}

TEST_CASE("a lost picture without words is told from others by their number alone") {
  UnknownServer bench;
  Draft draft = draft_of({""});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  const auto prepared = bench.mastodon.prepare(bench.account, delivery, {1, "key", {}, {}, kNow}, bench.context);
  REQUIRE(prepared);
  Attempt attempt = bench.lost(bench.outgoing(delivery, 1, {}, prepared->uploads));
  bench.server.add("words alone", kNow, "");
  bench.server.add("", kNow, "").media = {"901", "902"};
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle_on(attempt).kind == Kind::absent);

  bench.server.add("", kNow, "").media = {"903"};
  CHECK(bench.settle_on(attempt).kind == Kind::undecided);
}

TEST_CASE("part three of five is told from the others by what it answers") {
  UnknownServer bench;
  std::vector<std::string> ids;
  for (const std::string text : {"one", "two"}) {
    auto& part = bench.server.add(text, kNow, "");
    if (!ids.empty()) part.reply_to = ids.back();
    if (!ids.empty()) part.reply_to_account = "109";
    ids.push_back(part.id);
  }
  bench.explained = ids;
  Attempt attempt = bench.lose("three", false, ids.back());
  auto& elsewhere = bench.server.add("below something else", kNow, "");
  elsewhere.reply_to = ids.front();
  elsewhere.reply_to_account = "109";
  bench.now += std::chrono::hours{1};
  CHECK(bench.settle_on(attempt).kind == Kind::absent);

  Attempt taken = bench.lose("three", true, ids.back());
  CHECK(bench.settle_on(taken).kind == Kind::sent);
}

TEST_CASE("ten questions a look add up") {
  UnknownServer bench;
  Attempt attempt = bench.lose(kNews, false);
  for (int i = 0; i < 23; ++i)
    bench.server.add("walked along the river for the time number " + std::to_string(i), kNow, "");
  bench.now += std::chrono::hours{1};

  std::vector<Kind> kinds;
  for (int look = 0; look < 3; ++look) {
    kinds.push_back(bench.settle_on(attempt).kind);
    CHECK(bench.asked_for("/source") == (look == 2 ? 3U : 10U));
  }

  CHECK(kinds == std::vector{Kind::undecided, Kind::undecided, Kind::absent});
}

TEST_CASE("ten posts that may be it are told with their addresses, and none is asked for again") {
  UnknownServer bench;
  Attempt attempt = bench.lose(kNews, false);
  for (int i = 0; i < 12; ++i) bench.server.add("another release, number " + std::to_string(i), kNow, "");
  bench.now += std::chrono::hours{1};

  bench.settle_on(attempt);
  bench.settle_on(attempt);
  const Settlement found = bench.settle_on(attempt);

  CHECK(bench.asked_for("/source") == 0);
  CHECK(found.kind == Kind::undecided);
  CHECK(found.candidates.size() == 5);
  CHECK(found.detail.starts_with("fake.example has 12 posts that may be it: https://fake.example/@anna/"));
}

TEST_CASE("a question that got no answer is asked again, and what was kept may be anything") {
  UnknownServer bench;
  Attempt attempt = bench.lose(kNews, false);
  bench.server.add("walked along the river and saw three herons", kNow, "");
  bench.now += std::chrono::hours{1};
  int questions = 0;
  const auto honest = bench.http.otherwise;
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    if (!request.url.ends_with("/source") || ++questions > 1) return honest(request);
    return HttpAnswer{503, {}, ""};
  };
  attempt.looked = GENERATE("", "{", "[1]", R"({"app":7,"other":"x","same":[1,{}]})");

  CHECK(bench.settle_on(attempt).kind == Kind::undecided);
  CHECK(bench.settle_on(attempt).kind == Kind::absent);
}
