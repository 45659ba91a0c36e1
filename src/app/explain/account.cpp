#include <postq/time/when.h>

#include "app/explain/explain.h"
#include "app/forecast/forecast.h"
#include "app/words/counting.h"
#include "app/words/pauses.h"

namespace postq {

Result<Explanation> explain_account(World& world, Store& store, const Account& account) {
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account));
  const TimePoint now = world.now();
  Candidate any;
  any.account = account.name;
  any.not_before = any.next_at = now;
  any.approved_at = now;
  const auto judgement = judge(inputs.snapshot, any, {inputs.settings, *zone, now});

  Explanation out;
  out.name = account.name;
  const auto& mix = inputs.snapshot.mix;
  POSTQ_TRY(const auto counting, counting_of(store, account, inputs.snapshot, {inputs.settings, *zone, now}));
  out.facts.emplace_back("Counted", std::to_string(mix.by_hand()) + " by hand, " + std::to_string(mix.scheduled) +
                                        " scheduled in " + format_duration(inputs.settings.window) +
                                        (counting.leaves_out.empty() ? "" : "; " + counting.leaves_out));
  if (judgement.allowed()) {
    out.standing = "open";
    out.headline = account.name + " is open: nothing holds a scheduled post there now.";
    const auto room = room_for_scheduled(mix, inputs.settings);
    if (inputs.settings.ratio) out.facts.emplace_back("Room", "for " + std::to_string(room) + " scheduled");
    return out;
  }
  const auto& verdict = *judgement.deciding();
  out.standing = verdict.rule == "pause" ? "paused" : "held";
  out.rule = verdict.rule;
  out.earliest = judgement.earliest();
  out.headline = "On " + account.name + " scheduled posts are HELD.";
  for (const auto& each : judgement.verdicts) {
    if (each.answer != Answer::hold) continue;
    out.facts.emplace_back(&each == &verdict ? "Held by" : "Also by", each.rule + ": " + each.reason);
  }
  if (out.earliest) {
    out.facts.emplace_back("Opens",
                           format_time_short(*out.earliest, now, *zone) + ", " + say_relative(*out.earliest, now));
  }
  if (account.paused_until && *account.paused_until > now) {
    POSTQ_TRY(const auto paused, store.paused_by(account));
    if (paused) out.facts.emplace_back("Paused", say_paused_by(*paused, now, *zone));
  }
  out.remedies_title = "What lets them go:";
  out.remedies = without_send(verdict.remedies);
  return out;
}

}  // namespace postq
