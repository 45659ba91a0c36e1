#include <postq/time/days.h>

#include "app/stats/words.h"
#include "cli/commands/stats/report.h"

// The figures for programs.
namespace postq {

namespace {

JsonLine& add_ratio(JsonLine& line, std::string_view name, const std::optional<Ratio>& ratio) {
  return ratio ? line.text(name, format_ratio(ratio)) : line.null(name);
}

// One decimal is all that a number of posts can tell.
std::string measure_json(const Measure& measure) {
  return JsonLine().raw("mean", decimal(measure.mean)).raw("median", decimal(measure.median)).str();
}

std::string results_json(const Results& results) {
  JsonLine line;
  line.number("posts", results.posts).number("readable", results.readable);
  const auto add = [&](std::string_view name, const Measure& measure) {
    if (results.readable == 0) {
      line.null(name);
    } else {
      line.raw(name, measure_json(measure));
    }
  };
  add("likes", results.likes);
  add("replies", results.replies);
  add("boosts", results.boosts);
  return line.str();
}

std::string day_json(const StatsDay& day, const Zone& zone) {
  return JsonLine()
      .text("date", format_date(day.day.from, zone))
      .number("by_hand_posts", day.by_hand_posts)
      .number("by_hand_answers", day.by_hand_answers)
      .number("by_hand", day.by_hand())
      .number("scheduled", day.scheduled)
      .number("past_rules", day.past_rules)
      .number("window_by_hand", day.window.by_hand())
      .number("window_scheduled", day.window.scheduled)
      .number("items", day.items)
      .number("answered", day.answered)
      .str();
}

std::string conversations_json(const Conversations& talk) {
  JsonLine line;
  line.number("items", talk.items).number("answered", talk.answered).number("dismissed", talk.dismissed);
  line.number("open", talk.open).number("people", talk.people).number("people_answered", talk.people_answered);
  if (talk.half_within) {
    line.number("median_seconds_to_answer", talk.half_within->count());
  } else {
    line.null("median_seconds_to_answer");
  }
  return line.str();
}

std::string account_json(const AccountStats& each, const Stats& stats, const Zone& zone) {
  const auto& sums = each.sums;
  JsonLine line;
  line.text("schema", "postq.stats/1").text("account", each.account).text("zone", zone.name());
  line.text("since", format_date(stats.period.from, zone));
  line.text("until", format_date(sums.days.back().day.from, zone)).flag("today_goes_on", stats.today_goes_on());
  line.flag("readable", each.readable).time("known_from", each.known_from);
  line.number("window_seconds", each.settings.window.count());
  add_ratio(line, "ratio", each.settings.ratio);
  add_ratio(line, "aim", each.settings.aim);
  line.number("by_hand", sums.total_by_hand()).number("by_hand_posts", sums.total(&StatsDay::by_hand_posts));
  line.number("by_hand_answers", sums.total(&StatsDay::by_hand_answers));
  line.number("scheduled", sums.total(&StatsDay::scheduled));
  line.raw("people", conversations_json(sums.conversations));
  line.raw("by_hand_results", results_json(sums.by_hand)).raw("scheduled_results", results_json(sums.scheduled));
  std::vector<std::string> past;
  for (const auto& sent : stats.past_rules) {
    if (sent.account != each.account) continue;
    past.push_back(JsonLine().time("at", sent.at).text("name", sent.name()).text("reason", sent.reason).str());
  }
  line.raw_list("past_rules", past);
  std::vector<std::string> days;
  for (const auto& day : sums.days) days.push_back(day_json(day, zone));
  return line.raw_list("days", days).str();
}

// A share as spreadsheets read it: "0.66"; empty where there is none.
std::string share_text(std::optional<int> percent) {
  if (!percent) return "";
  const auto text = std::to_string(*percent);
  if (*percent == 100) return "1.00";
  return (text.size() == 1 ? "0.0" : "0.") + text;
}

}  // namespace

void print_stats_json(Context& context, const Stats& stats, const Zone& zone) {
  for (const auto& each : stats.accounts) context.result(account_json(each, stats, zone));
}

void print_stats_csv(Context& context, const Stats& stats, const Zone& zone) {
  constexpr std::string_view kEndOfRow = "\r";  // the line feed comes with every line
  context.result(
      "account,date,by_hand_posts,by_hand_answers,by_hand,scheduled,past_rules,window_by_hand,window_scheduled,"
      "share_by_hand,rule_share,aim_share,items,answered" +
      std::string(kEndOfRow));
  for (const auto& each : stats.accounts) {
    const auto& [ratio, aim] = std::pair(each.settings.ratio, each.settings.aim);
    for (const auto& day : each.sums.days) {
      std::string row = each.account + "," + format_date(day.day.from, zone);
      for (const auto number : {day.by_hand_posts, day.by_hand_answers, day.by_hand(), day.scheduled, day.past_rules,
                                day.window.by_hand(), day.window.scheduled}) {
        row += "," + std::to_string(number);
      }
      row += "," + share_text(share_by_hand(day.window));
      row += "," + share_text(ratio ? std::optional(share_of(*ratio)) : std::nullopt);
      row += "," + share_text(aim ? std::optional(share_of(*aim)) : std::nullopt);
      row += "," + std::to_string(day.items) + "," + std::to_string(day.answered);
      context.result(row + std::string(kEndOfRow));
    }
  }
}

}  // namespace postq
