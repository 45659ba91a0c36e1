// Bluesky: what is written to the repository, and what its answers mean.
#include "platforms/bluesky/fixture.h"
#include "platforms/bluesky/tid.h"
#include "support/catch.h"
#include "system/http/curl_client.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Json = nlohmann::ordered_json;

std::string check(const std::string& handle, const std::string& url = "") {
  Account account;
  account.id = AccountId{1};
  account.name = "bsky";
  account.settings["handle"] = handle;
  if (!url.empty()) account.settings["url"] = url;
  const Status status = platform_named("bluesky").check_settings(account);
  return status ? account.settings["handle"] + " " + account.base_url : "refused: " + status.error().message;
}

const Problem* problem(const std::vector<Problem>& problems, const std::string& kind) {
  const auto found =
      std::find_if(problems.begin(), problems.end(), [&](const Problem& problem) { return problem.kind == kind; });
  return found == problems.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a handle is taken as people type it, and a server's address as its origin") {
  CHECK(check("@Ann.BSKY.social") == "ann.bsky.social ");
  CHECK(check("ann.test", "https://PDS.example/xrpc/") == "ann.test https://pds.example");
  CHECK(check("ann.test", "http://127.0.0.1:3000") == "ann.test http://127.0.0.1:3000");
  CHECK(check("ann") == "refused: --handle lacks its domain");
  CHECK(check("ann@example.org") == "refused: --handle is an address with an @ in it");
  CHECK(check("a_b") == "refused: --handle is no name on Bluesky");
  CHECK(check("\u202aann.test") == "refused: --handle holds signs that nobody sees: <U+202A>ann.test");
  // As it is copied from a profile, or from a program.
  CHECK(check("https://bsky.app/profile/Ann.test") == "ann.test ");
  CHECK(check("bsky.app/profile/ann.test/post/3k?x=1") == "ann.test ");
  CHECK(check("did:plc:annannannannannannannann") == "did:plc:annannannannannannannann ");
  CHECK(check("https://bsky.app/profile/did:plc:annannannannannannannann") == "did:plc:annannannannannannannann ");
  CHECK(check("at://ann.test/app.bsky.feed.post/3k") == "ann.test ");
  CHECK(check("ann.test", "pds.example") == "ann.test https://pds.example");
  CHECK(check("ann.test", "127.0.0.1:3000/xrpc") == "ann.test http://127.0.0.1:3000");
  CHECK(check("ann.test", "http://pds.example") == "refused: --url to pds.example would go unencrypted");
}

TEST_CASE("a post is one record under a key chosen before") {
  BlueskyBench bench;
  Draft draft = draft_of({"Release 2.1 is out #postq https://example.org/release"});
  draft.language = "en";
  const ApprovedDelivery delivery = bench.delivery(draft);

  const SendAnswer answer = bench.send(delivery);

  REQUIRE(answer.outcome == Outcome::sent);
  const std::string key = bench.bluesky.request_key(bench.account, delivery, 1, {}, kNow);
  CHECK(answer.receipt.remote_id == "at://" + bench.pds.did + "/app.bsky.feed.post/" + key);
  CHECK(answer.receipt.remote_ref == bench.pds.records.at(key).cid);
  CHECK(answer.receipt.url == "https://bsky.app/profile/" + bench.pds.did + "/post/" + key);
  CHECK(answer.receipt.sent_at == kNow);
  const Json record = bench.only_record();
  CHECK(record["text"] == "Release 2.1 is out #postq example.org/release");
  CHECK(record["createdAt"] == "2026-11-22T20:44:00.000Z");
  CHECK(record["langs"] == Json({"en"}));
  CHECK(
      record["facets"].dump() ==
      R"([{"index":{"byteStart":19,"byteEnd":25},"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"postq"}]},)"
      R"({"index":{"byteStart":26,"byteEnd":45},"features":[{"$type":"app.bsky.richtext.facet#link",)"
      R"("uri":"https://example.org/release"}]}])");
  CHECK_FALSE(record.contains("reply"));
  CHECK_FALSE(record.contains("embed"));
  CHECK_FALSE(record.contains("labels"));
  CHECK(bench.pds.requests.size() == 1);
}

