#include "app/stats/stats.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <postq/time/days.h>

#include "app/words/event_facts.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr int kEventsReadBack = 200;  // of one post

double middle_of(std::vector<std::int64_t> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto half = values.size() / 2;
  const auto upper = static_cast<double>(values[half]);
  return values.size() % 2 == 1 ? upper : (static_cast<double>(values[half - 1]) + upper) / 2;
}

Measure measure(const std::vector<std::int64_t>& values) {
  if (values.empty()) return {};
  const auto sum = std::accumulate(values.begin(), values.end(), std::int64_t{0});
  return {static_cast<double>(sum) / static_cast<double>(values.size()), middle_of(values)};
}

// What readers did, collected post by post.
struct ResultsTally {
  std::int64_t posts = 0;
  std::vector<std::int64_t> likes;
  std::vector<std::int64_t> replies;
  std::vector<std::int64_t> boosts;

  void add(const OwnFact& fact) {
    ++posts;
    if (!fact.reactions) return;
    likes.push_back(fact.reactions->likes);
    replies.push_back(fact.reactions->replies);
    boosts.push_back(fact.reactions->boosts);
  }

  Results results() const {
    return {posts, static_cast<std::int64_t>(likes.size()), measure(likes), measure(replies), measure(boosts)};
  }
};

// One account's sums, or those of all, on their way.
class Tally {
 public:
  explicit Tally(const std::vector<TimeRange>& days) {
    sums_.days.resize(days.size());
    for (std::size_t i = 0; i < days.size(); ++i) sums_.days[i].day = days[i];
  }

  void add(const OwnFact& fact) {
    auto* const day = day_of(fact.at);
    if (day == nullptr) return;
    if (fact.counts_as == CountsAs::scheduled) {
      ++day->scheduled;
      if (fact.past_rules) ++day->past_rules;
    } else if (fact.counts_as == CountsAs::hand_written) {
      ++(fact.kind == TimelineKind::reply ? day->by_hand_answers : day->by_hand_posts);
    } else {
      return;
    }
    if (fact.kind == TimelineKind::reply) return;
    (fact.counts_as == CountsAs::scheduled ? scheduled_ : by_hand_).add(fact);
  }

  void add(const ItemFact& fact) {
    auto* const day = day_of(fact.at);
    if (day == nullptr) return;
    auto& talk = sums_.conversations;
    ++day->items;
    ++talk.items;
    people_.emplace(fact.account, fact.person);
    switch (fact.state) {
      case ItemState::open:
        ++talk.open;
        return;
      case ItemState::dismissed:
        ++talk.dismissed;
        return;
      case ItemState::answered:
        break;
    }
    ++day->answered;
    ++talk.answered;
    people_answered_.emplace(fact.account, fact.person);
    // An answer that the server's clock puts before the question came at once.
    if (fact.settled_at) waited_.push_back(std::max(Seconds{0}, *fact.settled_at - fact.at).count());
  }

  StatsSums sums() && {
    auto& talk = sums_.conversations;
    talk.people = static_cast<std::int64_t>(people_.size());
    talk.people_answered = static_cast<std::int64_t>(people_answered_.size());
    if (!waited_.empty()) talk.half_within = Seconds{static_cast<std::int64_t>(middle_of(waited_))};
    sums_.by_hand = by_hand_.results();
    sums_.scheduled = scheduled_.results();
    return std::move(sums_);
  }

 private:
  using Person = std::pair<AccountId, std::string>;  // a platform's ids mean nothing on another one

  StatsDay* day_of(TimePoint at) {
    const auto after = std::upper_bound(sums_.days.begin(), sums_.days.end(), at,
                                        [](TimePoint time, const StatsDay& day) { return time < day.day.to; });
    return after == sums_.days.end() || at < after->day.from ? nullptr : &*after;
  }

  StatsSums sums_;
  ResultsTally by_hand_;
  ResultsTally scheduled_;
  std::set<Person> people_;
  std::set<Person> people_answered_;
  std::vector<std::int64_t> waited_;
};

// What the ratio counts, as the snapshot of the rules does.
void add_to_history(const OwnFact& fact, const PolicySettings& settings, MixHistory& history) {
  if (fact.counts_as == CountsAs::scheduled) {
    history.scheduled.push_back(fact.at);
  } else if (fact.kind == TimelineKind::boost) {
    if (settings.count_boosts) history.by_hand.push_back(fact.at);
  } else if (fact.counts_as == CountsAs::hand_written) {
    if (fact.kind != TimelineKind::reply || settings.count_replies) history.by_hand.push_back(fact.at);
  }
}

void fill_windows(std::vector<StatsDay>& days, const MixHistory& history, const PolicySettings& settings,
                  TimePoint now) {
  for (auto& day : days) {
    const TimePoint last = std::min(day.day.to - Seconds{1}, now);
    day.window = count_in_window(history, last, settings.window);
  }
}

