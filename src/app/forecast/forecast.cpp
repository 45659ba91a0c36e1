#include "app/forecast/forecast.h"

#include <algorithm>

#include <postq/policy/late.h>
#include <postq/policy/people_waiting.h>

#include "app/flush/last_chance.h"
#include "app/sync/sync.h"
#include "app/words/select.h"
#include "app/words/standing.h"

namespace postq {

namespace {

constexpr Seconds kWalk = std::chrono::days{400};  // no forecast looks further ahead than this behind the first post

std::string say_mix(const MixCount& mix, const PolicySettings& settings) {
  return std::to_string(mix.by_hand()) + " by hand, " + std::to_string(mix.scheduled) + " scheduled in " +
         format_duration(settings.window);
}

// One account's run forward: what it was asked for, and what came out.
class AccountForecast {
 public:
  AccountForecast(const RuleInputs& inputs, const Zone& zone, TimePoint now)
      : inputs_(inputs), zone_(zone), now_(now), snapshot_(inputs.snapshot) {}

  void run(std::vector<Candidate> queue, TimePoint last_asked) {
    queue_ = std::move(queue);
    const TimePoint end =
        std::max(now_, std::min(last_asked, now_ + kWalk)) + inputs_.settings.window + std::chrono::days{1};
    forecast_ = simulate(snapshot_, queue_, {inputs_.settings, zone_, now_}, end - now_);
  }

  // When the last of these goes: what is due later than that can't change the answer, since a post that goes leaves the
  // queue and a hold of the ratio lets nothing past. Nothing where one is held for another reason.
  std::optional<TimePoint> settled_by(const std::vector<Delivery>& asked) const {
    TimePoint latest = now_;
    for (const auto& entry : forecast_.entries) {
      const bool is_asked = std::any_of(asked.begin(), asked.end(),
                                        [&entry](const Delivery& delivery) { return delivery.id == entry.delivery; });
      if (!is_asked || entry.rule == "ratio") continue;
      if (!entry.goes) return std::nullopt;
      latest = std::max(latest, *entry.goes);
    }
    return latest;
  }

  Expectation expectation(const Delivery& delivery) const {
    Expectation expected;
    expected.delivery = delivery.id;
    expected.account = delivery.account_name;
    expected.mix = snapshot_.mix;
    for (const auto& entry : forecast_.entries) {
      if (entry.delivery == delivery.id) expected.entry = entry;
    }
    const auto& entry = expected.entry;
    if (entry.delivery != delivery.id) {  // beyond what was looked at, or no longer queued
      expected.entry.delivery = delivery.id;
      expected.entry.post = delivery.post;
      expected.entry.asked = std::max(delivery.next_at, now_);
      expected.sentence = delivery.state == DeliveryState::queued
                              ? "asks to go " + format_time_short(expected.entry.asked, now_, zone_)
                              : "is " + std::string(word(delivery.state));
      return expected;
    }
    expected.held = !entry.goes || (entry.rule == "ratio" && *entry.goes > entry.asked);
    expected.sentence = expected.held ? say_held(entry) : say_goes(delivery, entry);
    if (expected.held) {
      expected.remedies = remedies(delivery, entry);
    } else {
      expected.notes = warnings(entry);
    }
    return expected;
  }

 private:
  std::string say_goes(const Delivery& delivery, const ForecastEntry& entry) const {
    const bool at_once = !delivery.schedule.wall && !delivery.approval && *entry.goes <= now_;
    std::string text = "goes ";
    if (at_once) {
      text += "once approved";
    } else if (*entry.goes <= now_) {
      text += "with the next flush";
    } else {
      text += format_time_short(*entry.goes, now_, zone_);
    }
    if (*entry.goes > entry.asked && !entry.rule.empty()) return text + " (" + why_later(entry) + ")";
    if (!inputs_.settings.ratio) return text;
    return text + " (" + say_mix(snapshot_.mix, inputs_.settings) + ")";
  }

