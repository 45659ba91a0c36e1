// Mastodon: what goes out, who it is, and what answers mean.
#include <nlohmann/json.hpp>

#include "platforms/mastodon/fixture.h"
#include "system/http/curl_client.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Json = nlohmann::ordered_json;
using Software = FakeMastodon::Software;

std::string check(const std::string& url) {
  Account account;
  account.id = AccountId{1};
  account.name = "masto";
  account.settings["url"] = url;
  const Status status = platform_named("mastodon").check_settings(account);
  return status ? account.settings["url"] + " " + account.base_url : "refused: " + status.error().message;
}

std::vector<std::string> kinds(const std::vector<Problem>& problems) {
  std::vector<std::string> names;
  for (const Problem& problem : problems) names.push_back((problem.fatal ? "" : "maybe ") + problem.kind);
  return names;
}

}  // namespace

TEST_CASE("any page of an instance names it, encrypted unless it is on this machine") {
  CHECK(check("https://Mastodon.Example/@anna?x=1") == "https://mastodon.example https://mastodon.example");
  CHECK(check("http://localhost:3000/home") == "http://localhost:3000 http://localhost:3000");
  CHECK(check("http://mastodon.example") == "refused: --url to mastodon.example would go unencrypted");
  CHECK(check("mastodon.example") == "https://mastodon.example https://mastodon.example");
  CHECK(check("mastodon.example/about") == "https://mastodon.example https://mastodon.example");
  CHECK(check("@anna@mastodon.example") == "https://mastodon.example https://mastodon.example");
  CHECK(check("127.0.0.1:3000") == "http://127.0.0.1:3000 http://127.0.0.1:3000");
  CHECK(check("mailto:anna@example.org") == "https://example.org https://example.org");
}

TEST_CASE("an account takes over what its instance says of itself, and may be checked again with it") {
  MastodonBench bench;

  const Limits limits = bench.mastodon.limits(bench.account);

  CHECK(bench.account.remote_id == "109");
  CHECK(limits.text == 500);
  CHECK(limits.unit == TextUnit::graphemes);
  CHECK(limits.media == 4);
  CHECK(limits.alt == 1500);
  CHECK(limits.image_bytes == 16'777'216);
  CHECK(limits.video_bytes == 103'809'024);
  CHECK(limits.mime == std::vector<std::string>{"image/jpeg", "image/png", "image/gif", "video/mp4"});
  CHECK(bench.note == "Mastodon 4.5.2: 500 characters, 4 media");
  CHECK(bench.mastodon.check_settings(bench.account));

  bench.server.max_characters = 3000;
  bench.server.has_v2_instance = false;  // older than 4.0
  bench.sign_in();
  CHECK(bench.mastodon.limits(bench.account).text == 3000);
}

TEST_CASE("an instance that tells nothing gets Mastodon's own limits, and one that is down is asked again") {
  MastodonBench bench;
  bench.server.version = "";
  const auto untold = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE(untold);
  CHECK(untold->settings.empty());
  CHECK(untold->note == "fake.example doesn't tell its limits; Mastodon's own are taken");

  Account fresh = bench.account;
  fresh.settings = {{"url", "https://fake.example"}, {"max_characters", "-3"}, {"software", "nonsense"}};
  CHECK(bench.mastodon.limits(fresh).text == 500);
  CHECK(bench.mastodon.limits(fresh).unit == TextUnit::graphemes);

  bench.http.next(200, R"({"id":"109","acct":"anna"})");
  bench.http.next(503);
  const auto down = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(down);
  CHECK(down.error().kind == ErrorKind::try_later);
  CHECK(down.error().message == "fake.example says 503");
}

