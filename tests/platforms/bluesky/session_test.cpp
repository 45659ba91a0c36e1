// Bluesky: signing in once, staying signed in, and who may refresh.
#include <atomic>
#include <thread>

#include "platforms/bluesky/fixture.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::testing;

namespace {

std::string secret(const BlueskyBench& bench, const std::string& name) {
  const auto found = bench.secrets.values.find(name);
  return found == bench.secrets.values.end() ? "" : found->second.reveal();
}

// As the real ones: several users, one lock.
class SharedSecrets final : public Secrets {
 public:
  explicit SharedSecrets(SecretValues values) : values_(std::move(values)) {}
  Result<SecretValues> load(const Account&) override {
    const std::lock_guard lock(mutex_);
    return values_;
  }
  Status save(const Account&, const SecretValues& values) override {
    const std::lock_guard lock(mutex_);
    values_ = values;
    return {};
  }
  Status remove(const Account&) override { return {}; }
  Result<std::unique_ptr<SecretsLock>> lock(const Account&) override { return std::make_unique<Held>(refreshing_); }

 private:
  struct Held final : SecretsLock {
    explicit Held(std::mutex& mutex) : lock(mutex) {}
    std::unique_lock<std::mutex> lock;
  };
  SecretValues values_;
  std::mutex mutex_;
  std::mutex refreshing_;
};

}  // namespace

TEST_CASE("an account is added with one sign-in, and used without another") {
  BlueskyBench bench(BlueskyBench::Start::added);

  const auto identity = bench.bluesky.identify(bench.account, bench.context);

  REQUIRE(identity);
  CHECK(identity->remote_id == bench.pds.did);
  CHECK(identity->remote_name == "ann.test");
  CHECK(identity->note == "signed in at pds.test");
  bench.account.remote_id = identity->remote_id;
  CHECK(bench.send().outcome == Outcome::sent);
  CHECK(bench.bluesky.read_timeline(bench.account, {kNow - Seconds{60}, ""}, bench.context));
  CHECK(bench.pds.asked(kSignIn) == 1);
  CHECK(secret(bench, "token") == bench.pds.password);
  CHECK(secret(bench, "pds") == "https://pds.test");
  CHECK(secret(bench, "did") == bench.pds.did);
}

TEST_CASE("a server is found by the name alone") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.account.settings.erase("url");
  REQUIRE(bench.bluesky.check_settings(bench.account));

  REQUIRE(bench.bluesky.identify(bench.account, bench.context));

  std::vector<std::string> urls;
  for (const auto& request : bench.http.requests) urls.push_back(request.url);
  REQUIRE(urls.size() == 4);
  CHECK(urls[0] == "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle=ann.test");
  CHECK(urls[1] == "https://plc.directory/" + bench.pds.did);
  CHECK(urls[2] == "https://pds.test/xrpc/com.atproto.server.createSession");
}

TEST_CASE("when one host that knows names is down, the other one is asked") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.account.settings.erase("url");
  bench.http.next_failure(HttpFailure::Sent::not_sent, ErrorKind::try_later, "public.api.bsky.app: no route");

  REQUIRE(bench.bluesky.identify(bench.account, bench.context));

  CHECK(bench.http.requests[1].url.starts_with("https://bsky.social/xrpc/"));
}

TEST_CASE("a name that nobody has is told before a password is sent") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.account.settings = {{"handle", "nobody.test"}};

  const auto identity = bench.bluesky.identify(bench.account, bench.context);

  REQUIRE_FALSE(identity);
  CHECK(identity.error().kind == ErrorKind::not_found);
  CHECK(identity.error().message == "there is no @nobody.test on Bluesky");
  CHECK(bench.pds.asked(kSignIn) == 0);
}

TEST_CASE("signing in at an entryway, the account's own server is used afterwards") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.account.settings["url"] = "https://bsky.social";
  REQUIRE(bench.bluesky.check_settings(bench.account));
  bench.sign_in();

  REQUIRE(bench.send().outcome == Outcome::sent);

  CHECK(bench.http.requests.back().url == "https://pds.test/xrpc/com.atproto.repo.putRecord");
}

TEST_CASE("a server that doesn't send its document is looked up in the directory") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.pds.tells_document = false;
  bench.account.settings["url"] = "https://bsky.social";
  bench.account.settings["plc"] = "https://plc.test";

  bench.sign_in();

  CHECK(secret(bench, "pds") == "https://pds.test");
}

