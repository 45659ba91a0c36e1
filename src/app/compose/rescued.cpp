#include "app/compose/rescued.h"

namespace postq {
namespace {

constexpr const char* kCleaned = "rescue-cleaned";
constexpr std::int64_t kADay = 24 * 60 * 60;  // seconds

}  // namespace

void clean_rescued(World& world, StateFiles& state) {
  if (world.clock_is_fixed()) return;
  const auto now = unix_seconds(world.now());
  const auto last = state.read_mark(kCleaned).value_or(0);
  if (last <= now && now - last < kADay) return;
  state.write_mark(kCleaned, now);
  const auto rescue = world.rescue();
  const auto texts = rescue ? (*rescue)->list() : Result<std::vector<RescuedText>>(pass_on(rescue.error()));
  if (!texts) return;
  for (const auto& text : *texts) {
    if (now - text.saved_at < kRescuedIsKept.count()) continue;
    (*rescue)->drop(text.path);
    world.log().info("deleted a text that was rescued half a year ago and never taken up: " + text.path);
  }
}

}  // namespace postq
