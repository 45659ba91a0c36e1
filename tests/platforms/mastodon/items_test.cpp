// What people say to an account on Mastodon, GoToSocial and Pixelfed, and what strangers say with certain words.
#include <algorithm>

#include "platforms/items_reading.h"
#include "platforms/mastodon/fixture.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Software = FakeMastodon::Software;

struct ItemsBench : MastodonBench {
  using MastodonBench::MastodonBench;

  ItemsRequest since_two_weeks(const std::string& cursor = "") const { return testing::since_two_weeks(now, cursor); }
  ItemsReading read(const ItemsRequest& request) {
    http.requests.clear();
    const auto reading = mastodon.read_items(account, request, context);
    REQUIRE(reading);
    return *reading;
  }
  ItemsReading read(const std::string& cursor = "") { return read(since_two_weeks(cursor)); }
  Error refused(const std::string& cursor = "") {
    const auto reading = mastodon.read_items(account, since_two_weeks(cursor), context);
    REQUIRE_FALSE(reading);
    return reading.error();
  }
  ItemsReading search(const std::string& words, const std::string& cursor = "") {
    http.requests.clear();
    const auto reading = mastodon.search(account, {words, now - 14 * kDay, cursor}, context);
    REQUIRE(reading);
    return *reading;
  }

  // An own post, as the store tells of it.
  OwnPost own(const std::string& id, std::int64_t replies, std::int64_t replies_now) {
    return {id, server.status(id).created_at, replies, replies_now};
  }
  std::size_t asked(const std::string& part) const {
    return static_cast<std::size_t>(std::count_if(http.requests.begin(), http.requests.end(), [&](const auto& request) {
      return request.url.find(part) != std::string::npos;
    }));
  }
};

}  // namespace

TEST_CASE("mentions, answers and quotes come in as Mastodon tells of them, direct ones too") {
  ItemsBench bench;
  bench.server.person("tom@ruby.social").name = "Tom";
  const std::string own = bench.server.add("a post", kNow - Seconds{900}).id;
  const std::string mention = bench.server.say("tom@ruby.social", "hello @anna", kNow - Seconds{800});
  bench.server.status(mention).warning = "greeting";
  bench.server.status(mention).language = "en";
  const std::string answer = bench.server.say("tom@ruby.social", "@anna well said", kNow - Seconds{700}, own);
  const std::string whisper = bench.server.say("lia", "@anna between us", kNow - Seconds{600});
  bench.server.status(whisper).visibility = "direct";
  const std::string quote = bench.server.quote("lia", "look at this", kNow - Seconds{500}, own);
  bench.server.notify("follow", "", kNow - Seconds{400});
  bench.server.notify("favourite", own, kNow - Seconds{300});

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) ==
        Words{"mention hello @anna", "reply @anna well said", "mention @anna between us", "quote look at this"});
  const RemotePost& said = find(reading, mention)->said;
  CHECK(said.person.id == bench.server.person("tom@ruby.social").id);
  CHECK(said.person.handle == "@tom@ruby.social");
  CHECK(said.person.name == "Tom");
  CHECK(said.created_at == kNow - Seconds{800});
  CHECK(said.warning == "greeting");
  CHECK(said.language == "en");
  CHECK(said.visibility == "public");
  CHECK(said.url == "https://ruby.social/@tom/" + mention);
  CHECK(said.conversation == mention);
  CHECK(find(reading, whisper)->said.visibility == "direct");
  CHECK(find(reading, whisper)->said.person.handle == "@lia@fake.example");
  CHECK(find(reading, answer)->said.reply_to == own);
  CHECK(find(reading, answer)->said.conversation == own);
  CHECK(reading.complete);
  CHECK_FALSE(reading.cursor.empty());
}

TEST_CASE("quotes are asked for only where they are known") {
  ItemsBench mastodon;
  mastodon.read();
  CHECK(mastodon.asked("types%5B%5D=quote") == 1);
  for (const Software software : {Software::gotosocial, Software::pixelfed}) {
    ItemsBench bench(software);
    bench.read();
    CHECK(bench.asked("quote") == 0);
  }
  ItemsBench older;
  older.server.version = "4.4.9";
  older.sign_in();
  older.read();
  CHECK(older.asked("quote") == 0);
}

