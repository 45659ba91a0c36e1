// What people say to an account on Bluesky, and what strangers say with certain words.
#include <algorithm>
#include <set>

#include "platforms/bluesky/fixture.h"
#include "platforms/items_reading.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::testing;

namespace {

constexpr const char* kNotifications = "app.bsky.notification.listNotifications";
constexpr const char* kGetPosts = "app.bsky.feed.getPosts";
constexpr const char* kThread = "app.bsky.feed.getPostThread";

struct ItemsBench : BlueskyBench {
  ItemsRequest since_two_weeks(const std::string& cursor = "") const { return testing::since_two_weeks(now, cursor); }
  ItemsReading read(const ItemsRequest& request) {
    pds.requests.clear();
    const auto reading = bluesky.read_items(account, request, context);
    must(reading);
    return *reading;
  }
  ItemsReading read(const std::string& cursor = "") { return read(since_two_weeks(cursor)); }
  Error refused() {
    const auto reading = bluesky.read_items(account, since_two_weeks(), context);
    REQUIRE_FALSE(reading);
    return reading.error();
  }
  ItemsReading search(const std::string& words, const std::string& cursor = "") {
    pds.requests.clear();
    const auto reading = bluesky.search(account, {words, now - 14 * kDay, cursor}, context);
    must(reading);
    return *reading;
  }
  std::string post(const std::string& text, TimePoint at) { return pds.own_uri(pds.add(text, at)); }
  // The account itself answers.
  std::string answer(const std::string& text, TimePoint at, const std::string& root, const std::string& parent) {
    const auto ref = [](const std::string& uri) { return R"({"uri":")" + uri + R"(","cid":"bafyreib"})"; };
    return pds.own_uri(pds.add(text, at, 5, R"({"reply":{"root":)" + ref(root) + R"(,"parent":)" + ref(parent) + "}}"));
  }
};

}  // namespace

TEST_CASE("mentions, answers and quotes come in as Bluesky tells of them") {
  ItemsBench bench;
  bench.pds.person("tom.test").name = "Tom";
  const std::string own = bench.post("a post", kNow - Seconds{900});
  const std::string mention = bench.pds.say("tom.test", "hello @ann.test", kNow - Seconds{800});
  const std::string answer = bench.pds.say("tom.test", "well said", kNow - Seconds{700}, own);
  const std::string both = bench.pds.say("lia.test", "@ann.test yes", kNow - Seconds{600}, own);
  bench.pds.say("lia.test", "look at this", kNow - Seconds{500}, "", own);

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) ==
        Words{"mention hello @ann.test", "reply well said", "reply @ann.test yes", "quote look at this"});
  const RemotePost& said = find(reading, mention)->said;
  CHECK(said.person.id == bench.pds.person("tom.test").did);
  CHECK(said.person.handle == "@tom.test");
  CHECK(said.person.name == "Tom");
  CHECK(said.created_at == kNow - Seconds{800});
  CHECK(said.language == "en");
  CHECK(said.visibility == "public");
  CHECK(said.reply_to.empty());
  CHECK(said.conversation == mention);
  CHECK(said.url == "https://bsky.app/profile/" + said.person.id + "/post/" + mention.substr(mention.rfind('/') + 1));
  CHECK(find(reading, answer)->said.reply_to == own);
  CHECK(find(reading, both)->said.conversation == own);
  CHECK(reading.complete);
  CHECK_FALSE(reading.cursor.empty());
}

TEST_CASE("an answer to somebody else below an own post isn't for the account") {
  ItemsBench bench;
  const std::string own = bench.post("a post", kNow - Seconds{900});
  const std::string answer = bench.pds.say("tom.test", "well said", kNow - Seconds{800}, own);
  const std::string other = bench.pds.say("lia.test", "I think so too", kNow - Seconds{700}, answer);

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) == Words{"reply well said"});
  REQUIRE(is_around(reading, other));
  CHECK(reading.around[0].conversation == own);
}