TEST_CASE("the request creates a record or finds it, and never replaces one") {
  BlueskyBench bench;
  const PreparedRequest outgoing = bench.outgoing_for(bench.delivery());

  const Json body = Json::parse(outgoing.body);
  CHECK(body["repo"] == bench.pds.did);
  CHECK(body["rkey"] == outgoing.key);
  CHECK(body.contains("swapRecord"));
  CHECK(body["swapRecord"].is_null());
}

TEST_CASE("a record key is made of the approval, and tells by its end how the post came about") {
  BlueskyBench bench;
  Content content = bench.bluesky.render(bench.account, draft_of({"one", "two"}));
  const auto key_of = [&](const ApprovedDelivery& sent, int part, TimePoint now) {
    return bench.bluesky.request_key(bench.account, sent, part, {}, now);
  };
  const auto key = [&](Origin origin, int part, TimePoint approved_at = kNow) {
    return key_of(approved(content, 12, origin, approved_at), part, kNow);
  };
  const std::string first = key(Origin::scheduled, 1);

  CHECK(first.ends_with("pq"));
  CHECK(key(Origin::hand_written, 1).ends_with("ph"));
  const auto tid = parse_tid(first);
  REQUIRE(tid);
  const auto seconds = static_cast<std::int64_t>(tid->microseconds / 1'000'000);
  CHECK(seconds == unix_seconds(kNow) - 1);
  // The same for every attempt at it; the parts follow each other.
  CHECK(key_of(approved(content, 12, Origin::scheduled, kNow), 1, kNow + std::chrono::hours{40}) == first);
  CHECK(first < key(Origin::scheduled, 2));
  // Another approval is another post.
  CHECK(key(Origin::scheduled, 1, kNow + Seconds{1}) != first);
  CHECK(key_of(approved(content, 13, Origin::scheduled, kNow), 1, kNow) != first);
  content.parts[0].text = "other";
  CHECK(key(Origin::scheduled, 1) != first);
}

TEST_CASE("the posts of one flush have record keys in the queue's order") {
  BlueskyBench bench;
  const Content content = bench.bluesky.render(bench.account, draft_of({"one", "two"}));
  std::string last;
  // First by the moment from which they may go, then by their ids, as the queue is; the parts of a thread in between.
  for (const int second : {0, 1, 60}) {
    for (const std::int64_t id : {7, 8, 12, 900}) {
      for (const int part : {1, 2, 100}) {
        const auto sent = approved(content, id, Origin::scheduled, kNow + Seconds{second});
        const auto key = bench.bluesky.request_key(bench.account, sent, part, {}, kNow);
        CHECK(last < key);
        last = key;
      }
    }
  }
}

TEST_CASE("what goes out within one second says so in its order") {
  BlueskyBench bench;
  const ApprovedDelivery sent = bench.delivery({"one", "two"});
  const auto time_of = [&](int part, int place) {
    PartContext facts;
    facts.part = part;
    facts.key = "3kabcdefghijk";
    facts.earlier.resize(static_cast<std::size_t>(part) - 1, Receipt{"at://a/b/c", "cid", "", kNow});
    facts.now = kNow;
    facts.place_in_second = place;
    const auto body = bench.bluesky.body(bench.account, sent, facts);
    REQUIRE(body);
    return nlohmann::json::parse(*body)["record"]["createdAt"].get<std::string>();
  };
  CHECK(time_of(1, 0).ends_with(".000Z"));
  CHECK(time_of(2, 0).ends_with(".001Z"));
  CHECK(time_of(1, 2).ends_with(".002Z"));
  CHECK(time_of(2, 3).ends_with(".003Z"));
}

