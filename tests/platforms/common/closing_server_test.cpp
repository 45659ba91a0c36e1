// Servers that close the connection after each answer, in all the ways in which they do: readings and sign-ins over the
// wire, many times, of which none may fail.
#include <functional>

#include "platforms/bluesky/fixture.h"
#include "platforms/mastodon/fixture.h"
#include "support/catch.h"
#include "support/fault_server.h"
#include "system/http/curl_client.h"

using namespace postq;
using namespace postq::testing;
using namespace std::chrono_literals;

namespace {

constexpr int kTimes = 40;
const std::string kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";
const std::string kRandom(32, '\xab');

struct Closing {
  std::string name;
  bool says_so = false;
  std::chrono::milliseconds after{0};
};

std::vector<Closing> ways_to_close() {
  return {{"silently, at once", false, 0ms},
          {"silently, after a moment", false, 2ms},
          {"silently, while the next request is on its way", false, 15ms},
          {"and says so", true, 0ms},
          {"and says so, later", true, 15ms}};
}

// A fake server on the wire, behind one that closes.
template <typename Fake>
FaultServer::Handler closing(Fake& fake, const Closing& how) {
  return [&fake, how](const ReceivedRequest& request) {
    Behaviour behaviour = fake.answer(request).closing(how.after);
    return how.says_so ? behaviour.with("Connection", "close") : behaviour;
  };
}

}  // namespace

TEST_CASE("40 readings of a Mastodon that closes after each answer all come back whole") {
  for (const Closing& how : ways_to_close()) {
    INFO(how.name);
    MastodonBench bench;
    for (int i = 0; i < 60; ++i) bench.server.add("number " + std::to_string(i), kNow - Seconds{4000 - 60 * i});
    bench.server.say("mira@elsewhere.example", "@anna hello", kNow - Seconds{60});
    FaultServer wire_server(closing(bench.server, how));
    bench.account.settings["url"] = wire_server.url("");
    bench.account.settings["allow_private"] = "yes";
    REQUIRE(bench.mastodon.check_settings(bench.account));
    const auto client = make_curl_client({});
    PlatformContext wire{*client, bench.secrets, bench.media, [&] { return bench.now; }, {}};
    for (int i = 0; i < kTimes / 5; ++i) {
      const auto timeline = bench.mastodon.read_timeline(bench.account, {kNow - Seconds{86'400}, ""}, wire);
      REQUIRE(timeline);
      CHECK(timeline->items.size() == 60);
      const auto items = bench.mastodon.read_items(bench.account, {kNow - Seconds{86'400}, "", {}, true, {}}, wire);
      REQUIRE(items);
      CHECK(items->complete);
      CHECK(items->items.size() == 1);
    }
  }
}

TEST_CASE("40 sign-ins at a Mastodon that closes after each answer all end with a token") {
  for (const Closing& how : ways_to_close()) {
    INFO(how.name);
    MastodonBench bench;
    FaultServer wire_server(closing(bench.server, how));
    bench.account.settings["url"] = wire_server.url("");
    bench.account.settings["allow_private"] = "yes";
    REQUIRE(bench.mastodon.check_settings(bench.account));
    for (int i = 0; i < kTimes / 5; ++i) {
      const auto client = make_curl_client({});  // of a program of its own
      PlatformContext wire{*client, bench.secrets, bench.media, [&] { return bench.now; }, {}};
      bench.secrets.values.clear();
      const auto begun = bench.mastodon.begin_sign_in(bench.account, kOutOfBand, kRandom, wire);
      REQUIRE(begun);
      HttpRequest visit;
      visit.url = begun->open_url;
      REQUIRE(bench.server.exchange(visit));
      const auto values = bench.mastodon.finish_sign_in(bench.account, *begun, kOutOfBand, "code-1", wire);
      REQUIRE(values);
      bench.secrets.values = *values;
      const auto identity = bench.mastodon.identify(bench.account, wire);
      REQUIRE(identity);
      CHECK(identity->remote_id == "109");
    }
  }
}

TEST_CASE("40 sign-ins and readings at a PDS that closes after each answer all come back whole") {
  for (const Closing& how : ways_to_close()) {
    INFO(how.name);
    BlueskyBench bench(BlueskyBench::Start::added);
    for (int i = 0; i < 60; ++i) bench.pds.add("number " + std::to_string(i), kNow - Seconds{i * 60});
    bench.pds.page_size = 25;
    FaultServer wire_server(closing(bench.pds, how));
    bench.pds.origin = wire_server.url("");
    bench.account.settings = {{"handle", bench.pds.handle}, {"url", bench.pds.origin}, {"allow_private", "yes"}};
    REQUIRE(bench.bluesky.check_settings(bench.account));
    for (int i = 0; i < kTimes / 5; ++i) {
      const auto client = make_curl_client({});
      PlatformContext wire{*client, bench.secrets, bench.media, [&] { return bench.now; }, {}};
      bench.secrets.values = {{"token", Secret(bench.pds.password)}};
      bench.account.remote_id.clear();
      const auto identity = bench.bluesky.identify(bench.account, wire);
      REQUIRE(identity);
      bench.account.remote_id = identity->remote_id;
      bench.pds.expire_access();  // so that the session is refreshed on the way
      const auto items = bench.bluesky.read_items(bench.account, {kNow - Seconds{86'400}, "", {}, true, {}}, wire);
      REQUIRE(items);
      CHECK(items->complete);
      const auto timeline = bench.bluesky.read_timeline(bench.account, {kNow - Seconds{86'400}, ""}, wire);
      REQUIRE(timeline);
      CHECK(timeline->items.size() == 60);
    }
  }
}