  std::string why_later(const ForecastEntry& entry) const {
    if (entry.rule == "min_gap") {
      const ForecastEntry* before = nullptr;  // the one that goes right before it
      for (const auto& other : forecast_.entries) {
        if (!other.goes || *other.goes >= *entry.goes) continue;
        if (before == nullptr || *other.goes > *before->goes) before = &other;
      }
      std::string text = format_duration(inputs_.settings.min_gap) + " after ";
      return before == nullptr ? text + "the last one"
                               : text + std::to_string(number(before->post)) + "@" + inputs_.account.name;
    }
    if (entry.rule == "max_per_day") {
      return "a day takes " + std::to_string(inputs_.settings.max_per_day) + " on " + inputs_.account.name;
    }
    return entry.reason;
  }

  std::string say_held(const ForecastEntry& entry) const {
    if (entry.rule == "late") return "comes back to review: " + entry.reason;
    if (entry.rule != "ratio") return "HELD: " + entry.reason;
    const std::string window = format_duration(inputs_.settings.window);
    if (!count_is_trusted(snapshot_, {inputs_.settings, zone_, now_})) return "HELD: " + entry.reason;
    std::string text = "HELD";
    if (entry.goes) text += " until " + format_time_short(*entry.goes, now_, zone_);
    if (snapshot_.mix.by_hand() == 0) return text + ": nothing by hand on " + inputs_.account.name + " in " + window;
    text += ": " + say_mix(snapshot_.mix, inputs_.settings);
    // The counts of today alone wouldn't explain it where others use up the room first.
    if (const auto before = going_before(entry); before > 0) {
      text += ", " + std::to_string(before) + (before == 1 ? " goes first" : " go first");
    }
    return text + "; needs " + count_of(std::max(1, entry.by_hand_needed), "more", "more");
  }

  std::ptrdiff_t going_before(const ForecastEntry& entry) const {
    return std::count_if(forecast_.entries.begin(), forecast_.entries.end(), [&entry](const ForecastEntry& other) {
      return other.goes && (!entry.goes || *other.goes < *entry.goes) && other.asked <= entry.asked;
    });
  }

  std::vector<Remedy> remedies(const Delivery& delivery, const ForecastEntry& entry) const {
    if (entry.rule == "ratio") {
      std::string why = snapshot_.mix.by_hand() == 0 ? "say hello there" : "write something there";
      if (entry.by_hand_needed > 1) why = "write " + std::to_string(entry.by_hand_needed) + " there";
      if (entry.asked > now_) why += " before " + format_time_short(entry.asked, now_, zone_);
      return {{"postq post --to " + delivery.account_name, std::move(why)}};
    }
    for (const auto& verdict : verdicts(entry)) {
      if (verdict.rule != entry.rule) continue;
      return delivery.approval && entry.asked <= now_ ? verdict.remedies : without_send(verdict.remedies);
    }
    return {};
  }

  // A picture without alt text is told by the one who shows the picture.
  std::vector<std::string> warnings(const ForecastEntry& entry) const {
    std::vector<std::string> reasons;
    for (const auto& verdict : verdicts(entry)) {
      if (verdict.answer == Answer::warn && verdict.rule != "alt_text") reasons.push_back(verdict.reason);
    }
    return reasons;
  }

  // What each rule says at the time at which it asks to go, by what is known today.
  std::vector<Verdict> verdicts(const ForecastEntry& entry) const {
    const auto candidate = std::find_if(queue_.begin(), queue_.end(),
                                        [&entry](const auto& each) { return each.delivery == entry.delivery; });
    if (candidate == queue_.end()) return {};
    return judge_at(inputs_, *candidate, zone_, now_, entry.asked).verdicts;
  }

