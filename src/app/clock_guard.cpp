#include "app/clock_guard.h"

#include <postq/core/when.h>

namespace postq {

namespace {

constexpr Seconds kMayGoBack = std::chrono::hours{24};      // a wrong zone, set right, is a matter of hours
constexpr Seconds kMayGoOn = std::chrono::hours{24 * 400};  // a queue may rest for a year
constexpr Seconds kOff = std::chrono::minutes{2};
constexpr Seconds kFarOff = std::chrono::minutes{15};
constexpr Seconds kSayAgain = std::chrono::hours{12};
constexpr Seconds kSetAnew{60};  // what synchronising does to a clock that is right is less

constexpr const char* kLastFlush = "last-flush";
constexpr const char* kConfirmed = "clock-confirmed";  // when a person said that the clock is right
constexpr const char* kOffSince = "clock-off";         // the boot that a clock found far off tells
constexpr const char* kSkew = "clock-skew";            // how far, in seconds
constexpr const char* kTrusted = "clock-trusted";      // the boot that a clock tells which a person calls right
constexpr const char* kSaid = "clock-said";

// When the machine started, as its clock tells it: moves when the clock is set, and with every start.
Seconds boot_by_the_clock(World& world) {
  return Seconds{unix_seconds(world.now())} - std::chrono::duration_cast<Seconds>(world.since_boot());
}

bool is_this_boot(World& world, std::optional<std::int64_t> mark) {
  return mark && *mark != 0 && std::chrono::abs(Seconds{*mark} - boot_by_the_clock(world)) <= kSetAnew;
}

bool fits(TimePoint now, TimePoint then) {
  return now >= then - kMayGoBack && now <= then + kMayGoOn;
}

}  // namespace

std::string clock_hint() {
  return "timedatectl    (is it synchronised?)\npostq doctor   (at a terminal it asks whether the clock is right)";
}

std::string say_skew(Seconds skew) {
  return say_duration(std::chrono::abs(skew)) + (skew < Seconds{0} ? " ahead of" : " behind");
}

Result<std::optional<Error>> clock_doubt(World& world, Store& store) {
  if (world.clock_is_fixed()) return std::optional<Error>{};
  POSTQ_TRY(auto* const state, world.state());
  if (is_this_boot(world, state->read_mark(kOffSince))) {
    const Seconds skew{state->read_mark(kSkew).value_or(0)};
    return Error{ErrorKind::config,
                 "this machine's clock was found " + say_skew(skew) +
                     " a server's, and has not been set since: nothing scheduled is sent",
                 clock_hint(),
                 {}};
  }
  const TimePoint now = world.now();
  std::string what = "flush";
  auto mark = state->read_mark(kLastFlush);
  if (!mark) {
    POSTQ_TRY(const auto events, store.events(std::nullopt, 1));
    if (!events.empty()) mark = unix_seconds(events.back().at);
    what = "event";
  }
  if (!mark || fits(now, time_point(*mark))) return std::optional<Error>{};
  const auto confirmed = state->read_mark(kConfirmed).value_or(0);
  if (confirmed != 0 && fits(now, time_point(confirmed))) return std::optional<Error>{};
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint then = time_point(*mark);
  return Error{ErrorKind::config,
               "this machine's clock says " + say_time(now, *zone) + ", " +
                   say_duration(now > then ? now - then : then - now) + (now > then ? " after" : " before") +
                   " the last " + what + ": nothing scheduled is sent",
               clock_hint(),
               {}};
}

void remember_clock(World& world, StateFiles& state) {
  if (world.clock_is_fixed()) return;  // it tells nothing about when flush really ran
  state.write_mark(kLastFlush, unix_seconds(world.now()));
  // It was for this one step of the clock, not for the next.
  if (state.read_mark(kConfirmed).value_or(0) != 0) state.write_mark(kConfirmed, 0);
}

ClockCheck check_clock(World& world, StateFiles& state, Seconds skew) {
  if (std::chrono::abs(skew) <= kOff || world.clock_is_fixed()) return ClockCheck::fine;
  if (is_this_boot(world, state.read_mark(kTrusted))) return ClockCheck::fine;
  if (std::chrono::abs(skew) <= kFarOff) return ClockCheck::off;
  state.write_mark(kSkew, skew.count());
  state.write_mark(kOffSince, boot_by_the_clock(world).count());
  return ClockCheck::far_off;
}

bool clock_is_news(World& world, StateFiles& state) {
  const TimePoint now = world.now();
  const auto said = state.read_mark(kSaid);
  if (said && std::chrono::abs(now - time_point(*said)) < kSayAgain) return false;
  state.write_mark(kSaid, unix_seconds(now));
  return true;
}

void trust_clock(World& world, StateFiles& state) {
  state.write_mark(kConfirmed, unix_seconds(world.now()));
  state.write_mark(kTrusted, boot_by_the_clock(world).count());
  state.write_mark(kOffSince, 0);
}

}  // namespace postq
