// The webhook: what goes out, how it is signed, and what its answers mean.
#include <nlohmann/json.hpp>

#include <postq/base/digest.h>
#include <postq/ports/secret_settings.h>

#include "platforms/platform_fixture.h"
#include "platforms/webhook/signature.h"
#include "support/catch.h"
#include "support/fault_server.h"
#include "system/http/curl_client.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Json = nlohmann::ordered_json;

struct WebhookBench : Bench {
  explicit WebhookBench(std::string url = "https://hook.example/in/s3cret?key=k3y") {
    account.id = AccountId{1};
    account.name = "hook";
    account.platform = "webhook";
    account.settings["url"] = std::move(url);
    account.secret_from = SecretFrom::file;
    REQUIRE(webhook.check_settings(account));
  }

  ApprovedDelivery delivery(std::vector<std::string> texts = {"hello"}) const {
    return approved(webhook.render(account, draft_of(std::move(texts))));
  }
  SendAnswer send() {
    const ApprovedDelivery sent = delivery();
    return webhook.send(account, sent, outgoing_of(webhook, account, sent, 1, now), context);
  }

  const Platform& webhook = platform_named("webhook");
  Account account;
};

std::string check(const std::string& url) {
  Account account;
  account.id = AccountId{1};
  account.name = "hook";
  account.settings["url"] = url;
  const Status status = platform_named("webhook").check_settings(account);
  return status ? account.settings["url"] + " " + account.base_url : "refused: " + status.error().message;
}

}  // namespace

TEST_CASE("webhooks are signed as the Standard Webhooks vectors say") {
  const Json vectors =
      Json::parse(read_text(std::string(POSTQ_SOURCE_DIR) + "/tests/platforms/webhook/standard-webhooks-vectors.json"));
  REQUIRE(vectors["symmetric"].size() == 5);
  for (const Json& vector : vectors["symmetric"]) {
    INFO(vector["name"]);
    const auto keys = webhook_keys(Secret(vector["secret"].get<std::string>()));
    REQUIRE(keys);
    CHECK(webhook_signature(*keys, vector["webhook-id"].get<std::string>(),
                            time_point(vector["webhook-timestamp"].get<std::int64_t>()),
                            vector["body"].get<std::string>()) == vector["webhook-signature"].get<std::string>());
  }
}

TEST_CASE("a signing secret may come without its prefix, and two while it is being changed") {
  const std::string bare = kSigningSecret.substr(6);
  const auto one = webhook_keys(Secret(bare));
  const auto two = webhook_keys(Secret(" " + kSigningSecret + "  " + bare + "\n"));

  REQUIRE(one);
  REQUIRE(two);
  const std::string single = webhook_signature(*one, "id", kNow, "{}");
  CHECK(webhook_signature(*two, "id", kNow, "{}") == single + " " + single);
}

TEST_CASE("a signing secret that is none is refused, without a word of it") {
  for (const std::string& secret :
       {std::string(), std::string("whsec_"), std::string("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"),
        std::string("whsec_c2hvcnQ="), std::string("hunter2hunter2hunter2"), "whsk_" + kSigningSecret.substr(6),
        "whsec_" + std::string(88, 'A'), kSigningSecret + " hunter2"}) {
    const auto keys = webhook_keys(Secret(secret));
    INFO(secret);
    REQUIRE_FALSE(keys);
    CHECK(keys.error().kind == ErrorKind::config);
    CHECK((keys.error().message + keys.error().hint).find("hunter2") == std::string::npos);
    CHECK((keys.error().message + keys.error().hint).find("MfKQ9") == std::string::npos);
  }
}

TEST_CASE("a webhook's address must be encrypted unless it is on this machine") {
  CHECK(check("https://hook.example/in?k=1") == "https://hook.example/in?k=1 https://hook.example");
  CHECK(check("http://localhost:9000") == "http://localhost:9000/ http://localhost:9000");
  CHECK(check("http://[::1]/") == "http://[::1]/ http://[::1]");
  CHECK(check("http://hook.example/in") == "refused: --url to hook.example would go unencrypted");
  CHECK(check("hook.example/in?k=1") == "https://hook.example/in?k=1 https://hook.example");
  CHECK(check("https://me:pw@hook.example/") == "refused: --url holds a user name or password");
}

