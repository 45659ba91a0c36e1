// Pictures and films on their way to Mastodon.
#include "platforms/mastodon/fixture.h"

using namespace postq;
using namespace postq::testing;

namespace {

using Software = FakeMastodon::Software;

struct MediaBench : MastodonBench {
  using MastodonBench::MastodonBench;

  Media picture(const std::string& bytes = "PNG\r\n--postq") {
    return media.add(bytes, "../o\"ak\r\n.png", "image/png", "an oak,\nin spring");
  }
  ApprovedDelivery with(std::vector<Media> attached) {
    Draft draft = draft_of({"look"});
    draft.parts[0].media = std::move(attached);
    return delivery(draft);
  }
  Result<Prepared> prepare(const ApprovedDelivery& sent, std::vector<Upload> known = {}) {
    return mastodon.prepare(account, sent, {1, "key", {}, std::move(known), now}, context);
  }
};

}  // namespace

TEST_CASE("a picture is uploaded byte for byte with its alt text, and not with its name") {
  MediaBench bench;
  const ApprovedDelivery delivery = bench.with({bench.picture()});

  const auto prepared = bench.prepare(delivery);

  REQUIRE(prepared);
  CHECK_FALSE(prepared->ask_again_at);
  REQUIRE(prepared->uploads.size() == 1);
  CHECK(prepared->uploads[0].ready);
  CHECK(prepared->uploads[0].expires_at == kNow + std::chrono::hours{24});
  const auto& made = bench.server.media.at(prepared->uploads[0].remote_ref);
  CHECK(made.bytes == "PNG\r\n--postq");
  CHECK(made.mime == "image/png");
  CHECK(made.description == "an oak,\nin spring");
  CHECK(bench.http.requests.back().body.find("ak\r\n.png") == std::string::npos);
  CHECK(bench.http.requests.back().body_size == bench.http.requests.back().body.size());

  const SendAnswer answer =
      bench.mastodon.send(bench.account, delivery, bench.outgoing(delivery, 1, {}, prepared->uploads), bench.context);
  REQUIRE(answer.outcome == Outcome::sent);
  CHECK(bench.server.statuses.at(0).media == std::vector<std::string>{prepared->uploads[0].remote_ref});
}

TEST_CASE("several pictures go in their order, and none is left out of a post") {
  MediaBench bench;
  const ApprovedDelivery delivery = bench.with({bench.picture("B"), bench.picture("A")});
  const auto prepared = bench.prepare(delivery);
  REQUIRE(prepared);
  REQUIRE(prepared->uploads.size() == 2);
  // The store gives them back in an order of its own.
  const std::vector<Upload> turned{prepared->uploads[1], prepared->uploads[0]};
  const PreparedRequest outgoing = bench.outgoing(delivery, 1, {}, turned);
  CHECK(outgoing.body.find(prepared->uploads[0].remote_ref) < outgoing.body.find(prepared->uploads[1].remote_ref));

  const auto lacking = bench.mastodon.body(bench.account, delivery, {1, "key", {}, {prepared->uploads[0]}, kNow});
  REQUIRE_FALSE(lacking);
  CHECK(lacking.error().kind == ErrorKind::bug);
}

TEST_CASE("a film that the server is still working on is asked for later, and not uploaded again") {
  MediaBench bench;
  bench.server.media_polls = 2;
  const ApprovedDelivery delivery = bench.with({bench.media.add("MP4", "oak.mp4", "video/mp4", "an oak")});
  auto prepared = bench.prepare(delivery);
  REQUIRE(prepared);
  REQUIRE(prepared->ask_again_at);
  CHECK(*prepared->ask_again_at == kNow + Seconds{2});
  CHECK_FALSE(prepared->uploads[0].ready);

  bench.now += Seconds{20};
  prepared = bench.prepare(delivery, prepared->uploads);
  REQUIRE(prepared);
  REQUIRE(prepared->ask_again_at);
  CHECK(*prepared->ask_again_at == bench.now + Seconds{20});
  bench.now += Seconds{20};
  prepared = bench.prepare(delivery, prepared->uploads);
  REQUIRE(prepared);
  CHECK(prepared->ask_again_at);
  bench.server.media.begin()->second.polls_until_ready = 0;
  prepared = bench.prepare(delivery, prepared->uploads);

  REQUIRE(prepared);
  CHECK_FALSE(prepared->ask_again_at);
  CHECK(prepared->uploads[0].ready);
  CHECK(bench.server.media.size() == 1);
}

TEST_CASE("a server that never ends working on a film, or can't, is given up") {
  MediaBench bench;
  bench.server.media_polls = 1000;
  const ApprovedDelivery delivery = bench.with({bench.media.add("MP4", "oak.mp4", "video/mp4", "an oak")});
  const auto prepared = bench.prepare(delivery);
  REQUIRE(prepared);
  bench.now += std::chrono::hours{1};
  const auto endless = bench.prepare(delivery, prepared->uploads);
  REQUIRE_FALSE(endless);
  CHECK(endless.error().kind == ErrorKind::platform);

  bench.now = kNow;
  bench.server.media.begin()->second.broken = true;
  const auto broken = bench.prepare(delivery, prepared->uploads);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().kind == ErrorKind::platform);
  CHECK(broken.error().message == "fake.example says 422: Error processing thumbnail for uploaded media");
}

