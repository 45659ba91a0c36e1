// What goes wrong between postq and a network: the whole of flush, the real queue and the real adapters, against the
// imitated servers. Whatever happens, nothing is lost, nothing is sent twice, nothing earns credit, and what comes
// later repairs it.
#include <atomic>
#include <thread>

#include "app/network_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> first(const std::vector<std::string>& texts, std::size_t count) {
  return {texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(count)};
}

// All of it is out once and in order, every part below the one before, and it counts as one that was scheduled.
void check_out(Scene& scene, PostId post, const std::vector<std::string>& texts, std::size_t pictures = 0) {
  CHECK(scene.texts() == texts);
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
  std::string before;
  for (const auto& one : scene.place->posts()) {
    if (one.text == kByHand) continue;
    CHECK(one.answers == before);
    CHECK(one.media == (before.empty() ? pictures : 0));
    before = one.id;
  }
  scene.world.sync(scene.account);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
  CHECK(scene.world.problems().empty());
  // ... and it stays so.
  const int requests = scene.published();
  scene.world.clock += 26h;
  CHECK(scene.flush_and_tell().empty());
  scene.world.sync(scene.account);
  CHECK(scene.published() == requests);
  CHECK(scene.texts() == texts);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
}

// While something is in doubt or waits.
void check_no_credit(Scene& scene) {
  scene.world.sync(scene.account);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled >= 1);
  CHECK(scene.world.problems().empty());
}

struct Lost {
  const char* name;
  bool stored;
  Wire::Act act;
};

std::vector<Lost> ways_to_lose_an_answer() {
  const auto stored_and = [](const HttpResult& said) {
    return [said](NetworkPlace& place, const HttpRequest& request) {
      (void)place.answer(request);
      return said;
    };
  };
  const auto only = [](const HttpResult& said) { return [said](NetworkPlace&, const HttpRequest&) { return said; }; };
  return {
      {"the request is lost", false, lost_before},
      {"the answer is lost", true, lost_after},
      {"a web page, and nothing stored", false, only(NetworkPlace::nonsense())},
      {"a web page, and stored", true, stored_and(NetworkPlace::nonsense())},
      {"an empty 200, and stored", true, stored_and(HttpAnswer{200, {}, ""})},
      {"502, and nothing stored", false, only(HttpAnswer{502, {}, "Bad Gateway"})},
      {"504, and stored", true, stored_and(HttpAnswer{504, {}, "Gateway Timeout"})},
      {"500, and nothing stored", false, only(HttpAnswer{500, {}, "{}"})},
      {"500, and stored", true, stored_and(HttpAnswer{500, {}, "{}"})},
  };
}

struct Shape {
  const char* name;
  std::vector<std::string> texts;
  int lost;  // the part whose answer is lost
  bool picture;
};

std::vector<Shape> shapes() {
  return {{"a text", kNote, 1, false}, {"a text with a picture", kNote, 1, true}, {"part 3 of 5", kThread, 3, false}};
}

}  // namespace

TEST_CASE("a post whose answer was lost is out once in the end, whatever had become of the request") {
  const auto make = GENERATE(from_range(network_places()));
  const auto lost = GENERATE(from_range(ways_to_lose_an_answer()));
  const auto shape = GENERATE(from_range(shapes()));
  Scene scene(make());
  INFO(scene.place->platform() << ": " << shape.name << ", " << lost.name);
  const auto media = shape.picture ? std::vector{scene.world.picture()} : std::vector<Media>{};
  const PostId post = scene.world.schedule(shape.texts, {scene.account}, media);
  scene.world.wire.meets(*scene.place, Errand::publish, shape.lost, lost.act);

  scene.flush_and_tell();

  const auto out = first(shape.texts, static_cast<std::size_t>(shape.lost - (lost.stored ? 0 : 1)));
  // Where the server can be asked at once, a 500 is no doubt any more.
  if (scene.world.state_of(post, "anna") != DeliveryState::sent) {
    CHECK(scene.texts() == out);
    CHECK(scene.world.state_of(post, "anna") == DeliveryState::unconfirmed);
    check_no_credit(scene);
  }

  // Soon it is found, or sent again where that is harmless; where absence has to be proved, it takes its time.
  scene.world.clock += 6min;
  scene.place->drop_uploads();
  scene.flush_and_tell();
  const auto now_out = scene.texts();
  CHECK((now_out == shape.texts || (!lost.stored && now_out == out)));
  check_no_credit(scene);

  scene.world.clock += 30min;
  scene.flush_and_tell();
  check_out(scene, post, shape.texts, shape.picture ? 1 : 0);
}