TEST_CASE("the switches of a webhook are checked") {
  WebhookBench bench;
  bench.account.settings["allow_private"] = "maybe";
  CHECK_FALSE(bench.webhook.check_settings(bench.account));
  bench.account.settings["allow_private"] = "yes";
  CHECK(bench.webhook.check_settings(bench.account));
  bench.account.settings["ca_file"] = "ca.pem";
  CHECK_FALSE(bench.webhook.check_settings(bench.account));
  bench.account.settings["ca_file"] = "/etc/ca.pem";
  CHECK(bench.webhook.check_settings(bench.account));

  REQUIRE(bench.send().outcome == Outcome::sent);
  CHECK(bench.http.requests.back().allow_private);
  CHECK(bench.http.requests.back().ca_file == "/etc/ca.pem");
}

TEST_CASE("a post becomes a signed event that says everything about it") {
  WebhookBench bench;
  Draft draft = draft_of({"one", "two #oak"});
  draft.parts[1].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  draft.parts[1].media[0].width = 16;
  draft.parts[1].media[0].height = 9;
  draft.warning = "acorns";
  draft.language = "en";
  draft.visibility = "unlisted";
  draft.reply_to = "https://example.org/question";
  draft.schedule.wall = *parse_wall("2026-11-24T09:00:00");
  draft.schedule.zone = "Europe/Berlin";
  const ApprovedDelivery delivery = approved(bench.webhook.render(bench.account, draft));
  const PreparedRequest outgoing =
      outgoing_of(bench.webhook, bench.account, delivery, 2, bench.now, {{"remote-1", "", "", kNow}});
  bench.now += Seconds{7};

  const SendAnswer answer = bench.webhook.send(bench.account, delivery, outgoing, bench.context);

  REQUIRE(answer.outcome == Outcome::sent);
  REQUIRE(bench.http.requests.size() == 1);
  const HttpRequest& request = bench.http.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.url == "https://hook.example/in/s3cret?key=k3y");
  CHECK(request.body == outgoing.body);
  CHECK(header_of(request, "Content-Type") == "application/json");
  CHECK(header_of(request, "webhook-id") == outgoing.key);
  CHECK(outgoing.key.find('.') == std::string::npos);
  CHECK(header_of(request, "webhook-timestamp") == std::to_string(unix_seconds(kNow) + 7));
  CHECK(header_of(request, "webhook-signature") ==
        webhook_signature(*webhook_keys(Secret(kSigningSecret)), outgoing.key, bench.now, outgoing.body));
  CHECK(Json::parse(request.body) == Json::parse(R"({
    "type": "postq.post.publish", "timestamp": "2026-11-22T20:44:00Z",
    "data": {"post": 12, "account": "hook", "origin": "scheduled", "part": 2, "parts": 2, "text": "two #oak",
      "warning": "acorns", "visibility": "unlisted", "language": "en", "tags": ["oak"],
      "media": [{"name": "oak.png", "mime": "image/png", "bytes": 3, "sha256": ")" +
                                                 sha256("PNG").hex() + R"(",
                 "alt": "an oak", "width": 16, "height": 9}],
      "previous": "remote-1", "reply_to": "https://example.org/question",
      "scheduled_for": {"wall_time": "2026-11-24T09:00:00", "zone": "Europe/Berlin"}}})"));
}