TEST_CASE("software is told by nodeinfo, and never by the number of its version") {
  MastodonBench gotosocial(Software::gotosocial);
  MastodonBench pixelfed(Software::pixelfed);
  CHECK(gotosocial.account.setting("software") == "gotosocial");
  CHECK(gotosocial.mastodon.limits(gotosocial.account).unit == TextUnit::code_points);
  CHECK(gotosocial.mastodon.limits(gotosocial.account).media == 6);
  CHECK(pixelfed.account.setting("software") == "pixelfed");
  CHECK(pixelfed.mastodon.limits(pixelfed.account).needs_media);

  const auto software = [&](const std::string& name, const std::string& version) {
    MastodonBench bench;
    bench.server.software_name = name;
    bench.server.version = version;
    bench.sign_in();
    return std::string(bench.account.setting("software")) + " " + std::string(bench.account.setting("software_name"));
  };
  CHECK(software("mastodon", "4.7.0-alpha.2+glitch") == "glitch ");
  CHECK(software("mastodon", "0.20.1") == "mastodon ");
  CHECK(software("gotosocial", "4.3.1") == "gotosocial ");
  CHECK(software("akkoma", "2.7.2 (compatible; Akkoma 3.10.4)") == "other akkoma");
  CHECK(software("sharkey", "4.3.1") == "other sharkey");
  CHECK(software("<b>", "4.3.1") == "other ");
  // Without nodeinfo: by what else it says of itself, and else nobody knows.
  CHECK(software("", "3.5.3 (compatible; Pixelfed 0.12.5)") == "pixelfed ");
  CHECK(software("", "4.7.0-alpha.2+glitch") == "glitch ");
  CHECK(software("", "0.20.1") == "other ");
  CHECK(software("", "4.3.1") == "other ");
}

TEST_CASE("what runs software that nobody here knows is said with care") {
  MastodonBench bench;
  bench.server.software_name = "sharkey";
  bench.server.version = "2025.4.1";
  bench.sign_in();
  CHECK(bench.note.starts_with("sharkey 2025.4.1: 500 characters, 4 media; postq was never tried with it"));

  Draft draft = draft_of({"hello"});
  draft.visibility = "private";
  const auto problems = bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft));
  REQUIRE(problems.size() == 1);
  CHECK_FALSE(problems[0].fatal);
  CHECK(problems[0].message.find("sharkey 2025.4.1 is no software that postq was tried with") != std::string::npos);
  draft.visibility = "";
  CHECK(bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft)).empty());
}

TEST_CASE("a post that more people can see than were meant to is told from one that is as it was approved") {
  MastodonBench bench;
  Draft draft = draft_of({"hello"});
  draft.visibility = "private";
  draft.warning = "food";
  const ApprovedDelivery sent = bench.delivery(draft);
  const auto answered = [&](const std::string& status) {
    bench.http.next(200, status);
    return bench.mastodon.send(bench.account, sent, bench.outgoing(sent), bench.context);
  };

  const auto same = answered(R"({"id":"1","visibility":"private","spoiler_text":"food"})");
  CHECK(same.outcome == Outcome::sent);
  CHECK(same.deviation.words.empty());
  const auto wider = answered(R"({"id":"1","visibility":"public","spoiler_text":"food"})");
  CHECK(wider.outcome == Outcome::sent);
  CHECK(wider.deviation.wider);
  CHECK(wider.deviation.words == "as public, for everybody, and was approved as private, for your followers");
  const auto narrower = answered(R"({"id":"1","visibility":"direct","spoiler_text":"food"})");
  CHECK_FALSE(narrower.deviation.wider);
  CHECK(narrower.deviation.words.starts_with("as direct"));
  const auto bare = answered(R"({"id":"1","visibility":"private","spoiler_text":""})");
  CHECK(bare.deviation.wider);
  CHECK(bare.deviation.words == "without its warning \"food\"");
  // A word that nobody knows may mean anybody.
  CHECK(answered(R"({"id":"1","visibility":"galaxy","spoiler_text":"food"})").deviation.wider);
}

TEST_CASE("a mention of nobody is said, where the server has looked for people when it answers") {
  MastodonBench bench;
  const ApprovedDelivery sent = bench.delivery(draft_of({"@mira and @tom@elsewhere.example, but not @nobody"}));
  const auto answered = [&](const std::string& mentions) {
    bench.http.next(200, R"({"id":"1","visibility":"public")" + mentions + "}");
    return bench.mastodon.send(bench.account, sent, bench.outgoing(sent), bench.context).deviation;
  };
  const std::string both = R"({"id":"2","acct":"Mira"},{"id":"3","acct":"tom@elsewhere.example"})";

  CHECK(answered(R"(,"mentions":[)" + both + R"(,{"id":"4","acct":"nobody"}])").words.empty());
  const auto one = answered(R"(,"mentions":[)" + both + "]");
  CHECK(one.words == "without telling @nobody: fake.example knows no such account");
  CHECK_FALSE(one.wider);
  CHECK(answered(R"(,"mentions":[{"id":"2","acct":"mira"}])").words ==
        "without telling @tom@elsewhere.example, @nobody: fake.example knows no such accounts");
  // One that leaves the list out, or makes it later, says nothing by that.
  CHECK(answered("").words.empty());
  bench.account.settings["software"] = "pixelfed";
  CHECK(answered(R"(,"mentions":[])").words.empty());
}