TEST_CASE("an attempt of an older postq keeps its record key while its approval stands") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery();
  Attempt attempt;
  attempt.part = 1;
  attempt.key = "3kabcdefghijk";
  attempt.started_at = kNow;
  const auto key = [&] { return bench.bluesky.request_key(bench.account, delivery, 1, {attempt}, kNow); };

  CHECK(key() == attempt.key);
  attempt.part = 2;
  CHECK(key() != attempt.key);
  attempt.part = 1;
  attempt.started_at = delivery.approval().at - Seconds{1};
  CHECK(key() != attempt.key);
}

TEST_CASE("a thread hangs together by the records of its parts") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery({"one", "two", "three"});
  std::vector<Receipt> receipts;
  for (int part = 1; part <= 3; ++part) {
    const SendAnswer answer = bench.send(delivery, part, receipts);
    REQUIRE(answer.outcome == Outcome::sent);
    receipts.push_back(answer.receipt);
  }

  const auto record = [&](std::size_t i) {
    return Json::parse(bench.pds.records.at(receipts[i].remote_id.substr(receipts[i].remote_id.rfind('/') + 1)).json);
  };
  const auto ref = [&](std::size_t i) { return Json{{"uri", receipts[i].remote_id}, {"cid", receipts[i].remote_ref}}; };
  CHECK_FALSE(record(0).contains("reply"));
  CHECK(record(1)["reply"] == Json{{"root", ref(0)}, {"parent", ref(0)}});
  CHECK(record(2)["reply"] == Json{{"root", ref(0)}, {"parent", ref(1)}});
  CHECK(record(2)["createdAt"] == "2026-11-22T20:44:00.002Z");
}

TEST_CASE("a thread that answers somebody stays under their root") {
  BlueskyBench bench;
  Content content = bench.bluesky.render(bench.account, draft_of({"one", "two"}));
  const std::string root = "at://did:plc:bobbobbobbobbobbobbobbob/app.bsky.feed.post/3jzfcijpj2z2a";
  const std::string parent = "at://did:plc:bobbobbobbobbobbobbobbob/app.bsky.feed.post/3jzfcijpj2z2b";
  const std::string cid = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454";
  content.reply_ref = root + " " + cid + " " + parent + " " + cid;
  const ApprovedDelivery delivery = approved(content);
  const SendAnswer first = bench.send(delivery);
  REQUIRE(first.outcome == Outcome::sent);

  const Json one = bench.only_record();
  const Json two = Json::parse(bench.outgoing_for(delivery, 2, {first.receipt}).body)["record"];

  CHECK(one["reply"]["root"] == Json{{"uri", root}, {"cid", cid}});
  CHECK(one["reply"]["parent"] == Json{{"uri", parent}, {"cid", cid}});
  CHECK(two["reply"]["root"] == Json{{"uri", root}, {"cid", cid}});
  CHECK(two["reply"]["parent"]["uri"] == first.receipt.remote_id);
}

TEST_CASE("pictures are uploaded before the post, and stand in it with alt text and shape") {
  BlueskyBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
  draft.parts[0].media[0].width = 2;
  draft.parts[0].media[0].height = 1;

  REQUIRE(bench.send(bench.delivery(draft)).outcome == Outcome::sent);

  const Json image = bench.only_record()["embed"]["images"][0];
  CHECK(image["alt"] == "an oak");
  CHECK(image["aspectRatio"] == Json{{"width", 2}, {"height", 1}});
  CHECK(image["image"]["$type"] == "blob");
  CHECK(image["image"]["size"] == small_png().size());
  CHECK(bench.pds.requests.front().body == small_png());
  CHECK(bench.pds.requests.front().header("content-type") == "image/png");
}

