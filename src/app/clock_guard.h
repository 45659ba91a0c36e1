#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// Whether this machine's clock can be trusted to send by: one that is years ahead would let the whole queue out at
// once, one that is hours off sends at the wrong time.

// Why it can't, and what to type; nothing when it can, or when a person said so. Nothing scheduled goes out meanwhile.
Result<std::optional<Error>> clock_doubt(World& world, Store& store);

// A flush goes by this clock; the next ones are compared with it.
void remember_clock(World& world, StateFiles& state);

enum class ClockCheck : std::uint8_t { fine, off, far_off };
// What an answer's Date header says of it. Far off, clock_doubt() has a reason until somebody sets the clock, the
// machine starts anew, or a person says that the clock is right.
ClockCheck check_clock(World& world, StateFiles& state, Seconds skew);

// "3 h ahead of", "20 min behind" by the server's Date less our clock.
std::string say_skew(Seconds skew);

// What to type about a clock that is off.
std::string clock_hint();

// Whether its trouble was not said within the last half day; then it is said now.
bool clock_is_news(World& world, StateFiles& state);

// A person at a terminal said that it is right, whatever speaks against it.
void trust_clock(World& world, StateFiles& state);

}  // namespace postq
