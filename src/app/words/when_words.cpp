#include "app/words/when_words.h"

namespace postq {

Result<WhenContext> when_context(World& world) {
  POSTQ_TRY(const auto* const zone, world.zone());
  return WhenContext{world.now(), *zone, [&world](std::string_view name) { return world.zones().find(name); }};
}

Result<When> read_when(World& world, std::string_view words) {
  POSTQ_TRY(const auto context, when_context(world));
  return parse_when(words, context);
}

Result<Bounds> read_bounds(World& world, const BoundWords& words, Toward toward) {
  POSTQ_TRY(const auto context, when_context(world));
  return read_bounds(words, toward, context);
}

}  // namespace postq
