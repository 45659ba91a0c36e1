#include <rapidcheck.h>

#include <postq/policy/ratio.h>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

using Commands = std::vector<std::string>;

TEST_CASE("one post by hand opens three scheduled ones, and not a fourth") {
  const auto settings = one_for_three();

  CHECK(check_ratio(account_with(1, 0), scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_ratio(account_with(1, 2), scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_ratio(account_with(1, 3), scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::hold);
}

TEST_CASE("answers count by hand as posts do") {
  const auto settings = one_for_three();
  auto snapshot = quiet_account();
  snapshot.mix = {0, 1, 2};

  CHECK(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("a scheduled post is held by the ratio with counts, need and remedies, by-hand remedies first") {
  const auto settings = one_for_three();
  auto snapshot = account_with(0, 0);
  snapshot.history = MixHistory{};

  const auto verdict = check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::account);
  CHECK(verdict.rule == "ratio");
  CHECK(verdict.reason ==
        "at least 1 by hand for every 3 scheduled over 14 days; counted 0 by hand, 0 scheduled; "
        "needs 1 more by hand, time alone won't help");
  CHECK_FALSE(verdict.earliest);
  CHECK(commands(verdict) == Commands{"postq post --to bsky", "any app", "postq send 12@bsky --reason \"...\""});
}

TEST_CASE("a count that has no times promises nothing about time") {
  const auto settings = one_for_three();

  const auto verdict = check_ratio(account_with(1, 3), scheduled_for(kNoon), at(kNoon, settings));

  CHECK_FALSE(verdict.earliest);
  CHECK(verdict.reason.find("time alone") == std::string::npos);
}

TEST_CASE("the ratio opens by itself when scheduled posts leave the window first") {
  const auto settings = one_for_three();
  auto snapshot = account_with(1, 3);
  snapshot.history = MixHistory{{kNoon - days{1}}, {kNoon - days{13}, kNoon - days{12}, kNoon - days{2}}};

  const auto verdict = check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  REQUIRE(verdict.earliest);
  CHECK(*verdict.earliest == kNoon + days{1});
}

TEST_CASE("the ratio doesn't open by itself when the post by hand leaves first, or at the same instant") {
  const auto settings = one_for_three();
  auto snapshot = account_with(1, 3);

  for (const auto by_hand : {kNoon - days{13} - hours{1}, kNoon - days{13}}) {
    snapshot.history = MixHistory{{by_hand}, {kNoon - days{13}, kNoon - days{12}, kNoon - days{2}}};

    const auto verdict = check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings));

    CHECK(verdict.answer == Answer::hold);
    CHECK_FALSE(verdict.earliest);
  }
}

TEST_CASE("posts on their way, which the count knows and the history doesn't, keep the ratio closed") {
  const auto settings = one_for_three();
  auto snapshot = account_with(1, 4);
  snapshot.history = MixHistory{{kNoon - days{1}}, {kNoon - days{13}}};

  CHECK_FALSE(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).earliest);
}

TEST_CASE("what left the window before now doesn't leave it again") {
  const auto settings = one_for_three();
  auto snapshot = account_with(1, 3);
  snapshot.history = MixHistory{{kNoon - days{40}, kNoon - days{1}},
                                {kNoon - days{20}, kNoon - days{4}, kNoon - days{3}, kNoon - days{2}}};

  const auto verdict = check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  REQUIRE(verdict.earliest);
  CHECK(*verdict.earliest == kNoon + days{10});
}

TEST_CASE("a post leaves the window at the instant it is as old as the window") {
  const MixHistory history{{kNoon}, {kNoon}};

  CHECK(count_in_window(history, kNoon - Seconds{1}, days{14}).scheduled == 0);
  CHECK(count_in_window(history, kNoon, days{14}).scheduled == 1);
  CHECK(count_in_window(history, kNoon + days{14} - Seconds{1}, days{14}).by_hand() == 1);
  CHECK(count_in_window(history, kNoon + days{14}, days{14}).by_hand() == 0);
}

TEST_CASE("an old reading of the timeline holds scheduled posts once trust_reading is over") {
  const auto settings = one_for_three();
  auto snapshot = account_with(9, 0);

  snapshot.read_at = kNoon - hours{24};
  CHECK(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);

  snapshot.read_at = kNoon - hours{24} - Seconds{1};
  const auto verdict = check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reason ==
        "bsky's timeline could not be read since Mon 11:59:59, 1 day ago, and is trusted for 24 h, so nobody knows "
        "the mix");
  CHECK(commands(verdict) ==
        Commands{"postq sync bsky", "postq account test bsky", "postq send 12@bsky --reason \"...\""});
}