TEST_CASE("what may be out is looked for while it is paused, and nothing is sent meanwhile") {
  const auto make = GENERATE(from_range(network_places()));
  const bool stored = GENERATE(true, false);
  const auto paused = GENERATE(as<std::string>{}, "everything", "the file STOP", "the account", "the post");
  Scene scene(make());
  INFO(scene.place->platform() << ": " << paused << " is paused, " << (stored ? "stored" : "lost"));
  const PostId post = scene.world.schedule(kNote, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 1, stored ? lost_after : lost_before);
  scene.flush_and_tell();
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::unconfirmed);
  auto& queue = scene.world.queue();
  if (paused == "everything") must(queue.pause_all("wrong price", scene.world.audit()));
  if (paused == "the file STOP") must(scene.world.state_files().write_stop("wrong price"));
  if (paused == "the account") must(queue.pause_account(scene.account.id, kUntilResumed, scene.world.audit()));
  if (paused == "the post") {
    must(queue.set_paused({scene.world.delivery(post, "anna").delivery.id}, true, scene.world.audit()));
  }

  scene.world.clock += 6min;
  const auto soon = scene.world.run_flush();
  scene.world.clock += 30min;
  const auto later = scene.world.run_flush();

  CHECK(scene.published() == 1);
  CHECK(scene.texts() == (stored ? kNote : std::vector<std::string>{}));
  CHECK(scene.world.state_of(post, "anna") == (stored ? DeliveryState::sent : DeliveryState::queued));
  const auto kind = stored ? FlushEvent::Kind::found : FlushEvent::Kind::absent;
  CHECK((told(soon.events, kind) || told(later.events, kind)));
  CHECK(later.stopped == (paused == "everything" || paused == "the file STOP"));
  CHECK(scene.world.problems().empty());
}

TEST_CASE("a lost answer to an upload leaves one post with its picture") {
  const auto make = GENERATE(from_range(network_places()));
  const auto lost = GENERATE(from_range(ways_to_lose_an_answer()));
  Scene scene(make());
  INFO(scene.place->platform() << ": " << lost.name);
  const PostId post = scene.world.schedule(kNote, {scene.account}, {scene.world.picture()});
  scene.world.wire.meets(*scene.place, Errand::upload, 1, lost.act);

  CHECK(told(scene.flush_and_tell(), FlushEvent::Kind::not_sent));
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::queued);
  CHECK(scene.published() == 0);
  CHECK(scene.world.mix(scene.account).scheduled == 0);

  scene.world.clock += 2min;
  scene.flush_and_tell();
  check_out(scene, post, kNote, 1);
}

TEST_CASE("two answers lost one behind the other leave every part out once") {
  const auto make = GENERATE(from_range(network_places()));
  const bool first_stored = GENERATE(true, false);
  const bool second_stored = GENERATE(true, false);
  Scene scene(make());
  INFO(scene.place->platform() << ": " << first_stored << second_stored);
  const PostId post = scene.world.schedule(kThread, {scene.account});
  // The second one hits the repeat, or the part behind the one that was found.
  scene.world.wire.meets(*scene.place, Errand::publish, 3, first_stored ? lost_after : lost_before);
  scene.world.wire.meets(*scene.place, Errand::publish, 4, second_stored ? lost_after : lost_before);

  for (int flush = 0; flush < 4; ++flush) {
    scene.flush_and_tell();
    check_no_credit(scene);
    scene.world.clock += 40min;
  }
  check_out(scene, post, kThread);
}

