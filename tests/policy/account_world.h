#pragma once

#include <functional>
#include <set>
#include <vector>

#include <postq/policy/policy.h>

namespace postq::policy_test {

enum class Fate { queued, review, sent, expired, dropped };

// One delivery and what happened to it.
struct Story {
  Candidate candidate;
  Fate fate = Fate::queued;
  int times_to_review = 0;
  std::optional<TimePoint> sent_at;
};

// A small model of one account: its public posts, its queue, and a publisher that does what the rules' verdicts say. It
// counts in its own, plain way, so that it can tell when the rules are wrong.
class AccountWorld {
 public:
  AccountWorld(PolicySettings rules, TimePoint start)
      : settings(std::move(rules)), now(start), read_at(start), last_chance(start) {}

  PolicySettings settings;
  TimePoint now;
  bool reachable = true;  // the timeline can be read now
  bool all_paused = false;
  std::optional<TimePoint> limited_until;
  std::vector<TimePoint> waiting;  // since when each of the people waits, oldest first
  TimePoint read_at;
  TimePoint last_chance;  // a flush came to its end, and the platform took posts
  std::vector<TimePoint> by_hand;
  std::vector<TimePoint> scheduled;
  std::vector<Story> stories;

  void write_by_hand() { by_hand.push_back(now); }
  void read_timeline();
  void approve(Story& story);
  // Somebody waits longer than answer_within, and the rules were told to hold for that.
  bool people_hold() const;
  // The promise: with everything that is public now, the mix is kept.
  bool mix_is_kept() const;
  Snapshot snapshot(bool with_history) const;
  RuleContext context() const;
};

// One pass over what is due. Each step is one claim, a transaction of its own: passes that run at once take turns.
class FlushPass {
 public:
  FlushPass(AccountWorld& world, std::function<void(const Story&)> on_sent)
      : world_(world), on_sent_(std::move(on_sent)), chance_(world.last_chance) {}
  // False when there is nothing more to do.
  bool step();

 private:
  Snapshot snapshot() const;
  void take_back_overdue();
  Story* next_due();
  void carry_out(Story& story, const Judgement& judgement);

  AccountWorld& world_;
  std::function<void(const Story&)> on_sent_;
  std::set<DeliveryId> asked_;
  TimePoint chance_;  // before this pass
  bool began_ = false;
  bool turn_is_over_ = false;
};

}  // namespace postq::policy_test