TEST_CASE("a did:web is looked up at its own site, and no other kind anywhere") {
  BlueskyBench bench;
  bench.secrets.values.erase("access_token");
  bench.account.settings.erase("url");
  bench.pds.pages["/.well-known/did.json"] = {
      R"({"service":[{"id":"#atproto_pds","serviceEndpoint":"https://pds.test"}]})", "application/json", 200, ""};
  bench.account.remote_id = "did:web:ann.example.org";
  (void)bench.bluesky.read_timeline(bench.account, {kNow, ""}, bench.context);  // where it asks is what counts
  CHECK(bench.http.requests.front().url == "https://ann.example.org/.well-known/did.json");

  bench.account.remote_id = "did:key:z6Mk";
  const auto reading = bench.bluesky.read_timeline(bench.account, {kNow, ""}, bench.context);
  REQUIRE_FALSE(reading);
  CHECK(reading.error().message == "postq can't look up did:key:z6Mk");
}

TEST_CASE("an expired session is refreshed, kept before it is used, and the post goes out in the same run") {
  BlueskyBench bench;
  bench.pds.expire_access();

  CHECK(bench.send().outcome == Outcome::sent);

  CHECK(bench.pds.asked(kRefresh) == 1);
  CHECK(bench.pds.asked(kSignIn) == 0);
  CHECK(secret(bench, "access_token") == "access-jwt-2");
  CHECK(secret(bench, "refresh_token") == "refresh-jwt-2");
  CHECK(secret(bench, "token") == bench.pds.password);
  bench.pds.requests.clear();
  CHECK(bench.send(bench.delivery({"again"})).outcome == Outcome::sent);
  CHECK(bench.pds.requests.size() == 1);
}

TEST_CASE("when the refresh token is dead, too, the app password opens a new session") {
  BlueskyBench bench;
  bench.pds.end_sessions();

  CHECK(bench.send().outcome == Outcome::sent);

  CHECK(bench.pds.asked(kSignIn) == 1);
  CHECK(secret(bench, "access_token") == "access-jwt-2");
}

TEST_CASE("a token that the server no longer understands is replaced as an expired one") {
  BlueskyBench bench;
  bench.secrets.values["access_token"] = Secret("made-with-an-older-key");

  CHECK(bench.send().outcome == Outcome::sent);
  CHECK(bench.pds.asked(kRefresh) == 1);
}

TEST_CASE("a lost answer to a refresh is asked for again with the old token") {
  BlueskyBench bench;
  bench.pds.expire_access();
  bench.pds.afterwards(kRefresh, Behaviour::fault(Behaviour::Act::close_silently));

  const SendAnswer lost = bench.send();
  const SendAnswer again = bench.send();

  CHECK(lost.outcome == Outcome::not_sent);
  CHECK(lost.error.kind == ErrorKind::try_later);
  CHECK_FALSE(lost.sign_in_needed);
  CHECK(again.outcome == Outcome::sent);
  CHECK(secret(bench, "access_token") == "access-jwt-2");
  CHECK(bench.pds.asked(kSignIn) == 0);
}

TEST_CASE("a refresh that the server can't answer now is tried later, and no password is spent") {
  BlueskyBench bench;
  for (const Behaviour& behaviour : {Behaviour::answer(502), Behaviour::answer(503), Behaviour::answer(200, "{\"acc"),
                                     Behaviour::answer(200, "{}")}) {
    bench.pds.expire_access();
    bench.pds.instead(kRefresh, behaviour);
    const SendAnswer answer = bench.send();
    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.error.kind == ErrorKind::try_later);
  }
  CHECK(bench.pds.asked(kSignIn) == 0);
}

TEST_CASE("an app password that is no good any more wants a new sign-in, and the post waits") {
  BlueskyBench bench;
  bench.pds.end_sessions();
  bench.pds.password = "changed";

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.sign_in_needed);
  CHECK(answer.error.kind == ErrorKind::sign_in);
  CHECK(answer.error.message == "pds.test doesn't take the app password of @ann.test");
  CHECK(answer.error.hint == "postq account login bsky");
  CHECK(bench.pds.records.empty());
}

TEST_CASE("the main password with a code by mail is told from an app password") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.pds.wants_code = true;

  const auto identity = bench.bluesky.identify(bench.account, bench.context);

  REQUIRE_FALSE(identity);
  CHECK(identity.error().kind == ErrorKind::sign_in);
  CHECK(identity.error().hint.find("app password") != std::string::npos);
}

TEST_CASE(
    "a main password is taken where the server takes it, and warned of; one that is refused is told from the right "
    "kind") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.pds.password = "correct horse battery";
  bench.secrets.values = {{"token", Secret("correct horse battery")}};

  const auto taken = bench.bluesky.identify(bench.account, bench.context);

  REQUIRE(taken);
  CHECK(taken->warning.find("main password") != std::string::npos);
  CHECK(taken->warning.find("https://bsky.app/settings/app-passwords") != std::string::npos);
  CHECK(taken->warning.find("horse") == std::string::npos);

  bench.secrets.values = {{"token", Secret("wrong horse")}};
  const auto refused = bench.bluesky.identify(bench.account, bench.context);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "pds.test doesn't take that password of @ann.test, and it doesn't read like an app password");
  CHECK(refused.error().hint.find("reads like abcd-efgh-ijkl-mnop") != std::string::npos);
}

