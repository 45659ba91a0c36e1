// What the timeline of a network shows while postq sends, and what others do there meanwhile: another process, another
// machine, a bridge, the author. No scheduled post earns credit by it, and nothing is sent twice.
#include <postq/core/unpaged.h>
#include <postq/ports/unfinished.h>

#include "app/explain/explain.h"
#include "app/flush/settle_by_hand.h"
#include "app/network_world.h"
#include "app/setup/doctor.h"
#include "app/status/status.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// Two places with one account each on one machine, and a post by hand on both.
struct Pair {
  Pair(const MakePlace& make_from, const MakePlace& make_to) : from(make_from()), to(make_to()) {
    from->write(kByHand, kNoon - 24h);
    to->write(kByHand, kNoon - 24h);
    here = world.join(*from, "here");
    there = world.join(*to, "there");
  }
  std::unique_ptr<NetworkPlace> from;
  std::unique_ptr<NetworkPlace> to;
  NetworkWorld world;
  Account here;
  Account there;
};

std::vector<std::pair<MakePlace, MakePlace>> pairs() {
  std::vector<std::pair<MakePlace, MakePlace>> all;
  const auto places = network_places();
  for (std::size_t from = 0; from < places.size(); ++from) {
    for (std::size_t to = 0; to < places.size(); ++to) {
      if (from != to) all.emplace_back(places[from], places[to]);
    }
  }
  return all;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

// --- another process

TEST_CASE("an own post that another process reads before its receipt is there earns no credit") {
  const auto make = GENERATE(from_range(network_places()));
  const int nth = GENERATE(1, 3, 5);
  const bool lost = GENERATE(false, true);
  Scene scene(make());
  INFO(scene.place->platform() << ", part " << nth << (lost ? ", the answer lost" : ""));
  const PostId post = scene.world.schedule(kThread, {scene.account});
  const auto other = scene.world.open_another();
  std::optional<MixCount> meanwhile;
  scene.world.wire.meets(*scene.place, Errand::publish, nth, [&](NetworkPlace& place, const HttpRequest& request) {
    auto answer = place.answer(request);
    const auto read = read_timelines(scene.world, *other, {scene.account}, [](const TimelineRead&) {});
    const auto seen = other->snapshot(scene.account, {}, {}, true, false, scene.world.clock);
    if (read && seen) meanwhile = seen->mix;
    return lost ? broken_connection() : std::move(answer);
  });

  scene.world.run_flush();

  REQUIRE(meanwhile);
  CHECK(meanwhile->by_hand() == 1);
  CHECK(meanwhile->scheduled >= 1);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  scene.world.clock += 10min;
  scene.world.run_flush();
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
  scene.world.sync(scene.account);
  CHECK(scene.texts() == kThread);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("an own post by hand that another process reads before its receipt counts once") {
  const auto make = GENERATE(from_range(network_places()));
  const bool lost = GENERATE(false, true);
  Scene scene(make());
  INFO(scene.place->platform() << (lost ? ", the answer lost" : ""));
  const PostId post = scene.world.schedule(kNote, {scene.account}, {}, Origin::hand_written);
  const auto other = scene.world.open_another();
  std::optional<MixCount> meanwhile;
  scene.world.wire.meets(*scene.place, Errand::publish, 1, [&](NetworkPlace& place, const HttpRequest& request) {
    auto answer = place.answer(request);
    const auto read = read_timelines(scene.world, *other, {scene.account}, [](const TimelineRead&) {});
    const auto seen = other->snapshot(scene.account, {}, {}, true, false, scene.world.clock);
    if (read && seen) meanwhile = seen->mix;
    return lost ? broken_connection() : std::move(answer);
  });

  FlushOptions now;
  now.only = scene.world.delivery(post, "anna").delivery.id;
  now.past_pause = true;
  const auto sent = must(flush(scene.world, scene.world.queue(), now));
  for (const auto& event : sent.events) UNSCOPED_INFO(event.name << ": " << event.message);

  REQUIRE(meanwhile);
  CHECK(meanwhile->by_hand() <= 2);
  scene.world.clock += 10min;
  scene.world.run_flush();
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
  scene.world.sync(scene.account);
  CHECK(scene.texts() == kNote);
  CHECK(scene.world.mix(scene.account).by_hand() == 2);
  CHECK(scene.world.mix(scene.account).scheduled == 0);
  CHECK(scene.world.problems().empty());
}

// --- another machine

TEST_CASE("what another machine's postq schedules on the account counts as scheduled here as well") {
  const auto make = GENERATE(from_range(network_places()));
  const auto place = make();
  INFO(place->platform());
  place->write(kByHand, kNoon - 24h);
  NetworkWorld one;
  NetworkWorld two;
  const Account here = one.join(*place, "anna");
  const Account there = two.join(*place, "anna-too");
  two.schedule(kThread, {there});
  CHECK(two.run_flush().sent == 1);
  one.clock += 11min;
  one.sync(here);
  CHECK(one.mix(here).by_hand() == 1);
  CHECK(one.mix(here).scheduled == 1);

  one.schedule(kNote, {here});
  CHECK(one.run_flush().sent == 1);
  one.clock += 11min;
  one.schedule(kOther, {here});
  CHECK(one.run_flush().sent == 1);
  one.clock += 11min;
  // One by hand, and three went out: from which machine doesn't matter.
  one.schedule({"a fourth one a little later, which says nothing of plans or frost but that it rained"}, {here});
  two.clock = one.clock;
  two.schedule({"a fifth one from the other machine, about the cat that sleeps in the seed drawer"}, {there});
  CHECK(told(one.run_flush().events, FlushEvent::Kind::held));
  CHECK(told(two.run_flush().events, FlushEvent::Kind::held));

  CHECK(place->posts().size() == 1 + 5 + 2);
  CHECK(two.mix(there).by_hand() == 1);
  CHECK(two.mix(there).scheduled == 3);
  CHECK(one.problems().empty());
  CHECK(two.problems().empty());
}

TEST_CASE("an attempt in doubt is never settled by the post of another machine") {
  // With one longer word in common nobody could tell, since both come from a postq.
  const std::vector<std::string> kUnlike{"walked along the river this morning and saw three herons in the water"};
  const auto make = GENERATE(from_range(network_places()));
  const bool stored = GENERATE(true, false);
  const bool alike = GENERATE(true, false);
  const auto place = make();
  INFO(place->platform() << (stored ? ", stored" : "") << (alike ? ", alike" : ""));
  place->write(kByHand, kNoon - 24h);
  NetworkWorld one;
  NetworkWorld two;
  const Account here = one.join(*place, "anna");
  const Account there = two.join(*place, "anna-too");
  const PostId doubtful = one.schedule(kNote, {here});
  one.wire.meets(*place, Errand::publish, 1, stored ? lost_after : lost_before);
  CHECK(told(one.run_flush().events, FlushEvent::Kind::unconfirmed));
  two.clock += 1min;
  const PostId others = two.schedule(alike ? std::vector{kNote[0] + " today"} : kUnlike, {there});
  // The two are nearly the same, or they are too close behind each other: their owner asked for it.
  two.settings.policy.min_gap = Seconds{0};
  CHECK(two.run_flush().sent == 1);

  for (int flush = 0; flush < 3; ++flush) {
    one.clock += 20min;
    one.run_flush();
    CHECK(one.mix(here).by_hand() == 1);
  }

  const auto detail = one.delivery(doubtful, "anna");
  const auto theirs = two.delivery(others, "anna-too").parts.front().receipt->remote_id;
  const auto times = [&](const std::string& text) {
    const auto posts = place->posts();
    return std::count_if(posts.begin(), posts.end(), [&](const auto& post) { return post.text == text; });
  };
  CHECK(times(kNote[0]) <= 1);
  CHECK(place->posts().size() <= 3);
  if (detail.delivery.state == DeliveryState::sent) {
    CHECK(times(kNote[0]) == 1);
    CHECK(detail.parts.front().receipt->remote_id != theirs);
  } else {
    // Nearly the same words, and nobody can tell: a person is asked.
    CHECK(detail.delivery.state == DeliveryState::unconfirmed);
    CHECK(alike);
    CHECK_FALSE(stored);
  }
  CHECK(one.problems().empty());
  CHECK(two.problems().empty());
}

// --- a bridge

TEST_CASE("what a bridge copies from a scheduled post earns no credit where it arrives") {
  const auto pair = GENERATE(from_range(pairs()));
  const auto late = GENERATE(Seconds{1min}, Seconds{20h});
  Pair both(pair.first, pair.second);
  INFO(both.from->platform() << " to " << both.to->platform());
  both.world.schedule(kThread, {both.here});
  CHECK(both.world.run_flush().sent == 1);
  both.world.clock += late;
  for (const auto& text : kThread) {
    both.to->write(text + " https://bridge.example/anna/1", both.world.clock);
    both.world.clock += 1s;
  }

  both.world.sync(both.there);
  both.world.sync(both.here);

  CHECK(both.world.mix(both.there).by_hand() == 1);
  CHECK(both.world.mix(both.here).by_hand() == 1);
  CHECK(both.world.mix(both.here).scheduled == 1);
  CHECK(both.world.problems().empty());
}

TEST_CASE("what a bridge copies while the post itself is in doubt earns no credit either, also when it is settled") {
  const auto pair = GENERATE(from_range(pairs()));
  Pair both(pair.first, pair.second);
  INFO(both.from->platform() << " to " << both.to->platform());
  const PostId post = both.world.schedule(kNote, {both.here});
  both.world.wire.meets(*both.from, Errand::publish, 1, lost_after);
  both.world.run_flush();
  both.world.clock += 1min;
  both.to->write(kNote[0] + " (bridged)", both.world.clock);

  both.world.sync(both.there);
  CHECK(both.world.mix(both.there).by_hand() == 1);
  both.world.clock += 30min;
  both.world.run_flush();
  both.world.sync(both.there);

  CHECK(both.world.state_of(post, "here") == DeliveryState::sent);
  CHECK(both.world.mix(both.there).by_hand() == 1);
  CHECK(both.world.mix(both.there).scheduled == 1);
  CHECK(both.from->posts().size() == 2);
  CHECK(both.world.problems().empty());
}

TEST_CASE("a post that goes to both ends of a bridge is out once from postq on each, and earns nothing") {
  const auto pair = GENERATE(from_range(pairs()));
  Pair both(pair.first, pair.second);
  INFO(both.from->platform() << " to " << both.to->platform());
  const PostId post = both.world.schedule(kNote, {both.here, both.there});
  CHECK(both.world.run_flush().sent == 2);
  both.world.clock += 1min;
  both.from->write(kNote[0] + " (bridged)", both.world.clock);
  both.to->write(kNote[0] + " (bridged)", both.world.clock);

  both.world.clock += 1h;
  both.world.sync(both.here);
  both.world.sync(both.there);
  CHECK(both.world.run_flush().events.empty());

  for (const auto* name : {"here", "there"}) CHECK(both.world.state_of(post, name) == DeliveryState::sent);
  for (const auto& account : {both.here, both.there}) CHECK(both.world.mix(account).by_hand() == 1);
  CHECK(both.from->posts().size() == 3);
  CHECK(both.to->posts().size() == 3);
  CHECK(both.world.problems().empty());
}

TEST_CASE("what a bridge copies from another machine's scheduled post earns no credit, whichever end is read first") {
  const auto pair = GENERATE(from_range(pairs()));
  const bool source_first = GENERATE(true, false);
  Pair both(pair.first, pair.second);
  INFO(both.from->platform() << " to " << both.to->platform() << (source_first ? ", in order" : ", the copy first"));
  NetworkWorld other;
  other.schedule(kThread, {other.join(*both.from, "here-too")});
  CHECK(other.run_flush().sent == 1);
  both.world.clock += 1min;
  for (const auto& text : kThread) {
    both.to->write(text + " https://bridge.example/anna/1", both.world.clock);
    both.world.clock += 1s;
  }

  both.world.sync(source_first ? both.here : both.there);
  both.world.sync(source_first ? both.there : both.here);

  CHECK(both.world.mix(both.there).by_hand() == 1);
  CHECK(both.world.mix(both.here).by_hand() == 1);
  CHECK(both.world.mix(both.here).scheduled == 1);
  CHECK(both.world.problems().empty());
}

// --- the author

TEST_CASE("what is deleted by hand earns nothing any more, and a scheduled post that is deleted is not sent again") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  const PostId post = scene.world.schedule(kThread, {scene.account});
  CHECK(scene.world.run_flush().sent == 1);
  scene.world.clock += 10min;
  for (const auto& one : scene.place->posts()) scene.place->remove(one.id);

  scene.world.clock += 26h;
  CHECK(scene.world.sync(scene.account).change.deleted > 0);
  scene.world.schedule(kNote, {scene.account});
  CHECK(told(scene.world.run_flush().events, FlushEvent::Kind::held));

  CHECK(scene.place->posts().empty());
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
  CHECK(scene.world.mix(scene.account).by_hand() == 0);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("an edit in an app makes nothing that was scheduled a post by hand") {
  const auto make = GENERATE(from_range(network_places()));
  const bool seen_before = GENERATE(true, false);
  Scene scene(make());
  INFO(scene.place->platform() << seen_before);
  scene.world.schedule(kThread, {scene.account});
  CHECK(scene.world.run_flush().sent == 1);
  if (seen_before) scene.world.sync(scene.account);
  scene.world.clock += 10min;
  for (const auto& one : scene.place->posts()) {
    scene.place->edit(one.id, "quite other words than before, about a walk in the woods and " + one.text.substr(0, 3));
  }

  for (int day = 0; day < 3; ++day) {
    scene.world.sync(scene.account);
    CHECK(scene.world.run_flush().events.empty());
    CHECK(scene.world.mix(scene.account).by_hand() == 1);
    CHECK(scene.world.mix(scene.account).scheduled == 1);
    scene.world.clock += 25h;
  }
  CHECK(scene.place->posts().size() == 6);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("a post in doubt that its author edits before anybody looked for it is found, and not sent again") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  const PostId post = scene.world.schedule(kNote, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 1, lost_after);
  scene.world.run_flush();
  scene.world.clock += 1min;
  scene.place->edit(scene.place->posts().back().id,
                    "on second thought there is nothing to tell today but that the kettle is on");

  for (int flush = 0; flush < 6; ++flush) {
    scene.world.clock += 30min;
    scene.world.run_flush();
    CHECK(scene.world.mix(scene.account).by_hand() == 1);
    CHECK(scene.world.mix(scene.account).scheduled >= 1);
  }

  CHECK(scene.place->posts().size() == 2);
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("a post in doubt that its author deletes once a timeline has shown it is not sent again") {
  const auto make = GENERATE(from_range(network_places()));
  const bool in_thread = GENERATE(false, true);
  const bool deletion_seen = GENERATE(true, false);
  Scene scene(make());
  INFO(scene.place->platform() << (in_thread ? ", a part" : "") << (deletion_seen ? "" : ", the deletion not seen"));
  const PostId post = scene.world.schedule(in_thread ? kThread : kNote, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, in_thread ? 3 : 1, lost_after);
  scene.world.run_flush();
  REQUIRE(scene.texts().size() == (in_thread ? 3 : 1));
  scene.world.clock += 3min;
  scene.world.sync(scene.account);
  scene.place->remove(scene.place->posts().back().id);
  scene.world.clock += 26h;
  if (deletion_seen) CHECK(scene.world.sync(scene.account).change.deleted == 1);
  const int published = scene.published();

  CHECK(exit_code_of(scene.world.run_flush()) == 8);
  scene.world.clock += 12h;
  CHECK(exit_code_of(scene.world.run_flush()) == 0);
  for (int flush = 0; flush < 4; ++flush) {
    scene.world.clock += 12h;
    scene.world.run_flush();
  }

  CHECK(scene.published() == published);
  CHECK(scene.texts().size() == (in_thread ? 2 : 0));
  const auto detail = scene.world.delivery(post, "anna");
  CHECK(detail.delivery.state == DeliveryState::unconfirmed);
  CHECK(holds(detail.attempts.back().detail, "it was on anna's timeline, and is gone"));
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.problems().empty());
  // Only a person can tell.
  must(resolve_by_hand(scene.world, scene.world.queue(), std::to_string(number(post)), false, ""));
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::queued);
}

TEST_CASE("a thread whose last part was deleted meanwhile repeats none of its parts") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  const PostId post = scene.world.schedule(kThread, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::publish, 3, answers(429, {{"retry-after", "600"}}));
  scene.world.run_flush();
  REQUIRE(scene.texts().size() == 2);
  scene.place->remove(scene.place->posts().back().id);

  scene.world.clock += 10min;
  scene.world.run_flush();

  // Where the server still takes answers to it the thread goes on; else a person is told.
  const auto state = scene.world.state_of(post, "anna");
  CHECK((state == DeliveryState::sent || state == DeliveryState::failed));
  auto texts = scene.texts();
  CHECK(std::count(texts.begin(), texts.end(), kThread[0]) == 1);
  CHECK(std::count(texts.begin(), texts.end(), kThread[1]) == 0);
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 1);
  CHECK(scene.world.problems().empty());
}

