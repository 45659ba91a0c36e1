// Taking back what is out: nothing is called deleted that isn't.
#include "app/network_world.h"
#include "app/settle_by_hand.h"

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