TEST_CASE("while one post is in doubt nothing else goes there until the place was read, and each is out once") {
  const auto make = GENERATE(from_range(network_places()));
  const bool stored = GENERATE(true, false);
  Scene scene(make());
  INFO(scene.place->platform() << ": " << stored);
  const PostId doubtful = scene.world.schedule(kNote, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 1, stored ? lost_after : lost_before);
  scene.flush_and_tell();
  scene.world.clock += 11min;  // the gap between two
  // Nobody can look for it now.
  scene.world.wire.meets(*scene.place, Errand::read, answers(503));
  scene.world.wire.meets(*scene.place, Errand::publish, 1, lost_before);
  const PostId other = scene.world.schedule(kOther, {scene.account});
  const auto told_of = scene.flush_and_tell();
  CHECK(scene.world.state_of(other, "anna") == DeliveryState::queued);
  CHECK(std::any_of(told_of.begin(), told_of.end(), [](const FlushEvent& event) {
    return event.name == "anna" && event.message.find("timeline can't be read") != std::string::npos;
  }));
  // ... and who asks why is told.
  CHECK(must(scene.world.queue().snapshot(scene.account, scene.world.settings.policy,
                                          {scene.world.clock, scene.world.clock}, true, false, scene.world.clock))
            .in_doubt);
  scene.world.wire.mended();

  for (int flush = 0; flush < 3; ++flush) {
    scene.world.clock += 40min;
    scene.flush_and_tell();
  }

  CHECK(scene.world.state_of(doubtful, "anna") == DeliveryState::sent);
  CHECK(scene.world.state_of(other, "anna") == DeliveryState::sent);
  auto out = scene.texts();
  std::sort(out.begin(), out.end());
  std::vector<std::string> wanted{kNote[0], kOther[0]};
  std::sort(wanted.begin(), wanted.end());
  CHECK(out == wanted);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 2);
  CHECK(scene.world.problems().empty());
}

// --- signing in

TEST_CASE("a sign-in that ends within a thread stops it there, and the rest goes on behind a new one") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  const PostId post = scene.world.schedule(kThread, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 3, after([&] { scene.place->end_sign_in(); }));

  const auto report = scene.world.run_flush();

  CHECK(exit_code_of(report) == 3);
  CHECK(scene.texts() == first(kThread, 2));
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::queued);
  CHECK(must(scene.world.queue().account("anna")).sign_in_needed);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
  CHECK(scene.world.problems().empty());
  const int requests = scene.published();
  scene.world.clock += 2h;
  scene.flush_and_tell();
  CHECK(scene.published() == requests);  // nobody knocks at a closed door every five minutes

  scene.place->allow_sign_in();
  scene.world.sign_in_again(*scene.place, "anna");
  scene.flush_and_tell();
  check_out(scene, post, kThread);
}

TEST_CASE("a sign-in that ends between an upload and its post keeps the post, and no picture is lost") {
  const auto make = GENERATE(from_range(network_places()));
  const auto waited = GENERATE(Seconds{10min}, Seconds{30h});
  Scene scene(make());
  INFO(scene.place->platform() << " " << waited.count());
  const PostId post = scene.world.schedule(kNote, {scene.account}, {scene.world.picture()});
  scene.world.wire.meets(*scene.place, Errand::publish, 1, after([&] { scene.place->end_sign_in(); }));

  CHECK(exit_code_of(scene.world.run_flush()) == 3);
  CHECK(scene.texts().empty());
  CHECK(scene.world.mix(scene.account).scheduled == 0);

  scene.world.clock += waited;
  scene.place->drop_uploads();
  scene.place->allow_sign_in();
  scene.world.sign_in_again(*scene.place, "anna");
  scene.flush_and_tell();
  check_out(scene, post, kNote, 1);
}

TEST_CASE("a sign-in that ended before an upload is the account's trouble, not the post's") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  const PostId post = scene.world.schedule(kNote, {scene.account}, {scene.world.picture()});
  scene.world.wire.meets(*scene.place, Errand::upload, 1, after([&] { scene.place->end_sign_in(); }));

  CHECK(exit_code_of(scene.world.run_flush()) == 3);
  CHECK(must(scene.world.queue().account("anna")).sign_in_needed);
  CHECK(scene.world.delivery(post, "anna").delivery.tries == 0);
  for (int day = 0; day < 12; ++day) {
    scene.world.clock += 12h;
    scene.flush_and_tell();
  }
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::queued);

  scene.place->allow_sign_in();
  scene.world.sign_in_again(*scene.place, "anna");
  scene.flush_and_tell();
  check_out(scene, post, kNote, 1);
}