TEST_CASE("an upload is used again while the server keeps it, and made again afterwards") {
  BlueskyBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  PartContext facts;
  facts.uploads = bench.bluesky.prepare(bench.account, delivery, facts, bench.context)->uploads;
  REQUIRE(facts.uploads.size() == 1);

  REQUIRE(bench.bluesky.prepare(bench.account, delivery, facts, bench.context));
  CHECK(bench.pds.asked("com.atproto.repo.uploadBlob") == 1);
  bench.now += Seconds{600};
  const auto again = bench.bluesky.prepare(bench.account, delivery, facts, bench.context);

  CHECK(bench.pds.asked("com.atproto.repo.uploadBlob") == 2);
  CHECK(again->uploads[0].remote_ref == facts.uploads[0].remote_ref);
}

TEST_CASE("a repeat that comes after the server dropped the pictures brings them along again") {
  BlueskyBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  bench.pds.instead(kPut, Behaviour::fault(Behaviour::Act::close_silently));
  REQUIRE(bench.bluesky.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::unconfirmed);
  bench.pds.drop_blobs();

  const SendAnswer answer = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

  CHECK(answer.outcome == Outcome::sent);
  CHECK(bench.pds.records.size() == 1);
}

TEST_CASE("a repeat that comes late says when it came, and leaves one post") {
  for (const bool stored : {false, true}) {
    INFO(stored);
    BlueskyBench bench;
    Draft draft = draft_of({"look \"createdAt\":\"2026-11-22T20:44:00.000Z\""});
    draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
    const ApprovedDelivery delivery = bench.delivery(draft);
    const PreparedRequest outgoing = bench.outgoing_for(delivery);
    const auto lost = Behaviour::fault(Behaviour::Act::close_silently);
    stored ? bench.pds.afterwards(kPut, lost) : bench.pds.instead(kPut, lost);
    REQUIRE(bench.bluesky.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::unconfirmed);
    bench.pds.drop_blobs();
    bench.now += Seconds{3600};

    const SendAnswer again = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

    CHECK(again.outcome == Outcome::sent);
    const Json record = bench.only_record();
    CHECK(record["createdAt"] == (stored ? "2026-11-22T20:44:00.000Z" : "2026-11-22T21:44:00.000Z"));
    CHECK(record["text"] == draft.parts[0].text);
  }
}

TEST_CASE("a lost post is looked for by its record key") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery();
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  Attempt attempt;
  attempt.key = outgoing.key;
  attempt.request = outgoing.body;
  attempt.started_at = kNow;
  attempt.ended_at = kNow + Seconds{30};
  const auto look = [&] { return bench.bluesky.settle(bench.account, delivery, attempt, {}, bench.context); };

  bench.now += Seconds{60};
  CHECK(look().kind == Settlement::Kind::undecided);  // it may still appear
  attempt.answered = true;
  attempt.outcome = Outcome::not_sent;
  CHECK(look().kind == Settlement::Kind::absent);
  attempt.outcome = Outcome::unconfirmed;
  CHECK(look().kind == Settlement::Kind::undecided);
  bench.pds.instead("com.atproto.repo.getRecord", Behaviour::answer(429, "{}").with("Retry-After", "60"));
  CHECK(look().limited_until == bench.now + Seconds{60});
  bench.now += Seconds{1200};
  CHECK(look().kind == Settlement::Kind::absent);

  const SendAnswer sent = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);
  const Settlement found = look();
  REQUIRE(found.kind == Settlement::Kind::sent);
  CHECK(found.receipt.remote_id == sent.receipt.remote_id);
  CHECK(found.receipt.url == sent.receipt.url);
  bench.pds.records[outgoing.key].json = R"({"$type":"app.bsky.feed.post","text":"another"})";
  CHECK(look().candidates == std::vector<std::string>{sent.receipt.url});
}

