#include <algorithm>
#include <set>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

namespace {

// Everything that can hold a scheduled post holds it, but for its end.
Snapshot closed_account() {
  auto snapshot = account_with(0, 3);
  snapshot.last_scheduled_at = kNoon;
  snapshot.scheduled_today = 10;
  return snapshot;
}

Candidate closed_candidate() {
  auto candidate = without_a_time(kNoon);
  candidate.media_without_alt = 1;
  candidate.earlier = RecentPost{DeliveryId{9}, kNoon, true};
  candidate.together_blocked_by = "mastodon";
  return candidate;
}

std::set<std::string> holding(const Judgement& judgement) {
  std::set<std::string> rules;
  for (const auto& verdict : judgement.verdicts) {
    if (verdict.answer == Answer::hold) rules.insert(verdict.rule);
  }
  return rules;
}

PolicySettings quiet_at_noon() {
  PolicySettings settings;
  settings.quiet = DailyHours{11 * 60, 13 * 60};
  return settings;
}

using Rules = std::set<std::string>;

}  // namespace

TEST_CASE("every rule is asked and its verdict kept, in one order") {
  const PolicySettings settings;

  const auto judgement = judge(account_with(1, 0), scheduled_for(kNoon), at(kNoon, settings));

  std::vector<std::string> asked;
  for (const auto& verdict : judgement.verdicts) asked.push_back(verdict.rule);
  CHECK(asked == std::vector<std::string>{"pause", "until", "alt_text", "repeat", "together", "people_waiting", "ratio",
                                          "quiet", "max_per_day", "min_gap", "late"});
  CHECK(judgement.answer == Answer::allow);
  CHECK(judgement.effect == Effect::none);
  CHECK(judgement.deciding() == nullptr);
}

TEST_CASE("a rule that says yes writes no sentence") {
  const PolicySettings settings;

  for (const auto& verdict : judge(account_with(1, 0), scheduled_for(kNoon), at(kNoon, settings)).verdicts) {
    CHECK(verdict.reason.empty());
    CHECK(verdict.remedies.empty());
  }
}

TEST_CASE("the first hold decides, and all holds are kept") {
  const auto settings = quiet_at_noon();

  const auto judgement = judge(closed_account(), closed_candidate(), at(kNoon, settings));

  CHECK(holding(judgement) == Rules{"alt_text", "repeat", "together", "ratio", "quiet", "max_per_day", "min_gap"});
  CHECK(judgement.deciding()->rule == "alt_text");
  CHECK(judgement.reach == Scope::post);
}

TEST_CASE("a warning lets the post go and is told; a hold comes before it") {
  const PolicySettings settings;
  auto candidate = scheduled_for(kNoon);
  candidate.earlier = RecentPost{DeliveryId{9}, kNoon - days{1}, false};

  const auto warned = judge(account_with(1, 0), candidate, at(kNoon, settings));
  CHECK(warned.answer == Answer::warn);
  CHECK(warned.allowed());
  CHECK(warned.deciding()->rule == "repeat");

  CHECK(judge(account_with(0, 0), candidate, at(kNoon, settings)).deciding()->rule == "ratio");
}

TEST_CASE("postq send sets aside ratio, gap, day cap and quiet, and nothing else") {
  const auto settings = quiet_at_noon();
  auto context = at(kNoon, settings);
  context.past = PastRules::yes;

  CHECK(holding(judge(closed_account(), closed_candidate(), context)) == Rules{"alt_text", "repeat", "together"});
}

TEST_CASE("what is by hand is asked about pause and until only") {
  const auto settings = quiet_at_noon();
  auto candidate = closed_candidate();
  candidate.origin = Origin::hand_written;
  CHECK(judge(closed_account(), candidate, at(kNoon, settings)).answer == Answer::allow);

  candidate.until = kNoon;
  candidate.paused = true;
  CHECK(holding(judge(closed_account(), candidate, at(kNoon, settings))) == Rules{"pause", "until"});
}