TEST_CASE("an event keeps its id over every attempt, also a later one with another body") {
  WebhookBench bench;
  const ApprovedDelivery delivery = bench.delivery();

  const auto key = [&](const ApprovedDelivery& sent, int part, TimePoint now) {
    return bench.webhook.request_key(bench.account, sent, part, {}, now);
  };
  CHECK(key(delivery, 1, kNow) == key(delivery, 1, kNow + Seconds{86'400}));
  CHECK(key(delivery, 1, kNow) != key(delivery, 2, kNow));
  CHECK(key(delivery, 1, kNow) != key(bench.delivery({"other"}), 1, kNow));
}

TEST_CASE("any 2xx is a delivery, with the id and address that the receiver may give") {
  WebhookBench bench;
  const ApprovedDelivery delivery = bench.delivery();
  const PreparedRequest outgoing = outgoing_of(bench.webhook, bench.account, delivery, 1, bench.now);
  const auto receipt = [&](int status, std::string body) {
    bench.http.next(status, std::move(body));
    const SendAnswer answer = bench.webhook.send(bench.account, delivery, outgoing, bench.context);
    CHECK(answer.outcome == Outcome::sent);
    return answer.receipt.remote_id + " " + answer.receipt.url;
  };

  CHECK(receipt(200, R"({"id":"42","url":"https://oak.example/42"})") == "42 https://oak.example/42");
  CHECK(receipt(201, R"({"id":42})") == "42 ");
  CHECK(receipt(204, "") == outgoing.key + " ");
  CHECK(receipt(202, "<html>thanks</html>") == outgoing.key + " ");
  CHECK(receipt(200, R"json({"id":"a\nb","url":"javascript:alert(1)"})json") == outgoing.key + " ");
  CHECK(receipt(200, R"({"id":")" + std::string(600, 'x') + "\"}") == outgoing.key + " ");
  CHECK(receipt(200, R"({"id":"1","x":")" + std::string(64'000, 'x') + "\"}") == outgoing.key + " ");
  CHECK(receipt(200, std::string(5000, '[')) == outgoing.key + " ");
  CHECK(receipt(200, "[1]") == outgoing.key + " ");
}

TEST_CASE("a 2xx with a web page or broken JSON proves nothing") {
  WebhookBench bench;
  const auto outcome = [&](const std::string& type, std::string body) {
    bench.http.next(200, std::move(body), {{"content-type", type}});
    return bench.send().outcome;
  };

  CHECK(outcome("text/html; charset=utf-8", "\n<!DOCTYPE HTML><title>Sign in</title>") == Outcome::unconfirmed);
  CHECK(outcome("Text/HTML", "<html lang=en>") == Outcome::unconfirmed);
  CHECK(outcome("application/json", "{\"id\": \"4") == Outcome::unconfirmed);
  CHECK(outcome("text/html", "OK") == Outcome::sent);  // what many a small script says
  CHECK(outcome("text/html", "") == Outcome::sent);
  CHECK(outcome("application/json", "") == Outcome::sent);
  CHECK(outcome("application/json; charset=utf-8", "[1]") == Outcome::sent);
  CHECK(bench.webhook.traits().repeat == RetrySafety::idempotent);
}

TEST_CASE("a redirect is a refusal that names only the host it points to") {
  WebhookBench bench;
  bench.http.next(307, "", {{"location", "https://evil.example/steal?token=1"}});

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::refused);
  CHECK(answer.error.message == "hook.example redirects to evil.example, and postq never follows");
  CHECK(bench.http.requests.size() == 1);
}

TEST_CASE("an address that is gone for good fails the post, and tells how it goes elsewhere") {
  WebhookBench bench;
  bench.http.next(410);

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::refused);
  CHECK_FALSE(answer.sign_in_needed);
  CHECK(answer.error.kind == ErrorKind::platform);
  CHECK(answer.error.message == "hook.example says 410: this address is gone for good");
  CHECK(answer.error.hint.find("postq edit ID --to NAME") != std::string::npos);
}

TEST_CASE("what a receiver says to its refusal is told, unless it says what is secret") {
  WebhookBench bench;
  bench.http.next(403, "your plan ended\n(see the mail)", {{"content-type", "text/plain"}});
  CHECK(bench.send().error.message == "hook.example says 403: your plan ended");
  bench.http.next(403, "<html><head><title>Blocked</title></head></html>", {{"content-type", "text/html"}});
  CHECK(bench.send().error.message == "hook.example says 403: Blocked");
  bench.http.next(403, "no: /in/s3cret?key=k3y", {{"content-type", "text/plain"}});
  CHECK(bench.send().error.message.find("s3cret") == std::string::npos);
}

TEST_CASE("a receiver that asks to wait is asked again then, within a day") {
  WebhookBench bench;
  const auto wait = [&](int status, const std::string& retry_after) {
    bench.http.next(status, "", {{"retry-after", retry_after}});
    const SendAnswer answer = bench.send();
    CHECK(answer.outcome == (status == 429 ? Outcome::not_sent : Outcome::unconfirmed));
    CHECK(answer.answered);
    CHECK(answer.limited);
    REQUIRE(answer.try_at);
    return (*answer.try_at - kNow).count();
  };

  CHECK(wait(429, "30") == 30);
  CHECK(wait(503, "Sun, 22 Nov 2026 20:45:00 GMT") == 60);
  CHECK(wait(429, "0") == 1);
  CHECK(wait(429, "99999999") == 86'400);
  CHECK(wait(429, "soon") == 300);
}

TEST_CASE("a 503, a conflict and a lost answer may all have been taken") {
  WebhookBench bench;
  for (const int status : {503, 409}) {
    bench.http.next(status);
    CHECK(bench.send().outcome == Outcome::unconfirmed);
  }
  CHECK(bench.webhook.traits().repeat == RetrySafety::idempotent);
}

TEST_CASE("a secret that can't be used sends nothing, and the account is named") {
  WebhookBench bench;
  bench.secrets.values = {{"token", Secret("hunter2")}};

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.kind == ErrorKind::config);
  CHECK(answer.error.message.starts_with("hook: "));
  CHECK(answer.error.message.find("hunter2") == std::string::npos);
  CHECK(bench.http.requests.empty());

  bench.secrets.error = Error{ErrorKind::config, "hook: the token command pass got no answer in 10 s", "", ""};
  CHECK(bench.send().error.message == "hook: the token command pass got no answer in 10 s");
}

TEST_CASE("a webhook is signed in by a signed test event, and known by its address without what may be secret") {
  WebhookBench bench;

  const auto identity = bench.webhook.identify(bench.account, bench.context);

  REQUIRE(identity);
  CHECK(identity->remote_id == "https://hook.example/#" + sha256("https://hook.example/in/s3cret").hex().substr(0, 12));
  CHECK(identity->remote_name == "hook.example");
  REQUIRE(bench.http.requests.size() == 1);
  CHECK(Json::parse(bench.http.requests[0].body)["type"] == "postq.ping");
  CHECK(header_of(bench.http.requests[0], "webhook-signature").starts_with("v1,"));

  bench.http.next(401);
  const auto refused = bench.webhook.identify(bench.account, bench.context);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::sign_in);
}