TEST_CASE("a damaged picture is never uploaded") {
  BlueskyBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
  bench.media.damage(draft.parts[0].media[0].digest);
  const ApprovedDelivery delivery = bench.delivery(draft);

  const auto prepared = bench.bluesky.prepare(bench.account, delivery, PartContext{}, bench.context);

  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().kind == ErrorKind::storage);
}

TEST_CASE("what can't be sent is refused with the number") {
  BlueskyBench bench;
  const auto problems = [&](const Draft& draft) {
    return bench.bluesky.problems(bench.account, bench.bluesky.render(bench.account, draft));
  };
  Draft large = draft_of({"look"});
  large.parts[0].media = {bench.media.add("x", "oak.png", "image/png", "an oak")};
  large.parts[0].media[0].bytes = 2'000'001;
  REQUIRE(problem(problems(large), "media-too-large") != nullptr);
  CHECK(problem(problems(large), "media-too-large")->limit == 2'000'000);
  Draft film = draft_of({"look"});
  film.parts[0].media = {bench.media.add("x", "oak.mp4", "video/mp4", "an oak")};
  CHECK(problem(problems(film), "media-type") != nullptr);
  Draft many = large;
  many.parts[0].media.resize(5, large.parts[0].media[0]);
  CHECK(problem(problems(many), "too-many-media") != nullptr);
  CHECK(problem(problems(draft_of({std::string(301, 'x')})), "too-long")->message == "too long: 301 of 300");
  std::string families;
  for (int i = 0; i < 150; ++i) families += "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F467";
  CHECK(problem(problems(draft_of({families})), "too-long")->message == "too long: 3750 of 3000 bytes");
  // Links count as they are shown.
  CHECK(problems(draft_of({"https://example.org/" + std::string(400, 'x')})).empty());
  Draft unlisted = draft_of({"quietly"});
  unlisted.visibility = "unlisted";
  CHECK(problem(problems(unlisted), "visibility") != nullptr);
  Draft language = draft_of({"hallo"});
  language.language = "german";
  CHECK(problem(problems(language), "language") != nullptr);
  Draft reply = draft_of({"yes"});
  reply.reply_to = "https://mastodon.example/@ann/1";
  CHECK(problem(problems(reply), "reply-target") != nullptr);
}

TEST_CASE("a warning that is a label hides pictures; one in words stands in front of the text and says so") {
  BlueskyBench bench;
  Draft draft = draft_of({"the bride", "the groom"});
  draft.warning = "Graphic media";
  REQUIRE(bench.bluesky.problems(bench.account, bench.bluesky.render(bench.account, draft)).empty());
  REQUIRE(bench.send(bench.delivery(draft)).outcome == Outcome::sent);
  CHECK(bench.only_record()["labels"].dump() ==
        R"({"$type":"com.atproto.label.defs#selfLabels","values":[{"val":"graphic-media"}]})");
  CHECK(bench.only_record()["text"] == "the bride");

  draft.warning = "ends badly";
  const Content content = bench.bluesky.render(bench.account, draft);

  CHECK(content.parts[0].text == "CW: ends badly\n\nthe bride");
  CHECK(content.parts[1].text == "the groom");
  const auto problems = bench.bluesky.problems(bench.account, content);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == "warning");
  CHECK_FALSE(problems[0].fatal);
}

TEST_CASE("an answer that was lost, before or after the post was stored, leaves one post when it is sent again") {
  for (const bool stored : {false, true}) {
    for (const auto act : {Behaviour::Act::close_silently, Behaviour::Act::truncate, Behaviour::Act::garbage}) {
      DYNAMIC_SECTION(stored << " " << static_cast<int>(act)) {
        BlueskyBench bench;
        const ApprovedDelivery delivery = bench.delivery();
        const PreparedRequest outgoing = bench.outgoing_for(delivery);
        (stored ? bench.pds.afterwards(kPut, Behaviour::fault(act)) : bench.pds.instead(kPut, Behaviour::fault(act)));

        const SendAnswer lost = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);
        const SendAnswer again = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

        CHECK(lost.outcome == Outcome::unconfirmed);
        REQUIRE(again.outcome == Outcome::sent);
        CHECK(bench.pds.records.size() == 1);
        CHECK(again.receipt.remote_ref == bench.pds.records.begin()->second.cid);
      }
    }
  }
}