TEST_CASE("a second reading brings only what is new, with one request when nothing is") {
  for (const Software software : {Software::mastodon, Software::gotosocial, Software::pixelfed}) {
    ItemsBench bench(software);
    for (int i = 0; i < 130; ++i) {
      bench.server.say("tom", "@anna number " + std::to_string(i), kNow - Seconds{10000 - i});
    }
    const ItemsReading first = bench.read();
    CHECK(first.items.size() == 130);

    CHECK(bench.read(first.cursor).items.empty());
    CHECK(bench.http.requests.size() == 1);

    bench.now += Seconds{60};
    const std::string id = bench.server.say("lia", "@anna again", bench.now);
    const ItemsReading third = bench.read(first.cursor);
    REQUIRE(third.items.size() == 1);
    CHECK(third.items[0].said.remote_id == id);
    CHECK(bench.read(third.cursor).items.empty());
  }
}

TEST_CASE("a server that knows nothing of ids gives one page, and it isn't read for ever") {
  ItemsBench bench;
  bench.server.ignores_ids = true;
  for (int i = 0; i < 100; ++i) bench.server.say("tom", "@anna hi", kNow - Seconds{1000 - i});

  const ItemsReading reading = bench.read();
  CHECK(reading.items.size() == 80);
  CHECK(bench.asked("/notifications") == 2);

  CHECK(bench.read(reading.cursor).items.empty());
  CHECK(bench.asked("/notifications") == 1);
}

TEST_CASE("ten thousand unread ones come in over several readings, none twice and none missing") {
  ItemsBench bench;
  for (int i = 0; i < 10000; ++i) {
    bench.server.say("p" + std::to_string(i % 7), "@anna " + std::to_string(i), kNow - Seconds{500000 - i});
  }
  std::set<std::string> ids;
  std::string cursor;
  int readings = 0;
  for (bool complete = false; !complete; ++readings) {
    REQUIRE(readings < 10);
    const ItemsReading reading = bench.read(cursor);
    for (const FoundItem& item : reading.items) CHECK(ids.insert(item.said.remote_id).second);
    complete = reading.complete;
    cursor = reading.cursor;
    // Somebody goes on talking meanwhile.
    if (readings == 0) bench.server.say("lia", "@anna one more", kNow);
  }
  CHECK(ids.size() == 10001);
  CHECK(readings > 1);
}

TEST_CASE("nothing that was said before the window comes in") {
  ItemsBench bench;
  bench.server.say("tom", "@anna long ago", kNow - 20 * kDay);
  bench.server.say("tom", "@anna lately", kNow - kDay);
  // Said long ago, and told only now.
  const std::string late = bench.server.say("mira@slow.example", "hm", kNow - 30 * kDay);
  bench.server.notify("mention", late, kNow);

  CHECK(kinds(bench.read()) == Words{"mention @anna lately"});
}

TEST_CASE("a cursor that means nothing reads everything, and one that the server refuses is an error") {
  ItemsBench bench;
  bench.server.say("tom", "@anna hi", kNow - Seconds{60});
  CHECK(bench.read("nonsense").items.size() == 1);
  // Of ids that the server has forgotten: what came since counts.
  CHECK(bench.read("0||").items.size() == 1);

  // A server that was set back counts anew from there: a reading of everything finds that out.
  CHECK(bench.read("12345||").items.empty());
  ItemsRequest whole = bench.since_two_weeks("12345||");
  whole.whole = true;
  const ItemsReading again = bench.read(whole);
  CHECK(again.items.size() == 1);
  CHECK(again.cursor == "1||");

  bench.server.instead(Behaviour::answer(404, R"({"error":"Record not found"})"));
  CHECK(bench.refused("12345||").kind == ErrorKind::not_found);
  bench.server.instead(Behaviour::answer(422, R"({"error":"bad id"})"));
  CHECK(bench.refused("12345||").kind == ErrorKind::platform);
}

