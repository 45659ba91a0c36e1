#pragma once

#include <string_view>

#include <postq/time/bounds.h>
#include <postq/time/when.h>

#include "app/world.h"

// Times as a person types them, read as of now and in the zone in force. Everything that takes a time takes it from
// here.
namespace postq {

Result<WhenContext> when_context(World& world);

// A moment ahead; see parse_when().
Result<When> read_when(World& world, std::string_view words);

// `--from` and `--until`; see read_bounds().
Result<Bounds> read_bounds(World& world, const BoundWords& words, Toward toward);

}  // namespace postq