TEST_CASE("a 403 says what the server said, and speaks of scopes only where they are the matter") {
  MastodonBench bench;
  bench.http.next(403, R"({"error":"Your login is currently disabled"})");
  const auto disabled = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(disabled);
  CHECK(disabled.error().message == "fake.example says 403: Your login is currently disabled");
  CHECK(disabled.error().hint == "postq account login masto");
  bench.http.next(403, "<title>Attention Required!</title>", {{"content-type", "text/html; charset=utf-8"}});
  const auto blocked = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(blocked);
  CHECK(blocked.error().message == "fake.example says 403: Attention Required!");
}

TEST_CASE("an account that is only about to be added is never sent to its own sign-in") {
  MastodonBench bench;
  bench.account.id = {};
  bench.server.revoked = true;
  const auto refused = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().hint.empty());
  bench.server.revoked = false;
  bench.server.scopes = {"write"};
  const auto unreadable = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(unreadable);
  CHECK(unreadable.error().hint == "the token needs the scope read:accounts");
}

TEST_CASE("words that a server may never find are told before anybody waits for them") {
  MastodonBench mastodon;
  MastodonBench pixelfed(Software::pixelfed);
  CHECK(mastodon.mastodon.search_doubt(mastodon.account, "#woodcut").empty());
  CHECK(mastodon.mastodon.search_doubt(mastodon.account, "ink and oak").find("full-text search") != std::string::npos);
  CHECK(pixelfed.mastodon.search_doubt(pixelfed.account, "ink and oak") ==
        "Pixelfed finds posts by a #tag alone, never by words");
}

TEST_CASE("a token that lacks a scope is told so by name") {
  MastodonBench bench;
  bench.server.scopes = {"read", "write:statuses"};
  bench.sign_in();
  CHECK(bench.note.ends_with("; the token lacks write:media"));

  bench.server.tells_scopes = false;
  bench.sign_in();
  CHECK(bench.note.find("lacks") == std::string::npos);

  bench.server.scopes = {"write"};
  const auto unreadable = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(unreadable);
  CHECK(unreadable.error().kind == ErrorKind::sign_in);
  CHECK(unreadable.error().message == "fake.example says 403: This action is outside the authorized scopes");
  CHECK(unreadable.error().hint.find("read:accounts") != std::string::npos);
}

TEST_CASE("a token that was revoked, is missing or broken is a matter of signing in") {
  MastodonBench bench;
  bench.server.revoked = true;
  const auto refused = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::sign_in);
  CHECK(refused.error().hint == "postq account login masto");
  const SendAnswer answer = bench.send("hello");
  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.sign_in_needed);

  for (const std::string& token : {std::string("hush\r\nX-Evil: 1"), std::string("hush hush"), std::string()}) {
    bench.secrets.values = {{"token", Secret(token)}};
    bench.http.requests.clear();
    const SendAnswer unsent = bench.send("hello");
    CHECK(unsent.outcome == Outcome::not_sent);
    CHECK(unsent.error.message.find("hush") == std::string::npos);
    CHECK(bench.http.requests.empty());
  }
}

TEST_CASE("an address that is no instance is said to be none") {
  MastodonBench bench;
  bench.http.next(200, "<html>hello</html>");
  const auto identity = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(identity);
  CHECK(identity.error().kind == ErrorKind::platform);
  CHECK(identity.error().message == "fake.example doesn't answer like a Mastodon instance");
}

TEST_CASE("a post says its visibility, language and warning, and nothing else of itself") {
  MastodonBench bench;
  Draft draft = draft_of({"hello"});
  const ApprovedDelivery plain = bench.delivery(draft);
  CHECK(Json::parse(bench.outgoing(plain).body) ==
        Json::parse(R"({"status":"hello","sensitive":false,"visibility":"public"})"));

  draft.warning = "acorns";
  draft.language = "de";
  draft.visibility = "unlisted";
  const ApprovedDelivery warned = bench.delivery(draft);
  const PreparedRequest outgoing = bench.outgoing(warned);
  REQUIRE(bench.mastodon.send(bench.account, warned, outgoing, bench.context).outcome == Outcome::sent);

  REQUIRE(bench.server.statuses.size() == 1);
  const auto& status = bench.server.statuses[0];
  CHECK(status.warning == "acorns");
  CHECK(status.sensitive);
  CHECK(status.language == "de");
  CHECK(status.visibility == "unlisted");
  const HttpRequest& request = bench.http.requests.back();
  CHECK(request.body == outgoing.body);
  CHECK(header_of(request, "Idempotency-Key") == outgoing.key);
  CHECK(header_of(request, "Authorization") == "Bearer token-of-anna");
}