TEST_CASE("who answers without a mention is found under the own post") {
  ItemsBench bench;
  const std::string own = bench.server.add("a post", kNow - Seconds{900}).id;
  auto& second = bench.server.add("part two", kNow - Seconds{890}, "postq");
  const std::string part = second.id;
  second.reply_to = own;
  second.reply_to_account = "109";
  const std::string answer = bench.server.say("tom", "nice", kNow - Seconds{800}, own);
  const std::string below = bench.server.say("lia", "I think so too", kNow - Seconds{700}, answer);
  const std::string deep = bench.server.say("mira@far.example", "and this?", kNow - Seconds{600}, part);
  ItemsRequest request = bench.since_two_weeks();
  request.own = {bench.own(part, 0, 1), bench.own(own, 1, 2)};

  const ItemsReading reading = bench.read(request);

  CHECK(kinds(reading) == Words{"reply nice", "reply and this?"});
  CHECK(find(reading, deep)->said.conversation == own);
  CHECK(is_around(reading, below));
  CHECK(bench.asked("/context") == 1);  // the second part stands within the first one's
  REQUIRE(reading.read.size() == 2);
  CHECK(reading.read[0].remote_id == own);
  CHECK(reading.read[0].replies == 2);
  CHECK(reading.read[1].replies == 1);

  // Where nothing was added since, nothing is read, unless everything is to be.
  request.own = {bench.own(part, 1, 1), bench.own(own, 2, 2)};
  CHECK(bench.read(request).items.empty());
  CHECK(bench.asked("/context") == 0);
  request.whole = true;
  CHECK(bench.read(request).items.size() == 2);
}

TEST_CASE("the conversation of an answer is read once, up to where it began") {
  ItemsBench bench;
  const std::string top = bench.server.say("mira@far.example", "what do you think?", kNow - Seconds{900});
  const std::string middle = bench.server.say("tom", "ask @anna", kNow - Seconds{800}, top);
  auto& ours = bench.server.add("I think so", kNow - Seconds{700});
  const std::string own = ours.id;
  ours.reply_to = middle;
  ours.reply_to_account = bench.server.person("tom").id;
  const std::string thanks = bench.server.say("tom", "@anna thanks", kNow - Seconds{600}, own);

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) == Words{"mention ask @anna", "reply @anna thanks"});
  CHECK(find(reading, middle)->said.conversation == top);
  CHECK(find(reading, thanks)->said.conversation == top);
  CHECK(is_around(reading, top));
  CHECK(is_around(reading, own));
  CHECK(bench.asked("/context") == 1);
}

TEST_CASE("an answer whose conversation can't be read comes in all the same") {
  ItemsBench bench;
  const std::string top = bench.server.say("mira@far.example", "what?", kNow - Seconds{900});
  const std::string middle = bench.server.say("tom", "ask @anna", kNow - Seconds{800}, top);
  for (const Behaviour& behaviour : {Behaviour::answer(500), Behaviour::answer(404), Behaviour::answer(200, "[")}) {
    bench.http.requests.clear();
    bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
      if (request.url.find("/context") == std::string::npos) return bench.server.exchange(request);
      return HttpAnswer{behaviour.status, {}, behaviour.body};
    };
    const ItemsReading reading = bench.read();
    REQUIRE(reading.items.size() == 1);
    CHECK(reading.items[0].said.conversation == top);
    CHECK(reading.complete);
  }
}

TEST_CASE("what waits is looked at again: deleted, changed, or written by somebody who is muted since") {
  for (const bool many : {true, false}) {
    ItemsBench bench;
    if (!many) {
      bench.server.version = "4.2.9";
      bench.server.has_many_statuses = false;
      bench.sign_in();
    }
    const std::string stays = bench.server.say("tom", "@anna one", kNow - 9 * kDay);
    const std::string goes = bench.server.say("lia", "@anna two", kNow - 8 * kDay);
    const std::string hushed = bench.server.say("noisy", "@anna three", kNow - 7 * kDay);
    const ItemsReading first = bench.read();
    ItemsRequest request = bench.since_two_weeks(first.cursor);
    for (const FoundItem& item : first.items) request.open.push_back(item.said);
    bench.server.remove(goes);
    bench.server.edit(stays, "@anna one, mended");
    bench.server.rename("tom", "thomas", "Thomas");
    bench.server.person("noisy").muted = true;

    const ItemsReading second = bench.read(request);

    CHECK(second.gone == Words{goes});
    REQUIRE(second.items.size() == 2);
    CHECK(find(second, stays)->said.text == "@anna one, mended");
    CHECK(find(second, stays)->said.person.handle == "@thomas@fake.example");
    CHECK(find(second, stays)->said.person.name == "Thomas");
    CHECK(find(second, stays)->said.person.id == first.items.back().said.person.id);
    CHECK_FALSE(find(second, stays)->said.person.ignored);
    CHECK(find(second, hushed)->said.person.ignored);
    CHECK(bench.asked("/api/v1/statuses?id") == (many ? 1 : 0));
  }
}

