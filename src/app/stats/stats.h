#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <postq/policy/config.h>
#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// Of the numbers of several posts.
struct Measure {
  double mean = 0;
  double median = 0;
};

// What came of the posts of one sort. Answers aren't among them: few people see one, whoever wrote it.
struct Results {
  std::int64_t posts = 0;
  std::int64_t readable = 0;  // of these the platform tells
  Measure likes;
  Measure replies;
  Measure boosts;
};

// What was said to the account in the period, and what became of it.
struct Conversations {
  std::int64_t items = 0;
  std::int64_t answered = 0;
  std::int64_t dismissed = 0;
  std::int64_t open = 0;
  std::int64_t people = 0;             // who spoke
  std::int64_t people_answered = 0;    // talked with
  std::optional<Seconds> half_within;  // the median time to an answer
};

struct StatsDay {
  TimeRange day;  // of the zone
  std::int64_t by_hand_posts = 0;
  std::int64_t by_hand_answers = 0;
  std::int64_t scheduled = 0;
  std::int64_t past_rules = 0;  // of the scheduled ones
  std::int64_t items = 0;       // said to the account
  std::int64_t answered = 0;    // of these, whenever
  MixCount window;              // what the ratio counted at its end, or counts now

  std::int64_t by_hand() const { return by_hand_posts + by_hand_answers; }
};

// The same in steps of `length` days each, the window being that of the last day.
std::vector<StatsDay> in_steps(const std::vector<StatsDay>& days, std::size_t length);
// The length that a reader still takes in: days, weeks, or four weeks.
std::size_t readable_step(std::size_t days);

// Of one account, or of all together.
struct StatsSums {
  std::vector<StatsDay> days;  // one for each of the period; of all together `window` is empty
  Conversations conversations;
  Results by_hand;
  Results scheduled;

  std::int64_t total(std::int64_t StatsDay::*what) const;
  std::int64_t total_by_hand() const { return total(&StatsDay::by_hand_posts) + total(&StatsDay::by_hand_answers); }
};

// A post that a person sent past the rules.
struct SentPast {
  TimePoint at{};
  std::string account;
  std::optional<PostId> post;  // nothing where it isn't known
  std::string reason;          // as the person gave it

  // "12@bsky", or the account where the post isn't known.
  std::string name() const { return post ? std::to_string(number(*post)) + "@" + account : account; }
};

struct AccountStats {
  std::string account;
  PolicySettings settings;
  bool readable = false;                // its timeline can be read
  std::optional<TimePoint> known_from;  // the begin of what was read; earlier only what postq sent is known
  StatsSums sums;
};

struct Stats {
  TimeRange period;  // whole days of the zone
  TimePoint now{};
  std::vector<AccountStats> accounts;
  StatsSums all;
  std::vector<SentPast> past_rules;  // oldest first

  std::size_t days() const { return all.days.size(); }
  bool today_goes_on() const { return period.contains(now); }
  bool is_empty() const;  // nobody posted or spoke
};

// How the count at the end of a day stands.
enum class MixStanding : std::uint8_t {
  fine,
  below_aim,
  below_minimum,
};
bool keeps(const MixCount& mix, const Ratio& ratio);
MixStanding standing_of(const MixCount& mix, const PolicySettings& settings);

// The share by hand in percent, rounded down; nothing where there is neither.
std::optional<int> share_by_hand(const MixCount& mix);
// The share that keeps the ratio: 25 for 1:3.
int share_of(const Ratio& ratio);

// An account whose share of the facts is wanted.
struct StatsAccount {
  Account account;
  PolicySettings settings;
  bool readable = false;
  std::optional<TimePoint> known_from;
};

// `facts` reach back from the period as far as the longest window. Pure.
Stats compute_stats(const StatsFacts& facts, const std::vector<StatsAccount>& accounts, TimeRange period,
                    const Zone& zone, TimePoint now);

// Of all accounts, or of the one named; kind not_found when there is no such account. `accounts` is empty when there is
// none at all.
Result<Stats> read_stats(World& world, Store& store, const std::string& account, TimeRange period);

}  // namespace postq
