#include "app/forecast/simulation.h"

#include <algorithm>

#include "app/forecast/forecast.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr Seconds kWeek = std::chrono::days{7};

// So many in each stretch of time, evenly, the first after one share of it.
std::vector<TimePoint> evenly(std::int64_t count, Seconds stretch, TimePoint now, Seconds horizon) {
  std::vector<TimePoint> times;
  if (count <= 0) return times;
  const Seconds share = std::max(Seconds{1}, stretch / count);
  for (TimePoint at = now + share; at <= now + horizon; at += share) times.push_back(at);
  return times;
}

}  // namespace

Result<std::vector<SimulatedAccount>> simulate_queue(World& world, Store& store, const SimulationRequest& request) {
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto* const zone, world.zone());
  std::vector<Account> accounts;
  if (request.account.empty()) {
    POSTQ_TRY(accounts, store.accounts());
  } else {
    POSTQ_TRY(auto account, account_named(store, request.account));
    accounts.push_back(std::move(account));
  }
  const TimePoint now = world.now();
  std::vector<SimulatedAccount> simulated;
  for (const auto& account : accounts) {
    PolicySettings settings = config->for_account(account.name);
    if (request.ratio) settings.ratio = *request.ratio;
    if (request.window) settings.window = *request.window;
    POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account, settings));
    POSTQ_TRY(const auto queue, scheduled_queue(store, inputs, now));
    SimulatedAccount each;
    each.account = account;
    each.settings = settings;
    each.mix = inputs.snapshot.mix;
    each.readable = inputs.snapshot.readable;
    each.by_hand_per_week = static_cast<int>(each.mix.by_hand() * kWeek.count() / settings.window.count());
    const RuleContext context{settings, *zone, now};
    each.forecast = simulate(inputs.snapshot, queue, context, request.horizon,
                             evenly(request.by_hand_per_week.value_or(0), kWeek, now, request.horizon));
    each.at_pace = simulate(inputs.snapshot, queue, context, request.horizon,
                            evenly(each.mix.by_hand(), settings.window, now, request.horizon));
    simulated.push_back(std::move(each));
  }
  return simulated;
}

}  // namespace postq