// --- a timeline that can't be read

namespace {

struct Outage {
  const char* name;
  Wire::Act act;
};

std::vector<Outage> outages() {
  return {
      {"no connection", [](NetworkPlace&, const HttpRequest&) { return not_connected(); }},
      {"no answer", lost_before},
      {"503", answers(503)},
      {"429", answers(429)},
      {"a web page", [](NetworkPlace&, const HttpRequest&) { return NetworkPlace::nonsense(); }},
      {"half an answer",
       [](NetworkPlace& place, const HttpRequest& request) {
         auto answer = place.answer(request);
         if (answer) answer->body.resize(answer->body.size() / 2);
         return answer;
       }},
  };
}

}  // namespace

TEST_CASE("a timeline that can't be read is trusted for a day, then scheduled posts wait, and it ends by itself") {
  const auto make = GENERATE(from_range(network_places()));
  const auto outage = GENERATE(from_range(outages()));
  Scene scene(make());
  INFO(scene.place->platform() << ": " << outage.name);
  scene.world.wire.meets(*scene.place, Errand::read, outage.act);

  // What was read last is good for a day, as long as flush runs, and it is told once.
  scene.world.clock += 23h;
  must(scene.world.state())->write_mark("last-flush", unix_seconds(scene.world.clock - 5min));
  const PostId trusted = scene.world.schedule(kNote, {scene.account});
  const auto first = scene.world.run_flush();
  CHECK(first.sent == 1);
  CHECK(told(first.events, FlushEvent::Kind::account));
  CHECK(exit_code_of(first) == 75);
  CHECK(scene.world.state_of(trusted, "anna") == DeliveryState::sent);

  // Then nobody knows the mix: what is scheduled waits, and flush, status and why say for what.
  scene.world.clock += 2h;
  const PostId held = scene.world.schedule(kOther, {scene.account});
  const auto second = scene.world.run_flush();
  CHECK(second.sent == 0);
  for (const auto& event : second.events) {
    if (event.kind == FlushEvent::Kind::account) CHECK_FALSE(event.news);
    if (event.kind == FlushEvent::Kind::held) CHECK(holds(event.message, "anna's timeline could not be read since"));
  }
  CHECK(told(second.events, FlushEvent::Kind::held));
  const auto status = must(read_status(scene.world, scene.world.queue())).accounts.at(0);
  CHECK(status.held);
  CHECK(status.stale);
  CHECK(status.unreadable_since == kNoon + 23h);
  CHECK(status.scheduled_post_now == "HELD: its timeline can't be read");
  const auto detail = must(scene.world.queue().post(held));
  const auto why = must(explain(scene.world, scene.world.queue(), detail, detail.deliveries.front()));
  CHECK(why.rule == "ratio");
  CHECK(holds(why.facts.at(0).second, "anna's timeline could not be read since"));
  REQUIRE_FALSE(why.remedies.empty());
  CHECK(why.remedies.front().command == "postq sync anna");
  CHECK(scene.world.mix(scene.account).by_hand() == 1);
  CHECK(scene.world.mix(scene.account).scheduled == 1);

  // A person who is there isn't held by it.
  const PostId by_hand = scene.world.schedule({"it rains, and the dog doesn't want to go out at all this morning"},
                                              {scene.account}, {}, Origin::hand_written);
  FlushOptions now;
  now.only = scene.world.delivery(by_hand, "anna").delivery.id;
  now.past_pause = true;
  CHECK(must(flush(scene.world, scene.world.queue(), now)).sent == 1);

  scene.world.wire.mended();
  scene.world.clock += 5h;
  const auto third = scene.world.run_flush();
  CHECK(third.sent == 1);
  CHECK(exit_code_of(third) == 0);
  CHECK(scene.world.state_of(held, "anna") == DeliveryState::sent);
  CHECK_FALSE(must(read_status(scene.world, scene.world.queue())).accounts.at(0).unreadable_since);
  scene.world.sync(scene.account);
  CHECK(scene.world.mix(scene.account).by_hand() == 2);
  CHECK(scene.world.mix(scene.account).scheduled == 2);
  CHECK(scene.place->posts().size() == 4);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("a server that wants its timeline left alone is asked again when it said, and not before") {
  const auto make = GENERATE(from_range(network_places()));
  const int status = GENERATE(429, 503);
  std::vector<NetworkPlace::WayToSayWhen> ways{{"retry-after", "600", 10min}};
  if (status == 429) {
    for (const auto& own : make()->ways_to_say_when(kNoon)) ways.push_back(own);
  }
  for (const auto& way : ways) {
    Scene scene(make());
    INFO(scene.place->platform() << ": " << status << " " << way.name << ": " << way.value);
    const auto limit = [&] { return must(scene.world.queue().account("anna")).limited_until; };
    scene.world.wire.meets(*scene.place, Errand::read, answers(status, {{way.name, way.value}}));
    const PostId post = scene.world.schedule(kNote, {scene.account});

    const auto report = scene.world.run_flush();
    CHECK(told(report.events, FlushEvent::Kind::account));
    CHECK(exit_code_of(report) == 75);
    CHECK(limit() == kNoon + way.wait);

    const int read = scene.world.wire.count(*scene.place, Errand::read);
    scene.world.clock = kNoon + way.wait - 1s;
    scene.world.run_flush();
    const auto by_hand = read_timeline(scene.world, scene.world.queue(), must(scene.world.queue().account("anna")));
    REQUIRE_FALSE(by_hand);
    CHECK(by_hand.error().kind == ErrorKind::try_later);
    CHECK(scene.world.wire.count(*scene.place, Errand::read) == read);
    CHECK(scene.published() == 0);

    scene.world.wire.mended();
    scene.world.clock = kNoon + way.wait;
    CHECK(scene.world.run_flush().sent == 1);
    CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
    CHECK(scene.world.problems().empty());
  }
}

TEST_CASE("what was written by hand during an outage counts afterwards, and what was deleted doesn't") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  const auto there = scene.place->posts();
  scene.world.wire.meets(*scene.place, Errand::read, answers(503));
  for (int day = 0; day < 3; ++day) {
    scene.world.clock += 24h;
    scene.world.schedule({"day " + std::to_string(day) + " of those on which nobody could read what was posted"},
                         {scene.account});
    scene.world.run_flush();
    scene.place->write(kOther[0] + ", day " + std::to_string(day), scene.world.clock);
  }
  for (const auto& one : there) scene.place->remove(one.id);

  scene.world.wire.mended();
  scene.world.clock += 1h;
  scene.world.run_flush();
  scene.world.sync(scene.account);

  CHECK(scene.world.mix(scene.account).by_hand() == 3);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("an account that counts as unreadable by its platform alone is not one that can't be read today") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  // `unreadable` is about accounts that can never be read: it neither holds these nor lets them go.
  scene.world.settings.policy.unreadable = GENERATE(Unreadable::own, Unreadable::hold);
  const PostId post = scene.world.schedule(kNote, {scene.account});
  scene.world.wire.meets(*scene.place, Errand::read, answers(503));
  CHECK(scene.world.run_flush().sent == 1);
  CHECK(scene.world.state_of(post, "anna") == DeliveryState::sent);
  scene.world.clock += 25h;
  scene.world.schedule(kOther, {scene.account});
  CHECK(scene.world.run_flush().sent == 0);
  CHECK(scene.published() == 1);
}