TEST_CASE("a second reading of Bluesky brings what is new, with one request when nothing is") {
  ItemsBench bench;
  for (int i = 0; i < 130; ++i) {
    bench.pds.say("tom.test", "@ann.test number " + std::to_string(i), kNow - Seconds{100 * (130 - i)});
  }
  const ItemsReading first = bench.read();
  CHECK(first.items.size() == 130);
  CHECK(bench.pds.asked(kNotifications) == 3);  // the last page has nothing on it
  bench.now += Seconds{7200};
  bench.pds.say("lia.test", "@ann.test again", bench.now);
  const ItemsReading second = bench.read(first.cursor);
  CHECK(bench.pds.requests.size() == 1);
  // Those of the last minutes come again: some are indexed late.
  CHECK(second.items.size() == 8);
  CHECK(second.items[0].said.text == "@ann.test again");

  bench.now += Seconds{7200};
  const ItemsReading third = bench.read(second.cursor);
  CHECK(kinds(third) == Words{"mention @ann.test again"});
  CHECK(bench.pds.requests.size() == 1);
  CHECK(third.cursor == second.cursor);
  CHECK(bench.read("nonsense").items.size() == 131);
}

TEST_CASE("thousands of unread ones come in over several readings of Bluesky") {
  ItemsBench bench;
  bench.pds.notification_page = 10;
  for (int i = 0; i < 400; ++i) {
    bench.pds.say("p" + std::string(1, static_cast<char>('a' + i % 7)) + ".test", "@ann.test " + std::to_string(i),
                  kNow - Seconds{3600 * 4 - 30 * i});
  }
  std::set<std::string> uris;
  std::string cursor;
  int readings = 0;
  for (bool complete = false; !complete; ++readings) {
    REQUIRE(readings < 10);
    const ItemsReading reading = bench.read(cursor);
    for (const FoundItem& item : reading.items) uris.insert(item.said.remote_id);
    complete = reading.complete;
    cursor = reading.cursor;
    if (readings == 0) bench.pds.say("lia.test", "@ann.test one more", kNow);
  }
  CHECK(uris.size() == 401);
  CHECK(readings == 2);
}

TEST_CASE("notifications that come again and again end a reading of Bluesky, whatever their cursor says") {
  ItemsBench bench;
  bench.pds.notification_page = 2;
  for (int i = 0; i < 5; ++i) bench.pds.say("tom.test", "hello @ann.test", kNow - Seconds{800 - i});
  int asked = 0;
  bench.http.otherwise = [&](const HttpRequest& request) {
    HttpRequest first = request;
    const bool listed = first.url.find(kNotifications) != std::string::npos;
    if (listed) first.url.resize(std::min(first.url.find("&cursor="), first.url.size()));
    auto answer = bench.pds.exchange(first);
    if (listed && answer) {
      auto list = nlohmann::json::parse(answer->body);
      list["cursor"] = std::to_string(++asked);
      answer->body = list.dump();
    }
    return answer;
  };

  const ItemsReading reading = bench.read();

  CHECK(reading.items.size() == 2);
  CHECK(reading.complete);
  CHECK(asked == 2);
}

TEST_CASE("nothing that was said before the window comes in from Bluesky") {
  ItemsBench bench;
  bench.pds.say("tom.test", "@ann.test long ago", kNow - 20 * kDay);
  bench.pds.say("tom.test", "@ann.test lately", kNow - kDay);
  CHECK(kinds(bench.read()) == Words{"mention @ann.test lately"});

  // What was indexed late is found when everything is read.
  ItemsRequest request = bench.since_two_weeks(std::to_string(unix_seconds(kNow)) + "||");
  CHECK(bench.read(request).items.empty());
  request.whole = true;
  CHECK(bench.read(request).items.size() == 1);
}

TEST_CASE("what is answered and what began it is shown, and asked for once") {
  ItemsBench bench;
  const std::string top = bench.pds.say("mira.test", "what do you think?", kNow - Seconds{900});
  const std::string middle = bench.pds.say("tom.test", "hm", kNow - Seconds{800}, top);
  const std::string question = bench.pds.say("tom.test", "ask @ann.test", kNow - Seconds{700}, middle);

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) == Words{"mention ask @ann.test"});
  CHECK(find(reading, question)->said.conversation == top);
  CHECK(is_around(reading, top));
  CHECK(is_around(reading, middle));
  CHECK(bench.pds.asked(kGetPosts) == 1);
  CHECK(bench.read(reading.cursor).around.empty());
  CHECK(bench.pds.asked(kGetPosts) == 0);
}