TEST_CASE("a sign-in that ends while a post is in doubt is told, and the post is settled behind a new one") {
  const auto make = GENERATE(from_range(network_places()));
  const bool stored = GENERATE(true, false);
  Scene scene(make());
  INFO(scene.place->platform() << " " << stored);
  const PostId post = scene.world.schedule(kNote, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 1, stored ? lost_after : lost_before);
  scene.flush_and_tell();
  scene.place->end_sign_in();

  scene.world.clock += 30min;
  const auto report = scene.world.run_flush();

  CHECK(exit_code_of(report) == 3);
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::unconfirmed);
  scene.place->allow_sign_in();
  scene.world.sign_in_again(*scene.place, "anna");
  scene.world.clock += 1h;
  scene.flush_and_tell();
  check_out(scene, post, kNote);
}

TEST_CASE("a session that ends by itself is renewed in the same run, within a thread and behind an upload") {
  const auto make = GENERATE(from_range(network_places()));
  const bool picture = GENERATE(true, false);
  const auto count = make()->expiries().size();
  for (std::size_t which = 0; which < count; ++which) {
    Scene scene(make());
    const auto expiry = scene.place->expiries().at(which);
    INFO(scene.place->platform() << ": " << expiry.name << " " << picture);
    const auto media = picture ? std::vector{scene.world.picture()} : std::vector<Media>{};
    const PostId post = scene.world.schedule(kThread, {scene.account}, media);
    scene.world.wire.meets(*scene.place, Errand::publish, picture ? 1 : 3, after(expiry.happens));

    const auto report = scene.world.run_flush();

    CHECK(report.sent == 1);
    CHECK(exit_code_of(report) == 0);
    check_out(scene, post, kThread, picture ? 1 : 0);
  }
}

TEST_CASE("of two processes whose session ended one renews it, and both go on") {
  for (const auto& make : network_places()) {
    const auto place = make();
    if (place->expiries().empty()) continue;
    INFO(place->platform());
    NetworkWorld one;
    NetworkWorld two;
    place->write(kByHand, kNoon - 24h);
    const Account here = one.join(*place, "anna");
    two.share_secrets_with(one);
    const Account there = two.join(*place, "anna");
    const PostId first_post = one.schedule(kNote, {here});
    const PostId second_post = two.schedule(kOther, {there});
    place->expiries().front().happens();
    // Both have met the ended session before either of them renews it.
    std::atomic<int> refused{0};
    std::atomic<int> renewals{0};
    const auto ask = [&](NetworkPlace& at, const HttpRequest& request) {
      auto answer = at.answer(request);
      if (answer && answer->status != 200) ++refused;
      return answer;
    };
    const auto renew = [&](NetworkPlace& at, const HttpRequest& request) {
      if (request.method != "POST") return ask(at, request);
      ++renewals;
      for (int wait = 0; wait < 500 && refused < 2; ++wait) std::this_thread::sleep_for(10ms);
      return at.answer(request);
    };
    for (auto* world : {&one, &two}) {
      world->wire.meets(*place, Errand::publish, ask);
      world->wire.meets(*place, Errand::other, renew);
    }

    Result<FlushReport> second = FlushReport{};
    std::thread other([&] { second = flush(two, two.queue(), {}); });
    const auto report = flush(one, one.queue(), {});
    other.join();

    CHECK(refused == 2);
    CHECK(renewals == 1);
    CHECK(must(report).sent == 1);
    CHECK(must(second).sent == 1);
    CHECK(place->posts().size() == 3);
    CHECK(one.state_of(first_post, "anna") == DeliveryState::sent);
    CHECK(two.state_of(second_post, "anna") == DeliveryState::sent);
    CHECK(one.problems().empty());
    CHECK(two.problems().empty());
    // What was kept is good for the next one.
    one.clock += 1h;
    two.clock += 1h;
    const int asked = renewals;
    one.schedule({"a third one a little later, which says nothing of plans or frost but that it rained"}, {here});
    CHECK(one.run_flush().sent == 1);
    CHECK(renewals == asked);
  }
}

