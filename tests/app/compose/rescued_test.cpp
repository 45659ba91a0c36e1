#include "app/compose/rescued.h"

#include "app/compose/rescued_text.h"
#include "app/flush/flush.h"
#include "support/test_world.h"

namespace postq::test {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::days kADay{1};

bool lies_there(const std::string& path) {
  return std::filesystem::exists(path);
}

}  // namespace

TEST_CASE("a rescued text is deleted after 180 days, not one day before, and the log says which") {
  TestWorld world;
  const auto kept = save_text(world, "20260527-120000", kNoon - 179 * kADay);
  const auto nearly = save_text(world, "20260526-120001", kNoon - 180 * kADay + 1s);
  const auto gone = save_text(world, "20260526-120000", kNoon - 180 * kADay);

  clean_rescued(world, world.state_files());

  CHECK(lies_there(kept));
  CHECK(lies_there(nearly));
  CHECK_FALSE(lies_there(gone));
  CHECK(world.kept_log.lines ==
        std::vector{"deleted a text that was rescued half a year ago and never taken up: " + gone});
}

TEST_CASE("rescued texts are looked through once a day") {
  TestWorld world;
  clean_rescued(world, world.state_files());
  const auto old = save_text(world, "20260401-120000", kNoon - 200 * kADay);

  clean_rescued(world, world.state_files());
  world.clock += kADay - 1s;
  clean_rescued(world, world.state_files());
  CHECK(lies_there(old));

  world.clock += 1s;
  clean_rescued(world, world.state_files());
  CHECK_FALSE(lies_there(old));
}

TEST_CASE("a clock that was ahead when rescued texts were looked through doesn't put it off") {
  TestWorld world;
  world.clock += 30 * kADay;
  clean_rescued(world, world.state_files());
  world.clock = kNoon;
  const auto old = save_text(world, "20260401-120000", kNoon - 200 * kADay);

  clean_rescued(world, world.state_files());

  CHECK_FALSE(lies_there(old));
}

TEST_CASE("by a fixed clock no rescued text is deleted") {
  TestWorld world;
  world.fixed_clock = true;
  const auto old = save_text(world, "20260401-120000", kNoon - 200 * kADay);

  clean_rescued(world, world.state_files());

  CHECK(lies_there(old));
}

TEST_CASE("flush deletes what was rescued half a year ago, with a post to look at and without one") {
  TestWorld world;
  SECTION("without one") {}
  SECTION("with one") {
    add_approved(world.queue(), {.accounts = {world.unreadable_account("site")}});
  }
  const auto old = save_text(world, "20260401-120000", kNoon - 200 * kADay);

  must(flush(world, world.queue(), {}));

  CHECK_FALSE(lies_there(old));
}

}  // namespace postq::test