TEST_CASE("over the wire, an answer that breaks off is unconfirmed and a repeat finds the post") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.account.settings = {{"handle", bench.pds.handle}, {"url", bench.pds.listen()}, {"allow_private", "yes"}};
  REQUIRE(bench.bluesky.check_settings(bench.account));
  const auto client = make_curl_client({});
  PlatformContext wire{*client, bench.secrets, bench.media, [&] { return bench.now; }, {}};
  const auto identity = bench.bluesky.identify(bench.account, wire);
  REQUIRE(identity);
  bench.account.remote_id = identity->remote_id;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  PartContext facts;
  facts.now = kNow;
  facts.key = bench.bluesky.request_key(bench.account, delivery, 1, {}, kNow);
  facts.uploads = bench.bluesky.prepare(bench.account, delivery, facts, wire)->uploads;
  const PreparedRequest outgoing{1, 1, facts.key, *bench.bluesky.body(bench.account, delivery, facts)};
  bench.pds.afterwards(kPut, Behaviour::fault(Behaviour::Act::truncate));

  const SendAnswer lost = bench.bluesky.send(bench.account, delivery, outgoing, wire);
  const SendAnswer again = bench.bluesky.send(bench.account, delivery, outgoing, wire);

  CHECK(lost.outcome == Outcome::unconfirmed);
  CHECK(again.outcome == Outcome::sent);
  CHECK(bench.pds.records.size() == 1);
}

TEST_CASE("a 200 that doesn't name the post is no receipt") {
  BlueskyBench bench;
  for (const char* body :
       {"", "{}", "{\"uri\":\"at://", R"({"uri":"at://did:plc:other/app.bsky.feed.post/x","cid":"c"})",
        "<!DOCTYPE html><html>Please sign in to this network</html>"}) {
    INFO(body);
    bench.pds.instead(kPut, Behaviour::answer(200, body));
    const SendAnswer answer = bench.send();
    CHECK(answer.outcome == Outcome::unconfirmed);
    CHECK(answer.error.kind == ErrorKind::unknown);
  }
}

TEST_CASE("after a 500 the repository tells whether the post is there") {
  BlueskyBench bench;
  bench.pds.instead(kPut,
                    Behaviour::answer(500, R"({"error":"InternalServerError","message":"Internal Server Error"})"));
  const SendAnswer absent = bench.send();
  bench.pds.afterwards(kPut,
                       Behaviour::answer(500, R"({"error":"InternalServerError","message":"Internal Server Error"})"));
  const SendAnswer there = bench.send();

  CHECK(absent.outcome == Outcome::unconfirmed);
  CHECK(there.outcome == Outcome::sent);
  CHECK(bench.pds.records.size() == 1);
  CHECK(bench.pds.asked("com.atproto.repo.getRecord") == 2);
}

TEST_CASE("a 500 stays unconfirmed while the repository can't be asked") {
  BlueskyBench bench;
  bench.pds.afterwards(kPut, Behaviour::answer(500));
  for (const Behaviour& behaviour : {Behaviour::answer(502), Behaviour::fault(Behaviour::Act::never_answer),
                                     Behaviour::answer(200, "{\"uri\":"), Behaviour::answer(200, "{}")}) {
    bench.pds.afterwards(kPut, Behaviour::answer(500));
    bench.pds.instead("com.atproto.repo.getRecord", behaviour);
    CHECK(bench.send().outcome == Outcome::unconfirmed);
  }
}