TEST_CASE("an upload that the server dropped or used up is made again") {
  MediaBench bench;
  const ApprovedDelivery delivery = bench.with({bench.picture()});
  const auto first = bench.prepare(delivery);
  REQUIRE(first);
  const std::string id = first->uploads[0].remote_ref;

  CHECK(bench.prepare(delivery, first->uploads)->uploads[0].remote_ref == id);
  bench.server.media.at(id).status = "1";
  CHECK(bench.prepare(delivery, first->uploads)->uploads[0].remote_ref != id);
  bench.server.media.at(id).status = "";
  bench.now += std::chrono::hours{23} + Seconds{1};
  bench.http.requests.clear();
  CHECK(bench.prepare(delivery, first->uploads)->uploads[0].remote_ref != id);
  CHECK(bench.http.requests.size() == 1);
}

TEST_CASE("a medium's id is any text, and one piece of an address") {
  MediaBench bench;
  const ApprovedDelivery delivery = bench.with({bench.picture()});
  for (const auto& [id, piece] : {std::pair<std::string, std::string>{"a/b.c?d", "a%2Fb%2Ec%3Fd"}, {"..", "%2E%2E"}}) {
    bench.server.instead(Behaviour::answer(200, R"({"id":")" + id + R"(","url":"https://m.example/x"})"));
    const auto made = bench.prepare(delivery);
    REQUIRE(made);
    CHECK(made->uploads[0].remote_ref == id);

    bench.server.instead(Behaviour::answer(200, R"({"id":"x"})"));
    const auto again = bench.prepare(delivery, made->uploads);
    REQUIRE(again);
    CHECK(again->uploads[0].remote_ref == id);
    CHECK(bench.http.requests.back().url.ends_with("/api/v1/media/" + piece));
  }
}

TEST_CASE("an upload that fails publishes nothing and says why") {
  MediaBench bench;
  const Media oak = bench.picture();
  const ApprovedDelivery delivery = bench.with({oak});
  const auto kind = [&](const Behaviour& behaviour) {
    bench.server.instead(behaviour);
    const auto prepared = bench.prepare(delivery);
    REQUIRE_FALSE(prepared);
    return prepared.error().kind;
  };
  CHECK(kind(Behaviour::answer(200, "")) == ErrorKind::try_later);
  CHECK(kind(Behaviour::answer(500)) == ErrorKind::try_later);
  CHECK(kind(Behaviour::answer(200, R"({"url":"https://m.example/x"})")) == ErrorKind::platform);
  CHECK(kind(Behaviour::answer(413)) == ErrorKind::platform);
  CHECK(kind(Behaviour::answer(415)) == ErrorKind::platform);
  CHECK(kind(Behaviour::answer(404)) == ErrorKind::platform);
  CHECK(kind(Behaviour::answer(422, R"({"error":"File type of uploaded media could not be verified"})")) ==
        ErrorKind::platform);
  CHECK(kind(Behaviour::answer(403)) == ErrorKind::sign_in);
  CHECK(kind(Behaviour::fault(Behaviour::Act::reset)) == ErrorKind::try_later);

  bench.media.damage(oak.digest);
  const auto damaged = bench.prepare(delivery);
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().message == "the media file is damaged");
  CHECK(bench.server.media.empty());
}

TEST_CASE("a post that came too early for its pictures is tried again soon, and isn't refused") {
  MediaBench bench;
  const ApprovedDelivery delivery = bench.with({bench.picture()});
  const auto prepared = bench.prepare(delivery);
  REQUIRE(prepared);
  bench.server.media.begin()->second.polls_until_ready = 1;

  const SendAnswer answer =
      bench.mastodon.send(bench.account, delivery, bench.outgoing(delivery, 1, {}, prepared->uploads), bench.context);

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK_FALSE(answer.limited);
  REQUIRE(answer.try_at);
  CHECK(*answer.try_at == kNow + Seconds{30});
}

TEST_CASE("Pixelfed's uploads have no address yet and can be used at once") {
  MediaBench bench(Software::pixelfed);
  const ApprovedDelivery delivery = bench.with({bench.picture()});
  const auto prepared = bench.prepare(delivery);
  REQUIRE(prepared);
  CHECK_FALSE(prepared->ask_again_at);
  CHECK(bench.mastodon.send(bench.account, delivery, bench.outgoing(delivery, 1, {}, prepared->uploads), bench.context)
            .outcome == Outcome::sent);
}

TEST_CASE("the place that stays in sight goes along with the picture") {
  MediaBench bench;
  Media picture = bench.picture();
  picture.focus = "0.5,-0.25";

  const auto prepared = bench.prepare(bench.with({picture}));

  REQUIRE(prepared);
  const auto& made = bench.server.media.at(prepared->uploads.at(0).remote_ref);
  CHECK(made.focus == "0.5,-0.25");
  CHECK(made.description == "an oak,\nin spring");
}

TEST_CASE("a server that wants no more uploads for a while is left alone, and that is no failed try") {
  MediaBench bench;
  const ApprovedDelivery delivery = bench.with({bench.picture("A"), bench.picture("B")});
  bench.http.next(200, R"({"id":"77","url":"https://fake.example/m/77"})");
  bench.http.next(429, R"({"error":"Too many requests"})", {{"x-ratelimit-reset", "2026-11-22T20:49:00.000000Z"}});

  const auto prepared = bench.prepare(delivery);

  REQUIRE(prepared);
  REQUIRE(prepared->ask_again_at);
  CHECK(*prepared->ask_again_at == kNow + Seconds{300});
  CHECK(prepared->error.message.find("Too many requests") != std::string::npos);
  REQUIRE(prepared->uploads.size() == 1);
  CHECK(prepared->uploads[0].remote_ref == "77");
}
