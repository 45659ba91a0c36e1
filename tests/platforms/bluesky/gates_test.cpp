// Who may reply and who may quote: records beside the post, with its key.
#include "platforms/bluesky/fixture.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWrites = "com.atproto.repo.applyWrites";

Draft gated(std::string replies, std::string quotes, std::vector<std::string> texts = {"hello"}) {
  Draft draft = draft_of(std::move(texts));
  draft.replies = std::move(replies);
  draft.quotes = std::move(quotes);
  return draft;
}

Json gate(const BlueskyBench& bench, const std::string& kind, const std::string& key) {
  const auto found = bench.pds.gates.find("app.bsky.feed." + kind + "/" + key);
  return found == bench.pds.gates.end() ? Json() : Json::parse(found->second);
}

std::vector<std::string> allowed(const Json& threadgate) {
  std::vector<std::string> rules;
  for (const Json& rule : threadgate.at("allow")) {
    const std::string type = rule.at("$type");
    rules.push_back(type.substr(type.find('#') + 1));
  }
  return rules;
}

}  // namespace

TEST_CASE("a post's gates are written with it, under its key, and point to it") {
  BlueskyBench bench;

  const SendAnswer answer = bench.send(bench.delivery(gated("mentioned,followers,following", "nobody")));

  REQUIRE(answer.outcome == Outcome::sent);
  CHECK(bench.pds.asked(kWrites) == 1);
  CHECK(bench.pds.asked(kPut) == 0);
  const std::string key = bench.pds.records.begin()->first;
  CHECK(answer.receipt.remote_id == "at://" + bench.pds.did + "/app.bsky.feed.post/" + key);
  CHECK(answer.receipt.remote_ref == bench.pds.records.begin()->second.cid);
  const Json replies = gate(bench, "threadgate", key);
  CHECK(replies.at("$type") == "app.bsky.feed.threadgate");
  CHECK(replies.at("post") == answer.receipt.remote_id);
  CHECK(replies.at("createdAt") == bench.only_record().at("createdAt"));
  CHECK(allowed(replies) == std::vector<std::string>{"mentionRule", "followerRule", "followingRule"});
  const Json quotes = gate(bench, "postgate", key);
  CHECK(quotes.at("post") == answer.receipt.remote_id);
  CHECK(quotes.at("embeddingRules") == Json::parse(R"([{"$type":"app.bsky.feed.postgate#disableRule"}])"));
}

TEST_CASE("nobody is a list without anybody, and everybody needs no gate") {
  BlueskyBench bench;

  const SendAnswer closed = bench.send(bench.delivery(gated("nobody", "")));
  REQUIRE(closed.outcome == Outcome::sent);
  CHECK(allowed(gate(bench, "threadgate", bench.pds.records.begin()->first)).empty());
  CHECK(bench.pds.gates.size() == 1);

  const SendAnswer open = bench.send(bench.delivery(gated("", "", {"another"})));
  REQUIRE(open.outcome == Outcome::sent);
  CHECK(bench.pds.gates.size() == 1);
  CHECK(bench.pds.asked(kPut) == 1);
}

TEST_CASE("of a thread the first post says who may reply, and each who may quote it") {
  BlueskyBench bench;
  const ApprovedDelivery thread = bench.delivery(gated("followers", "nobody", {"one", "two"}));

  const SendAnswer first = bench.send(thread);
  const SendAnswer second = bench.send(thread, 2, {first.receipt});

  REQUIRE(second.outcome == Outcome::sent);
  const std::string last = bench.pds.records.rbegin()->first;
  CHECK(gate(bench, "threadgate", last).is_null());
  CHECK_FALSE(gate(bench, "postgate", last).is_null());
  CHECK(bench.pds.gates.size() == 3);
}

TEST_CASE("an answer leaves it to the author of its thread who may reply, and says so") {
  BlueskyBench bench;
  Draft draft = gated("nobody", "nobody");
  draft.reply_to = "at://did:plc:bobbobbobbobbobbobbobbob/app.bsky.feed.post/3jzfcijpj2z2a";
  Content content = bench.bluesky.render(bench.account, draft);

  const auto problems = bench.bluesky.problems(bench.account, content);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].kind == "replies");
  CHECK_FALSE(problems[0].fatal);

  const std::string cid = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454";
  content.reply_ref = draft.reply_to + " " + cid + " " + draft.reply_to + " " + cid;
  content.resolved = true;
  REQUIRE(bench.send(approved(content)).outcome == Outcome::sent);
  CHECK(bench.pds.gates.size() == 1);
  CHECK(bench.pds.gates.begin()->first.starts_with("app.bsky.feed.postgate/"));
}

