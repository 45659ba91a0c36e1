// Taking back what is out: nothing is called deleted that isn't.
#include <atomic>
#include <thread>

#include "app/explain/explain.h"
#include "app/flush/settle_by_hand.h"
#include "app/network_world.h"
#include "app/status/status.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

bool concerns(const HttpRequest& request, const std::string& id) {
  const std::string last = id.substr(id.rfind('/') + 1);
  return (request.url + request.body).find(last) != std::string::npos;
}

Status take_back(Scene& scene, PostId post) {
  return must(retract(scene.world, scene.world.queue(), {scene.world.delivery(post, "anna")})).front().status;
}

}  // namespace

TEST_CASE("a thread of which the server keeps one part is not called deleted, and goes with the next try") {
  const auto make = GENERATE(from_range(network_places()));
  const int status = GENERATE(200, 404, 410, 500);
  Scene scene(make());
  INFO(scene.place->platform() << " " << status);
  const PostId post = scene.world.schedule(kThread, {scene.account});
  scene.flush_and_tell();
  REQUIRE(scene.texts() == kThread);
  const auto third = scene.world.delivery(post, "anna").parts.at(2).receipt.value();
  scene.world.wire.meets(*scene.place, Errand::remove, [&](NetworkPlace& place, const HttpRequest& request) {
    return concerns(request, third.remote_id) ? HttpResult(HttpAnswer{status, {}, "{}"}) : place.answer(request);
  });

  const Status kept = take_back(scene, post);

  REQUIRE_FALSE(kept);
  CHECK(kept.error().kind == ErrorKind::platform);
  CHECK(kept.error().message.find("part 3") != std::string::npos);
  CHECK(kept.error().message.find("part 2") == std::string::npos);
  CHECK(kept.error().hint.find(third.url) != std::string::npos);
  CHECK(scene.texts() == std::vector{kThread[2]});
  CHECK_FALSE(scene.world.delivery(post, "anna").delivery.retracted_at);

  scene.world.wire.mended();
  CHECK(take_back(scene, post));
  CHECK(scene.texts().empty());
  CHECK(scene.world.delivery(post, "anna").delivery.retracted_at);
  CHECK(scene.world.problems().empty());
}

TEST_CASE("what was deleted and answered with an error is gone, and what nobody can see is in doubt") {
  for (const auto& make : network_places()) {
    Scene scene(make());
    INFO(scene.place->platform());
    const PostId first = scene.world.schedule(kNote, {scene.account});
    scene.flush_and_tell();
    scene.world.wire.meets(*scene.place, Errand::remove, 1, lost_after);
    CHECK(take_back(scene, first));
    CHECK(scene.texts().empty());
    scene.world.wire.mended();

    scene.world.clock += 1h;
    const PostId second = scene.world.schedule(kOther, {scene.account});
    scene.flush_and_tell();
    REQUIRE(scene.texts() == kOther);
    for (const auto errand : {Errand::remove, Errand::read, Errand::other}) {
      scene.world.wire.meets(*scene.place, errand, answers(404));
    }
    const Status unseen = take_back(scene, second);
    REQUIRE_FALSE(unseen);
    CHECK(unseen.error().kind == ErrorKind::unknown);
    CHECK_FALSE(scene.world.delivery(second, "anna").delivery.retracted_at);
  }
}