TEST_CASE("where accounts may write Markdown by default, a post says that it is plain text") {
  MastodonBench gotosocial(Software::gotosocial);
  const ApprovedDelivery delivery = gotosocial.delivery(draft_of({"*hello*"}));
  CHECK(Json::parse(gotosocial.outgoing(delivery).body)["content_type"] == "text/plain");
  MastodonBench pixelfed(Software::pixelfed);
  Draft draft = draft_of({"hello"});
  draft.language = "de";
  CHECK_FALSE(Json::parse(pixelfed.outgoing(pixelfed.delivery(draft)).body).contains("language"));
}

TEST_CASE("the parts of a thread answer each other") {
  MastodonBench bench;
  const ApprovedDelivery thread = bench.delivery(draft_of({"one", "two", "three"}));
  std::vector<Receipt> receipts;
  for (int part = 1; part <= 3; ++part) {
    const auto answer =
        bench.mastodon.send(bench.account, thread, bench.outgoing(thread, part, receipts), bench.context);
    REQUIRE(answer.outcome == Outcome::sent);
    receipts.push_back(answer.receipt);
  }
  CHECK(bench.server.statuses[0].reply_to.empty());
  CHECK(bench.server.statuses[1].reply_to == bench.server.statuses[0].id);
  CHECK(bench.server.statuses[2].reply_to == bench.server.statuses[1].id);

  // A part that a person settled without an id can't be gone on from.
  for (const std::string& id : {std::string("postq-12-1-abc"), std::string("https://fake.example/@anna/1")}) {
    const auto body = bench.mastodon.body(bench.account, thread, {2, "key", {{id, "", "", kNow}}, {}, kNow});
    REQUIRE_FALSE(body);
    CHECK(body.error().kind == ErrorKind::refused);
  }
}

TEST_CASE("the post to answer is looked up by its address, and answered by its id here") {
  MastodonBench bench;
  const std::string url = "https://elsewhere.example/@bob/1?x=1&y=2";
  bench.server.add_elsewhere(url, "a question");
  Draft draft = draft_of({"an answer"});
  draft.reply_to = url;
  const Content open = bench.mastodon.render(bench.account, draft);
  CHECK_FALSE(open.resolved);
  CHECK(bench.mastodon.render(bench.account, draft_of({"no answer"})).resolved);
  const auto early = bench.mastodon.body(bench.account, approved(open), {1, "key", {}, {}, kNow});
  REQUIRE_FALSE(early);
  CHECK(early.error().kind == ErrorKind::refused);

  const auto resolved = bench.mastodon.resolve(bench.account, open, bench.context);

  REQUIRE(resolved);
  CHECK(resolved->resolved);
  CHECK(resolved->reply_ref == bench.server.statuses[0].id);
  const ApprovedDelivery delivery = approved(*resolved);
  REQUIRE(bench.mastodon.send(bench.account, delivery, bench.outgoing(delivery), bench.context).outcome ==
          Outcome::sent);
  CHECK(bench.server.statuses[1].reply_to == bench.server.statuses[0].id);

  Content nowhere = open;
  nowhere.reply_to = "https://elsewhere.example/2";
  const auto missing = bench.mastodon.resolve(bench.account, nowhere, bench.context);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::not_found);
  nowhere.reply_to = "a question";
  bench.http.requests.clear();
  CHECK(bench.mastodon.resolve(bench.account, nowhere, bench.context).error().kind == ErrorKind::usage);
  CHECK(bench.http.requests.empty());
  bench.server.scopes = {"write", "read:accounts"};
  const auto barred = bench.mastodon.resolve(bench.account, open, bench.context);
  REQUIRE_FALSE(barred);
  CHECK(barred.error().hint.find("read:search") != std::string::npos);
}