  const RuleInputs& inputs_;
  const Zone& zone_;
  TimePoint now_;
  Snapshot snapshot_;
  std::vector<Candidate> queue_;
  Forecast forecast_;
};

// What is written by hand goes when its author sends it, and at no other time; what is pending as if it were approved
// at this moment.
std::vector<Candidate> scheduled_only(std::vector<Candidate> queue, TimePoint now) {
  std::erase_if(queue, [](const Candidate& candidate) { return candidate.origin == Origin::hand_written; });
  for (auto& candidate : queue) {
    if (candidate.approved_at) continue;
    candidate.approved_at = now;
    candidate.next_at = std::max({candidate.next_at, candidate.not_before, now});  // behind what was approved before
  }
  return queue;
}

// Everything queued; of a long queue only the posts in question, judged by themselves, so that `add` stays as fast with
// a million posts as with ten.
Result<std::vector<Candidate>> whole_queue(Store& store, const RuleInputs& inputs, const std::vector<Delivery>& asked,
                                           TimePoint now) {
  constexpr std::int64_t kLong = 1000;
  POSTQ_TRY(const bool is_long, store.queue_reaches(kLong));
  if (!is_long) return scheduled_queue(store, inputs, now);
  std::vector<Candidate> queue;
  for (const auto& delivery : asked) {
    if (delivery.state != DeliveryState::queued) continue;
    POSTQ_TRY(auto candidate, store.candidate(delivery.id, inputs.settings, now));
    queue.push_back(std::move(candidate));
  }
  return scheduled_only(std::move(queue), now);
}

// For posts that ask to go soon no more of the queue is read than can change the answer: first what is due within a
// day, then what is due by the time at which they would go; everything if that doesn't settle it, or if they go much
// later.
Status run_with_those_before(Store& store, const RuleInputs& inputs, const std::vector<Delivery>& asked, TimePoint last,
                             TimePoint now, AccountForecast& run) {
  constexpr int kMostLooks = 3;
  TimePoint until = now + std::chrono::days{1};
  for (int look = 0; look < kMostLooks && last < until; ++look) {
    POSTQ_TRY(auto queue, scheduled_queue(store, inputs, now, until));
    run.run(std::move(queue), last);
    const auto settled = run.settled_by(asked);
    if (!settled) break;
    if (*settled <= until) return {};
    until = *settled;
  }
  POSTQ_TRY(auto queue, whole_queue(store, inputs, asked, now));
  run.run(std::move(queue), last);
  return {};
}

}  // namespace

Result<RuleInputs> read_rule_inputs(World& world, Store& store, const Account& account) {
  POSTQ_TRY(const auto* const config, world.config());
  return read_rule_inputs(world, store, account, config->for_account(account.name));
}

Result<RuleInputs> read_rule_inputs(World& world, Store& store, const Account& account,
                                    const PolicySettings& settings) {
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(auto* const state, world.state());
  const auto* const platform = world.platforms().find(account.platform);
  RuleInputs inputs;
  inputs.account = account;
  inputs.settings = settings;
  const TimePoint now = world.now();
  POSTQ_TRY(inputs.snapshot, store.snapshot(account, inputs.settings, calendar_day(now, *zone),
                                            platform != nullptr && platform->traits().timeline, true, now));
  expect_reading(*state, account, now, inputs.snapshot);
  POSTQ_CHECK(expect_flush(world, store, account, inputs.settings, inputs.snapshot));
  return inputs;
}

Result<std::vector<Candidate>> scheduled_queue(Store& store, const RuleInputs& inputs, TimePoint now,
                                               std::optional<TimePoint> until) {
  // When something goes depends on earlier texts only as far as they can hold it; a month of them is long to compare.
  PolicySettings settings = inputs.settings;
  if (settings.repeat != Strictness::hold) settings.repeat_within = Seconds{0};
  POSTQ_TRY(auto queue, store.queued_candidates(inputs.account.id, false, until, settings, now));
  return scheduled_only(std::move(queue), now);
}

Result<Judgement> judge_now(World& world, Store& store, const RuleInputs& inputs, DeliveryId delivery) {
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  POSTQ_TRY(const auto candidate, store.candidate(delivery, inputs.settings, now));
  return judge(inputs.snapshot, candidate, {inputs.settings, *zone, now});
}

Judgement judge_at(const RuleInputs& inputs, const Candidate& candidate, const Zone& zone, TimePoint now,
                   TimePoint asked) {
  auto snapshot = inputs.snapshot;
  // What is overdue comes to review with the others, whenever it is to be tried again.
  if (is_gap(snapshot, inputs.settings, now) && is_overdue(candidate, now)) asked = now;
  if (asked > now) {
    const auto block = snapshot.last_chance.block;
    if (block == Block::no_flush || block == Block::paused) snapshot.last_chance = {asked, Block::no_flush};
    if (count_is_trusted(snapshot, {inputs.settings, zone, now})) snapshot.read_at = asked;  // it is read by then
    if (!calendar_day(now, zone).contains(asked)) snapshot.scheduled_today = 0;
    keep_waiting_times(snapshot, asked - now);
  }
  return judge(snapshot, candidate, {inputs.settings, zone, asked});
}

std::vector<Remedy> without_send(std::vector<Remedy> remedies) {
  std::erase_if(remedies, [](const Remedy& remedy) { return remedy.command.starts_with("postq send "); });
  return remedies;
}

Result<Expectation> forecast_approved(World& world, Store& store, const Delivery& delivery) {
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  POSTQ_TRY(const auto account, account_of(store, delivery));
  POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account));
  const TimePoint last = std::max(now, delivery.next_at);
  PolicySettings settings = inputs.settings;
  if (settings.repeat != Strictness::hold) settings.repeat_within = Seconds{0};
  POSTQ_TRY(auto queue, store.queued_candidates(account.id, true, last, settings, now));
  AccountForecast run(inputs, *zone, now);
  run.run(scheduled_only(std::move(queue), now), last);
  return run.expectation(delivery);
}