// --- limits

namespace {

struct Limit {
  std::string header;
  std::string value;
  Seconds wait{0};
};

// Sunday noon and five minutes.
std::vector<Limit> ways_to_limit(const NetworkPlace& place) {
  std::vector<Limit> ways{
      {"retry-after", "420", 420s},
      {"retry-after", "Sun, 22 Nov 2026 12:05:00 GMT", 5min},
      {"retry-after", "999999999999", 24h},
      {"retry-after", "-5", 5min},
      {"retry-after", "soon", 5min},
      {"retry-after", "Sun, 22 Nov 2026 11:00:00 GMT", 1s},
      {"", "", 5min},
  };
  for (const auto& own : place.ways_to_say_when(kNoon)) ways.push_back({own.name, own.value, own.wait});
  return ways;
}

Wire::Act limits(const Limit& limit) {
  if (limit.header.empty()) return answers(429);
  return answers(429, {{limit.header, limit.value}});
}

}  // namespace

TEST_CASE("a limit within a thread is waited out as long as it says, and the thread goes on where it was") {
  const auto make = GENERATE(from_range(network_places()));
  const auto count = ways_to_limit(*make()).size();
  for (std::size_t which = 0; which < count; ++which) {
    Scene scene(make());
    const auto limit = ways_to_limit(*scene.place).at(which);
    INFO(scene.place->platform() << ": " << limit.header << ": " << limit.value);
    const PostId post = scene.world.schedule(kThread, {scene.account});
    scene.world.wire.meets(*scene.place, Errand::publish, 3, limits(limit));

    const auto report = scene.world.run_flush();

    CHECK(exit_code_of(report) == 75);
    CHECK(scene.texts() == first(kThread, 2));
    CHECK(scene.world.state_of(post, "anna") == DeliveryState::queued);
    CHECK(scene.world.delivery(post, "anna").delivery.tries == 0);
    CHECK(scene.world.mix(scene.account).by_hand() == 1);
    CHECK(scene.world.mix(scene.account).scheduled == 1);
    CHECK(scene.world.problems().empty());
    CHECK(must(scene.world.queue().account("anna")).limited_until == kNoon + limit.wait);

    // Nothing is asked of it meanwhile, and nothing else goes there.
    const int requests = scene.published();
    const int read = scene.world.wire.count(*scene.place, Errand::read);
    scene.world.clock = kNoon + limit.wait - 1s;
    const PostId behind = scene.world.schedule(kOther, {scene.account});
    scene.flush_and_tell();
    CHECK(scene.published() == requests);
    CHECK(scene.world.wire.count(*scene.place, Errand::read) == read);
    must(scene.world.queue().cancel({scene.world.delivery(behind, "anna").delivery.id}, scene.world.audit()));

    scene.world.clock = kNoon + limit.wait;
    scene.flush_and_tell();
    check_out(scene, post, kThread);
  }
}

TEST_CASE("a limit on uploads is waited out as long as it says, and never makes a post fail") {
  const auto make = GENERATE(from_range(network_places()));
  const auto count = ways_to_limit(*make()).size();
  for (std::size_t which = 0; which < count; ++which) {
    Scene scene(make());
    const auto limit = ways_to_limit(*scene.place).at(which);
    INFO(scene.place->platform() << ": " << limit.header << ": " << limit.value);
    const PostId post = scene.world.schedule(kNote, {scene.account}, {scene.world.picture()});
    scene.world.wire.meets(*scene.place, Errand::upload, 1, limits(limit));

    const auto report = scene.world.run_flush();

    CHECK(exit_code_of(report) == 75);
    CHECK(scene.published() == 0);
    CHECK(scene.world.delivery(post, "anna").delivery.tries == 0);
    CHECK(must(scene.world.queue().account("anna")).limited_until == kNoon + limit.wait);

    const int uploads = scene.world.wire.count(*scene.place, Errand::upload);
    scene.world.clock = kNoon + limit.wait - 1s;
    scene.flush_and_tell();
    CHECK(scene.world.wire.count(*scene.place, Errand::upload) == uploads);

    scene.world.clock = kNoon + limit.wait;
    scene.flush_and_tell();
    check_out(scene, post, kNote, 1);
  }
}

