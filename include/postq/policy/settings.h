#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <postq/time/when.h>

namespace postq {

enum class Strictness : std::uint8_t { off, warn, hold };
enum class LatePolicy : std::uint8_t { review, later, drop };
enum class Unreadable : std::uint8_t { own, hold };

// a by hand to b scheduled; a scheduled post may go when, with it included, by_hand * b >= a * scheduled.
struct Ratio {
  int by_hand = 1;
  int scheduled = 3;
};

// The rules in force for one account: [policy], with [policy.accounts.NAME] laid over it.
struct PolicySettings {
  std::optional<Ratio> ratio = Ratio{};  // nothing = off
  Seconds window = std::chrono::days{14};
  std::optional<Ratio> aim = Ratio{1, 1};
  bool count_replies = true;
  bool count_boosts = false;
  Seconds trust_reading = std::chrono::hours{24};
  Unreadable unreadable = Unreadable::own;
  std::vector<std::string> schedulers = {};  // apps that post for people who aren't there, besides those postq knows
  Seconds late_after = std::chrono::hours{1};
  LatePolicy late = LatePolicy::review;
  Seconds min_gap = std::chrono::minutes{10};
  int max_per_day = 10;  // 0 = no cap
  std::optional<DailyHours> quiet;
  Strictness repeat = Strictness::warn;
  Seconds repeat_within = std::chrono::days{30};
  Strictness alt_text = Strictness::hold;  // "require": approval is refused without
  Strictness people_waiting = Strictness::warn;
  Seconds answer_within = std::chrono::hours{24};
  bool allow_send = true;
};

}  // namespace postq