TEST_CASE("a thread that has begun is asked about pause only") {
  const auto settings = quiet_at_noon();
  auto candidate = closed_candidate();
  candidate.started = true;
  candidate.own_time = true;
  candidate.until = kNoon - days{2};
  candidate.not_before = kNoon - days{3};
  CHECK(judge(closed_account(), candidate, at(kNoon, settings)).answer == Answer::allow);

  auto paused = closed_account();
  paused.all_paused = true;
  CHECK(holding(judge(paused, candidate, at(kNoon, settings))) == Rules{"pause"});
}

TEST_CASE("a post whose end has passed expires, also while it is paused and late") {
  const PolicySettings settings;
  auto snapshot = account_with(0, 0);
  snapshot.all_paused = true;
  auto candidate = scheduled_for(kNoon - days{1});
  candidate.until = kNoon - hours{1};

  const auto judgement = judge(snapshot, candidate, at(kNoon, settings));

  CHECK(judgement.effect == Effect::expire);
  CHECK(judgement.deciding()->rule == "until");
}

TEST_CASE("time lifts a judgement when it lifts the last hold, and never when one stays") {
  PolicySettings settings;
  auto snapshot = account_with(9, 0);
  snapshot.last_scheduled_at = kNoon - minutes{2};
  snapshot.scheduled_today = 10;
  CHECK(judge(snapshot, scheduled_for(kNoon), at(kNoon, settings)).earliest() == kNoon + hours{12});

  snapshot.mix = {};
  CHECK_FALSE(judge(snapshot, scheduled_for(kNoon), at(kNoon, settings)).earliest());
  CHECK_FALSE(judge(account_with(1, 0), scheduled_for(kNoon), at(kNoon, settings)).earliest());
}

TEST_CASE("the rules in force are told in one sentence each, in the order of asking") {
  const auto sentences = describe({});

  const PolicySettings settings;
  const auto verdicts = judge(account_with(1, 0), scheduled_for(kNoon), at(kNoon, settings)).verdicts;
  REQUIRE(sentences.size() == verdicts.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    CAPTURE(sentences[i].sentence);
    CHECK(sentences[i].rule == verdicts[i].rule);
    CHECK(sentences[i].sentence.back() == '.');
    CHECK(std::count(sentences[i].sentence.begin(), sentences[i].sentence.end(), '.') == 1);
  }
  CHECK(describe_ratio({}) ==
        "On each account at least 1 by hand for every 3 scheduled, counted over the last 14 days; answers to others "
        "are by hand too.");
  CHECK(describe_late({}) ==
        "When nothing could be sent on an account for 1 h, posts whose own time passed meanwhile come back to review "
        "together; so does one that a rule held for 6 h.");
}

TEST_CASE("a setting that changes a rule changes its sentence") {
  const PolicySettings plain;
  const auto differs = [&](const PolicySettings& changed, const std::string& rule) {
    const auto before = describe(plain);
    const auto after = describe(changed);
    for (std::size_t i = 0; i < before.size(); ++i) {
      CAPTURE(rule, before[i].sentence, after[i].sentence);
      CHECK((before[i].sentence != after[i].sentence) == (before[i].rule == rule));
    }
  };
  PolicySettings changed;

  changed.ratio.reset();
  differs(changed, "ratio");
  changed = {};
  changed.count_replies = false;
  differs(changed, "ratio");
  changed.count_boosts = true;
  differs(changed, "ratio");
  changed.count_replies = true;
  differs(changed, "ratio");
  changed = {};
  changed.quiet = DailyHours{22 * 60, 7 * 60};
  differs(changed, "quiet");
  CHECK(describe_quiet(changed) == "From 22:00 to 07:00 only posts with a time of their own go out.");
  changed = {};
  changed.max_per_day = 0;
  differs(changed, "max_per_day");
  changed = {};
  changed.min_gap = Seconds{0};
  differs(changed, "min_gap");
  for (const auto strictness : {Strictness::off, Strictness::warn}) {
    changed = {};
    changed.alt_text = strictness;
    differs(changed, "alt_text");
  }
  for (const auto strictness : {Strictness::off, Strictness::hold}) {
    changed = {};
    changed.repeat = strictness;
    differs(changed, "repeat");
  }
  for (const auto late : {LatePolicy::later, LatePolicy::drop}) {
    changed = {};
    changed.late = late;
    differs(changed, "late");
  }
}