TEST_CASE("a limit on renewing a session is waited out as well") {
  const auto make = GENERATE(from_range(network_places()));
  const bool picture = GENERATE(true, false);
  const auto count = make()->expiries().size();
  for (std::size_t which = 0; which < count; ++which) {
    Scene scene(make());
    const auto expiry = scene.place->expiries().at(which);
    INFO(scene.place->platform() << ": " << expiry.name << " " << picture);
    const auto media = picture ? std::vector{scene.world.picture()} : std::vector<Media>{};
    const PostId post = scene.world.schedule(kNote, {scene.account}, media);
    expiry.happens();
    const auto renewing = [](NetworkPlace& place, const HttpRequest& request) -> HttpResult {
      const bool renews = request.method == "POST" && request.url.find("efreshSession") != std::string::npos;
      const bool opens = request.url.find("createSession") != std::string::npos;
      return renews || opens ? answers(429, {{"retry-after", "900"}})(place, request) : place.answer(request);
    };
    scene.world.wire.meets(*scene.place, Errand::other, renewing);

    CHECK(exit_code_of(scene.world.run_flush()) == 75);
    CHECK(scene.texts().empty());
    CHECK(scene.world.delivery(post, "anna").delivery.tries == 0);
    CHECK(must(scene.world.queue().account("anna")).limited_until == kNoon + 15min);

    scene.world.wire.mended();
    scene.world.clock += 15min;
    scene.flush_and_tell();
    check_out(scene, post, kNote, picture ? 1 : 0);
  }
}

TEST_CASE("a limit while a post is in doubt is waited out, and then it is settled") {
  const auto make = GENERATE(from_range(network_places()));
  const bool stored = GENERATE(true, false);
  Scene scene(make());
  INFO(scene.place->platform() << " " << stored);
  const PostId doubtful = scene.world.schedule(kThread, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 3, stored ? lost_after : lost_before);
  scene.flush_and_tell();
  // Looking for it, sending it again: all of it meets the limit.
  scene.world.wire.meets(*scene.place, Errand::publish, answers(429, {{"retry-after", "3600"}}));
  scene.world.wire.meets(*scene.place, Errand::read, answers(429, {{"retry-after", "3600"}}));
  scene.world.clock += 30min;
  const auto asked = [&] { return scene.published() + scene.world.wire.count(*scene.place, Errand::read); };
  const int before = asked();
  scene.flush_and_tell();
  CHECK(must(scene.world.queue().account("anna")).limited_until == scene.world.clock + 1h);
  CHECK(asked() == before + 1);
  CHECK(scene.world.state_of(doubtful, "anna") == DeliveryState::unconfirmed);
  CHECK(scene.texts() == first(kThread, stored ? 3 : 2));
  const int requests = scene.published();
  scene.world.clock += 50min;
  scene.flush_and_tell();
  CHECK(scene.published() == requests);

  scene.world.wire.mended();
  scene.world.clock += 4h;
  scene.flush_and_tell();
  check_out(scene, doubtful, kThread);
}

TEST_CASE("a limit on one account delays no other") {
  NetworkWorld world;
  std::vector<std::unique_ptr<NetworkPlace>> places;
  std::vector<Account> accounts;
  for (const auto& make : network_places()) {
    places.push_back(make());
    places.back()->write(kByHand, kNoon - 24h);
    accounts.push_back(world.join(*places.back(), places.back()->platform()));
  }
  const PostId post = world.schedule(kThread, accounts);
  world.wire.meets(*places.front(), Errand::publish, 3, answers(429, {{"retry-after", "600"}}));

  CHECK(world.run_flush().sent == static_cast<std::int64_t>(places.size()) - 1);
  CHECK(places.front()->posts().size() == 3);
  for (std::size_t other = 1; other < places.size(); ++other) CHECK(places[other]->posts().size() == 6);

  world.clock += 10min;
  CHECK(world.run_flush().sent == 1);
  for (const auto& place : places) {
    CHECK(place->posts().size() == 6);
    CHECK(world.state_of(post, place->platform()) == DeliveryState::sent);
  }
  CHECK(world.problems().empty());
}