TEST_CASE("own posts tell their reactions, and what was said below them since") {
  ItemsBench bench;
  const std::string own = bench.post("a post", kNow - Seconds{900});
  const std::string part = bench.answer("part two", kNow - Seconds{890}, own, own);
  const std::string answer = bench.pds.say("tom.test", "nice", kNow - Seconds{800}, own);
  const std::string below = bench.pds.say("lia.test", "I think so too", kNow - Seconds{700}, answer);
  const std::string deep = bench.pds.say("mira.test", "and this?", kNow - Seconds{600}, part);
  bench.pds.counts[own] = {3, 2};
  ItemsRequest request = bench.since_two_weeks();
  request.cursor = std::to_string(unix_seconds(kNow) + 3600) + "||";
  bench.now += 2 * Seconds{3600};
  request.own = {{part, kNow - Seconds{890}, 0, 0}, {own, kNow - Seconds{900}, 1, 1}};

  const ItemsReading reading = bench.read(request);

  CHECK(kinds(reading) == Words{"reply nice", "reply and this?"});
  CHECK(find(reading, deep)->said.conversation == own);
  CHECK(is_around(reading, below));
  CHECK(bench.pds.asked(kThread) == 1);  // the second part stands within the first one's
  REQUIRE(reading.read.size() == 2);
  CHECK(reading.read[0].remote_id == own);
  CHECK(reading.read[0].replies == 2);
  const auto likes = std::find_if(reading.reactions.begin(), reading.reactions.end(),
                                  [&](const Reactions& one) { return one.remote_id == own; });
  REQUIRE(likes != reading.reactions.end());
  CHECK(likes->likes == 3);
  CHECK(likes->boosts == 2);
  CHECK(likes->replies == 2);

  request.own = {{part, kNow - Seconds{890}, 1, 1}, {own, kNow - Seconds{900}, 2, 2}};
  CHECK(bench.read(request).items.empty());
  CHECK(bench.pds.asked(kThread) == 0);
  request.whole = true;
  CHECK(bench.read(request).items.size() == 2);
}

TEST_CASE("what waits on Bluesky is looked at again: deleted, renamed, blocked since") {
  ItemsBench bench;
  const std::string stays = bench.pds.say("tom.test", "@ann.test one", kNow - 9 * kDay);
  const std::string goes = bench.pds.say("lia.test", "@ann.test two", kNow - 8 * kDay);
  const std::string hushed = bench.pds.say("noisy.test", "@ann.test three", kNow - 7 * kDay);
  const ItemsReading first = bench.read();
  ItemsRequest request = bench.since_two_weeks(first.cursor);
  for (const FoundItem& item : first.items) request.open.push_back(item.said);
  bench.pds.remove(goes);
  bench.pds.rename("tom.test", "thomas.test", "Thomas");
  bench.pds.person("noisy.test").blocked = true;
  bench.now += kDay;

  const ItemsReading second = bench.read(request);

  CHECK(second.gone == Words{goes});
  REQUIRE(second.items.size() == 2);
  CHECK(find(second, stays)->said.person.handle == "@thomas.test");
  CHECK(find(second, stays)->said.person.name == "Thomas");
  CHECK(find(second, stays)->said.person.id == first.items.back().said.person.id);
  CHECK_FALSE(find(second, stays)->said.person.ignored);
  CHECK(find(second, hushed)->said.person.ignored);

  for (const int status : {500, 401, 429}) {
    bench.http.otherwise = [&](const HttpRequest& asked) -> HttpResult {
      if (asked.url.find("app.bsky.feed") == std::string::npos) return bench.pds.exchange(asked);
      return HttpAnswer{status, {}, "{}"};
    };
    CHECK(bench.read(request).gone.empty());
  }
}

TEST_CASE("bots and people who are muted on Bluesky are marked") {
  ItemsBench bench;
  bench.pds.person("news.test").bot = true;
  bench.pds.person("noisy.test").muted = true;
  bench.pds.person("gone.test").handle = "handle.invalid";
  const std::string automatic = bench.pds.say("news.test", "@ann.test top stories", kNow - Seconds{800});
  const std::string noise = bench.pds.say("noisy.test", "@ann.test !!!", kNow - Seconds{700});
  const std::string words = bench.pds.say("handle.invalid", "@ann.test hello", kNow - Seconds{600});

  const ItemsReading reading = bench.read();

  CHECK(find(reading, automatic)->said.person.ignored);
  CHECK(find(reading, noise)->said.person.ignored);
  CHECK_FALSE(find(reading, words)->said.person.ignored);
  CHECK(find(reading, words)->said.person.handle == find(reading, words)->said.person.id);
}

