#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <postq/core/delivery.h>
#include <postq/core/timeline.h>
#include <postq/policy/settings.h>
#include <postq/time/zone.h>

// What a rule sees and what it answers. Each rule is a pure function of these values, in a header of its own.
namespace postq {

// Something like the candidate that already went out, or is on its way.
struct RecentPost {
  DeliveryId delivery{};
  TimePoint at{};
  bool identical = false;  // to the letter; else nearly the same
  PostId post{};           // that it is of
};

// What keeps an account from being sent on, other than a rule.
enum class Block : std::uint8_t {
  no_flush,     // nobody ran it
  paused,       // the file STOP was there
  unreachable,  // no network, or the server is down
  limited,      // the platform asked to be left alone
  sign_in,      // it needs a new sign-in
  unreadable,   // its timeline can't be read, and nothing goes without
};

// When something could last have been sent on an account, and what has kept it since.
struct LastChance {
  TimePoint at{};  // TimePoint{}: never
  Block block = Block::no_flush;
};

// All the rules may know about one account at one moment.
struct Snapshot {
  std::string account;
  bool all_paused = false;
  std::optional<TimePoint> paused_until;
  std::optional<TimePoint> limited_until;
  bool sign_in_needed = false;
  bool in_doubt = false;  // a request may have published something, and the timeline wasn't read since it ended
  MixCount mix;
  std::optional<MixHistory> history;           // when a forecast is wanted: tells when old posts leave the window
  bool readable = false;                       // the platform can show its timeline
  std::optional<TimePoint> read_at;            // when it last did, without a gap over the window
  std::optional<TimePoint> last_scheduled_at;  // the last scheduled post that went (or may have gone) out
  int scheduled_today = 0;                     // calendar day in the zone
  // Who waits for an answer, longest first: how many, and the first few.
  struct Waiting {
    ItemId item{};
    std::string handle;
    TimePoint since{};
  };
  std::int64_t people_waiting = 0;
  std::int64_t waiting_too_long = 0;     // of these, longer than answer_within
  std::vector<Waiting> longest_waiting;  // at most 3
  LastChance last_chance;
  Seconds usual_wait{};  // between two runs of flush that nobody watched; zero: not known
  int overdue = 0;       // posts with a time of their own that are overdue (late.h); counted after a gap only

  // One more scheduled post went out, or is on its way.
  void count_scheduled(TimePoint at) {
    ++mix.scheduled;
    ++scheduled_today;
    last_scheduled_at = at;
  }
};

// One delivery that asks to go out.
struct Candidate {
  DeliveryId delivery{};
  PostId post{};
  std::string account;
  Origin origin = Origin::scheduled;
  bool own_time = false;  // --at; else as soon as approved
  TimePoint not_before{};
  TimePoint next_at{};
  std::optional<TimePoint> until;
  std::optional<TimePoint> approved_at;
  std::optional<TimePoint> missed_at;
  std::int64_t tries = 0;  // to send it, that failed one after the other
  std::optional<TimePoint> created_at;
  bool paused = false;
  bool started = false;  // a part of it is already out
  bool answers = false;  // what somebody said
  int media_without_alt = 0;
  std::optional<RecentPost> earlier;  // within repeat_within, on the same account
  // together: the accounts that can't take it now, in words; empty = all can, or it isn't together.
  std::string together_blocked_by;
};

enum class Answer : std::uint8_t { allow, warn, hold };
enum class Scope : std::uint8_t { post, account };  // a hold of the account ends its turn; one of the post skips it

// What the publisher does with the delivery besides holding it. mark_missed comes with every answer.
enum class Effect : std::uint8_t {
  none,
  to_review,    // withdraw the approval, mark it as having missed its time
  mark_missed,  // keep the approval; from now on it goes as soon as the rules allow
  drop,         // cancel it
  expire,       // its end has passed
};

struct Remedy {
  std::string command;  // what to type
  std::string why;
};

// The answer of one rule, as a sentence.
struct Verdict {
  Answer answer = Answer::allow;
  Scope reach = Scope::post;
  Effect effect = Effect::none;
  std::string rule;    // "ratio"
  std::string reason;  // "at least 1 by hand for every 3 scheduled over 14 days; counted 0 by hand, 0 scheduled; ..."
  std::optional<TimePoint> earliest;  // when time alone lifts it; nothing: time alone won't help, or it isn't known
  std::vector<Remedy> remedies;       // by-hand remedies first
};

// A person may have said `postq send`: ratio, gap, cap, quiet (and people waiting) are then set aside.
enum class PastRules : std::uint8_t { no, yes };

struct RuleContext {
  const PolicySettings& settings;
  const Zone& zone;
  TimePoint now;
  PastRules past = PastRules::no;
  const Verdict* held_by = nullptr;  // set by judge(): the first hold of the rules asked before this one
  bool words = true;  // false: reasons and remedies may be left empty; for who asks a thousand times and shows one
};

}  // namespace postq