// --- how far it can be read

namespace {

// Its newest page, whatever it is asked for.
HttpResult first_page(NetworkPlace& place, const HttpRequest& request) {
  HttpRequest first = request;
  for (const std::string name : {"&max_id=", "&cursor="}) {
    const std::size_t at = first.url.find(name);
    if (at != std::string::npos) first.url.erase(at, first.url.find('&', at + 1) - at);
  }
  return place.answer(first);
}

// A day of posts by hand, more than a page of them.
void write_many(NetworkPlace& place) {
  for (int i = 0; i < 130; ++i) {
    place.write("a walk along the river, number " + std::to_string(i), kNoon - 23h + i * 10min);
  }
}

Finding finding_of(World& world, const std::string& subject) {
  for (auto& finding : examine(world, {})) {
    if (finding.subject == subject) return finding;
  }
  return {Health::problem, subject, "NOT LOOKED AT", {}};
}

}  // namespace

TEST_CASE("on a server that shows its newest page only scheduled posts go out, on the count of that page") {
  const auto make = GENERATE(from_range(network_places()));
  const auto place = make();
  INFO(place->platform());
  write_many(*place);
  NetworkWorld world;
  world.wire.meets(*place, Errand::read, first_page);
  const Account account = world.join(*place, "anna");
  CHECK(world.mix(account).by_hand() >= 40);
  CHECK(world.mix(account).by_hand() < 130);
  const PostId post = world.schedule(kNote, {account});

  CHECK(holds(must(say_mix(world, world.queue(), account)), "newest posts only"));
  const auto status = must(read_status(world, world.queue())).accounts.front();
  CHECK(status.counted);
  CHECK(status.scheduled_post_now.starts_with("may go"));
  CHECK(must(explain_account(world, world.queue(), account)).standing == "open");
  const auto finding = finding_of(world, "anna");
  CHECK(finding.health == Health::ok);
  CHECK(holds(finding.text, "newest posts only"));
  CHECK(world.run_flush().sent == 1);
  CHECK(world.state_of(post, "anna") == DeliveryState::sent);
}

