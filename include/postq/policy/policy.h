#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/delivery.h>
#include <postq/core/timeline.h>
#include <postq/core/when.h>
#include <postq/core/zone.h>

namespace postq {

enum class Strictness : std::uint8_t { off, warn, hold };
enum class LatePolicy : std::uint8_t { review, later, drop };
enum class Unreadable : std::uint8_t { own, hold };

// a by hand to b scheduled; a scheduled post may go when, with it included, by_hand * b >= a * scheduled.
struct Ratio {
  int by_hand = 1;
  int scheduled = 3;
};

// The rules in force for one account: [policy], with [policy.accounts.NAME] laid over it. Defaults of design.md §7.
struct PolicySettings {
  std::optional<Ratio> ratio = Ratio{};  // nothing = off
  Seconds window = std::chrono::days{14};
  std::optional<Ratio> aim = Ratio{1, 1};
  bool count_replies = true;
  bool count_boosts = false;
  Seconds trust_reading = std::chrono::hours{24};
  Unreadable unreadable = Unreadable::own;
  Seconds late_after = std::chrono::hours{6};
  LatePolicy late = LatePolicy::review;
  Seconds min_gap = std::chrono::minutes{10};
  int max_per_day = 10;  // 0 = no cap
  std::optional<DailyHours> quiet;
  Strictness repeat = Strictness::warn;
  Seconds repeat_within = std::chrono::days{30};
  Strictness alt_text = Strictness::hold;  // "require": approval is refused without
  bool allow_send = true;
};

// Something like the candidate that already went out, or is on its way.
struct Earlier {
  DeliveryId delivery{};
  TimePoint at{};
  bool identical = false;  // to the letter; else nearly the same
};

// All the rules may know about one account at one moment.
struct Snapshot {
  std::string account;
  bool all_paused = false;
  std::optional<TimePoint> paused_until;
  std::optional<TimePoint> limited_until;
  bool sign_in_needed = false;
  MixCount mix;
  std::optional<MixHistory> history;  // when a forecast is wanted: tells when old posts leave the window
  bool readable = false;              // the platform can show its timeline
  std::optional<TimePoint> read_at;   // when it last did, without a gap over the window
  std::optional<TimePoint> last_scheduled_at;  // the last scheduled post that went (or may have gone) out
  int scheduled_today = 0;            // calendar day in the zone
  std::vector<std::string> people_waiting;
};

// One delivery that asks to go out.
struct Candidate {
  DeliveryId delivery{};
  PostId post{};
  std::string account;
  Origin origin = Origin::scheduled;
  bool own_time = false;              // --at; else as soon as approved
  TimePoint not_before{};
  TimePoint next_at{};
  std::optional<TimePoint> until;
  std::optional<TimePoint> approved_at;
  std::optional<TimePoint> missed_at;
  std::optional<TimePoint> tried_at;  // when the rules or the publisher last looked at it, since it became due
  std::optional<TimePoint> created_at;
  bool paused = false;
  bool started = false;               // a part of it is already out
  int media_without_alt = 0;
  std::optional<Earlier> earlier;     // within repeat_within, on the same account
  // together: the accounts that can't take it now, in words; empty = all can, or it isn't together.
  std::string together_blocked_by;
};

enum class Answer : std::uint8_t { allow, warn, hold };
enum class Reach : std::uint8_t { post, account };  // a hold of the account ends its turn; one of the post skips it

// What the publisher does with the delivery besides holding it.
enum class Effect : std::uint8_t {
  none,
  to_review,  // withdraw the approval, mark it as having missed its time
  mark_missed,  // keep the approval; from now on it goes as soon as the rules allow
  drop,       // cancel it
  expire,     // its end has passed
};

struct Remedy {
  std::string command;  // what to type
  std::string why;
};

// The answer of one rule, as a sentence.
struct Verdict {
  Answer answer = Answer::allow;
  Reach reach = Reach::post;
  Effect effect = Effect::none;
  std::string rule;      // "ratio"
  std::string reason;    // "at least 1 by hand for every 3 scheduled over 14 days; counted 0 by hand, 0 scheduled"
  std::optional<TimePoint> earliest;  // when time alone lifts it; nothing: time alone won't help, or it isn't known
  std::vector<Remedy> remedies;       // by-hand remedies first
};

// The combined answer, and each rule's.
struct Judgement {
  Answer answer = Answer::allow;
  Effect effect = Effect::none;
  Reach reach = Reach::post;
  std::vector<Verdict> verdicts;  // every rule, in the order of kRules

  // The verdict that decides: the first hold, else the first warning, else nullptr.
  const Verdict* deciding() const;
  bool allowed() const { return answer != Answer::hold; }
};

// A person may have said `postq send`: ratio, gap, cap, quiet (and people waiting) are then set aside.
enum class PastRules : std::uint8_t { no, yes };

struct RuleContext {
  const PolicySettings& settings;
  const Zone& zone;
  TimePoint now;
  PastRules past = PastRules::no;
};

// The rules of postq, each pure. See the header of each.
Verdict check_pause(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_until(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_late(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_alt_text(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_repeat(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_together(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_quiet(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_min_gap(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_max_per_day(const Snapshot&, const Candidate&, const RuleContext&);
Verdict check_ratio(const Snapshot&, const Candidate&, const RuleContext&);

// Asks every rule. Hand-written posts are asked about pause and until only.
Judgement judge(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context);

// The rules in force in sentences, for `postq policy`: name and sentence, in order.
struct RuleSentence {
  std::string rule;
  std::string sentence;
};
std::vector<RuleSentence> describe(const PolicySettings& settings);

// --- Running the queue forward ----------------------------------------------------------------------------------------

struct ForecastEntry {
  DeliveryId delivery{};
  PostId post{};
  TimePoint asked{};                // when it would go without rules
  std::optional<TimePoint> goes;    // nothing: held to the end of the forecast
  std::string rule;                 // what holds or delays it; empty if nothing
  std::string reason;
  int by_hand_needed = 0;           // posts by hand that would free it at its time
};

struct Forecast {
  std::vector<ForecastEntry> entries;  // by time, then id
  std::int64_t room = 0;               // scheduled posts that could go now by the ratio; INT64_MAX if it is off
  int by_hand_needed = 0;              // in all
  std::optional<TimePoint> needed_before;
};

// Runs one account's queue forward from context.now over `horizon`, writing nothing by hand, or with the by-hand posts
// assumed at `assumed_by_hand`. `snapshot.history` must be set. Every flush is taken to come at once.
Forecast simulate(const Snapshot& snapshot, const std::vector<Candidate>& queue, const RuleContext& context,
                  Seconds horizon, const std::vector<TimePoint>& assumed_by_hand = {});

// Scheduled posts that may still go out now by the ratio alone; INT64_MAX when it is off.
std::int64_t room_for_scheduled(const MixCount& mix, const PolicySettings& settings);

// "1:3" or "off"; kind usage.
Result<std::optional<Ratio>> parse_ratio(std::string_view text);
std::string format_ratio(const std::optional<Ratio>& ratio);

}  // namespace postq
