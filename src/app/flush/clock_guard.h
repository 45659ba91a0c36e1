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
// Its two reasons. It went back, or far on, since the last flush: a person has to say what is right.
Result<std::optional<Error>> step_doubt(World& world, Store& store);
// Servers of two hosts say the same of it. Lifts itself when they agree with it again, or when it was set.
Result<std::optional<Error>> hosts_doubt(World& world, Store& store);

// How far the clock of the account's server is from ours, when that is too far for anything scheduled to go there;
// nothing when they agree, when ours was set since, and when a person called ours right.
std::optional<Seconds> server_doubt(World& world, const StateFiles& state, const Account& account);

// The events up to now may have been made with POSTQ_NOW, which is for trying: no time passed between them.
void remember_fixed_clock(Store& store, StateFiles& state);
// Whether an event tells what time it was: none does of those.
bool tells_time(const StateFiles& state, const Event& event);

// A flush goes by this clock; the next ones are compared with it.
void remember_clock(World& world, StateFiles& state);

enum class ClockCheck : std::uint8_t { fine, off, far_off };
// Remembers what an answer's Date header says: the server's clock less ours. Far off, server_doubt() tells it until a
// later one agrees, or somebody sets the clock, the machine starts anew, or a person says that the clock is right.
ClockCheck note_server_clock(World& world, StateFiles& state, const Account& account, Seconds skew);

// What that server's disagreement says to what is scheduled there.
Judgement clock_hold(const Account& account, Seconds skew);

// The account's server asked for nothing but its Date, for an account that no reading ever asks; on any thread. Nothing
// when it doesn't tell.
std::optional<Seconds> ask_server_clock(const Account& account, const PlatformContext& context);

// Whether a server has agreed with the clock since this machine started, or the clock was set.
bool clock_was_confirmed(World& world, const StateFiles& state);

// "3 h ahead of", "20 min behind" by the server's Date less our clock.
std::string say_skew(Seconds skew);

// What to type about a clock that is off.
std::string clock_hint();

// Whether its trouble was not said within the last half day; then it is said now.
bool clock_is_news(World& world, StateFiles& state);

// A person at a terminal said that it is right, whatever speaks against it.
void trust_clock(World& world, StateFiles& state);

}  // namespace postq