TEST_CASE("an account that was given by its DID is looked up in the directory alone") {
  BlueskyBench bench(BlueskyBench::Start::added);
  bench.account.settings.erase("url");
  bench.account.settings["handle"] = bench.pds.did;
  REQUIRE(bench.bluesky.check_settings(bench.account));

  const auto identity = bench.bluesky.identify(bench.account, bench.context);

  REQUIRE(identity);
  CHECK(identity->remote_id == bench.pds.did);
  CHECK(identity->remote_name == "ann.test");
  REQUIRE_FALSE(bench.http.requests.empty());
  CHECK(bench.http.requests.front().url == "https://plc.directory/" + bench.pds.did);
}

TEST_CASE("an app password of somebody else is refused, and nothing is kept of it") {
  BlueskyBench bench;
  bench.account.remote_id = "did:plc:bobbobbobbobbobbobbobbob";
  bench.account.remote_name = "bob.test";
  bench.pds.handles["bob.test"] = bench.account.remote_id;
  bench.secrets.values = {{"token", Secret(bench.pds.password)}};
  bench.pds.instead(kSignIn, Behaviour::answer(200, R"({"did":"did:plc:annannannannannannannann","handle":"ann.test",)"
                                                    R"("accessJwt":"a","refreshJwt":"r"})"));

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.message == "that app password is @ann.test's, and bsky is bob.test");
  CHECK(bench.secrets.values.size() == 1);
}

TEST_CASE("a session that is left of another account of the same name isn't used") {
  BlueskyBench bench;
  bench.secrets.values["did"] = Secret("did:plc:bobbobbobbobbobbobbobbob");

  CHECK(bench.send().outcome == Outcome::sent);
  CHECK(bench.pds.asked(kSignIn) == 1);
  CHECK(secret(bench, "did") == bench.pds.did);
}

TEST_CASE("too many sign-ins wait as long as the server says") {
  BlueskyBench bench;
  bench.pds.end_sessions();
  bench.pds.limit_until(kNow + Seconds{300});
  bench.secrets.values.erase("access_token");

  const SendAnswer answer = bench.send();

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.limited);
  REQUIRE(answer.try_at);
  CHECK(*answer.try_at == kNow + Seconds{300});
  CHECK_FALSE(answer.sign_in_needed);
}

TEST_CASE("of several threads one refreshes, and all of them get on") {
  BlueskyBench bench;
  SharedSecrets secrets(bench.secrets.values);
  bench.pds.expire_access();
  std::atomic<int> sent = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    const ApprovedDelivery delivery = approved(bench.bluesky.render(bench.account, draft_of({"post"})), i + 1);
    PartContext facts;
    facts.now = kNow;
    facts.key = bench.bluesky.request_key(bench.account, delivery, 1, {}, kNow);
    const PreparedRequest outgoing{1, 1, facts.key, *bench.bluesky.body(bench.account, delivery, facts)};
    threads.emplace_back([&, delivery, outgoing] {
      PlatformContext context{bench.http, secrets, bench.media, [] { return kNow; }, {}};
      sent += bench.bluesky.send(bench.account, delivery, outgoing, context).outcome == Outcome::sent ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();

  CHECK(sent == 4);
  CHECK(bench.pds.asked(kRefresh) == 1);
}

TEST_CASE("no message, hint or request that is shown holds a password or token, whatever goes wrong") {
  BlueskyBench bench(BlueskyBench::Start::added);
  const std::string echo = R"({"error":"Echo","message":"abcd-efgh-ijkl-mnop access-jwt-1 refresh-jwt-1"})";
  const auto tells = [](const Error& error) {
    const std::string text = error.message + error.hint;
    return text.find("abcd-efgh") != std::string::npos || text.find("-jwt-") != std::string::npos;
  };
  for (const int status : {400, 401, 403, 429, 500}) {
    bench.pds.instead(kSignIn, Behaviour::answer(status, echo));
    const auto identity = bench.bluesky.identify(bench.account, bench.context);
    REQUIRE_FALSE(identity);
    CHECK_FALSE(tells(identity.error()));
  }
  bench.sign_in();
  for (const int status : {400, 401, 403, 413, 429, 500, 502}) {
    bench.pds.instead(kPut, Behaviour::answer(status, echo));
    CHECK_FALSE(tells(bench.send().error));
  }
  for (const auto& request : bench.http.requests) {
    const std::string shown = show_request(request);
    CHECK(shown.find("abcd-efgh") == std::string::npos);
    CHECK(shown.find("-jwt-") == std::string::npos);
  }
}
