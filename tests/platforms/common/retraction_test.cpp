// Taking a post back, from servers and folders that say one thing and do another.
#include <sys/stat.h>

#include "platforms/feed/document.h"
#include "platforms/feed/fixture.h"
#include "platforms/mastodon/fixture.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Software = FakeMastodon::Software;

// What a server says to the requests that look, one behind the other: the deletion, the post, the list.
struct Lie {
  const char* name;
  std::vector<Behaviour> said;  // none for the rest: then it says the truth
  std::optional<ErrorKind> kind;
};

Behaviour not_found() {
  return Behaviour::answer(404, R"({"error":"Record not found"})");
}

std::vector<Lie> lies_about_what_stays() {
  const Behaviour yes = Behaviour::answer(200);
  return {
      {"404, and it stays", {not_found()}, ErrorKind::platform},
      {"410, and it stays", {Behaviour::answer(410)}, ErrorKind::platform},
      {"500, and it stays", {Behaviour::answer(500)}, ErrorKind::platform},
      {"404 twice, and it is still listed", {not_found(), not_found()}, ErrorKind::platform},
      {"404 twice, and the list can't be read", {not_found(), not_found(), Behaviour::answer(502)}, ErrorKind::unknown},
      {"404, and nothing can be read",
       {not_found(), Behaviour::answer(502), Behaviour::answer(502)},
       ErrorKind::unknown},
      {"404 thrice: that is no list", {not_found(), not_found(), not_found()}, ErrorKind::unknown},
      {"a web page, and it stays", {Behaviour::html(404)}, ErrorKind::platform},
      {"the token was revoked", {Behaviour::answer(401)}, ErrorKind::sign_in},
  };
}

}  // namespace

TEST_CASE("a post that is still there is never called deleted, and its address is told") {
  for (const auto software : {Software::mastodon, Software::gotosocial}) {
    for (const Lie& lie : lies_about_what_stays()) {
      INFO(static_cast<int>(software) << ": " << lie.name);
      MastodonBench bench(software);
      const Receipt receipt = bench.send("hello").receipt;
      for (const Behaviour& said : lie.said) bench.server.instead(said);

      const Status taken_back = bench.mastodon.retract(bench.account, receipt, bench.context);

      REQUIRE_FALSE(taken_back);
      CHECK(taken_back.error().kind == lie.kind);
      CHECK(taken_back.error().hint.find(receipt.url) != std::string::npos);
      CHECK(bench.server.statuses.size() == 1);
    }
  }
}

TEST_CASE("a server that says yes and keeps the post isn't believed, one that is slow is") {
  MastodonBench bench;
  const Receipt receipt = bench.send("hello").receipt;
  bench.server.instead(Behaviour::answer(200));

  const Status kept = bench.mastodon.retract(bench.account, receipt, bench.context);

  REQUIRE_FALSE(kept);
  CHECK(kept.error().kind == ErrorKind::platform);
  CHECK(kept.error().message == "it is still on fake.example: fake.example says that it is deleted");
  CHECK(kept.error().hint == "delete it there yourself: " + receipt.url);

  // GoToSocial says yes first.
  bench.http.otherwise = [&, looks = 0](const HttpRequest& request) mutable -> HttpResult {
    if (request.method == "DELETE") return HttpAnswer{200, {}, "{}"};
    if (request.url.ends_with(receipt.remote_id) && ++looks == 2) bench.server.statuses.clear();
    return bench.server.exchange(request);
  };
  CHECK(bench.mastodon.retract(bench.account, receipt, bench.context));
}

TEST_CASE("a post that is gone is gone, whatever the server says to its deletion") {
  for (const int status : {404, 410, 500, 503, 429}) {
    INFO(status);
    MastodonBench bench;
    const Receipt receipt = bench.send("hello").receipt;
    bench.send("another, which stays");
    bench.server.statuses.erase(bench.server.statuses.begin());
    bench.server.instead(Behaviour::answer(status));

    CHECK(bench.mastodon.retract(bench.account, receipt, bench.context));
    CHECK(bench.server.statuses.size() == 1);
  }
}

TEST_CASE("a search that finds nothing is no proof that a post is gone") {
  MastodonBench bench;
  const Receipt receipt = bench.send("hello").receipt;
  const Receipt by_hand{receipt.url, "", receipt.url, kNow};  // as `postq resolve --sent` leaves it
  const auto nothing = Behaviour::answer(200, R"({"statuses":[]})");

  // Its own instance's address says which one it is.
  bench.server.instead(nothing);
  bench.server.instead(not_found());
  const Status still_there = bench.mastodon.retract(bench.account, by_hand, bench.context);
  REQUIRE_FALSE(still_there);
  CHECK(still_there.error().kind == ErrorKind::platform);
  CHECK(still_there.error().hint == "delete it there yourself: " + receipt.url);

  bench.server.instead(nothing);
  CHECK(bench.mastodon.retract(bench.account, by_hand, bench.context));
  CHECK(bench.server.statuses.empty());

  const Receipt elsewhere{"https://elsewhere.example/1", "", "https://elsewhere.example/1", kNow};
  const Status unknown = bench.mastodon.retract(bench.account, elsewhere, bench.context);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::platform);
  CHECK(unknown.error().hint == "delete it there yourself: https://elsewhere.example/1");
}

TEST_CASE("a list that doesn't go back to the post doesn't say that it is gone") {
  MastodonBench bench;
  bench.server.page = 2;
  const Receipt receipt = bench.send("hello").receipt;
  for (int i = 0; i < 5; ++i) {
    bench.now += Seconds{3600};
    bench.send("later " + std::to_string(i));
  }
  bench.server.ignores_max_id = true;
  bench.server.instead(not_found());
  bench.server.instead(not_found());

  const Status unknown = bench.mastodon.retract(bench.account, receipt, bench.context);

  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::unknown);
  CHECK(unknown.error().hint == "look there: " + receipt.url);
}

TEST_CASE("a feed's item is gone when its folder says so, its page included") {
  FeedBench bench;
  bench.add();
  const Receipt receipt = bench.post("hello");
  const std::string page = "posts/" + receipt.remote_id + ".html";

  // The item was taken out by hand, and its page was left behind.
  auto feed = *parse_feed(bench.file("feed.json"));
  write_text(bench.site("feed.json"), without_item(feed, receipt.remote_id));
  REQUIRE(bench.feed.retract(bench.account, receipt, bench.context));
  CHECK_FALSE(std::filesystem::exists(bench.site(page)));
  CHECK(bench.feed.retract(bench.account, receipt, bench.context));

  const Receipt second = bench.post("again", 13);
  CHECK(bench.feed.retract(bench.account, {second.url, "", second.url, kNow}, bench.context));
  CHECK(parse_feed(bench.file("feed.json"))->items.empty());
  const Status unknown =
      bench.feed.retract(bench.account, {"https://oak.example/x", "", "https://oak.example/x", kNow}, bench.context);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::platform);
  CHECK(unknown.error().hint == "delete it there yourself: https://oak.example/x");
}
