#include "app/flush/clock_guard.h"

#include <map>

#include <postq/time/when.h>

namespace postq {

namespace {

constexpr Seconds kMayGoBack = std::chrono::hours{24};      // a wrong zone, set right, is a matter of hours
constexpr Seconds kMayGoOn = std::chrono::hours{24 * 400};  // a queue may rest for a year
constexpr Seconds kOff = std::chrono::minutes{2};
constexpr Seconds kFarOff = std::chrono::minutes{15};
constexpr Seconds kSayAgain = std::chrono::hours{12};
constexpr Seconds kTheSame = std::chrono::minutes{5};  // of what two hosts say
constexpr Seconds kSetAnew{60};                        // what synchronising does to a clock that is right is less

constexpr const char* kLastFlush = "last-flush";
constexpr const char* kConfirmed = "clock-confirmed";  // when a person said that the clock is right
constexpr const char* kOffSince = "clock-off";         // the boot that a clock found far off by a server tells
constexpr const char* kClockAgreed = "clock-agreed";   // the boot that a clock tells with which a server agreed
constexpr const char* kTrusted = "clock-trusted";      // the boot that a clock tells which a person calls right
constexpr const char* kSaid = "clock-said";
constexpr const char* kFixedEvent = "clock-fixed-event";  // the last event that was made with POSTQ_NOW

// When the machine started, as its clock tells it: moves when the clock is set, and with every start.
Seconds boot_by_the_clock(World& world) {
  return Seconds{unix_seconds(world.now())} - std::chrono::duration_cast<Seconds>(world.since_boot());
}

bool is_this_boot(World& world, std::optional<std::int64_t> mark) {
  return mark && *mark != 0 && std::chrono::abs(Seconds{*mark} - boot_by_the_clock(world)) <= kSetAnew;
}

// How far the account's server was found to be off, in seconds, and the boot that the clock told then; 0 = it agrees.
std::string skew_of(const Account& account) {
  return "clock-skew-" + account.name;
}
std::string off_since(const Account& account) {
  return "clock-off-" + account.name;
}

// "https://example.org:444/x" -> "example.org". Several accounts on one server are one witness.
std::string host_of(const Account& account) {
  std::string_view url = account.base_url.empty() ? account.setting("url") : std::string_view(account.base_url);
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const auto end = url.starts_with('[') ? url.find(']') + 1 : url.find_first_of(":/");
  url = url.substr(0, end);
  return url.empty() ? account.platform : std::string(url);
}

bool agree(Seconds a, Seconds b) {
  return std::chrono::abs(a - b) <= kTheSame;
}

bool fits(TimePoint now, TimePoint then) {
  return now >= then - kMayGoBack && now <= then + kMayGoOn;
}

}  // namespace

std::string clock_hint() {
  return "timedatectl    (is it synchronised?)\npostq doctor   (at a terminal it asks whether the clock is right)";
}

std::string say_skew(Seconds skew) {
  return format_duration(std::chrono::abs(skew)) + (skew < Seconds{0} ? " ahead of" : " behind");
}

std::optional<Seconds> server_doubt(World& world, const StateFiles& state, const Account& account) {
  if (world.clock_is_fixed() || !is_this_boot(world, state.read_mark(kOffSince))) return std::nullopt;
  if (!is_this_boot(world, state.read_mark(off_since(account)))) return std::nullopt;
  const Seconds skew{state.read_mark(skew_of(account)).value_or(0)};
  return skew == Seconds{0} ? std::nullopt : std::optional{skew};
}

Result<std::optional<Error>> hosts_doubt(World& world, Store& store) {
  POSTQ_TRY(auto* const state, world.state());
  if (world.clock_is_fixed() || !is_this_boot(world, state->read_mark(kOffSince))) return std::optional<Error>{};
  POSTQ_TRY(const auto accounts, store.accounts());
  std::map<std::string, Seconds> witnesses;
  for (const auto& account : accounts) {
    const auto skew = server_doubt(world, *state, account);
    if (!skew) continue;
    const std::string host = host_of(account);
    for (const auto& [other, its_skew] : witnesses) {
      if (other == host || !agree(*skew, its_skew)) continue;
      return Error{ErrorKind::config,
                   "this machine's clock is " + say_skew(*skew) + " those of " + other + " and " + host +
                       ": nothing scheduled is sent",
                   clock_hint(),
                   {}};
    }
    witnesses.emplace(host, *skew);
  }
  return std::optional<Error>{};
}

Result<std::optional<Error>> clock_doubt(World& world, Store& store) {
  POSTQ_TRY(auto hosts, hosts_doubt(world, store));
  if (hosts) return hosts;
  return step_doubt(world, store);
}

Result<std::optional<Error>> step_doubt(World& world, Store& store) {
  if (world.clock_is_fixed()) return std::optional<Error>{};
  POSTQ_TRY(auto* const state, world.state());
  const TimePoint now = world.now();
  std::string what = "flush";
  auto mark = state->read_mark(kLastFlush);
  if (!mark) {
    POSTQ_TRY(const auto events, store.events(std::nullopt, 1));
    if (!events.empty() && tells_time(*state, events.back())) mark = unix_seconds(events.back().at);
    what = "event";
  }
  if (!mark || fits(now, time_point(*mark))) return std::optional<Error>{};
  const auto confirmed = state->read_mark(kConfirmed).value_or(0);
  if (confirmed != 0 && fits(now, time_point(confirmed))) return std::optional<Error>{};
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint then = time_point(*mark);
  return Error{ErrorKind::config,
               "this machine's clock says " + format_time(now, *zone) + ", " +
                   format_duration(now > then ? now - then : then - now) + (now > then ? " after" : " before") +
                   " the last " + what + ": nothing scheduled is sent",
               clock_hint(),
               {}};
}

bool tells_time(const StateFiles& state, const Event& event) {
  return event.seq > state.read_mark(kFixedEvent).value_or(0);
}

void remember_fixed_clock(Store& store, StateFiles& state) {
  const auto events = store.events(std::nullopt, 1);
  if (events && !events->empty()) state.write_mark(kFixedEvent, events->back().seq);
}

void remember_clock(World& world, StateFiles& state) {
  if (world.clock_is_fixed()) return;  // it tells nothing about when flush really ran
  state.write_mark(kLastFlush, unix_seconds(world.now()));
  // It was for this one step of the clock, not for the next.
  if (state.read_mark(kConfirmed).value_or(0) != 0) state.write_mark(kConfirmed, 0);
}

ClockCheck note_server_clock(World& world, StateFiles& state, const Account& account, Seconds skew) {
  if (world.clock_is_fixed()) return ClockCheck::fine;
  const bool far_off = std::chrono::abs(skew) > kFarOff && !is_this_boot(world, state.read_mark(kTrusted));
  if (far_off) {
    state.write_mark(skew_of(account), skew.count());
    state.write_mark(off_since(account), boot_by_the_clock(world).count());
    state.write_mark(kOffSince, boot_by_the_clock(world).count());
    return ClockCheck::far_off;
  }
  if (server_doubt(world, state, account)) state.write_mark(off_since(account), 0);
  if (std::chrono::abs(skew) > kOff) {
    return is_this_boot(world, state.read_mark(kTrusted)) ? ClockCheck::fine : ClockCheck::off;
  }
  if (!clock_was_confirmed(world, state)) state.write_mark(kClockAgreed, boot_by_the_clock(world).count());
  return ClockCheck::fine;
}

Judgement clock_hold(const Account& account, Seconds skew) {
  Verdict verdict;
  verdict.answer = Answer::hold;
  verdict.reach = Scope::account;
  verdict.rule = "clock";
  verdict.reason = "this machine's clock is " + say_skew(skew) + " the one of " + account.name + "'s server";
  verdict.remedies = {{"timedatectl", "is this machine's clock synchronised?"},
                      {"postq doctor", "at a terminal it asks whether the clock is right"}};
  Judgement judgement;
  judgement.answer = Answer::hold;
  judgement.reach = Scope::account;
  judgement.verdicts.push_back(std::move(verdict));
  return judgement;
}

std::optional<Seconds> ask_server_clock(const Account& account, const PlatformContext& context) {
  if (!account.base_url.starts_with("http")) return std::nullopt;
  HttpRequest request;
  request.method = "HEAD";
  request.url = account.base_url + "/";  // the server's, so that whatever is behind the account hears nothing
  request.allow_private = account.allows_private();
  request.ca_file = std::string(account.setting("ca_file"));
  const auto answer = context.http.exchange(request);
  const auto date = answer ? parse_http_date(answer->header("date")) : std::nullopt;
  if (!date) return std::nullopt;
  return *date - context.now();
}

bool clock_was_confirmed(World& world, const StateFiles& state) {
  return world.clock_is_fixed() || is_this_boot(world, state.read_mark(kClockAgreed)) ||
         is_this_boot(world, state.read_mark(kTrusted));
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