TEST_CASE("what can't be looked at isn't taken for deleted") {
  ItemsBench bench;
  const std::string one = bench.server.say("tom", "@anna one", kNow - Seconds{60});
  const ItemsReading first = bench.read();
  ItemsRequest request = bench.since_two_weeks(first.cursor);
  request.open = {first.items[0].said};
  for (const int status : {500, 401, 403, 429}) {
    bench.http.otherwise = [&](const HttpRequest& asked) -> HttpResult {
      if (asked.url.find("/statuses") == std::string::npos) return bench.server.exchange(asked);
      return HttpAnswer{status, {}, "{}"};
    };
    CHECK(bench.read(request).gone.empty());
  }
}

TEST_CASE("bots and people who are muted or blocked are marked, as far as the token may know") {
  ItemsBench bench;
  bench.server.person("news@bots.example").bot = true;
  bench.server.person("noisy").muted = true;
  const std::string own = bench.server.add("a post", kNow - Seconds{900}).id;
  const std::string automatic = bench.server.say("news@bots.example", "@anna top stories", kNow - Seconds{800});
  const std::string noise = bench.server.say("noisy", "@anna !!!", kNow - Seconds{700}, own);
  const std::string words = bench.server.say("tom", "@anna hello", kNow - Seconds{600});

  const ItemsReading reading = bench.read();

  CHECK(find(reading, automatic)->said.person.ignored);
  CHECK(find(reading, noise)->said.person.ignored);
  CHECK_FALSE(find(reading, words)->said.person.ignored);
  CHECK(bench.asked("/relationships") == 1);

  // A token of before postq asked for that.
  bench.server.scopes = {"read:accounts", "read:statuses", "read:notifications"};
  const ItemsReading without = bench.read();
  CHECK(find(without, automatic)->said.person.ignored);
  CHECK_FALSE(find(without, noise)->said.person.ignored);
}

TEST_CASE("a token that may not read notifications is told so, with the account, the scope and what to type") {
  ItemsBench bench;
  bench.server.scopes = {"read:accounts", "read:statuses", "write"};
  const Error error = bench.refused();
  CHECK(error.kind == ErrorKind::sign_in);
  CHECK(error.message ==
        "masto may not read what people say: fake.example says 403: This action is outside the authorized scopes");
  CHECK(error.hint == "the token needs the scope read:notifications\npostq account login masto");
  const auto barred = bench.mastodon.search(bench.account, {"oak", kNow - kDay, ""}, bench.context);
  REQUIRE_FALSE(barred);
  CHECK(barred.error().hint == "the token needs the scope read:search\npostq account login masto");

  bench.server.revoked = true;
  CHECK(bench.refused().kind == ErrorKind::sign_in);
  Account unknown = bench.account;
  unknown.remote_id.clear();
  const auto nobody = bench.mastodon.read_items(unknown, bench.since_two_weeks(), bench.context);
  CHECK(nobody.error().kind == ErrorKind::sign_in);
}

TEST_CASE("a limit stops a reading where it is, and the next one goes on from there") {
  ItemsBench bench;
  for (int i = 0; i < 200; ++i) bench.server.say("tom", "@anna " + std::to_string(i), kNow - Seconds{1000 - i});
  int left = 1;
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    if (left-- > 0) return bench.server.exchange(request);
    return HttpAnswer{429, {{"x-ratelimit-reset", "2026-11-22T20:50:00.000000Z"}}, R"({"error":"Too many requests"})"};
  };

  const ItemsReading first = bench.read();

  CHECK(first.items.size() == 80);
  CHECK_FALSE(first.complete);
  REQUIRE(first.limited_until);
  CHECK(format_rfc3339(*first.limited_until) == "2026-11-22T20:50:00Z");
  CHECK(first.error.message.find("429") != std::string::npos);
  CHECK(bench.http.requests.size() == 2);  // nothing is asked after that

  left = 0;
  const ItemsReading none = bench.read(first.cursor);
  CHECK(none.items.empty());
  CHECK(none.cursor == first.cursor);
  CHECK(none.limited_until);

  left = 1000;
  bench.server.say("lia", "@anna meanwhile", kNow);
  const ItemsReading rest = bench.read(first.cursor);
  CHECK(rest.items.size() == 121);
  CHECK(rest.complete);
}