TEST_CASE("what could not be taken back stays in the record, in why and in status until it is gone") {
  Scene scene(network_places().front()());
  auto& world = scene.world;
  const PostId post = world.schedule(kNote, {scene.account});
  scene.flush_and_tell();
  world.wire.meets(*scene.place, Errand::remove, answers(403));

  REQUIRE_FALSE(take_back(scene, post));

  const auto id = world.delivery(post, "anna").delivery.id;
  CHECK(must(world.queue().events(post, 1)).front().kind == kNotRetracted);
  REQUIRE(must(not_taken_back(world, world.queue())).size() == 1);
  CHECK(must(not_taken_back(world, world.queue())).front().id == id);
  CHECK(must(read_status(world, world.queue())).not_taken_back.size() == 1);
  const auto why = must(explain(world, world.queue(), must(world.queue().post(post)), world.delivery(post, "anna")));
  CHECK(std::any_of(why.facts.begin(), why.facts.end(), [](const auto& fact) { return fact.first == "Not deleted"; }));

  world.wire.mended();
  CHECK(take_back(scene, post));
  CHECK(must(not_taken_back(world, world.queue())).empty());
  CHECK(world.problems().empty());
}

TEST_CASE("an interruption ends taking back: what was not tried is named and stays") {
  Scene scene(network_places().front()());
  auto& world = scene.world;
  const PostId first = world.schedule(kNote, {scene.account});
  scene.flush_and_tell();
  world.clock += 1h;
  const PostId second = world.schedule(kOther, {scene.account});
  scene.flush_and_tell();
  REQUIRE(scene.texts().size() == 2);
  std::vector<std::string> told;
  RetractWatch watch;
  watch.on_end = [&](const Retracted& entry) {
    told.push_back(entry.name);
    world.stopped_by_signal = true;
  };

  const auto done =
      must(retract(world, world.queue(), {world.delivery(first, "anna"), world.delivery(second, "anna")}, watch));

  REQUIRE(done.size() == 2);
  CHECK(done[0].status);
  REQUIRE_FALSE(done[1].status);
  CHECK(done[1].status.error().kind == ErrorKind::interrupted);
  CHECK(told.size() == 2);
  CHECK(scene.texts() == kOther);
}

TEST_CASE("a slow server holds up no other account when posts are taken back") {
  Scene slow(network_places().front()());
  auto& world = slow.world;
  const auto place = network_places().back()();
  const auto other = world.join(*place, "berta");
  place->write(kByHand, world.clock - 24h);
  must(read_own_timeline(world, world.queue(), other));
  const PostId post = world.schedule(kNote, {slow.account, other});
  slow.flush_and_tell();
  std::atomic<bool> other_is_gone = false;
  // The first one answers only once the second is done.
  world.wire.meets(*slow.place, Errand::remove, 1, [&](NetworkPlace& at, const HttpRequest& request) {
    for (int i = 0; i < 500 && !other_is_gone; ++i) std::this_thread::sleep_for(10ms);
    return at.answer(request);
  });
  RetractWatch watch;
  std::vector<std::string> order;
  watch.on_end = [&](const Retracted& entry) {
    order.push_back(entry.name);
    other_is_gone = true;
  };

  must(retract(world, world.queue(), {world.delivery(post, "anna"), world.delivery(post, "berta")}, watch));

  const auto id = std::to_string(number(post));
  CHECK(order == std::vector{id + "@berta", id + "@anna"});
}

TEST_CASE("a thread of which a part is in doubt is not called taken back once its known parts are gone") {
  const auto make = GENERATE(from_range(network_places()));
  Scene scene(make());
  INFO(scene.place->platform());
  auto& world = scene.world;
  world.wire.meets(*scene.place, Errand::publish, 2, lost_after);
  const PostId post = world.schedule(kThread, {scene.account});
  world.run_flush();
  REQUIRE(world.delivery(post, "anna").delivery.state == DeliveryState::unconfirmed);

  const Status known = take_back(scene, post);

  REQUIRE_FALSE(known);
  CHECK(known.error().kind == ErrorKind::unknown);
  CHECK(known.error().message.find("may be public") != std::string::npos);
  const auto delivery = world.delivery(post, "anna").delivery;
  CHECK(delivery.state == DeliveryState::unconfirmed);
  CHECK_FALSE(delivery.retracted_at);
  CHECK(delivery.paused);
  CHECK(scene.texts() == std::vector{kThread[1]});
}
