#include <postq/core/account.h>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

using Commands = std::vector<std::string>;

TEST_CASE("a pause of everything holds the whole account and says how to resume") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.all_paused = true;

  const auto verdict = check_pause(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::account);
  CHECK(verdict.reason == "everything is paused");
  CHECK(commands(verdict) == Commands{"postq resume"});
}

TEST_CASE("several pauses are all named, each with what ends it") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.all_paused = true;
  snapshot.paused_until = kNoon + hours{2};

  const auto both = check_pause(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  CHECK(both.reason == "everything is paused; bsky is paused until 14:00");
  CHECK(commands(both) == Commands{"postq resume", "postq resume bsky"});
  CHECK_FALSE(both.earliest);  // the account's end opens nothing
  auto post = scheduled_for(kNoon);
  post.paused = true;
  CHECK(commands(check_pause(snapshot, post, at(kNoon, settings))).size() == 3);
}

TEST_CASE("a pause of the account ends at its time, or when a person resumes it") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.paused_until = kNoon + hours{2};

  const auto verdict = check_pause(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(verdict.reason == "bsky is paused until 14:00");
  CHECK(verdict.earliest == kNoon + hours{2});
  CHECK(commands(verdict) == Commands{"postq resume bsky"});
  CHECK(check_pause(snapshot, scheduled_for(kNoon), at(kNoon + hours{2}, settings)).answer == Answer::allow);

  snapshot.paused_until = kUntilResumed;
  const auto for_good = check_pause(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(for_good.reason == "bsky is paused");
  CHECK_FALSE(for_good.earliest);
}

TEST_CASE("a paused post is held alone, also when it is by hand or has begun") {
  const PolicySettings settings;
  auto begun = scheduled_for(kNoon);
  begun.started = true;

  for (auto candidate : {scheduled_for(kNoon), written_by_hand(), begun}) {
    candidate.paused = true;
    const auto verdict = check_pause(quiet_account(), candidate, at(kNoon, settings));
    CHECK(verdict.answer == Answer::hold);
    CHECK(verdict.reach == Scope::post);
    CHECK(commands(verdict) == Commands{"postq resume 12@bsky"});
  }
}

TEST_CASE("a platform's limit holds everybody until it ends") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.limited_until = kNoon + minutes{15};

  for (const auto& candidate : {scheduled_for(kNoon), written_by_hand()}) {
    const auto verdict = check_pause(snapshot, candidate, at(kNoon, settings));
    CHECK(verdict.answer == Answer::hold);
    CHECK(verdict.reach == Scope::account);
    CHECK(verdict.reason == "bsky's platform takes no more posts until 12:15");
    CHECK(verdict.earliest == kNoon + minutes{15});
  }
  CHECK(check_pause(snapshot, scheduled_for(kNoon), at(kNoon + minutes{15}, settings)).answer == Answer::allow);
}

TEST_CASE("an account that needs a sign-in is held, with the command that signs in") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.sign_in_needed = true;

  const auto verdict = check_pause(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reason == "bsky needs a new sign-in");
  CHECK(commands(verdict) == Commands{"postq account login bsky"});
}