TEST_CASE("a receipt has the server's id, address and time") {
  MastodonBench bench;
  bench.server.now = [&bench] { return bench.now - Seconds{3}; };
  const SendAnswer answer = bench.send("hello");
  REQUIRE(answer.outcome == Outcome::sent);
  CHECK(answer.receipt == Receipt{bench.server.statuses[0].id, "",
                                  "https://fake.example/@anna/" + bench.server.statuses[0].id, kNow - Seconds{3}});

  bench.server.now = [&bench] { return bench.now + Seconds{300}; };
  CHECK(bench.send("again").receipt.sent_at == kNow);
  bench.http.next(200, R"json({"id":"7","url":"javascript:alert(1)","uri":"https://fake.example/7"})json");
  CHECK(bench.send("odd").receipt == Receipt{"7", "", "https://fake.example/7", kNow});
}

TEST_CASE("a 2xx that doesn't say what became of the post is unknown") {
  MastodonBench bench;
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string("HALF"), std::string("<html>"),
        std::string(R"({"id":"../../etc"})"), std::string(R"({"id":null})"), std::string(5000, '[')}) {
    INFO(body.substr(0, 20));
    bench.server.after_creating(Behaviour::answer(200, body));
    const SendAnswer answer = bench.send("hello " + body.substr(0, 20));
    CHECK(answer.outcome == Outcome::unconfirmed);
    CHECK(answer.error.kind == ErrorKind::unknown);
  }
}

TEST_CASE("what hints at an earlier success is looked up, and not called refused") {
  MastodonBench bench;
  const ApprovedDelivery delivery = bench.delivery(draft_of({"hello"}));
  const PreparedRequest outgoing = bench.outgoing(delivery);
  const auto send = [&] { return bench.mastodon.send(bench.account, delivery, outgoing, bench.context); };
  REQUIRE(send().outcome == Outcome::sent);
  CHECK(send().receipt.remote_id == bench.server.statuses[0].id);
  bench.server.keys = FakeMastodon::Keys::answer_500;
  CHECK(send().outcome == Outcome::unconfirmed);
  bench.server.keys = FakeMastodon::Keys::refused;
  CHECK(send().outcome == Outcome::unconfirmed);
  CHECK(bench.server.statuses.size() == 1);
  bench.server.instead(Behaviour::answer(422, R"({"error":"Media 1 not found or already attached to another post"})"));
  CHECK(send().outcome == Outcome::unconfirmed);
  bench.server.instead(Behaviour::answer(503, R"({"error":"There was a temporary problem"})"));
  CHECK(send().outcome == Outcome::unconfirmed);
}

TEST_CASE("a refusal says why, on one line and without the token") {
  MastodonBench bench;
  const SendAnswer longer = bench.send(std::string(501, 'a'));
  CHECK(longer.outcome == Outcome::refused);
  CHECK(longer.error.message == "fake.example says 422: Validation failed: Text character limit of 500 exceeded");

  bench.server.instead(Behaviour::answer(422, R"({"error":"no\nBearer token-of-anna token-of-anna\u202e"})"));
  const SendAnswer echoed = bench.send("hello");
  CHECK(echoed.error.message == "fake.example says 422: no\\nBearer ******** ********<U+202E>");

  bench.server.instead(Behaviour::answer(422, R"({"error":"This method requires an authenticated user"})"));
  const SendAnswer app_token = bench.send("hello");
  CHECK(app_token.outcome == Outcome::not_sent);
  CHECK(app_token.sign_in_needed);
  bench.server.scopes = {"read"};
  const SendAnswer scope = bench.send("hello");
  CHECK(scope.outcome == Outcome::not_sent);
  CHECK(scope.error.hint.find("write:statuses") != std::string::npos);
}