TEST_CASE("a timeline that was never read holds scheduled posts") {
  const auto settings = one_for_three();
  auto snapshot = account_with(9, 0);
  snapshot.read_at.reset();

  CHECK(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).reason ==
        "bsky's timeline could not be read over 14 days yet, so nobody knows the mix");
}

TEST_CASE("an account that can never be read counts what postq knows, or holds, as unreadable says") {
  auto settings = one_for_three();
  auto snapshot = account_with(1, 0);
  snapshot.readable = false;
  snapshot.read_at.reset();
  CHECK(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);

  settings.unreadable = Unreadable::hold;
  const auto verdict = check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(commands(verdict) == Commands{"postq send 12@bsky --reason \"...\""});
}

TEST_CASE("where nobody can read the timeline, what was written in an app has to be noted") {
  auto settings = one_for_three();
  settings.allow_send = false;
  auto snapshot = account_with(0, 0);
  snapshot.readable = false;

  CHECK(commands(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings))) ==
        Commands{"postq post --to bsky", "postq record bsky"});
}

TEST_CASE("the ratio never holds what is by hand, has begun, is sent past the rules, or when it is off") {
  auto settings = one_for_three();
  const auto snapshot = account_with(0, 9);
  auto begun = scheduled_for(kNoon);
  begun.started = true;
  auto past = at(kNoon, settings);
  past.past = PastRules::yes;

  CHECK(check_ratio(snapshot, written_by_hand(), at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_ratio(snapshot, begun, at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_ratio(snapshot, scheduled_for(kNoon), past).answer == Answer::allow);
  settings.ratio.reset();
  CHECK(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("what is needed by hand is rounded up, and the room down") {
  CHECK(by_hand_needed({0, 0, 0}, {1, 3}) == 1);
  CHECK(by_hand_needed({0, 0, 2}, {1, 3}) == 1);
  CHECK(by_hand_needed({0, 0, 3}, {1, 3}) == 2);
  CHECK(by_hand_needed({2, 0, 0}, {3, 1}) == 1);
  CHECK(by_hand_needed({5, 0, 0}, {1, 1}) == 0);

  auto settings = one_for_three();
  CHECK(room_for_scheduled({6, 0, 0}, settings) == 18);
  CHECK(room_for_scheduled({2, 2, 3}, settings) == 9);
  CHECK(room_for_scheduled({0, 0, 4}, settings) == 0);
  settings.ratio = Ratio{2, 1};
  CHECK(room_for_scheduled({3, 0, 0}, settings) == 1);
  settings.ratio.reset();
  CHECK(room_for_scheduled({0, 0, 4}, settings) == INT64_MAX);
}

TEST_CASE("the room is used up exactly when the ratio holds, and what is needed opens it") {
  CHECK(rc::check("room, need and verdict agree", [] {
    PolicySettings settings;
    settings.ratio = Ratio{*rc::gen::inRange(1, 9), *rc::gen::inRange(1, 9)};
    auto mix = MixCount{*rc::gen::inRange<std::int64_t>(0, 50), *rc::gen::inRange<std::int64_t>(0, 9),
                        *rc::gen::inRange<std::int64_t>(0, 200)};
    auto snapshot = quiet_account();
    const auto may_go = [&](const MixCount& counted) {
      snapshot.mix = counted;
      return check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow;
    };

    RC_ASSERT(may_go(mix) == (room_for_scheduled(mix, settings) > 0));
    const auto needed = by_hand_needed(mix, *settings.ratio);
    RC_ASSERT(may_go(mix) == (needed == 0));
    mix.by_hand_posts += needed;
    RC_ASSERT(may_go(mix));
    if (needed == 0) return;
    --mix.by_hand_posts;
    RC_ASSERT(!may_go(mix));
  }));
}

TEST_CASE("a ratio is read as it is written") {
  CHECK(format_ratio(*parse_ratio("1:3")) == "1:3");
  CHECK(format_ratio(*parse_ratio("1000:1")) == "1000:1");
  CHECK(format_ratio(*parse_ratio("off")) == "off");
}

TEST_CASE("what is not a ratio is refused with an example") {
  for (const auto* text : {"", "1", ":", "1:", ":3", "0:3", "1:0", "-1:3", "+1:3", "1:3:5", " 1:3", "1.5:3", "1:1001",
                           "99999999999:1", "OFF", "none"}) {
    CAPTURE(text);
    const auto ratio = parse_ratio(text);
    REQUIRE_FALSE(ratio);
    CHECK(ratio.error().kind == ErrorKind::usage);
    CHECK(ratio.error().hint.find("1:3") != std::string::npos);
  }
}