TEST_CASE("while something may be out nothing else goes there, by hand neither, until its timeline was read") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.in_doubt = true;
  snapshot.readable = true;

  for (const auto& candidate : {scheduled_for(kNoon), written_by_hand()}) {
    const auto verdict = check_pause(snapshot, candidate, at(kNoon, settings));
    CHECK(verdict.answer == Answer::hold);
    CHECK(verdict.reach == Scope::account);
    CHECK(verdict.reason == "an earlier post may be out on bsky, and the timeline there wasn't read since");
    CHECK(commands(verdict) == Commands{"postq sync bsky"});
  }

  // Nothing would ever lift it where nothing can be read; there a kept key tells.
  snapshot.readable = false;
  CHECK(check_pause(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("while the queue is paused a person may still write by hand, and is told") {
  const PolicySettings settings;
  auto everything = quiet_account();
  everything.all_paused = true;
  auto account = quiet_account();
  account.paused_until = kUntilResumed;

  for (const auto& snapshot : {everything, account}) {
    const auto verdict = check_pause(snapshot, written_by_hand(), at(kNoon, settings));
    CHECK(verdict.answer == Answer::warn);
    CHECK(verdict.reason.find("paused") != std::string::npos);
  }
}

TEST_CASE("a post expires at its end, not before, and not once it has begun") {
  const PolicySettings settings;
  auto candidate = scheduled_for(kNoon);
  candidate.until = kNoon + hours{6};

  CHECK(check_until(quiet_account(), candidate, at(kNoon + hours{6} - Seconds{1}, settings)).answer == Answer::allow);
  const auto verdict = check_until(quiet_account(), candidate, at(kNoon + hours{6}, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.effect == Effect::expire);
  CHECK(verdict.reason == "it was never to go out after 18:00");
  CHECK(commands(verdict) == Commands{"postq edit 12@bsky"});

  candidate.started = true;
  CHECK(check_until(quiet_account(), candidate, at(kNoon + hours{7}, settings)).effect == Effect::none);
}

TEST_CASE("a picture without alt text holds, warns or passes as alt_text says") {
  PolicySettings settings;
  auto candidate = scheduled_for(kNoon);
  candidate.media_without_alt = 1;

  const auto verdict = check_alt_text(quiet_account(), candidate, at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::post);
  CHECK(verdict.reason == "1 picture has no alt text");
  CHECK(commands(verdict) == Commands{"postq edit 12"});

  candidate.media_without_alt = 2;
  settings.alt_text = Strictness::warn;
  const auto warning = check_alt_text(quiet_account(), candidate, at(kNoon, settings));
  CHECK(warning.answer == Answer::warn);
  CHECK(warning.reason == "2 pictures have no alt text");

  settings.alt_text = Strictness::off;
  CHECK(check_alt_text(quiet_account(), candidate, at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("the identical text is held for ten minutes whatever the settings say") {
  PolicySettings settings;
  settings.repeat = Strictness::off;
  auto candidate = scheduled_for(kNoon);
  candidate.earlier = RecentPost{DeliveryId{9}, kNoon - minutes{9}, true, PostId{19}};

  const auto verdict = check_repeat(quiet_account(), candidate, at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::post);
  CHECK(verdict.reason == "the same text as 19@" + candidate.account + " of 11:51");
  CHECK(verdict.earliest == kNoon + minutes{1});

  CHECK(check_repeat(quiet_account(), candidate, at(kNoon + minutes{1}, settings)).answer == Answer::allow);
}

TEST_CASE("nearly the same text warns or is held within repeat_within, as repeat says") {
  PolicySettings settings;
  auto candidate = scheduled_for(kNoon);
  candidate.earlier = RecentPost{DeliveryId{9}, kNoon - days{3}, false, PostId{19}};

  const auto warning = check_repeat(quiet_account(), candidate, at(kNoon, settings));
  CHECK(warning.answer == Answer::warn);
  CHECK(warning.reason ==
        "nearly the same text as 19@" + candidate.account + " of Sat 12:00; that is fine if you mean it");

  settings.repeat = Strictness::hold;
  const auto verdict = check_repeat(quiet_account(), candidate, at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.earliest == kNoon + days{27});
  CHECK(check_repeat(quiet_account(), candidate, at(kNoon + days{27}, settings)).answer == Answer::allow);

  settings.repeat = Strictness::off;
  CHECK(check_repeat(quiet_account(), candidate, at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("the identical text is not promised for ten minutes later where it is held for longer") {
  PolicySettings settings;
  settings.repeat = Strictness::hold;
  auto candidate = scheduled_for(kNoon);
  candidate.earlier = RecentPost{DeliveryId{9}, kNoon - minutes{1}, true};

  const auto verdict = check_repeat(quiet_account(), candidate, at(kNoon, settings));

  CHECK(verdict.earliest == kNoon - minutes{1} + days{30});
}

TEST_CASE("a post that goes together waits for the account that can't take it, and blocks nobody else") {
  const PolicySettings settings;
  auto candidate = scheduled_for(kNoon);
  CHECK(check_together(quiet_account(), candidate, at(kNoon, settings)).answer == Answer::allow);

  candidate.together_blocked_by = "mastodon (ratio)";
  const auto verdict = check_together(quiet_account(), candidate, at(kNoon, settings));

  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::post);
  CHECK(verdict.reason == "it goes to all its accounts together or to none; held back by mastodon (ratio)");
}

TEST_CASE("quiet hours hold posts without a time of their own until they end") {
  PolicySettings settings;
  settings.quiet = DailyHours{22 * 60, 7 * 60};
  const auto night = kNoon + hours{11};

  const auto verdict = check_quiet(quiet_account(), without_a_time(kNoon), at(night, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::post);
  CHECK(verdict.reason == "quiet from 22:00 to 07:00");
  CHECK(verdict.earliest == kNoon + hours{19});

  CHECK(check_quiet(quiet_account(), without_a_time(kNoon), at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_quiet(quiet_account(), scheduled_for(night), at(night, settings)).answer == Answer::allow);
  CHECK(check_quiet(quiet_account(), written_by_hand(), at(night, settings)).answer == Answer::allow);
}

TEST_CASE("quiet hours hold a post that missed its time and goes when it may") {
  PolicySettings settings;
  settings.quiet = DailyHours{22 * 60, 7 * 60};
  const auto night = kNoon + hours{11};
  auto candidate = scheduled_for(kNoon);
  candidate.missed_at = kNoon + hours{7};

  CHECK(check_quiet(quiet_account(), candidate, at(night, settings)).answer == Answer::hold);
}

TEST_CASE("two scheduled posts on one account are min_gap apart") {
  const PolicySettings settings;
  auto snapshot = quiet_account();
  snapshot.last_scheduled_at = kNoon - minutes{9};

  const auto verdict = check_min_gap(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::account);
  CHECK(verdict.reason == "10 min between two scheduled posts; the last went 11:51");
  CHECK(verdict.earliest == kNoon + minutes{1});
  CHECK(commands(verdict) == Commands{"postq send 12@bsky --reason \"...\""});

  CHECK(check_min_gap(snapshot, scheduled_for(kNoon), at(kNoon + minutes{1}, settings)).answer == Answer::allow);
  CHECK(check_min_gap(snapshot, written_by_hand(), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("a day takes max_per_day scheduled posts; the next day begins at midnight of the zone") {
  PolicySettings settings;
  settings.max_per_day = 2;
  auto snapshot = quiet_account();
  snapshot.scheduled_today = 1;
  CHECK(check_max_per_day(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);

  snapshot.scheduled_today = 2;
  const auto verdict = check_max_per_day(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::account);
  CHECK(verdict.reason == "2 scheduled posts on bsky today, of at most 2");
  CHECK(verdict.earliest == kNoon + hours{12});

  settings.max_per_day = 0;
  CHECK(check_max_per_day(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("people who wait too long are pointed out or hold the account, as people_waiting says") {
  PolicySettings settings;
  const auto snapshot = account_where_people_wait(3);

  const auto warning = check_people_waiting(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(warning.answer == Answer::warn);
  CHECK(warning.reason == "3 people wait longer than 24 h for an answer, the longest @mira.bsky.social for 26 h");
  CHECK(commands(warning) == Commands{"postq reply i4", "postq inbox --walk"});

  settings.people_waiting = Strictness::hold;
  const auto verdict = check_people_waiting(snapshot, scheduled_for(kNoon), at(kNoon, settings));
  CHECK(verdict.answer == Answer::hold);
  CHECK(verdict.reach == Scope::account);
  CHECK(verdict.reason == warning.reason);
  CHECK_FALSE(verdict.earliest);
  CHECK(commands(verdict) == Commands{"postq reply i4", "postq inbox --walk", "postq send 12@bsky --reason \"...\""});
  CHECK(verdict.remedies.front().why == "@mira.bsky.social has waited 26 h");

  settings.people_waiting = Strictness::off;
  CHECK(check_people_waiting(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("one person who waits is named alone, with the one command that answers") {
  PolicySettings settings;
  settings.people_waiting = Strictness::hold;
  settings.answer_within = hours{2};
  settings.allow_send = false;

  const auto verdict = check_people_waiting(account_where_people_wait(1), scheduled_for(kNoon), at(kNoon, settings));

  CHECK(verdict.reason == "1 person waits longer than 2 h for an answer, @mira.bsky.social for 26 h");
  CHECK(commands(verdict) == Commands{"postq reply i4"});
}

TEST_CASE("people who wait hold only scheduled posts that have not begun and that nobody sends past the rules") {
  PolicySettings settings;
  settings.people_waiting = Strictness::hold;
  const auto snapshot = account_where_people_wait(2);
  auto begun = scheduled_for(kNoon);
  begun.started = true;
  auto past = at(kNoon, settings);
  past.past = PastRules::yes;

  CHECK(check_people_waiting(snapshot, written_by_hand(), at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_people_waiting(snapshot, begun, at(kNoon, settings)).answer == Answer::allow);
  auto answer = scheduled_for(kNoon);
  answer.answers = true;
  CHECK(check_people_waiting(snapshot, answer, at(kNoon, settings)).answer == Answer::allow);
  CHECK(check_people_waiting(snapshot, scheduled_for(kNoon), past).answer == Answer::allow);
  CHECK(check_people_waiting(quiet_account(), scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("somebody who has not waited long enough to count is no reason to hold, even if known by name") {
  PolicySettings settings;
  settings.people_waiting = Strictness::hold;
  auto snapshot = account_where_people_wait(0);
  snapshot.longest_waiting.front().since = kNoon - hours{3};

  CHECK(check_people_waiting(snapshot, scheduled_for(kNoon), at(kNoon, settings)).answer == Answer::allow);
}

TEST_CASE("what people call themselves can't disturb the sentence of the rule") {
  const PolicySettings settings;
  auto snapshot = account_where_people_wait(1);
  snapshot.longest_waiting.front().handle = "@mi\x1b[2Jra\n" + std::string(10000, 'a');

  const auto verdict = check_people_waiting(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  CHECK(verdict.reason.find('\x1b') == std::string::npos);
  CHECK(verdict.reason.find('\n') == std::string::npos);
  CHECK(verdict.reason.find("@mi\\x1b[2Jra\\naaa") != std::string::npos);
  CHECK(verdict.reason.size() < 150);
  CHECK(verdict.remedies.front().why.size() < 100);
}

TEST_CASE("an answer is the first remedy of the ratio too, where answers count") {
  PolicySettings settings;
  auto snapshot = account_where_people_wait(1);
  snapshot.mix = {};

  CHECK(commands(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings))).front() == "postq reply i4");

  settings.count_replies = false;
  CHECK(commands(check_ratio(snapshot, scheduled_for(kNoon), at(kNoon, settings))).front() == "postq post --to bsky");
}

TEST_CASE("of people who wait and the ratio, people are named first") {
  PolicySettings settings;
  settings.people_waiting = Strictness::hold;
  auto snapshot = account_where_people_wait(1);
  snapshot.mix = {};

  const auto judgement = judge(snapshot, scheduled_for(kNoon), at(kNoon, settings));

  CHECK(judgement.deciding()->rule == "people_waiting");
  CHECK(judgement.reach == Scope::account);
  CHECK_FALSE(judgement.earliest());
}

TEST_CASE("people_waiting says in a sentence what it does") {
  PolicySettings settings;
  CHECK(describe_people_waiting(settings) ==
        "Scheduled posts go with a warning while somebody waits longer than 24 h for an answer on their account.");
  settings.people_waiting = Strictness::hold;
  settings.answer_within = hours{4};
  CHECK(describe_people_waiting(settings) ==
        "No scheduled post goes out while somebody waits longer than 4 h for an answer on its account.");
  settings.people_waiting = Strictness::off;
  CHECK(describe_people_waiting(settings) == "Scheduled posts go out also while people wait for an answer.");
}