TEST_CASE("a record key that another post has is never written over") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery();
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  const std::string other = R"({"$type":"app.bsky.feed.post","text":"by hand","createdAt":"2026-11-22T20:44:00Z"})";
  bench.pds.records[outgoing.key] = {other, "bafyother"};

  const SendAnswer answer = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

  CHECK(answer.outcome == Outcome::refused);
  CHECK(answer.error.message == "another post has the record key " + outgoing.key + " already");
  CHECK(bench.pds.records.at(outgoing.key).json == other);
}

TEST_CASE("a lost post that was edited since is found under its key, and stays as it is") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery();
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  bench.pds.afterwards(kPut, Behaviour::fault(Behaviour::Act::close_silently));
  REQUIRE(bench.bluesky.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::unconfirmed);
  auto edited = bench.only_record();
  edited["text"] = "other words";
  bench.pds.records[outgoing.key] = {edited.dump(), "bafyedited"};

  const SendAnswer answer = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

  CHECK(answer.outcome == Outcome::sent);
  CHECK(answer.receipt.remote_ref == "bafyedited");
  CHECK(bench.only_record()["text"] == "other words");
}

TEST_CASE("an InvalidSwap over the very same record is a success") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery();
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  REQUIRE(bench.bluesky.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::sent);
  bench.pds.instead(kPut, Behaviour::answer(400, R"({"error":"InvalidSwap","message":"Record was at bafy"})"));

  const SendAnswer again = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

  CHECK(again.outcome == Outcome::sent);
  CHECK(again.receipt.remote_ref == bench.pds.records.at(outgoing.key).cid);
}

TEST_CASE("what the server finds wrong with a record is told, and is final") {
  BlueskyBench bench;
  bench.pds.instead(
      kPut,
      Behaviour::answer(400, R"({"error":"InvalidRequest","message":"Invalid app.bsky.feed.post record: too\nlong"})"));

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::refused);
  CHECK(answer.error.message == "pds.test says 400: InvalidRequest: Invalid app.bsky.feed.post record: too\\nlong");
}

TEST_CASE("a server that repeats the token in its message is not quoted") {
  BlueskyBench bench;
  const std::string token = bench.secrets.values.at("access_token").reveal();
  bench.pds.instead(kPut, Behaviour::answer(400, Json{{"error", "Odd"}, {"message", "bad " + token}}.dump()));

  const SendAnswer answer = bench.send();

  CHECK(answer.error.message == "pds.test says 400: Odd");
}

TEST_CASE("a limit without Retry-After lasts as long as RateLimit-Reset says") {
  BlueskyBench bench;
  bench.pds.limit_until(kNow + Seconds{240});

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.limited);
  REQUIRE(answer.try_at);
  CHECK(*answer.try_at == kNow + Seconds{240});

  bench.pds.limit_until(kNow - Seconds{5});
  CHECK(*bench.send().try_at == kNow + Seconds{1});
}

TEST_CASE("a suspended account keeps its posts queued") {
  BlueskyBench bench;
  bench.pds.instead(kPut,
                    Behaviour::answer(400, R"({"error":"AccountTakedown","message":"Account has been suspended"})"));

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.sign_in_needed);
  CHECK(answer.error.kind == ErrorKind::sign_in);
}

TEST_CASE("a post is taken back, also when it is gone, and never another's") {
  BlueskyBench bench;
  const SendAnswer answer = bench.send();
  REQUIRE(answer.outcome == Outcome::sent);
  const std::string key = answer.receipt.remote_id.substr(answer.receipt.remote_id.rfind('/') + 1);

  CHECK(bench.bluesky.retract(bench.account, answer.receipt, bench.context));
  CHECK(bench.pds.records.empty());
  CHECK(bench.bluesky.retract(bench.account, answer.receipt, bench.context));
  // As a person settled it, with its page or with nothing.
  CHECK(bench.bluesky.retract(bench.account, {answer.receipt.url, "", answer.receipt.url, kNow}, bench.context));
  CHECK(bench.bluesky.retract(bench.account, {key, "", "", kNow}, bench.context));
  Receipt other = answer.receipt;
  other.remote_id = "at://did:plc:bobbobbobbobbobbobbobbob/app.bsky.feed.post/3jzfcijpj2z2a";
  const Status refused = bench.bluesky.retract(bench.account, other, bench.context);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::not_found);
}