TEST_CASE("when a server stops paging, what was read before is not deleted, nor what its page leaves out later") {
  const auto make = GENERATE(from_range(network_places()));
  const auto place = make();
  INFO(place->platform());
  write_many(*place);
  NetworkWorld world;
  const Account account = world.join(*place, "anna");
  CHECK(world.mix(account).by_hand() == 130);
  world.wire.meets(*place, Errand::read, first_page);
  world.clock += 25h;  // everything is read again

  CHECK(world.sync(account).change.deleted == 0);
  CHECK(world.mix(account).by_hand() == 130);
  CHECK(must(world.queue().timeline_known(account.id)).cursor == kUnpagedCursor);
  place->remove(place->posts().back().id);
  world.clock += 1h;
  CHECK(world.sync(account).change.deleted == 0);

  world.wire.mended();
  world.clock += 25h;
  CHECK(world.sync(account).change.deleted == 1);
  CHECK(must(world.queue().timeline_known(account.id)).cursor != kUnpagedCursor);
}

TEST_CASE("a timeline that isn't read back far enough holds, and everybody who is asked says so") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  auto& world = scene.world;
  const PostId post = world.schedule(kNote, {scene.account});
  // The last reading and this one have a gap between them.
  world.clock += 24h * 3;
  TimelineReading part;
  part.complete = {world.clock - 24h, world.clock};
  must(world.queue().store_timeline(scene.account.id, part, world.audit()));
  const std::string doubt = "anna's timeline could not be read over 14 days yet, so nobody knows the mix";

  CHECK(holds(must(say_mix(world, world.queue(), scene.account)), "HELD, nothing scheduled goes out: " + doubt));
  const auto status = must(read_status(world, world.queue())).accounts.front();
  CHECK(status.held);
  CHECK(status.scheduled_post_now == "HELD: its timeline is not read whole yet");
  CHECK(must(explain_account(world, world.queue(), scene.account)).rule == "ratio");
  const auto finding = finding_of(world, "anna");
  CHECK(finding.health == Health::warn);
  CHECK(finding.text == "HELD, nothing scheduled goes out: " + doubt);
  CHECK(world.state_of(post, "anna") == DeliveryState::queued);
}