TEST_CASE("what stands behind a webhook's host is a secret, kept apart and sent to all the same") {
  WebhookBench bench;
  const auto& settings = *secret_settings_of(bench.webhook);
  bench.account.remote_id = bench.webhook.identify(bench.account, bench.context)->remote_id;
  const auto known = bench.account.remote_id;

  const auto taken = settings.take_secrets(bench.account);

  REQUIRE(taken.contains("url"));
  CHECK(taken.at("url").reveal() == "https://hook.example/in/s3cret?key=k3y");
  CHECK(bench.account.setting("url") == "https://hook.example/...");
  CHECK(bench.account.base_url == "https://hook.example");
  CHECK(bench.account.remote_id == known);
  CHECK(settings.is_shortened(bench.account, "url"));
  CHECK(settings.take_secrets(bench.account).empty());

  const ApprovedDelivery sent = bench.delivery();
  CHECK(
      bench.webhook.show(bench.account, outgoing_of(bench.webhook, bench.account, sent, 1, bench.now)).find("s3cret") ==
      std::string::npos);
  bench.http.requests.clear();
  const auto lacking = bench.send();
  CHECK(lacking.outcome == Outcome::not_sent);
  CHECK(lacking.sign_in_needed);
  CHECK(bench.http.requests.empty());

  bench.secrets.values.insert(taken.begin(), taken.end());
  CHECK(bench.send().outcome == Outcome::sent);
  CHECK(bench.http.requests.at(0).url == "https://hook.example/in/s3cret?key=k3y");
  // A token in the query may be renewed; another place is another account.
  bench.secrets.values["url"] = Secret("https://hook.example/in/s3cret?key=new");
  CHECK(bench.send().outcome == Outcome::sent);
  bench.secrets.values["url"] = Secret("https://hook.example/in/other?key=k3y");
  CHECK(bench.send().outcome == Outcome::not_sent);
  CHECK(bench.http.requests.size() == 2);
}