TEST_CASE("what a server says to a deletion is looked at before it is believed") {
  const std::string gone = R"({"error":"RecordNotFound","message":"Could not locate record"})";
  struct Lie {
    const char* name;
    std::vector<std::pair<const char*, Behaviour>> instead;
    std::optional<ErrorKind> kind;  // nothing: it is gone
  };
  const auto kDelete = "com.atproto.repo.deleteRecord";
  const auto kGet = "com.atproto.repo.getRecord";
  const auto kList = "com.atproto.repo.listRecords";
  const std::vector<Lie> lies{
      {"yes, and it stays", {{kDelete, Behaviour::answer(200)}}, ErrorKind::platform},
      {"not found, and it stays", {{kDelete, Behaviour::answer(404, gone)}}, ErrorKind::platform},
      {"500, and it stays", {{kDelete, Behaviour::answer(500)}}, ErrorKind::platform},
      {"yes and not found, and it is still listed",
       {{kDelete, Behaviour::answer(200)}, {kGet, Behaviour::answer(400, gone)}},
       ErrorKind::platform},
      {"yes, and nothing can be read",
       {{kDelete, Behaviour::answer(200)}, {kGet, Behaviour::answer(502)}, {kList, Behaviour::answer(502)}},
       ErrorKind::unknown},
  };
  for (const Lie& lie : lies) {
    INFO(lie.name);
    BlueskyBench bench;
    const SendAnswer answer = bench.send();
    for (const auto& [method, behaviour] : lie.instead) bench.pds.instead(method, behaviour);

    const Status taken_back = bench.bluesky.retract(bench.account, answer.receipt, bench.context);

    REQUIRE_FALSE(taken_back);
    CHECK(taken_back.error().kind == lie.kind);
    CHECK(taken_back.error().hint.find(answer.receipt.url) != std::string::npos);
  }

  // It was done, whatever was said.
  BlueskyBench bench;
  const SendAnswer answer = bench.send();
  bench.pds.afterwards(kDelete, Behaviour::answer(503));
  CHECK(bench.bluesky.retract(bench.account, answer.receipt, bench.context));
}

TEST_CASE("what would be sent is shown without a token") {
  BlueskyBench bench;
  const PreparedRequest outgoing = bench.outgoing_for(bench.delivery());

  const std::string shown = bench.bluesky.show(bench.account, outgoing);

  CHECK(shown.starts_with("POST https://pds.test/xrpc/com.atproto.repo.putRecord\n"));
  CHECK(shown.find("********") != std::string::npos);
  CHECK(shown.find(outgoing.body) != std::string::npos);
}

TEST_CASE("a post may be in up to three languages") {
  BlueskyBench bench;
  Draft draft = draft_of({"hello"});
  const auto problems = [&](const std::string& languages) {
    draft.language = languages;
    std::vector<std::string> said;
    for (const auto& one : bench.bluesky.problems(bench.account, bench.bluesky.render(bench.account, draft))) {
      said.push_back(one.message);
    }
    return said;
  };

  CHECK(problems("de,en,pt-BR,fr") == std::vector<std::string>{"too many languages: 4 of 3"});
  CHECK(problems("de,,en") == std::vector<std::string>{"\"\" is no language tag"});
  CHECK(problems("de, en,pt-BR").empty());
  REQUIRE(bench.send(bench.delivery(draft)).outcome == Outcome::sent);
  CHECK(bench.only_record().at("langs") == Json::parse(R"(["de","en","pt-BR"])"));
}