TEST_CASE("a walk that is cut off goes on where it was at the next flush, and only its end finds what was deleted") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  constexpr int kPosts = 230;
  std::vector<std::string> ids;
  for (int n = 0; n < kPosts; ++n) {
    ids.push_back(scene.place->write("by hand, number " + std::to_string(n), scene.world.clock - 90min - n * 1h));
  }
  scene.world.clock += 25h;  // everything is walked again, once a day
  const auto count = [&] {
    return must(scene.world.queue().timeline_count(scene.account.id, scene.world.clock - 24h * 14)).posts;
  };
  const auto known = [&] { return must(scene.world.queue().timeline_known(scene.account.id)); };
  scene.world.sync(scene.account);
  REQUIRE(count() == kPosts + 1);

  // A day later everything is walked again, two pages at a time.
  scene.world.clock += 25h;
  scene.place->remove(ids[150]);
  int pages = 0;
  scene.world.wire.meets(*scene.place, Errand::read, [&pages](NetworkPlace& place, const HttpRequest& request) {
    const bool is_list = request.url.find("/statuses?limit") != std::string::npos ||
                         request.url.find("listRecords") != std::string::npos;
    return is_list && ++pages > 2 ? broken_connection() : place.answer(request);
  });
  scene.world.sync(scene.account);
  CHECK(is_unfinished(known().cursor));
  CHECK(count() == kPosts + 1);
  for (int n = 0; n < 8 && is_unfinished(known().cursor); ++n) {
    CHECK(count() == kPosts + 1);
    scene.world.clock += 5min;
    pages = 0;
    scene.world.sync(scene.account);
  }

  CHECK_FALSE(is_unfinished(known().cursor));
  CHECK(count() == kPosts);
  CHECK(known().complete->from <= scene.world.clock - 24h * 14);
}
