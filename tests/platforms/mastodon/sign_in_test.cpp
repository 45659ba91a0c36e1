// Signing in to Mastodon in a browser, and tokens that run out.
#include <nlohmann/json.hpp>

#include "platforms/mastodon/fixture.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Json = nlohmann::ordered_json;
using Software = FakeMastodon::Software;

const std::string kLoopback = "http://127.0.0.1:43210/";
const std::string kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";
const std::string kRandom(32, '\xab');

// What a browser does with the address that a person opens.
void visit(MastodonBench& bench, const std::string& url) {
  HttpRequest request;
  request.url = url;
  REQUIRE(bench.server.exchange(request));
}

std::string body_of(const MastodonBench& bench, const std::string& path) {
  for (const HttpRequest& request : bench.http.requests) {
    if (request.url.ends_with(path)) return request.body;
  }
  return "";
}

}  // namespace

TEST_CASE("a sign-in registers postq, asks for what it needs, and proves that it asked") {
  MastodonBench bench;
  bench.secrets.values.clear();
  for (const std::string& redirect : {kLoopback, kOutOfBand}) {
    bench.http.requests.clear();

    const auto begun = bench.mastodon.begin_sign_in(bench.account, redirect, kRandom, bench.context);

    REQUIRE(begun);
    const Json app = Json::parse(body_of(bench, "/api/v1/apps"));
    CHECK(app["client_name"] == "postq");
    CHECK(app["redirect_uris"] == redirect);
    CHECK(app["scopes"] ==
          "read:accounts read:statuses read:notifications read:follows read:search write:statuses write:media");
    CHECK(begun->open_url.starts_with("https://fake.example/oauth/authorize?response_type=code&client_id=client-1&"));
    CHECK(begun->open_url.find("state=" + begun->keep.at("state").reveal()) != std::string::npos);
    CHECK(begun->open_url.find("code_challenge_method=S256") != std::string::npos);
    CHECK(begun->keep.at("verifier").reveal().size() == 43);
    for (const char* hidden : {"verifier", "client_secret"}) {
      CHECK(begun->open_url.find(begun->keep.at(hidden).reveal()) == std::string::npos);
    }

    visit(bench, begun->open_url);
    const auto values = bench.mastodon.finish_sign_in(bench.account, *begun, redirect, "code-1", bench.context);

    REQUIRE(values);
    CHECK(values->at("token").reveal() == "token-of-anna");
    CHECK(values->at("client_id").reveal() == "client-1");
    CHECK(values->at("client_secret").reveal() == "hush-1");
    CHECK_FALSE(values->contains("verifier"));
    CHECK(bench.server.last_form.at("redirect_uri") == redirect);
    const std::string shown = show_request(bench.http.requests.back());
    for (const char* hidden : {"hush-1", "code-1"}) CHECK(shown.find(hidden) == std::string::npos);
    bench.secrets.values = *values;
    CHECK(bench.mastodon.identify(bench.account, bench.context));
  }
}

TEST_CASE("a code with another proof, a wrong one or an unknown app gives no token") {
  MastodonBench bench;
  const auto first = bench.mastodon.begin_sign_in(bench.account, kLoopback, kRandom, bench.context);
  const auto second = bench.mastodon.begin_sign_in(bench.account, kLoopback, std::string(32, '\x01'), bench.context);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->keep.at("state").reveal() != second->keep.at("state").reveal());
  visit(bench, second->open_url);
  const auto refused = [&](const SignIn& begun, const std::string& code) {
    const auto values = bench.mastodon.finish_sign_in(bench.account, begun, kLoopback, code, bench.context);
    REQUIRE_FALSE(values);
    CHECK(values.error().kind == ErrorKind::sign_in);
    CHECK(values.error().message.find("hush") == std::string::npos);
    CHECK(values.error().hint.find("postq account login masto") == 0);
    return values.error().message;
  };
  CHECK(refused(*first, "code-1") ==
        "fake.example says 400: The provided authorization grant is invalid, expired, revoked");
  refused(*second, "code-2");
  SignIn vacuumed = *second;
  vacuumed.keep["client_id"] = Secret("gone");
  CHECK(refused(vacuumed, "code-1") == "fake.example says 401: Client authentication failed");
  bench.server.instead(Behaviour::answer(200, "{}"));
  CHECK(refused(*second, "code-1") == "fake.example gave no access token");
}