TEST_CASE("a gated post whose answer was lost leaves one post with its gates when it is sent again") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery(gated("nobody", "nobody"));
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  SECTION("after it was stored") {
    bench.pds.afterwards(kWrites, Behaviour::fault(Behaviour::Act::close_silently));
  }
  SECTION("before it was stored") {
    bench.pds.instead(kWrites, Behaviour::fault(Behaviour::Act::close_silently));
  }
  SECTION("with a 500 that hides that it was stored") {
    bench.pds.afterwards(kWrites, Behaviour::answer(502, "bad gateway"));
  }

  const SendAnswer lost = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);
  const SendAnswer again = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);

  CHECK(lost.outcome == Outcome::unconfirmed);
  REQUIRE(again.outcome == Outcome::sent);
  CHECK(again.receipt.remote_ref == bench.pds.records.begin()->second.cid);
  CHECK(bench.pds.records.size() == 1);
  CHECK(bench.pds.gates.size() == 2);
}

TEST_CASE("a gated post never takes the key of another, and a 500 without a post stays unconfirmed") {
  BlueskyBench bench;
  const ApprovedDelivery delivery = bench.delivery(gated("nobody", ""));
  const PreparedRequest outgoing = bench.outgoing_for(delivery);
  bench.pds.instead(kWrites, Behaviour::answer(500, R"({"error":"InternalServerError"})"));

  const SendAnswer broken = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);
  CHECK(broken.outcome == Outcome::unconfirmed);
  CHECK(bench.pds.records.empty());

  bench.pds.records[outgoing.key] = {R"({"$type":"app.bsky.feed.post","text":"another"})", "bafyother"};
  const SendAnswer taken = bench.bluesky.send(bench.account, delivery, outgoing, bench.context);
  CHECK(taken.outcome == Outcome::refused);
  CHECK(bench.pds.gates.empty());
}

TEST_CASE("taking a post back takes its gates back, and may be done again when that broke off") {
  BlueskyBench bench;
  const SendAnswer answer = bench.send(bench.delivery(gated("nobody", "nobody")));
  REQUIRE(bench.pds.gates.size() == 2);

  int deletions = 0;
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    if (request.url.ends_with("deleteRecord") && ++deletions == 2) return HttpAnswer{503, {}, "busy"};
    return bench.pds.exchange(request);
  };
  CHECK_FALSE(bench.bluesky.retract(bench.account, answer.receipt, bench.context));
  CHECK(bench.pds.records.empty());
  REQUIRE(bench.pds.gates.size() == 2);

  REQUIRE(bench.bluesky.retract(bench.account, answer.receipt, bench.context));
  CHECK(bench.pds.gates.empty());
}

TEST_CASE("the request of a gated post is shown as what it is") {
  BlueskyBench bench;
  const PreparedRequest outgoing = bench.outgoing_for(bench.delivery(gated("nobody", "")));

  const std::string shown = bench.bluesky.show(bench.account, outgoing);

  CHECK(shown.starts_with("POST https://pds.test/xrpc/com.atproto.repo.applyWrites\n"));
  CHECK(shown.find("app.bsky.feed.threadgate") != std::string::npos);
}

TEST_CASE("a limit on uploads is waited for, with what is uploaded already, and is no failed try") {
  BlueskyBench bench;
  Draft draft = draft_of({"hello"});
  draft.parts[0].media = {bench.media.add(small_png(), "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  PartContext facts;
  facts.now = bench.now;
  bench.pds.limit_until(kNow + Seconds{240});

  const auto prepared = bench.bluesky.prepare(bench.account, delivery, facts, bench.context);

  REQUIRE(prepared);
  REQUIRE(prepared->ask_again_at);
  CHECK(*prepared->ask_again_at == kNow + Seconds{240});
  CHECK(prepared->error.message.find("429") != std::string::npos);
}