TEST_CASE("a webhook at the root of its host has nothing to hide") {
  WebhookBench bench("https://hook.example/");

  CHECK(secret_settings_of(bench.webhook)->take_secrets(bench.account).empty());
  CHECK(bench.account.setting("url") == "https://hook.example/");
  CHECK(bench.webhook.identify(bench.account, bench.context)->remote_id == "https://hook.example/");
}

TEST_CASE("a receiver that says its own address back is not repeated") {
  WebhookBench bench;
  bench.http.next(200,
                  R"({"id":"https://hook.example/in/s3cret?key=k3y","url":"https://hook.example/in/s3cret?key=k3y"})");

  const auto answer = bench.send();

  CHECK(answer.outcome == Outcome::sent);
  CHECK(answer.receipt.remote_id.find("s3cret") == std::string::npos);
  CHECK(answer.receipt.url.empty());
}

TEST_CASE("taking a post back is an event with an id of its own") {
  WebhookBench bench;
  const Receipt receipt{"42", "", "https://oak.example/42", kNow};

  REQUIRE(bench.webhook.retract(bench.account, receipt, bench.context));
  REQUIRE(bench.webhook.retract(bench.account, receipt, bench.context));

  REQUIRE(bench.http.requests.size() == 2);
  const Json event = Json::parse(bench.http.requests[0].body);
  CHECK(event["type"] == "postq.post.delete");
  CHECK(event["data"]["id"] == "42");
  CHECK(header_of(bench.http.requests[0], "webhook-id") == header_of(bench.http.requests[1], "webhook-id"));

  bench.http.next(500);
  const Status refused = bench.webhook.retract(bench.account, receipt, bench.context);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::unknown);
}

TEST_CASE("the request of a webhook is shown with its signature masked") {
  WebhookBench bench;
  const PreparedRequest outgoing = outgoing_of(bench.webhook, bench.account, bench.delivery(), 1, bench.now);

  const std::string shown = bench.webhook.show(bench.account, outgoing);

  CHECK(shown.starts_with("POST https://hook.example/in/s3cret?key=k3y\n"));
  CHECK(shown.find("webhook-id: " + outgoing.key + "\n") != std::string::npos);
  CHECK(shown.find("webhook-signature: ********\n") != std::string::npos);
  CHECK(shown.find("v1,") == std::string::npos);
  CHECK(shown.find("\n" + outgoing.body + "\n") != std::string::npos);
}

TEST_CASE("a receiver on the wire finds the signature right, also after a lost answer and a repeat") {
  FaultServer server;
  server.next(Behaviour::fault(Behaviour::Act::close_silently));
  server.next(Behaviour{});
  WebhookBench bench(server.url("/in"));
  bench.account.settings["allow_private"] = "yes";
  const auto client = make_curl_client({});
  PlatformContext context{*client, bench.secrets, bench.media, [&bench] { return bench.now; }, {}};
  const ApprovedDelivery delivery = bench.delivery({"hello \u65e5\u672c"});
  const PreparedRequest outgoing = outgoing_of(bench.webhook, bench.account, delivery, 1, bench.now);

  const SendAnswer lost = bench.webhook.send(bench.account, delivery, outgoing, context);
  bench.now += Seconds{60};
  const SendAnswer repeated = bench.webhook.send(bench.account, delivery, outgoing, context);

  CHECK(lost.outcome == Outcome::unconfirmed);
  CHECK(repeated.outcome == Outcome::sent);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  for (const ReceivedRequest& request : requests) {
    CHECK(request.body == outgoing.body);
    CHECK(request.header("webhook-id") == outgoing.key);
    const TimePoint at = time_point(std::stoll(request.header("webhook-timestamp")));
    CHECK(request.header("webhook-signature") ==
          webhook_signature(*webhook_keys(Secret(kSigningSecret)), outgoing.key, at, request.body));
  }
}