TEST_CASE("an instance without metadata gets the proof all the same, one with other proofs gets none") {
  MastodonBench bench;
  bench.server.has_metadata = false;
  CHECK(bench.mastodon.begin_sign_in(bench.account, kLoopback, kRandom, bench.context)->keep.contains("verifier"));
  bench.server.has_metadata = true;
  bench.server.metadata = R"({"code_challenge_methods_supported":["plain"]})";
  const auto without = bench.mastodon.begin_sign_in(bench.account, kLoopback, kRandom, bench.context);
  REQUIRE(without);
  CHECK(without->open_url.find("code_challenge") == std::string::npos);
  visit(bench, without->open_url);
  CHECK(bench.mastodon.finish_sign_in(bench.account, *without, kLoopback, "code-1", bench.context));
}

TEST_CASE("a sign-in that can't begin says why") {
  MastodonBench bench;
  bench.http.next(503);
  CHECK(bench.mastodon.begin_sign_in(bench.account, kLoopback, kRandom, bench.context).error().kind ==
        ErrorKind::try_later);
  bench.http.next(404);
  bench.http.next(404);
  bench.http.next(200, "<html>");
  const auto no_instance = bench.mastodon.begin_sign_in(bench.account, kLoopback, kRandom, bench.context);
  REQUIRE_FALSE(no_instance);
  CHECK(no_instance.error().message == "fake.example doesn't answer like a Mastodon instance");
  for (const int status : {404, 405}) {
    CAPTURE(status);
    bench.http.next(404);
    bench.http.next(404);
    bench.http.next(status);
    auto added = bench.account;
    added.id = AccountId{};
    const auto refused = bench.mastodon.begin_sign_in(added, kLoopback, kRandom, bench.context);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "fake.example doesn't answer like a Mastodon instance");
    CHECK(refused.error().hint == "is --url the instance's address?");
    bench.http.next(status);
    CHECK(bench.mastodon.identify(added, bench.context).error().message == refused.error().message);
  }
  CHECK(bench.mastodon.begin_sign_in(bench.account, kLoopback, "short", bench.context).error().kind == ErrorKind::bug);

  const Platform& webhook = platform_named("webhook");
  CHECK_FALSE(webhook.traits().signs_in_browser);
  CHECK(webhook.begin_sign_in(bench.account, kLoopback, kRandom, bench.context).error().kind == ErrorKind::usage);
  CHECK(webhook.finish_sign_in(bench.account, {}, kLoopback, "code", bench.context).error().kind == ErrorKind::usage);
}

TEST_CASE("Pixelfed is asked for its wide scopes, and its tokens are renewed before they run out") {
  MastodonBench bench(Software::pixelfed);
  bench.server.expires_in = 365 * 86'400;
  const auto begun = bench.mastodon.begin_sign_in(bench.account, kLoopback, kRandom, bench.context);
  REQUIRE(begun);
  CHECK(Json::parse(body_of(bench, "/api/v1/apps"))["scopes"] == "read write");
  visit(bench, begun->open_url);
  bench.secrets.values = *bench.mastodon.finish_sign_in(bench.account, *begun, kLoopback, "code-1", bench.context);
  CHECK(bench.secrets.values.at("expires_at").reveal() == "2027-11-22T20:44:00Z");
  bench.http.requests.clear();
  REQUIRE(bench.mastodon.identify(bench.account, bench.context));
  CHECK(body_of(bench, "/oauth/token").empty());

  bench.now += std::chrono::hours{24 * 340};
  bench.server.token = "token-2";
  REQUIRE(bench.mastodon.identify(bench.account, bench.context));
  CHECK(bench.secrets.values.at("token").reveal() == "token-2");
  CHECK(bench.secrets.values.at("refresh_token").reveal() == "refresh-2");
  CHECK(bench.secrets.values.at("client_secret").reveal() == "hush-1");

  // A renewal that fails is no trouble while the old token is good.
  bench.now += std::chrono::hours{24 * 340};
  REQUIRE(bench.mastodon.identify(bench.account, bench.context));
  bench.now += std::chrono::hours{24 * 30};
  const auto ended = bench.mastodon.identify(bench.account, bench.context);
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == ErrorKind::sign_in);
}