Result<std::vector<StatsAccount>> accounts_meant(World& world, Store& store, const std::string& name) {
  std::vector<Account> accounts;
  if (name.empty()) {
    POSTQ_TRY(accounts, store.accounts());
  } else {
    POSTQ_TRY(auto account, account_named(store, name));
    accounts.push_back(std::move(account));
  }
  POSTQ_TRY(const auto* const config, world.config());
  std::vector<StatsAccount> meant;
  for (auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    StatsAccount each;
    each.readable = platform != nullptr && platform->traits().timeline;
    each.settings = config->for_account(account.name);
    POSTQ_TRY(const auto known, store.timeline_known(account.id));
    if (known.complete) each.known_from = known.complete->from;
    each.account = std::move(account);
    meant.push_back(std::move(each));
  }
  return meant;
}

Status read_reason(Store& store, SentPast& sent) {
  if (!sent.post) return {};
  POSTQ_TRY(const auto events, store.events(*sent.post, kEventsReadBack));
  for (const auto& event : events) {
    if (event.kind != "sent-past-rules" || event.chain != sent.account) continue;
    sent.reason = facts_of(event).detail("detail");
  }
  return {};
}

}  // namespace

std::vector<StatsDay> in_steps(const std::vector<StatsDay>& days, std::size_t length) {
  std::vector<StatsDay> steps;
  for (std::size_t i = 0; i < days.size(); ++i) {
    // Counted from the end, so that the newest step is a whole one and only the oldest may be shorter.
    const bool begins = i == 0 || (days.size() - i) % length == 0;
    if (begins) {
      steps.push_back(days[i]);
      continue;
    }
    auto& step = steps.back();
    step.day.to = days[i].day.to;
    step.by_hand_posts += days[i].by_hand_posts;
    step.by_hand_answers += days[i].by_hand_answers;
    step.scheduled += days[i].scheduled;
    step.past_rules += days[i].past_rules;
    step.items += days[i].items;
    step.answered += days[i].answered;
    step.window = days[i].window;
  }
  return steps;
}

std::size_t readable_step(std::size_t days) {
  constexpr std::size_t kMostSteps = 62;  // two months of single days
  constexpr std::size_t kWeek = 7;
  if (days <= kMostSteps) return 1;
  return days <= kMostSteps * kWeek ? kWeek : 4 * kWeek;
}

std::int64_t StatsSums::total(std::int64_t StatsDay::*what) const {
  std::int64_t sum = 0;
  for (const auto& day : days) sum += day.*what;
  return sum;
}

bool Stats::is_empty() const {
  return all.total_by_hand() == 0 && all.total(&StatsDay::scheduled) == 0 && all.conversations.items == 0;
}

bool keeps(const MixCount& mix, const Ratio& ratio) {
  return mix.by_hand() * ratio.scheduled >= mix.scheduled * ratio.by_hand;
}

MixStanding standing_of(const MixCount& mix, const PolicySettings& settings) {
  if (settings.ratio && !keeps(mix, *settings.ratio)) return MixStanding::below_minimum;
  return settings.aim && !keeps(mix, *settings.aim) ? MixStanding::below_aim : MixStanding::fine;
}

std::optional<int> share_by_hand(const MixCount& mix) {
  const auto all = mix.by_hand() + mix.scheduled;
  if (all == 0) return std::nullopt;
  return static_cast<int>(mix.by_hand() * 100 / all);
}

int share_of(const Ratio& ratio) {
  return ratio.by_hand * 100 / (ratio.by_hand + ratio.scheduled);
}

Stats compute_stats(const StatsFacts& facts, const std::vector<StatsAccount>& accounts, TimeRange period,
                    const Zone& zone, TimePoint now) {
  Stats stats;
  stats.period = period;
  stats.now = now;
  const auto days = calendar_days(period, zone);
  Tally all(days);
  for (const auto& [account, settings, readable, known_from] : accounts) {
    Tally tally(days);
    MixHistory history;
    for (const auto& fact : facts.own) {
      if (fact.account != account.id) continue;
      add_to_history(fact, settings, history);
      tally.add(fact);
      all.add(fact);
      if (fact.past_rules && period.contains(fact.at))
        stats.past_rules.push_back({fact.at, account.name, fact.post, {}});
    }
    for (const auto& fact : facts.items) {
      if (fact.account != account.id) continue;
      tally.add(fact);
      all.add(fact);
    }
    auto& each = stats.accounts.emplace_back(
        AccountStats{account.name, settings, readable, known_from, std::move(tally).sums()});
    fill_windows(each.sums.days, history, settings, now);
  }
  stats.all = std::move(all).sums();
  std::stable_sort(stats.past_rules.begin(), stats.past_rules.end(),
                   [](const SentPast& a, const SentPast& b) { return a.at < b.at; });
  return stats;
}

Result<Stats> read_stats(World& world, Store& store, const std::string& account, TimeRange period) {
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto accounts, accounts_meant(world, store, account));
  TimePoint from = period.from;
  for (const auto& each : accounts) from = std::min(from, period.from - each.settings.window);
  POSTQ_TRY(const auto facts, store.stats_facts({from, period.to}));
  auto stats = compute_stats(facts, accounts, period, *zone, world.now());
  for (auto& sent : stats.past_rules) POSTQ_CHECK(read_reason(store, sent));
  return stats;
}

}  // namespace postq