TEST_CASE("however a server says when to come back, it is understood, within a day") {
  MastodonBench bench;
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const auto wait = [&](const Headers& headers, int status = 429) {
    bench.http.next(status, R"({"error":"Too many requests"})", headers);
    const SendAnswer answer = bench.send("hello");
    CHECK(answer.outcome == (status == 429 ? Outcome::not_sent : Outcome::unconfirmed));
    CHECK(answer.limited);
    REQUIRE(answer.try_at);
    return (*answer.try_at - kNow).count();
  };

  CHECK(wait({{"x-ratelimit-reset", "2026-11-22T20:49:00.000000Z"}}) == 300);
  CHECK(wait({{"x-ratelimit-reset", "2026-11-22T20:49:00Z"}}) == 300);
  CHECK(wait({{"x-ratelimit-reset", std::to_string(unix_seconds(kNow) + 90)}}) == 90);
  CHECK(wait({{"x-ratelimit-reset", std::to_string((unix_seconds(kNow) + 90) * 1000)}}) == 90);
  CHECK(wait({{"x-ratelimit-reset", "45"}}) == 45);
  CHECK(wait({{"ratelimit-reset", "45"}}) == 45);
  CHECK(wait({{"x-rate-limit-reset", std::to_string(unix_seconds(kNow) + 90)}}) == 90);
  CHECK(wait({{"retry-after", "30"}, {"retry-after", "60"}}) == 60);
  CHECK(wait({{"retry-after", "600"}, {"x-ratelimit-reset", "45"}}) == 600);
  CHECK(wait({{"retry-after", "30"}}, 503) == 30);
  CHECK(wait({{"x-ratelimit-reset", "2026-11-22T20:00:00Z"}}) == 1);
  CHECK(wait({{"x-ratelimit-reset", "2099-01-01T00:00:00Z"}}) == 86'400);
  CHECK(wait({{"x-ratelimit-reset", "soon"}}) == 300);
  CHECK(wait({}) == 300);
}

TEST_CASE("taking back deletes a post, also one that a person found by its address") {
  MastodonBench bench;
  const Receipt receipt = bench.send("hello").receipt;
  REQUIRE(bench.mastodon.retract(bench.account, receipt, bench.context));
  CHECK(bench.server.deleted == std::vector<std::string>{receipt.remote_id});
  CHECK(bench.mastodon.retract(bench.account, receipt, bench.context));

  const Receipt second = bench.send("again").receipt;
  REQUIRE(bench.mastodon.retract(bench.account, {second.url, "", second.url, kNow}, bench.context));
  CHECK(bench.server.deleted.back() == second.remote_id);
  CHECK(bench.mastodon.retract(bench.account, {second.url, "", second.url, kNow}, bench.context));

  const auto unknown = bench.mastodon.retract(bench.account, {"postq-12-1-abc", "", "", kNow}, bench.context);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::usage);
  bench.server.add_elsewhere("https://elsewhere.example/1", "somebody else's");
  const std::string foreign = "https://elsewhere.example/1";
  CHECK_FALSE(bench.mastodon.retract(bench.account, {foreign, "", foreign, kNow}, bench.context));
  bench.server.revoked = true;
  CHECK_FALSE(bench.mastodon.retract(bench.account, receipt, bench.context));
}

TEST_CASE("Pixelfed wants a picture, but not in an answer") {
  MastodonBench bench(Software::pixelfed);
  const auto problems = [&](const Draft& draft) {
    return kinds(bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft)));
  };
  using Kinds = std::vector<std::string>;
  Draft draft = draft_of({"hello"});
  CHECK(problems(draft) == Kinds{"needs-media"});
  draft.reply_to = "https://fake.example/1";
  CHECK(problems(draft).empty());
  draft.parts[0].text = " ";
  CHECK(problems(draft) == Kinds{"empty"});

  Draft thread = draft_of({"one", "two"});
  thread.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  CHECK(problems(thread).empty());
  thread.parts[1].text = "a <b";
  CHECK(problems(thread) == Kinds{"maybe cut-text"});
  thread.visibility = "direct";
  thread.warning = std::string(141, 'w');
  CHECK(problems(thread) == Kinds{"visibility", "warning-too-long", "maybe cut-text"});
}

TEST_CASE("media that an instance can't take together or at all are found before any request") {
  MastodonBench bench;
  Draft draft = draft_of({"hello"});
  Media oak = bench.media.add("PNG", "oak.png", "image/png", "an oak");
  Media film = bench.media.add("MP4", "oak.mp4", "video/mp4", "an oak in the wind");
  const auto problems = [&] {
    return kinds(bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft)));
  };
  draft.parts[0].media = {oak, oak};
  CHECK(problems() == std::vector<std::string>{"repeated-media"});
  draft.parts[0].media = {oak, film};
  CHECK(problems() == std::vector<std::string>{"mixed-media"});
  oak.width = oak.height = 6000;
  draft.parts[0].media = {oak};
  CHECK(problems() == std::vector<std::string>{"media-too-large"});
  CHECK(bench.http.requests.empty());
}