std::vector<ForecastEntry> forecast_among(const RuleInputs& inputs, const std::vector<Candidate>& queue,
                                          const Zone& zone, TimePoint now) {
  TimePoint last = now;
  for (const auto& candidate : queue) last = std::max(last, candidate.next_at);
  const auto horizon = std::min<Seconds>(last - now, kWalk) + inputs.settings.window + std::chrono::days{1};
  return simulate(inputs.snapshot, queue, {inputs.settings, zone, now}, horizon).entries;
}

Result<std::vector<Expectation>> forecast(World& world, Store& store, const std::vector<DeliveryId>& deliveries) {
  std::vector<Delivery> loaded;
  for (const auto id : deliveries) {
    POSTQ_TRY(auto delivery, store.delivery(id));
    loaded.push_back(std::move(delivery));
  }
  return forecast(world, store, loaded);
}

Result<std::vector<Expectation>> forecast(World& world, Store& store, const std::vector<Delivery>& deliveries) {
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  std::map<AccountId, std::vector<Delivery>> by_account;
  for (const auto& delivery : deliveries) by_account[delivery.account].push_back(delivery);
  POSTQ_TRY(const auto accounts, store.accounts());

  std::map<DeliveryId, Expectation> found;
  for (const auto& account : accounts) {
    const auto found_here = by_account.find(account.id);
    if (found_here == by_account.end()) continue;
    const auto& asked = found_here->second;
    POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account));
    TimePoint last = now;
    for (const auto& delivery : asked) last = std::max(last, delivery.next_at);
    AccountForecast run(inputs, *zone, now);
    POSTQ_CHECK(run_with_those_before(store, inputs, asked, last, now, run));
    for (const auto& delivery : asked) {
      auto expected = run.expectation(delivery);
      POSTQ_TRY(const auto twin, store.queued_twin(delivery.id));
      if (twin) expected.notes.push_back("the same text is queued as " + name_of(*twin));
      if (delivery.origin == Origin::hand_written && delivery.state == DeliveryState::queued) {
        expected.sentence = "goes when you type: postq post " + std::to_string(number(delivery.post));
      }
      found.emplace(delivery.id, std::move(expected));
    }
  }
  std::vector<Expectation> expectations;
  for (const auto& delivery : deliveries) {
    if (const auto here = found.find(delivery.id); here != found.end()) expectations.push_back(here->second);
  }
  return expectations;
}

}  // namespace postq