TEST_CASE("a server without an AppView can't tell what people say, and the timeline is read all the same") {
  ItemsBench bench;
  bench.post("a post", kNow - Seconds{900});
  bench.pds.has_appview = false;
  const Error error = bench.refused();
  CHECK(error.kind == ErrorKind::try_later);
  CHECK(error.message ==
        "what people say to bsky can't be read: pds.test says 502: UpstreamFailure: Upstream service unreachable");
  CHECK(bench.bluesky.search(bench.account, {"oak", kNow, ""}, bench.context).error().kind == ErrorKind::try_later);
  const auto timeline = bench.bluesky.read_timeline(bench.account, {kNow - kDay, ""}, bench.context);
  REQUIRE(timeline);
  CHECK(timeline->items.size() == 1);

  bench.pds.has_appview = true;
  for (const Behaviour& behaviour :
       {Behaviour::answer(501, R"({"error":"MethodNotImplemented"})"), Behaviour::answer(200, "{}"),
        Behaviour::answer(200, "["), Behaviour::html(503), Behaviour::fault(Behaviour::Act::reset)}) {
    // Without an answer it is asked once more, for a smaller page.
    bench.pds.instead(kNotifications, behaviour);
    if (behaviour.act == Behaviour::Act::reset) bench.pds.instead(kNotifications, behaviour);
    CHECK(bench.refused().kind == ErrorKind::try_later);
  }
  bench.pds.instead(kNotifications, Behaviour::answer(400, R"({"error":"InvalidRequest","message":"bad cursor"})"));
  CHECK(bench.refused().kind == ErrorKind::platform);
  bench.pds.expire_access();
  CHECK(bench.read().complete);
  bench.pds.end_sessions();
  bench.secrets.values.erase("token");
  CHECK(bench.refused().kind == ErrorKind::sign_in);
}

TEST_CASE("a limit stops a reading of Bluesky where it is, and the next one goes on from there") {
  ItemsBench bench;
  for (int i = 0; i < 250; ++i)
    bench.pds.say("tom.test", "@ann.test " + std::to_string(i), kNow - Seconds{9000 - 30 * i});
  int left = 1;
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    if (request.url.find("app.bsky") == std::string::npos || left-- > 0) return bench.pds.exchange(request);
    return HttpAnswer{429, {{"ratelimit-reset", std::to_string(unix_seconds(kNow) + 300)}}, "{}"};
  };

  const ItemsReading first = bench.read();

  CHECK(first.items.size() == 100);
  CHECK_FALSE(first.complete);
  CHECK(first.limited_until == kNow + Seconds{300});
  left = 0;
  const ItemsReading none = bench.read(first.cursor);
  CHECK(none.items.empty());
  CHECK(none.cursor == first.cursor);
  left = 1000;
  const ItemsReading rest = bench.read(first.cursor);
  CHECK(rest.complete);
  std::set<std::string> uris;
  for (const ItemsReading* reading : {&first, &rest}) {
    for (const FoundItem& item : reading->items) uris.insert(item.said.remote_id);
  }
  CHECK(uris.size() == 250);
}

TEST_CASE("hostile notifications of Bluesky do no harm") {
  ItemsBench bench;
  const std::string did = bench.pds.person("tom.test").did;
  const auto notification = [&](const std::string& uri, const std::string& record,
                                const std::string& reason = "mention") {
    return R"({"uri":")" + uri + R"(","cid":"bafyreib","author":{"did":")" + did +
           R"(","handle":"tom.test","displayName":")" + std::string(5000, 'x') + R"("},"reason":")" + reason +
           R"(","record":)" + record + R"(,"isRead":false,"indexedAt":"2026-11-22T20:40:00.000Z"})";
  };
  const std::string uri = "at://" + did + "/app.bsky.feed.post/3k";
  const std::string words = R"({"text":"hi","createdAt":"2026-11-22T20:40:00Z"})";
  std::string page = R"({"notifications":[)";
  page += notification(uri + "a", words) + "," + notification(uri + "a", words) + ",";
  page += notification(uri + "a", words, "reply") + ",";  // to nobody
  page += notification(uri + "b",
                       R"({"text":")" + std::string(1'000'000, 'y') + R"(","createdAt":"2036-01-01T00:00:00Z"})") +
          ",";
  page +=
      notification(uri + "c", R"({"text":"\ud800 \u0000!","createdAt":"soon","langs":[7],"reply":7,"embed":[]})") + ",";
  page += notification("at://did:plc:somebodysomebodysomebody/app.bsky.feed.post/3kd", words) + ",";
  page +=
      notification("at://" + did + "/app.bsky.feed.like/3ke", words) + "," + notification("javascript:1", words) + ",";
  page += notification(uri + "f", "null") + R"(,{},7,null]})";
  bench.pds.instead(kNotifications, Behaviour::answer(200, page));

  const ItemsReading reading = bench.read();

  REQUIRE(reading.items.size() == 4);
  CHECK(find(reading, uri + "a")->kind == ItemKind::mention);
  CHECK(find(reading, uri + "a")->said.person.name.size() == 256);
  CHECK(find(reading, uri + "b")->said.text.size() == 65'536);
  CHECK(find(reading, uri + "b")->said.created_at == kNow - Seconds{240});
  CHECK(find(reading, uri + "c")->said.text == "\xEF\xBF\xBD !");
  CHECK(find(reading, uri + "c")->said.language.empty());
  CHECK(find(reading, uri + "f")->said.text.empty());
}

