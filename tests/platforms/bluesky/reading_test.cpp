// Bluesky: what is looked up before review, and the timeline.
#include <set>

#include <postq/core/unpaged.h>

#include "platforms/bluesky/fixture.h"
#include "platforms/bluesky/tid.h"
#include "support/catch.h"
#include "support/fault_server.h"
#include "system/http/curl_client.h"

using namespace postq;
using namespace postq::testing;

namespace {

constexpr const char* kBob = "did:plc:bobbobbobbobbobbobbobbob";
constexpr const char* kRootCid = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454";

struct ReadingBench : BlueskyBench {
  ReadingBench() { pds.handles["bob.test"] = kBob; }

  Result<Content> look_up(const Draft& draft) {
    return bluesky.resolve(account, bluesky.render(account, draft), context);
  }
  Content::Part look_up(const std::string& text) {
    const auto content = look_up(draft_of({text}));
    must(content);
    return content->parts[0];
  }
  Result<TimelineReading> timeline(Seconds back = Seconds{86'400}) {
    return bluesky.read_timeline(account, {now - back, ""}, context);
  }
  Result<TimelineReading> go_on(const std::string& cursor, Seconds back = Seconds{14 * 86'400}) {
    return bluesky.read_timeline(account, {kNow - back, cursor}, context);
  }
};

std::string html(const std::string& head) {
  return "<!doctype html><html><head>" + head + "</head><body></body></html>";
}

}  // namespace

TEST_CASE("only what has something to look up waits for it") {
  ReadingBench bench;
  const auto resolved = [&](const Draft& draft) { return bench.bluesky.render(bench.account, draft).resolved; };

  CHECK(resolved(draft_of({"hello #world"})));
  CHECK_FALSE(resolved(draft_of({"hello @bob.test"})));
  CHECK_FALSE(resolved(draft_of({"see https://example.org"})));
  Draft reply = draft_of({"yes"});
  reply.reply_to = "https://bsky.app/profile/bob.test/post/3jzfcijpj2z2a";
  CHECK_FALSE(resolved(reply));
  // A post with pictures has no room for a card.
  Draft picture = draft_of({"see https://example.org"});
  picture.parts[0].media = {bench.media.add("x", "oak.png", "image/png", "an oak")};
  CHECK(resolved(picture));
}

TEST_CASE("mentions get the person's id, and names that nobody has stay text") {
  ReadingBench bench;

  const Content::Part part = bench.look_up("with @bob.test, not @nobody.test or @bob.test.");

  REQUIRE(part.facets.size() == 2);
  CHECK(part.facets[0].target == kBob);
  CHECK(part.text.substr(part.facets[0].begin, part.facets[0].end - part.facets[0].begin) == "@bob.test");
  CHECK(part.facets[1].target == kBob);
  CHECK(part.text == "with @bob.test, not @nobody.test or @bob.test.");
}

TEST_CASE("a mention of nobody is said to the reviewer, once it was looked up") {
  ReadingBench bench;
  const Content open = bench.bluesky.render(bench.account, draft_of({"with @bob.test, not @nobody.test @nobody.test"}));
  CHECK(bench.bluesky.problems(bench.account, open).empty());

  const auto resolved = bench.bluesky.resolve(bench.account, open, bench.context);

  REQUIRE(resolved);
  const auto problems = bench.bluesky.problems(bench.account, *resolved);
  REQUIRE(problems.size() == 1);
  CHECK_FALSE(problems[0].fatal);
  CHECK(problems[0].kind == "mention");
  CHECK(problems[0].message == "@nobody.test is nobody on Bluesky, and stays plain text");
}

TEST_CASE("nothing goes out while a mention or the post to answer isn't looked up") {
  ReadingBench bench;
  const auto body = [&](const Content& content) {
    PartContext facts;
    facts.now = kNow;
    return bench.bluesky.body(bench.account, approved(content), facts);
  };
  const Content mention = bench.bluesky.render(bench.account, draft_of({"with @bob.test"}));
  Draft draft = draft_of({"yes"});
  draft.reply_to = "https://bsky.app/profile/bob.test/post/3jzfcijpj2z2a";

  REQUIRE_FALSE(body(mention));
  CHECK(body(mention).error().kind == ErrorKind::refused);
  CHECK_FALSE(body(bench.bluesky.render(bench.account, draft)));
  CHECK(body(*bench.bluesky.resolve(bench.account, mention, bench.context)));
}

TEST_CASE("a name that can't be looked up now is no name that nobody has") {
  ReadingBench bench;
  bench.pds.instead("com.atproto.identity.resolveHandle", Behaviour::answer(502));

  const auto content = bench.look_up(draft_of({"with @bob.test"}));

  REQUIRE_FALSE(content);
  CHECK(content.error().kind == ErrorKind::try_later);
}

TEST_CASE("a link gets a card, fetched before review and sent as it was reviewed") {
  ReadingBench bench;
  bench.pds.pages["/release"] = {
      html("<title>no</title><meta property=\"og:title\" content=\"Release 2.1 &amp; more\">"
           "<meta property='og:description' content='What is new'>"
           "<meta property=og:image content=/card.png>")};
  bench.pds.pages["/card.png"] = {small_png(), "image/png", 200, ""};

  auto content = bench.look_up(draft_of({"out: https://example.org/release and https://example.org/other"}));
  REQUIRE(content);
  const auto& card = content->parts[0].card;
  REQUIRE(card);
  CHECK(card->url == "https://example.org/release");
  CHECK(card->title == "Release 2.1 & more");
  CHECK(card->description == "What is new");
  REQUIRE(card->thumbnail);
  bench.pds.pages.clear();
  REQUIRE(bench.send(approved(*content)).outcome == Outcome::sent);

  const auto external = bench.only_record()["embed"]["external"];
  CHECK(external["uri"] == "https://example.org/release");
  CHECK(external["title"] == "Release 2.1 & more");
  CHECK(external["thumb"]["size"] == small_png().size());
}

TEST_CASE("a page that gives no card takes nothing away, and says why") {
  ReadingBench bench;
  const auto why = [&](const FakePds::Page& page) {
    bench.pds.pages["/page"] = page;
    const auto part = bench.look_up("see https://example.org/page");
    CHECK_FALSE(part.card);
    return part.no_card;
  };
  const std::string titled = html("<title>Title</title>");
  bench.pds.pages["/page"] = {titled};
  CHECK(bench.look_up("see https://example.org/page").card);
  CHECK(bench.look_up("see https://example.org/page").no_card.empty());
  CHECK(why({titled, "text/html", 404, ""}) == "example.org says 404");
  CHECK(why({titled, "application/pdf", 200, ""}) == "it is no web page, but application/pdf");
  CHECK(why({html("no title")}) == "the page has no title");
  CHECK(why({""}) == "the page has no title");
  CHECK(why({"", "text/html", 302, "https://example.org/page"}) == "example.org leads from page to page");
  CHECK(why({"", "text/html", 302, "javascript:alert(1)"}) == "example.org leads to an address that can't be asked");
  CHECK_FALSE(bench.look_up("see https://example.org/gone").card);
  bench.http.next_failure(HttpFailure::Sent::not_sent, ErrorKind::config, "example.org is a private address");
  CHECK(bench.look_up("see https://example.org/page").no_card == "example.org is a private address");
}

TEST_CASE("a page that goes live behind a first look gets its card at the next one") {
  ReadingBench bench;
  bench.pds.pages["/page"] = {"", "text/html", 404, ""};
  Content content = bench.bluesky.render(bench.account, draft_of({"see https://example.org/page"}));
  const auto first = bench.bluesky.resolve(bench.account, content, bench.context);
  REQUIRE(first);
  CHECK(first->parts[0].no_card == "example.org says 404");
  CHECK(content_from_document(document_of(*first)).value() == *first);

  bench.pds.pages["/page"] = {html("<title>Title</title><meta property=og:image content=/gone.png>")};
  const auto second = bench.bluesky.resolve(bench.account, *first, bench.context);
  REQUIRE(second);
  REQUIRE(second->parts[0].card);
  CHECK_FALSE(second->parts[0].card->thumbnail);
  CHECK(second->parts[0].no_card == "example.org says 404");
}

TEST_CASE("a card follows redirects, and leads to the link as it was written") {
  ReadingBench bench;
  bench.pds.pages["/old"] = {"", "text/html", 301, "/new/"};
  bench.pds.pages["/new/"] = {html("<title>New</title><meta property=og:image content=card.png>")};
  bench.pds.pages["/new/card.png"] = {small_png(), "image/png", 200, ""};

  const auto card = bench.look_up("http://example.org/old").card;

  REQUIRE(card);
  CHECK(card->url == "http://example.org/old");
  CHECK(card->title == "New");
  CHECK(card->thumbnail);
  for (const auto& request : bench.http.requests) CHECK(request.url.starts_with("https://"));
}

TEST_CASE("addresses with letters beyond ASCII are asked for as they go over the wire") {
  ReadingBench bench;
  bench.pds.pages["/%D0%B4%D0%B5%D1%80%D0%B5%D0%B2%D0%BE"] = {
      html("<title>Tree</title><meta property=og:image content='/ein%20Bild/\u00e4 b.png'>")};
  bench.pds.pages["/ein%20Bild/%C3%A4%20b.png"] = {small_png(), "image/png", 200, ""};

  const auto card = bench.look_up("see https://b\u00fccher.example/\u0434\u0435\u0440\u0435\u0432\u043e").card;

  REQUIRE(card);
  CHECK(card->url == "https://b\u00fccher.example/\u0434\u0435\u0440\u0435\u0432\u043e");
  CHECK(card->title == "Tree");
  CHECK(card->thumbnail);
  for (const auto& request : bench.http.requests) CHECK(request.url.starts_with("https://xn--bcher-kva.example/"));
}

TEST_CASE("a card goes without its picture when that is none") {
  ReadingBench bench;
  bench.pds.pages["/page"] = {html("<title>Title</title><meta property=og:image content=/card.png>")};
  const auto thumbnail = [&](const FakePds::Page& picture) {
    bench.pds.pages["/card.png"] = picture;
    const auto card = bench.look_up("see https://example.org/page").card;
    REQUIRE(card);
    return card->thumbnail.has_value();
  };
  CHECK(thumbnail({small_png(), "image/png", 200, ""}));
  std::string absurd = small_png();
  absurd.replace(16, 8, std::string(8, '\x7f'));  // width and height
  CHECK_FALSE(thumbnail({absurd, "image/png", 200, ""}));
  CHECK_FALSE(thumbnail({"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 200, ""}));
  CHECK_FALSE(thumbnail({"", "image/png", 200, ""}));
  CHECK_FALSE(thumbnail({"gone", "image/png", 404, ""}));
  CHECK_FALSE(thumbnail({small_png() + std::string(1'000'000, 'x'), "image/png", 200, ""}) == true);
}

TEST_CASE("a card's words are short in bytes too, and hide nothing") {
  ReadingBench bench;
  const auto card = [&](const std::string& head) {
    bench.pds.pages["/page"] = {html(head)};
    const auto found = bench.look_up("see https://example.org/page").card;
    REQUIRE(found);
    CHECK(is_valid_utf8(found->title));
    CHECK(is_valid_utf8(found->description));
    CHECK_FALSE(has_hidden_characters(found->title));
    CHECK_FALSE(has_hidden_characters(found->description));
    CHECK(found->title.size() <= 3000);
    CHECK(found->description.size() <= 10'000);
    return *found;
  };
  const auto many = [](const std::string& what, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += what;
    return text;
  };
  // Thousands of marks on one letter, behind a word, and a family without an end.
  const std::string mark = "\xCC\x81";
  CHECK(card("<title>a" + many(mark, 100'000) + "</title>").title.size() > 2900);
  CHECK(card("<title>word a" + many(mark, 100'000) + "</title>").title == "word ");
  card("<title>" + many("\xF0\x9F\x91\xA8\xE2\x80\x8D", 20'000) + "</title>");
  const auto both = card("<title>t</title><meta name=description content='" + many("e" + many(mark, 20), 2000) + "'>");
  CHECK(both.description.size() > 9900);
  CHECK(count_graphemes(both.description) == 10'000 / 41);
  CHECK(card("<title>abc&#x202e;gpj.exe &#155;31m&#xfeff;&#xe0041;</title>").title.starts_with("abc<U+202E>gpj.exe"));
  CHECK(card("<title>" + many("\xE2\x80\xAE", 5000) + "</title>").title.size() == 300);
}

TEST_CASE("what may be reached is what the settings name: no card, picture or document leads elsewhere") {
  ReadingBench bench;
  bench.account.settings["allow_private"] = "yes";
  bench.account.settings["plc"] = "https://plc.test";
  REQUIRE(bench.bluesky.check_settings(bench.account));
  const std::string own = bench.pds.origin;
  bench.pds.pages["/own"] = {html("<title>Own</title><meta property=og:image content='https://inside.test/x.png'>")};
  bench.pds.pages["/away"] = {"", "text/html", 302, own + ":8443/own"};
  bench.pds.pages["/shutdown"] = {html("<title>Inside</title>")};
  bench.pds.pages[std::string("/") + kBob] = {
      R"({"service":[{"id":"#atproto_pds","serviceEndpoint":"https://10.0.0.1"}]})", "application/json", 200, ""};
  const auto ask = [&](const std::string& text, const std::string& reply_to = "") {
    Draft draft = draft_of({text});
    draft.reply_to = reply_to;
    (void)bench.look_up(draft);
  };
  bench.http.requests.clear();
  ask("a page of our own: " + own + "/own");
  ask("one that leads to another port: " + own + "/away");
  ask("a stranger's: https://example.org/shutdown");
  ask("this machine's: http://127.0.0.1:6379/shutdown");
  ask("the metadata of a cloud: https://169.254.169.254/latest");
  ask("an answer", std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2b");
  ask("an answer", "at://did:web:127.0.0.1%3A6379/app.bsky.feed.post/3jzfcijpj2z2b");
  ask("with @bob.test");

  std::set<std::string> own_paths;
  for (const auto& request : bench.http.requests) {
    INFO(request.url);
    const bool named = request.url.starts_with(own + "/") || request.url.starts_with("https://plc.test/");
    CHECK(request.allow_private == named);
    if (named) own_paths.insert(request.url.substr(request.url.find('/', 8)));
  }
  CHECK(own_paths.contains("/own"));
  CHECK(own_paths.contains("/away"));
  CHECK(own_paths.contains(std::string("/") + kBob));
  // Where it isn't given, nobody gets it.
  bench.account.settings.erase("allow_private");
  bench.http.requests.clear();
  ask("a page of our own: " + own + "/own");
  for (const auto& request : bench.http.requests) CHECK_FALSE(request.allow_private);
}

TEST_CASE("over the wire, a hostile page reaches nothing on this machine but the server that the settings name") {
  ReadingBench bench;
  FaultServer inside([](const ReceivedRequest&) { return Behaviour::html(); });
  const std::string own = bench.pds.listen();
  bench.account.settings = {{"handle", bench.pds.handle}, {"url", own}, {"allow_private", "yes"}};
  REQUIRE(bench.bluesky.check_settings(bench.account));
  const auto client = make_curl_client({});
  PlatformContext wire{*client, bench.secrets, bench.media, [&] { return bench.now; }, {}};
  const auto card = [&](const std::string& path) {
    const Draft draft = draft_of({"see " + own + path});
    const auto content = bench.bluesky.resolve(bench.account, bench.bluesky.render(bench.account, draft), wire);
    REQUIRE(content);
    return content->parts[0].card;
  };
  const std::string port = std::to_string(inside.port());
  bench.pds.pages["/plain"] = {html("<title>Hello</title>")};
  bench.pds.pages["/picture"] = {
      html("<title>Picture</title><meta property=og:image content='" + inside.url("/shutdown") + "'>")};
  CHECK(card("/plain"));
  CHECK(card("/picture"));
  for (const auto& address :
       {inside.url("/shutdown"), "http://2130706433:" + port + "/", "http://localhost:" + port + "/",
        "http://[::ffff:127.0.0.1]:" + port + "/", "http://127.1:" + port + "/"}) {
    bench.pds.pages["/away"] = {"", "text/html", 302, address};
    CHECK_FALSE(card("/away"));
  }
  Draft draft = draft_of({"an answer"});
  draft.reply_to = "at://did:web:127.0.0.1%3A" + port + "/app.bsky.feed.post/3jzfcijpj2z2b";
  CHECK_FALSE(bench.bluesky.resolve(bench.account, bench.bluesky.render(bench.account, draft), wire));

  CHECK(inside.connections() == 0);
}

TEST_CASE("a reply refers to its parent and to the root of the thread") {
  ReadingBench bench;
  const std::string root = std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2a";
  const std::string middle = std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2b";
  bench.pds.elsewhere[root] = R"({"text":"a question"})";
  bench.pds.elsewhere[middle] = R"({"text":"more","reply":{"root":{"uri":")" + root + R"(","cid":")" + kRootCid +
                                R"("},"parent":{"uri":")" + root + R"(","cid":")" + kRootCid + R"("}}})";
  bench.pds.pages[std::string("/") + kBob] = {
      R"({"service":[{"id":"#atproto_pds","serviceEndpoint":"https://pds.test"}]})", "application/json", 200, ""};
  Draft draft = draft_of({"an answer"});
  draft.reply_to = "https://bsky.app/profile/bob.test/post/3jzfcijpj2z2b";

  const auto content = bench.look_up(draft);
  REQUIRE(content);
  REQUIRE(bench.send(approved(*content)).outcome == Outcome::sent);

  const auto reply = bench.only_record()["reply"];
  CHECK(reply["root"]["uri"] == root);
  CHECK(reply["root"]["cid"] == kRootCid);
  CHECK(reply["parent"]["uri"] == middle);
  draft.reply_to = root;
  CHECK(bench.look_up(draft)->reply_ref.substr(0, root.size()) == root);
}

TEST_CASE("a post is answered without the directory where the AppView behind our own server knows it") {
  ReadingBench bench;
  const std::string root = std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2a";
  const std::string middle = std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2b";
  bench.pds.pages[std::string("/") + kBob] = {"", "text/plain", 503, ""};
  bench.pds.instead("app.bsky.feed.getPosts",
                    Behaviour::answer(200, R"({"posts":[{"uri":")" + middle + R"(","cid":")" + kRootCid +
                                               R"(","record":{"text":"more","reply":{"root":{"uri":")" + root +
                                               R"(","cid":")" + kRootCid + R"("}}}}]})"));
  Draft draft = draft_of({"an answer"});
  draft.reply_to = "https://bsky.app/profile/" + std::string(kBob) + "/post/3jzfcijpj2z2b";

  const auto content = bench.look_up(draft);

  REQUIRE(content);
  CHECK(content->reply_ref == root + " " + kRootCid + " " + middle + " " + kRootCid);
  // What it shows of another post is no answer.
  draft.reply_to = root;
  CHECK_FALSE(bench.look_up(draft));
}

TEST_CASE("a reply to a post whose own root is broken begins a thread at that post") {
  ReadingBench bench;
  const std::string middle = std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2b";
  bench.pds.pages[std::string("/") + kBob] = {
      R"({"service":[{"id":"#atproto_pds","serviceEndpoint":"https://pds.test"}]})", "application/json", 200, ""};
  Draft draft = draft_of({"an answer"});
  draft.reply_to = middle;
  for (const char* root : {R"("at://nowhere","cid":"bafyreirootrootroot")",
                           R"("at://bob.test/app.bsky.feed.post/3jzfcijpj2z2a","cid":"a cid")"}) {
    bench.pds.elsewhere[middle] = std::string(R"({"text":"more","reply":{"root":{"uri":)") + root + "}}}";
    CHECK(bench.look_up(draft)->reply_ref.substr(0, middle.size()) == middle);
  }
}

TEST_CASE("a post that isn't there can't be answered, and one that can't be read now may be later") {
  ReadingBench bench;
  bench.pds.pages[std::string("/") + kBob] = {
      R"({"service":[{"id":"#atproto_pds","serviceEndpoint":"https://pds.test"}]})", "application/json", 200, ""};
  Draft draft = draft_of({"an answer"});
  draft.reply_to = "https://bsky.app/profile/bob.test/post/3jzfcijpj2z2b";
  const auto gone = bench.look_up(draft);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == ErrorKind::not_found);
  bench.pds.instead("com.atproto.repo.getRecord", Behaviour::answer(502));
  CHECK(bench.look_up(draft).error().kind == ErrorKind::try_later);
  draft.reply_to = "https://bsky.app/profile/nobody.test/post/3jzfcijpj2z2b";
  CHECK(bench.look_up(draft).error().kind == ErrorKind::not_found);
}

TEST_CASE("the timeline is read to the window's beginning, over all pages, without signing in") {
  ReadingBench bench;
  bench.pds.page_size = 2;
  for (const int day : {0, 1, 2, 3, 4, 5, 6, 7, 8, 40, 45, 50, 55, 60}) {
    bench.pds.add("day " + std::to_string(day), kNow - Seconds{day * 86'400});
  }
  bench.pds.expire_access();

  const auto reading = bench.timeline(Seconds{5 * 86'400});

  REQUIRE(reading);
  CHECK(reading->items.size() == 6);
  CHECK(reading->full);
  CHECK(reading->complete.from == kNow - Seconds{5 * 86'400});
  CHECK(reading->complete.to == kNow);
  // The page on which all keys are a month older ends it: a post that was held for long has an old one.
  CHECK(bench.pds.asked("com.atproto.repo.listRecords") == 6);
  CHECK(bench.pds.requests.size() == 6);
}

TEST_CASE("a post that was held for weeks is on the timeline, though its key is as old as its approval") {
  ReadingBench bench;
  bench.pds.page_size = 2;
  const auto held = bench.delivery({"held since the first of the month"});
  bench.now += Seconds{20 * 86'400};
  for (int day = 0; day < 20; ++day) bench.pds.add("day " + std::to_string(day), bench.now - Seconds{day * 86'400});
  REQUIRE(bench.send(held).outcome == Outcome::sent);

  const auto reading = bench.timeline(Seconds{5 * 86'400});

  REQUIRE(reading);
  CHECK(reading->full);
  CHECK(std::any_of(reading->items.begin(), reading->items.end(),
                    [](const TimelineItem& item) { return item.text == "held since the first of the month"; }));
}

TEST_CASE("a second reading of the repository goes back only to the first") {
  ReadingBench bench;
  bench.pds.page_size = 3;
  for (int day = 0; day < 9; ++day) bench.pds.add("day " + std::to_string(day), kNow - Seconds{day * 86'400});
  const auto first = bench.go_on("");
  REQUIRE(first);
  bench.pds.requests.clear();
  bench.now += Seconds{60};
  bench.pds.add("new", kNow + Seconds{5});
  bench.pds.add("imported", kNow + Seconds{6}, 5, R"({"createdAt":"2026-11-20T00:00:00Z"})");

  const auto second = bench.go_on(first->cursor);

  REQUIRE(second);
  CHECK(bench.pds.asked("com.atproto.repo.listRecords") == 2);
  CHECK(second->items.size() == 6);  // what a page holds beyond the overlap is no news, and does no harm
  CHECK(second->items[0].text == "imported");
  CHECK(second->complete.from == kNow - Seconds{1800});
  CHECK_FALSE(second->full);  // what was held for long may stand further down
  // The window was made longer, or the cursor says nothing: everything is read.
  CHECK(bench.go_on(first->cursor, Seconds{30 * 86'400})->items.size() == 11);
  CHECK(bench.go_on("nonsense")->items.size() == 11);
}

TEST_CASE("timeline items say what kind they are, and which of them postq scheduled") {
  ReadingBench bench;
  const std::string own = "at://" + bench.pds.did + "/app.bsky.feed.post/3jzfcijpj2z2a";
  const std::string bob = std::string("at://") + kBob + "/app.bsky.feed.post/3jzfcijpj2z2a";
  const auto answering = [](const std::string& uri) {
    const std::string ref = R"({"uri":")" + uri + R"(","cid":"c"})";
    return R"({"reply":{"root":)" + ref + R"(,"parent":)" + ref + "}}";
  };
  bench.pds.add("scheduled", kNow - Seconds{10}, kScheduledClockId);
  bench.pds.add("by hand, with postq", kNow - Seconds{20}, kByHandClockId);
  bench.pds.add("by hand, in an app", kNow - Seconds{30});
  bench.pds.add("to myself", kNow - Seconds{40}, 5, answering(own));
  bench.pds.add("to bob", kNow - Seconds{50}, 5, answering(bob));
  bench.pds.add("look", kNow - Seconds{60}, 5, R"({"embed":{"$type":"app.bsky.embed.record"}})");

  const auto reading = bench.timeline();

  REQUIRE(reading);
  REQUIRE(reading->items.size() == 6);
  CHECK(reading->items[0].client == "postq");
  CHECK(reading->items[1].client.empty());
  CHECK(reading->items[2].client.empty());
  CHECK(reading->items[2].kind == TimelineKind::post);
  CHECK(reading->items[3].kind == TimelineKind::own_reply);
  CHECK(reading->items[3].reply_to == own);
  CHECK(reading->items[4].kind == TimelineKind::reply);
  CHECK(reading->items[5].kind == TimelineKind::quote);
  CHECK(reading->items[2].created_at == kNow - Seconds{30});
}

TEST_CASE("a post counts at the time it claims, but never in the future") {
  ReadingBench bench;
  bench.pds.add("tomorrow", kNow, 5, R"({"createdAt":"2026-11-24T00:00:00Z"})");
  bench.pds.add("imported", kNow - Seconds{10}, 5, R"({"createdAt":"2016-11-24T00:00:00Z"})");
  bench.pds.add("odd", kNow - Seconds{20}, 5, R"({"createdAt":"yesterday"})");

  const auto reading = bench.timeline();

  REQUIRE(reading);
  REQUIRE(reading->items.size() == 2);
  CHECK(reading->items[0].text == "tomorrow");
  CHECK(reading->items[0].created_at == kNow);
  CHECK(reading->items[1].text == "odd");
  CHECK(reading->items[1].created_at == kNow - Seconds{20});
}

TEST_CASE("a timeline that can't be read whole is no timeline") {
  ReadingBench bench;
  bench.pds.page_size = 1;
  for (int i = 0; i < 3; ++i) bench.pds.add("post", kNow - Seconds{i});
  for (const Behaviour& behaviour :
       {Behaviour::answer(502), Behaviour::answer(400, R"({"error":"InvalidRequest","message":"Could not find repo"})"),
        Behaviour::answer(200, "{\"records\":["), Behaviour::answer(200, "{}"),
        Behaviour::fault(Behaviour::Act::close_silently)}) {
    bench.pds.instead("com.atproto.repo.listRecords", behaviour);
    CHECK_FALSE(bench.timeline());
  }
  CHECK(bench.timeline()->items.size() == 3);
  bench.pds.instead("com.atproto.repo.listRecords", Behaviour::answer(502));
  CHECK(bench.timeline().error().kind == ErrorKind::try_later);
}

TEST_CASE("a list that goes in circles ends") {
  ReadingBench bench;
  const std::string key = bench.pds.add("post", kNow);
  const std::string record = R"({"uri":"at://)" + bench.pds.did + "/app.bsky.feed.post/" + key +
                             R"(","cid":"c","value":{"text":"post","createdAt":"2026-11-22T20:44:00Z"}})";
  for (int i = 0; i < 3; ++i) {
    bench.pds.instead("com.atproto.repo.listRecords",
                      Behaviour::answer(200, R"({"records":[)" + record + R"(],"cursor":"again"})"));
  }

  const auto reading = bench.timeline();

  REQUIRE(reading);
  CHECK(bench.pds.asked("com.atproto.repo.listRecords") == 2);
  CHECK(reading->cursor == kUnpagedCursor);
}

TEST_CASE("a repository that gives one page again and again deletes nothing, whatever its cursor says") {
  for (const bool counts_up : {false, true}) {
    ReadingBench bench;
    for (int i = 0; i < 50; ++i) bench.pds.add("post", kNow - Seconds{i * 60});
    bench.pds.page_size = 20;
    bench.pds.ignores_cursor = true;
    bench.pds.cursor_counts_up = counts_up;

    const auto reading = bench.timeline();

    REQUIRE(reading);
    CHECK(reading->items.size() == 20);
    CHECK_FALSE(reading->full);
    CHECK(reading->complete.from == kNow - Seconds{19 * 60} + Seconds{1});
    CHECK(reading->cursor == kUnpagedCursor);
  }
}