TEST_CASE("what can't be read is an error to be tried again, unless something was read before") {
  ItemsBench bench;
  for (int i = 0; i < 100; ++i) bench.server.say("tom", "@anna " + std::to_string(i), kNow - Seconds{1000 - i});
  for (const Behaviour& behaviour : {Behaviour::answer(200, "{}"), Behaviour::answer(200, ""), Behaviour::html(502),
                                     Behaviour::answer(429), Behaviour::fault(Behaviour::Act::reset)}) {
    // Without an answer it is asked once more, for a smaller page.
    bench.server.instead(behaviour);
    if (behaviour.act == Behaviour::Act::reset) bench.server.instead(behaviour);
    CHECK(bench.refused().kind == ErrorKind::try_later);
  }
  int left = 1;
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    if (left-- > 0) return bench.server.exchange(request);
    return HttpAnswer{503, {}, "{}"};
  };
  const ItemsReading half = bench.read();
  CHECK(half.items.size() == 80);
  CHECK_FALSE(half.complete);
  left = 1000;
  CHECK(bench.read(half.cursor).items.size() == 20);
}

TEST_CASE("notifications that come twice, in another order or without what they are about do no harm") {
  ItemsBench bench;
  const std::string status = [](const std::string& id, const std::string& more) {
    return R"({"id":")" + id +
           R"(","created_at":"2026-11-22T20:00:00.000Z","content":"<p>hi</p>","visibility":"public",)" +
           R"("account":{"id":"7","acct":"tom","display_name":"Tom"})" + more + "}";
  }("500", "");
  const auto notification = [](const std::string& id, const std::string& type, const std::string& of) {
    return R"({"id":")" + id + R"(","type":")" + type + R"(","created_at":"2026-11-22T20:00:00.000Z","status":)" + of +
           "}";
  };
  const std::string page = "[" + notification("3", "mention", status) + "," + notification("1", "quote", status) + "," +
                           notification("2", "mention", status) + "," + notification("4", "mention", "null") + "," +
                           notification("5", "mention", R"({"id":"../x"})") + "," + notification("6", "odd", status) +
                           R"(,{},7,null])";
  bench.server.instead(Behaviour::answer(200, page).with("Link", "<x>; rel=\"prev\""));

  const ItemsReading reading = bench.read();

  REQUIRE(reading.items.size() == 1);
  CHECK(reading.items[0].kind == ItemKind::quote);
  CHECK(reading.cursor == "6||");

  // Older ones among newer ones end the reading, and hide none of these.
  std::string other = status;
  other.replace(other.find("500"), 3, "501");
  bench.server.instead(Behaviour::answer(
      200, "[" + notification("5", "mention", status) + "," + notification("9", "mention", other) + "]"));
  const ItemsReading second = bench.read(reading.cursor);
  REQUIRE(second.items.size() == 1);
  CHECK(second.items[0].said.remote_id == "501");
  CHECK(second.cursor == "9||");
}

