#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <postq/policy/config.h>
#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// What an account's queue is judged with, read once.
struct RuleInputs {
  Account account;
  PolicySettings settings;
  Snapshot snapshot;  // with history; its reading as flush will find it
};

// The account's snapshot as it is now, for why, review, status and simulate.
Result<RuleInputs> read_rule_inputs(World& world, Store& store, const Account& account);
// The same with other settings than the configured ones.
Result<RuleInputs> read_rule_inputs(World& world, Store& store, const Account& account, const PolicySettings& settings);

// Everything on the account that is to go without its author, pending posts taken as approved now.
// Those that may go by `until`; nothing: all of them. Earlier texts are known as far as they can hold one.
Result<std::vector<Candidate>> scheduled_queue(Store& store, const RuleInputs& inputs, TimePoint now,
                                               std::optional<TimePoint> until = {});

// What the rules say of one delivery now: as if it were due.
Result<Judgement> judge_now(World& world, Store& store, const RuleInputs& inputs, DeliveryId delivery);

// The same at `asked`, now or later, by what is known today.
Judgement judge_at(const RuleInputs& inputs, const Candidate& candidate, const Zone& zone, TimePoint now,
                   TimePoint asked);

// Without `postq send`, where it would be refused: before a post's time, and where no single post is meant.
std::vector<Remedy> without_send(std::vector<Remedy> remedies);

// What is expected of one delivery, in a line for `add` and review.
struct Expectation {
  DeliveryId delivery{};
  std::string account;
  bool held = false;
  ForecastEntry entry;
  MixCount mix;
  std::string
      sentence;  // "goes Tue 09:00 (6 by hand, 0 scheduled in 14 days)", "HELD: nothing by hand on bsky in 14 days"
  std::vector<Remedy> remedies;
  std::vector<std::string> notes;  // it goes; but: "3 people wait longer than 24 h for an answer, ..."
};

// Forecasts for these deliveries among everything queued on their accounts (pending ones taken as approved).
Result<std::vector<Expectation>> forecast(World& world, Store& store, const std::vector<DeliveryId>& deliveries);
Result<std::vector<Expectation>> forecast(World& world, Store& store, const std::vector<Delivery>& deliveries);

// The same of what is approved, if nobody approves anything else: only those that are due before it go first.
Result<Expectation> forecast_approved(World& world, Store& store, const Delivery& delivery);
// When these go and what holds them, alone on their account, as things stand.
std::vector<ForecastEntry> forecast_among(const RuleInputs& inputs, const std::vector<Candidate>& queue,
                                          const Zone& zone, TimePoint now);

}  // namespace postq