TEST_CASE("a record nested beyond reason hides nobody's words") {
  ItemsBench bench;
  bench.pds.say("tom.test", "@ann.test NEST", kNow - Seconds{90});
  bench.pds.say("lia.test", "@ann.test fine", kNow - Seconds{80});
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    HttpResult answer = bench.pds.exchange(request);
    const auto at = answer->body.find("NEST\"");
    if (at != std::string::npos) {
      answer->body.insert(at + 5, ",\"x\":" + std::string(5000, '[') + std::string(5000, ']'));
    }
    return answer;
  };
  CHECK(kinds(bench.read()) == Words{"mention @ann.test NEST", "mention @ann.test fine"});
}

TEST_CASE("a page of Bluesky that is too large is read in pieces, and one that isn't answered ends the reading") {
  ItemsBench bench;
  for (int i = 0; i < 30; ++i) bench.pds.say("tom.test", "@ann.test hi", kNow - Seconds{100 - i});
  const auto lost = tl::make_unexpected(HttpFailure{HttpFailure::Sent::maybe_sent, ErrorKind::try_later, "lost", {}});
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    if (request.url.find("limit=100") != std::string::npos) return lost;
    return bench.pds.exchange(request);
  };
  CHECK(bench.read().items.size() == 30);

  bench.http.otherwise = [&](const HttpRequest&) -> HttpResult { return lost; };
  CHECK(bench.refused().kind == ErrorKind::try_later);
}

TEST_CASE("words are found on Bluesky, own posts left out") {
  ItemsBench bench;
  bench.post("my own oak", kNow - Seconds{950});
  bench.pds.say("tom.test", "an oak & a #tag", kNow - Seconds{900});
  bench.pds.say("tom.test", "an old oak", kNow - 20 * kDay);
  const ItemsReading first = bench.search("oak & a #tag");
  CHECK(kinds(first) == Words{"heard an oak & a #tag"});
  // Again what is an hour old: posts are indexed late now and then.
  bench.now += Seconds{7200};
  const ItemsReading second = bench.search("oak", first.cursor);
  CHECK(second.items.size() == 1);
  CHECK(bench.search("oak", second.cursor).items.empty());
  for (int i = 0; i < 150; ++i) bench.pds.say("lia.test", "an oak", bench.now - Seconds{i});
  CHECK(bench.search("oak", second.cursor).items.size() == 150);
  CHECK(bench.pds.asked("app.bsky.feed.searchPosts") == 2);
}

TEST_CASE("times at the edges of Bluesky's window: what is dated ahead, dated back, and older by a second") {
  ItemsBench bench;
  const TimePoint begin = bench.now - 14 * kDay;
  const std::string early = bench.pds.say("tom.test", "@ann.test too old", begin - Seconds{1});
  const std::string first = bench.pds.say("tom.test", "@ann.test just in", begin);
  const std::string ahead = bench.pds.say("lia.test", "@ann.test from the future", bench.now + Seconds{90});

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) == Words{"mention @ann.test just in", "mention @ann.test from the future"});
  CHECK(find(reading, first)->said.created_at == begin);
  CHECK(find(reading, ahead)->said.created_at == bench.now);  // never later than it was seen
  CHECK(find(reading, early) == nullptr);
}
