#include "app/stats/words.h"

#include <algorithm>
#include <cmath>

#include <postq/time/days.h>
#include <postq/time/when.h>

#include "app/words/standing.h"

namespace postq {

namespace {

constexpr std::int64_t kFewPosts = 5;  // fewer say more about chance than about the posts

std::string missing_results(const Results& results, const std::string& which) {
  if (results.posts == 0) return "there is no " + which + " post";
  if (results.readable == 0) return "what readers did with the " + which + " posts can't be read";
  return "";
}

}  // namespace

std::string decimal(double value) {
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  const auto whole = std::to_string(tenths / 10);
  return tenths % 10 == 0 ? whole : whole + "." + std::to_string(tenths % 10);
}

std::string mix_words(const MixCount& mix) {
  return std::to_string(mix.by_hand()) + ":" + std::to_string(mix.scheduled);
}

std::string say_period(const Stats& stats, const Zone& zone) {
  const TimePoint last = stats.all.days.back().day.from;
  std::string text = say_day(stats.period.from, zone);
  if (say_year(stats.period.from, zone) != say_year(last, zone)) text += " " + say_year(stats.period.from, zone);
  if (stats.days() > 1) text += " to " + say_day(last, zone);
  text += " " + say_year(last, zone);
  text += ", " + count_of(static_cast<std::int64_t>(stats.days()), "day", "days") + " (" + zone.name() + ").";
  return stats.today_goes_on() ? text + " Today is not over." : text;
}

std::string say_step(const StatsDay& step, std::size_t length, const Zone& zone) {
  if (length == 1) return say_day(step.day.from, zone);
  return say_date(step.day.from, zone) + " to " + say_date(step.day.to - Seconds{1}, zone);
}

std::string say_people(const Conversations& talk) {
  if (talk.people == 0) return "nobody spoke";
  return "talked with " + std::to_string(talk.people_answered) + " of the " +
         count_of(talk.people, "person who spoke", "people who spoke");
}

std::string say_answers(const Conversations& talk) {
  if (talk.items == 0) return "nothing to answer";
  std::string text = std::to_string(talk.answered) + " of " + std::to_string(talk.items) + " answered (" +
                     std::to_string(talk.answered * 100 / talk.items) + "%)";
  if (talk.half_within) text += ", half of these within " + format_duration(*talk.half_within);
  std::string others;
  if (talk.dismissed > 0) others = std::to_string(talk.dismissed) + " dismissed";
  if (talk.open > 0) others += (others.empty() ? "" : ", ") + std::to_string(talk.open) + " open";
  return others.empty() ? text : text + "; " + others;
}

std::string say_doubt(const Results& by_hand, const Results& scheduled) {
  for (const auto& missing : {missing_results(by_hand, "by-hand"), missing_results(scheduled, "scheduled")}) {
    if (!missing.empty()) return "Nothing to compare: " + missing + ".";
  }
  const auto fewest = std::min(by_hand.readable, scheduled.readable);
  if (fewest >= kFewPosts) return "";
  return count_of(fewest, "post is", "posts are") + " too few to tell one sort from the other.";
}

std::string say_below(const AccountStats& account) {
  const auto& days = account.sums.days;
  std::string text;
  const auto add = [&](std::string_view what, const std::optional<Ratio>& ratio) {
    if (!ratio) return;
    const auto below =
        std::count_if(days.begin(), days.end(), [&ratio](const StatsDay& day) { return !keeps(day.window, *ratio); });
    text += (text.empty() ? "the " : "; the ") + std::string(what) + ", " + format_ratio(ratio) + ", was ";
    text += below == 0 ? "kept every day"
                       : "missed on " + std::to_string(below) + " of " +
                             count_of(static_cast<std::int64_t>(days.size()), "day", "days");
  };
  add("rule", account.settings.ratio);
  add("aim", account.settings.aim);
  return text;
}

std::string say_unknown(const AccountStats& account, const Stats& stats, const Zone& zone) {
  if (!account.readable)
    return "its timeline can't be read: only what postq sent there, and what you noted with `postq record`, is known";
  if (!account.known_from) return "its timeline was never read: only what postq sent there is known";
  if (*account.known_from <= stats.period.from) return "";
  return "its timeline was read back to " + say_date(*account.known_from, zone) +
         ": before that, only what postq sent is known";
}

}  // namespace postq