TEST_CASE("the request of a post is shown with its token masked") {
  MastodonBench bench;
  const PreparedRequest outgoing = bench.outgoing(bench.delivery(draft_of({"hello"})));
  const std::string shown = bench.mastodon.show(bench.account, outgoing);
  CHECK(shown.starts_with("POST https://fake.example/api/v1/statuses\n"));
  CHECK(shown.find("Authorization: ********\n") != std::string::npos);
  CHECK(shown.find("Idempotency-Key: " + outgoing.key) != std::string::npos);
}

TEST_CASE("on the wire a post that was taken without an answer is found, and not made twice") {
  FakeMastodon server;
  MastodonBench bench;
  server.now = [&bench] { return bench.now; };
  bench.account.settings["url"] = server.listen();
  bench.account.settings["allow_private"] = "yes";
  REQUIRE(bench.mastodon.check_settings(bench.account));
  const auto client = make_curl_client({});
  PlatformContext context{*client, bench.secrets, bench.media, [&bench] { return bench.now; }, {}};
  REQUIRE(bench.mastodon.identify(bench.account, context));
  server.after_creating(Behaviour::fault(Behaviour::Act::close_silently));
  const ApprovedDelivery delivery = bench.delivery(draft_of({"hello \u65e5\u672c"}));
  const PreparedRequest outgoing = bench.outgoing(delivery);

  const SendAnswer lost = bench.mastodon.send(bench.account, delivery, outgoing, context);
  const Settlement found = bench.mastodon.settle(bench.account, delivery, bench.lost(outgoing), {}, context);

  CHECK(lost.outcome == Outcome::unconfirmed);
  REQUIRE(found.kind == Settlement::Kind::sent);
  CHECK(found.receipt.remote_id == server.statuses.at(0).id);
  CHECK(server.statuses.size() == 1);
}

TEST_CASE("the post to answer is also found by its id on the instance, and its author is mentioned") {
  MastodonBench bench;
  const std::string id = bench.server.add_elsewhere("https://elsewhere.example/@mira/1", "how are you?").id;
  const auto answer = [&](const std::string& text, const std::string& target) {
    Draft draft = draft_of({text, "and more"});
    draft.reply_to = target;
    return bench.mastodon.resolve(bench.account, bench.mastodon.render(bench.account, draft), bench.context);
  };

  for (const std::string& target : {id, std::string("https://elsewhere.example/@mira/1")}) {
    const auto content = answer("fine", target);
    REQUIRE(content);
    CHECK(content->reply_ref == id);
    CHECK(content->parts[0].text == "@mira@elsewhere.example fine");
    CHECK(content->parts[1].text == "and more");
  }
  CHECK(answer("Hello @Mira@elsewhere.example, fine", id)->parts[0].text == "Hello @Mira@elsewhere.example, fine");
  CHECK(answer("me@mira@elsewhere.example", id)->parts[0].text == "@mira@elsewhere.example me@mira@elsewhere.example");
  CHECK(answer("@mira is not her", id)->parts[0].text == "@mira@elsewhere.example @mira is not her");

  const auto missing = answer("hello?", "115600000000999999");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::not_found);
  CHECK(answer("hello?", "some words").error().kind == ErrorKind::usage);
}

TEST_CASE("who answers oneself, somebody on one's own server or a picture mentions as far as it is needed") {
  MastodonBench bench;
  Draft draft = draft_of({"once more"});
  const auto text = [&] {
    return bench.mastodon.resolve(bench.account, bench.mastodon.render(bench.account, draft), bench.context)
        ->parts[0]
        .text;
  };
  draft.reply_to = bench.server.add("my own", kNow).id;
  CHECK(text() == "once more");

  auto& neighbour = bench.server.add("from next door", kNow);
  neighbour.author = "110";
  neighbour.acct = "tom";
  draft.reply_to = neighbour.id;
  CHECK(text() == "@tom once more");
  draft.parts[0].text = "@tom@fake.example once more";
  CHECK(text() == "@tom@fake.example once more");

  MastodonBench pixelfed(Software::pixelfed);
  draft.parts[0].text = "lovely";
  draft.reply_to = pixelfed.server.add_elsewhere("https://elsewhere.example/1", "an oak").id;
  const auto comment =
      pixelfed.mastodon.resolve(pixelfed.account, pixelfed.mastodon.render(pixelfed.account, draft), pixelfed.context);
  CHECK(comment->parts[0].text == "lovely");
}

