#pragma once

#include <string>

#include "app/stats/stats.h"

// What the screen and the page say in the same words.
namespace postq {

// "4.2", "3": one decimal where there is one.
std::string decimal(double value);
// "6:2", by hand and scheduled.
std::string mix_words(const MixCount& mix);

// "Tue 27 Oct to Mon 23 Nov 2026, 28 days (Europe/Berlin). Today is not over."
std::string say_period(const Stats& stats, const Zone& zone);
// "Tue 27 Oct", or "27 Oct to 2 Nov" for a step of several days.
std::string say_step(const StatsDay& step, std::size_t length, const Zone& zone);

// "talked with 9 of the 11 people who spoke"; "nobody spoke".
std::string say_people(const Conversations& talk);
// "14 of 16 answered (87%), half of these within 3 h; 1 dismissed, 1 open".
std::string say_answers(const Conversations& talk);

// What keeps the results of two sorts of posts from being compared, as a sentence; empty if nothing does.
std::string say_doubt(const Results& by_hand, const Results& scheduled);

// "the rule, 1:3, was kept every day; the aim, 1:1, was missed on 5 of 28 days"; empty without either.
std::string say_below(const AccountStats& account);

// What isn't known of the account: "its timeline was never read: only what postq sent there is known". Empty: all is.
std::string say_unknown(const AccountStats& account, const Stats& stats, const Zone& zone);

}  // namespace postq