TEST_CASE("texts of strangers are kept to a size, and are text whatever bytes they come as") {
  ItemsBench bench;
  bench.server.person("tom").name = std::string(100'000, 'x');
  const std::string large =
      bench.server.say("tom", "@anna " + std::string(700'000, 'y') + "\xC3\xA4", kNow - Seconds{90});
  std::string umlauts = "@anna ";
  while (umlauts.size() < 70'000) umlauts += "\xC3\xA4";
  const std::string cut = bench.server.say("tom", umlauts, kNow - Seconds{80});
  const std::string escapes = bench.server.say("tom", "@anna \x1b[2J \xE2\x80\xAE evil", kNow - Seconds{70});
  const std::string future = bench.server.say("tom", "@anna soon", kNow + kDay);

  const ItemsReading reading = bench.read();

  REQUIRE(reading.items.size() == 4);
  CHECK(find(reading, large)->said.text.size() == 65'536);
  CHECK(find(reading, large)->said.person.name.size() == 256);
  const std::string& text = find(reading, cut)->said.text;
  CHECK((text.size() == 65'536 || text.size() == 65'535));
  CHECK(is_valid_utf8(text));
  CHECK(find(reading, escapes)->said.text == "@anna \x1b[2J \xE2\x80\xAE evil");
  CHECK(find(reading, future)->said.created_at == kNow);
  for (const FoundItem& item : reading.items) CHECK(item.said.visibility == "public");
}

TEST_CASE("one post with broken bytes hides nobody else's") {
  ItemsBench bench;
  bench.server.say("tom", "@anna BROKEN", kNow - Seconds{90});
  bench.server.say("lia", "@anna fine", kNow - Seconds{80});
  bench.server.say("lia", "@anna HALF and WHOLE", kNow - Seconds{70});
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    HttpResult answer = bench.server.exchange(request);
    const auto put = [&](const std::string& what, const std::string& bytes) {
      if (const auto at = answer->body.find(what); at != std::string::npos)
        answer->body.replace(at, what.size(), bytes);
    };
    put("BROKEN", "\xFF\xC3 ok");
    put("HALF", "\\ud83d");
    put("WHOLE", "\\ud83d\\ude00 \\\\ud83d");
    return answer;
  };

  CHECK(kinds(bench.read()) == Words{"mention @anna \xEF\xBF\xBD\xEF\xBF\xBD ok", "mention @anna fine",
                                     "mention @anna \xEF\xBF\xBD and \xF0\x9F\x98\x80 \\ud83d"});
}

TEST_CASE("a page that is too large to read is read in pieces") {
  ItemsBench bench;
  for (int i = 0; i < 40; ++i) {
    bench.server.say("tom", "@anna " + std::string(50'000, 'y'), kNow - Seconds{100 - i});
  }
  bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
    HttpResult answer = bench.server.exchange(request);
    CHECK(request.answer_limit > 20'000'000);
    if (answer->body.size() < 1'000'000) return answer;
    return tl::make_unexpected(HttpFailure{HttpFailure::Sent::maybe_sent, ErrorKind::try_later, "too large", {}});
  };
  CHECK(bench.read().items.size() == 40);
}

TEST_CASE("a server that can't be reached isn't asked for one conversation after the other") {
  ItemsBench bench;
  const std::string own = bench.server.add("a post", kNow - Seconds{900}).id;
  for (int i = 0; i < 20; ++i) {
    const std::string top = bench.server.say("mira@far.example", "what?", kNow - Seconds{900});
    bench.server.say("tom", "ask @anna", kNow - Seconds{800}, top);
  }
  for (const auto sent : {HttpFailure::Sent::not_sent, HttpFailure::Sent::maybe_sent}) {
    bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
      if (request.url.find("/notifications") != std::string::npos) return bench.server.exchange(request);
      return tl::make_unexpected(HttpFailure{sent, ErrorKind::try_later, "no answer", {}});
    };
    const ItemsReading reading = bench.read();
    CHECK(reading.items.size() == 20);
    CHECK_FALSE(reading.complete);
    CHECK(bench.http.requests.size() == (sent == HttpFailure::Sent::not_sent ? 2 : 4));
  }
}

TEST_CASE("a megabyte of ampersands is read in no time") {
  ItemsBench bench;
  bench.server.say("tom", "@anna", kNow - Seconds{90});
  bench.server.statuses.back().html = "<p>@anna " + std::string(1'000'000, '&') + std::string(1'000'000, 'x') + "</p>";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(bench.read().items.size() == 1);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{5});
}

TEST_CASE("the timeline tells what readers did with each post of the pages that it read") {
  ItemsBench bench;
  auto& old = bench.server.add("old", kNow - 30 * kDay);
  old.likes = 7;
  const std::string old_id = old.id;
  auto& post = bench.server.add("a post", kNow - Seconds{900});
  post.likes = 3;
  post.boosts = 2;
  const std::string id = post.id;
  bench.server.say("tom", "nice", kNow - Seconds{800}, id);

  const auto reading = bench.mastodon.read_timeline(bench.account, {kNow - 14 * kDay, ""}, bench.context);

  REQUIRE(reading);
  REQUIRE(reading->items.size() == 1);
  REQUIRE(reading->reactions.size() == 2);
  CHECK(reading->reactions[0].remote_id == id);
  CHECK(reading->reactions[0].likes == 3);
  CHECK(reading->reactions[0].replies == 1);
  CHECK(reading->reactions[0].boosts == 2);
  CHECK(reading->reactions[1].remote_id == old_id);
  CHECK(reading->reactions[1].likes == 7);
}

TEST_CASE("a tag is found by its timeline, and only what came since") {
  ItemsBench bench;
  bench.server.add("my own #oak", kNow - Seconds{950});
  bench.server.say("tom", "an #oak", kNow - Seconds{900});
  bench.server.say("tom", "an #oaktree", kNow - Seconds{850});
  bench.server.say("lia", "old #oak", kNow - 20 * kDay);
  const ItemsReading first = bench.search("#oak");
  REQUIRE(kinds(first) == Words{"heard an #oak"});
  CHECK(bench.asked("/timelines/tag/oak?") > 0);

  CHECK(bench.search("#oak", first.cursor).items.empty());
  CHECK(bench.http.requests.size() == 1);
  bench.now += Seconds{60};
  bench.server.say("lia", "new #oak", bench.now);
  CHECK(kinds(bench.search("#oak", first.cursor)) == Words{"heard new #oak"});
}

TEST_CASE("other words are searched for, as far as the server searches texts") {
  ItemsBench bench;
  bench.server.say("tom", "see postq.example/docs & more", kNow - Seconds{900});
  bench.server.say("tom", "nothing", kNow - Seconds{850});
  for (int i = 0; i < 60; ++i) bench.server.say("lia", "an oak, number " + std::to_string(i), kNow - Seconds{800 - i});
  CHECK(kinds(bench.search("postq.example/docs")) == Words{"heard see postq.example/docs & more"});
  CHECK(bench.asked("/api/v2/search?type=statuses") == 1);
  const ItemsReading oaks = bench.search("an oak");
  CHECK(oaks.items.size() == 60);
  // Again what is an hour old: a search names no place to go on from.
  CHECK(bench.search("an oak", oaks.cursor).items.size() == 60);
  bench.now += Seconds{7200};
  CHECK(bench.search("an oak", bench.search("an oak", oaks.cursor).cursor).items.empty());

  bench.server.has_full_text = false;
  CHECK(bench.search("an oak").items.empty());
  bench.server.instead(Behaviour::answer(429).with("X-RateLimit-Reset", "2026-11-22T23:50:00.000000Z"));
  const ItemsReading limited = bench.search("an oak", oaks.cursor);
  CHECK(limited.limited_until);
  CHECK(limited.cursor == oaks.cursor);
  bench.server.instead(Behaviour::answer(200, "[]"));
  CHECK(bench.search("an oak").items.empty());
  bench.server.instead(Behaviour::answer(200, "{}"));
  CHECK_FALSE(bench.mastodon.search(bench.account, {"an oak", kNow, ""}, bench.context));
}

TEST_CASE("between whole readings only those who wait longest are looked at") {
  ItemsBench bench;
  bench.server.version = "4.2.9";  // one request for each
  bench.server.has_many_statuses = false;
  bench.sign_in();
  for (int i = 0; i < 8; ++i) bench.server.say("tom", "@anna again", kNow - 9 * kDay + Seconds{i});
  const ItemsReading first = bench.read();
  ItemsRequest request = bench.since_two_weeks(first.cursor);
  for (auto item = first.items.rbegin(); item != first.items.rend(); ++item) request.open.push_back(item->said);

  CHECK(bench.read(request).items.size() == 5);
  CHECK(bench.asked("/api/v1/statuses/" + request.open.front().remote_id) == 1);
  request.whole = true;
  CHECK(bench.read(request).items.size() == 8);
}

TEST_CASE("times at the edges of the window: a server whose clock is ahead, and what is older by a second") {
  ItemsBench bench;
  const TimePoint begin = bench.now - 14 * kDay;
  const std::string early = bench.server.say("tom", "@anna too old", begin - Seconds{1});
  const std::string first = bench.server.say("tom", "@anna just in", begin);
  const std::string ahead = bench.server.say("lia", "@anna from the future", bench.now + Seconds{90});

  const ItemsReading reading = bench.read();

  CHECK(kinds(reading) == Words{"mention @anna just in", "mention @anna from the future"});
  CHECK(find(reading, first)->said.created_at == begin);
  CHECK(find(reading, ahead)->said.created_at == bench.now);  // never later than it was seen
  CHECK(find(reading, early) == nullptr);
}