TEST_CASE("a name that could mean something else in a text is not put into one") {
  MastodonBench bench;
  auto& status = bench.server.add_elsewhere("https://elsewhere.example/1", "hello");
  status.acct = "mira #buy https://evil.example";
  Draft draft = draft_of({"fine"});
  draft.reply_to = status.id;

  const auto content =
      bench.mastodon.resolve(bench.account, bench.mastodon.render(bench.account, draft), bench.context);

  CHECK(content->parts[0].text == "fine");
}

TEST_CASE("pictures are hidden when the author says so, and what the account prefers never decides") {
  MastodonBench bench;
  const auto send = [&](const Draft& draft) {
    bench.now += Seconds{1};  // another post, with a key of its own
    const ApprovedDelivery delivery =
        approved(bench.mastodon.render(bench.account, draft), unix_seconds(bench.now) % 1000);
    std::vector<Upload> uploads;
    if (const auto prepared =
            bench.mastodon.prepare(bench.account, delivery, {1, "key", {}, {}, kNow}, bench.context)) {
      uploads = prepared->uploads;
    }
    REQUIRE(
        bench.mastodon.send(bench.account, delivery, bench.outgoing(delivery, 1, {}, uploads), bench.context).outcome ==
        Outcome::sent);
    return bench.server.statuses.back();
  };
  Draft draft = draft_of({"look"});
  CHECK_FALSE(send(draft).sensitive);
  draft.sensitive = true;
  CHECK_FALSE(send(draft).sensitive);  // there is nothing to hide
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const auto hidden = send(draft);
  CHECK(hidden.sensitive);
  CHECK(hidden.warning.empty());
}

TEST_CASE("where a server can be told that nobody may quote, it is, and elsewhere the review says so") {
  MastodonBench bench;
  Draft draft = draft_of({"hello"});
  draft.quotes = "nobody";
  const auto problems = [&] {
    return kinds(bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft)));
  };
  const auto sent = [&] {
    const auto post = static_cast<std::int64_t>(bench.server.statuses.size()) + 1;  // each with a key of its own
    const ApprovedDelivery delivery = approved(bench.mastodon.render(bench.account, draft), post);
    REQUIRE(bench.mastodon.send(bench.account, delivery, bench.outgoing(delivery), bench.context).outcome ==
            Outcome::sent);
    return bench.server.statuses.back().quotes;
  };

  for (const char* const version : {"4.5.2", "4.10.0+glitch", "5.0.0-alpha.1"}) {
    bench.account.settings["version"] = version;
    CAPTURE(version);
    CHECK(problems().empty());
    CHECK(sent() == "nobody");
  }
  for (const char* const version : {"4.4.9", "3.5.3", "4", "", "unknown"}) {
    bench.account.settings["version"] = version;
    CAPTURE(version);
    CHECK(problems() == std::vector<std::string>{"maybe quotes"});
    CHECK(sent().empty());
  }
  bench.account.settings["version"] = "4.5.2";
  draft.quotes.clear();
  draft.replies = "nobody";
  CHECK(problems() == std::vector<std::string>{"maybe replies"});
  CHECK(sent().empty());
}

TEST_CASE("GoToSocial is told who may reply, with every post of a thread") {
  MastodonBench bench(Software::gotosocial);
  Draft draft = draft_of({"one", "two"});
  draft.replies = "followers,following";
  CHECK(bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft)).empty());
  const ApprovedDelivery thread = bench.delivery(draft);

  for (int part = 1; part <= 2; ++part) {
    const Json body = Json::parse(bench.outgoing(thread, part, {Receipt{"01KAQ5Z8Y6R3J1", "", "", kNow}}).body);
    CHECK(body.at("interaction_policy") ==
          Json::parse(R"({"can_reply":{"always":["author","followers","following"]}})"));
  }
  draft.replies = "nobody";
  CHECK(Json::parse(bench.outgoing(bench.delivery(draft)).body).at("interaction_policy") ==
        Json::parse(R"({"can_reply":{"always":["author"]}})"));
  draft.replies.clear();
  CHECK_FALSE(Json::parse(bench.outgoing(bench.delivery(draft)).body).contains("interaction_policy"));
}

TEST_CASE("of several languages Mastodon is told the first, and the review says so") {
  MastodonBench bench;
  Draft draft = draft_of({"hello"});
  draft.language = "de, en";

  CHECK(kinds(bench.mastodon.problems(bench.account, bench.mastodon.render(bench.account, draft))) ==
        std::vector<std::string>{"maybe language"});
  CHECK(Json::parse(bench.outgoing(bench.delivery(draft)).body).at("language") == "de");
}
