#pragma once

#include <optional>
#include <string>
#include <vector>

#include <postq/policy/policy.h>
#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// What `postq policy simulate` is asked.
struct SimulationRequest {
  std::string account;  // empty: all
  Seconds horizon = std::chrono::days{7};
  std::optional<std::optional<Ratio>> ratio;  // instead of the configured one
  std::optional<Seconds> window;
  std::optional<int> by_hand_per_week;  // assumed on each account; nothing: none
};

struct SimulatedAccount {
  Account account;
  PolicySettings settings;
  MixCount mix;
  bool readable = false;
  int by_hand_per_week = 0;  // the pace of the last window, rounded down
  Forecast forecast;         // as asked
  Forecast at_pace;          // writing on by hand as much as in the last window
};

Result<std::vector<SimulatedAccount>> simulate_queue(World& world, Store& store, const SimulationRequest& request);

}  // namespace postq
