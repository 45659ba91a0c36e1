#include "app/stats/page.h"

#include <algorithm>

#include <postq/base/markup.h>
#include <postq/text/text.h>
#include <postq/time/days.h>
#include <postq/time/when.h>

#include "app/stats/chart.h"
#include "app/stats/style.h"
#include "app/stats/words.h"
#include "app/sync/sync.h"
#include "app/words/standing.h"

namespace postq {

namespace {

constexpr std::string_view kTitle = "By hand and scheduled";

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + escape_markup(text) + "</" + tag.substr(0, tag.find(' ')) + ">";
}

std::string paragraph(std::string_view text) {
  return text.empty() ? std::string() : element("p", text) + "\n";
}

// Sentences on this page begin with a capital and end with a full stop.
std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text.back() == '.' ? text : text + ".";
}

// Rows of a table: the first cell of each names it.
class Table {
 public:
  Table(std::string_view caption, const std::vector<std::string>& head) {
    html_ = "<table>\n" + element("caption", caption) + "\n<thead><tr>";
    for (const auto& name : head) html_ += element("th scope=\"col\"", name);
    html_ += "</tr></thead>\n<tbody>\n";
  }

  void row(const std::vector<std::string>& cells) { html_ += row_of(cells); }
  void total(const std::vector<std::string>& cells) { foot_ = "<tfoot>\n" + row_of(cells) + "</tfoot>\n"; }
  std::string str() const { return html_ + "</tbody>\n" + foot_ + "</table>\n"; }

 private:
  static std::string row_of(const std::vector<std::string>& cells) {
    std::string html = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) html += element(i == 0 ? "th scope=\"row\"" : "td", cells[i]);
    return html + "</tr>\n";
  }

  std::string html_;
  std::string foot_;
};

std::string folded(const Table& table) {
  return "<details><summary>The figures</summary>\n" + table.str() + "</details>\n";
}

std::string tile(std::string_view name, std::string_view figure, std::string_view more, std::string_view colour = "") {
  return "<div>" + element("dt", name) + "<dd><div class=\"figure " + std::string(colour) + "\">" +
         escape_markup(figure) + "</div><div class=\"more\">" + escape_markup(more) + "</div></dd></div>\n";
}

class Page {
 public:
  Page(const Stats& stats, const Zone& zone)
      : stats_(stats), zone_(zone), step_(readable_step(stats.days())), one_(stats.accounts.size() == 1) {}

  std::string html() {
    body_ = "<header>" + element("h1", kTitle) + element("p", say_period(stats_, zone_)) + "</header>\n<main>\n";
    tiles();
    if (!one_) {
      body_ += "<section>\n" + element("h2", "All accounts") + "\n";
      posts("all", "all accounts", stats_.all);
      body_ += "</section>\n";
    }
    for (const auto& each : stats_.accounts) account(each);
    past_rules();
    body_ +=
        "</main>\n<footer><p>By hand means that somebody was there when it went out; scheduled, that it came out of "
        "the queue. Written by postq, " +
        escape_markup(format_time(to_the_minute(stats_.now), zone_)) + ".</p></footer>\n";
    return document();
  }

 private:
  std::string document() const {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
           "<meta name=\"generator\" content=\"postq\">\n" +
           element("title", std::string(kTitle) + ", " + say_period(stats_, zone_)) + "\n<style>\n" +
           std::string(kStatsStyle) + "</style>\n</head>\n<body>\n" + chart_patterns() + body_ + "</body>\n</html>\n";
  }

  void tiles() {
    const auto& all = stats_.all;
    const auto& talk = all.conversations;
    body_ += "<dl class=\"tiles\">\n";
    body_ += tile("By hand", std::to_string(all.total_by_hand()),
                  count_of(all.total(&StatsDay::by_hand_posts), "post", "posts") + ", " +
                      count_of(all.total(&StatsDay::by_hand_answers), "answer", "answers"),
                  "hand");
    const auto past = static_cast<std::int64_t>(stats_.past_rules.size());
    body_ += tile("Scheduled", std::to_string(all.total(&StatsDay::scheduled)),
                  past == 0 ? "none past the rules" : std::to_string(past) + " past the rules", "planned");
    body_ += tile("Talked with", std::to_string(talk.people_answered),
                  talk.people == 0 ? "nobody spoke" : "of " + count_of(talk.people, "person", "people") + " who spoke");
    const std::string share = talk.items == 0 ? "-" : std::to_string(talk.answered * 100 / talk.items) + "%";
    std::string more = std::to_string(talk.answered) + " of " + std::to_string(talk.items);
    if (talk.half_within) more += ", half within " + format_duration(*talk.half_within);
    body_ += tile("Answered", share, talk.items == 0 ? "nothing to answer" : more);
    body_ += "</dl>\n";
  }

  void account(const AccountStats& each) {
    body_ += "<section>\n" + element("h2", each.account) + "\n";
    if (const auto unknown = say_unknown(each, stats_, zone_); !unknown.empty()) {
      body_ += "<p class=\"soft\">" + escape_markup(sentence(unknown)) + "</p>\n";
    }
    const auto& talk = each.sums.conversations;
    body_ += paragraph(sentence(say_people(talk)) + (talk.items == 0 ? "" : " " + sentence(say_answers(talk))));
    body_ += "<div class=\"pair\">\n<div>\n";
    posts(each.account, each.account, each.sums);
    body_ += "</div>\n<div>\n";
    share(each);
    body_ += "</div>\n</div>\n";
    results(each);
    body_ += "</section>\n";
  }

  // --- posts over time

  std::string step_words() const { return step_ == 1 ? "day" : step_ == 7 ? "week" : "four weeks"; }

  void posts(const std::string& id, const std::string& whose, const StatsSums& sums) {
    const auto steps = in_steps(sums.days, step_);
    std::vector<StackedBar> bars;
    Table table("Posts on " + whose + " for each " + step_words(),
                {step_ == 1 ? "Day" : "Days", "By hand", "of these answers", "Scheduled"});
    for (const auto& step : steps) {
      const auto name = say_step(step, step_, zone_);
      bars.push_back({say_date(step.day.from, zone_), step.by_hand(), step.scheduled,
                      name + ": " + std::to_string(step.by_hand()) + " by hand, " + std::to_string(step.scheduled) +
                          " scheduled"});
      table.row(
          {name, std::to_string(step.by_hand()), std::to_string(step.by_hand_answers), std::to_string(step.scheduled)});
    }
    const auto scheduled = sums.total(&StatsDay::scheduled);
    const auto answers = sums.total(&StatsDay::by_hand_answers);
    table.total({"In all", std::to_string(sums.total_by_hand()), std::to_string(answers), std::to_string(scheduled)});
    body_ += element("h3", "Posts for each " + step_words());
    body_ +=
        "\n<p class=\"key\"><span><svg aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" class=\"by-hand\"/>"
        "</svg>by hand</span><span><svg aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" "
        "class=\"scheduled\"/></svg>scheduled</span></p>\n";
    body_ += stacked_bars({"posts-" + id, "Posts on " + whose + " for each " + step_words(),
                           say_by_hand(sums.total(&StatsDay::by_hand_posts), answers) + " and " +
                               std::to_string(scheduled) + " scheduled. The figures are in the table below."},
                          bars);
    body_ += folded(table);
  }

  // --- the ratio over time

  static std::string standing_words(const StatsDay& day, const PolicySettings& settings) {
    switch (standing_of(day.window, settings)) {
      case MixStanding::below_minimum:
        return "below the rule";
      case MixStanding::below_aim:
        return "below the aim";
      case MixStanding::fine:
        break;
    }
    return share_by_hand(day.window) ? "fine" : "";
  }

  void share(const AccountStats& each) {
    const auto over = format_duration(each.settings.window);
    std::vector<SharePoint> points;
    Table table("Share by hand on " + each.account + ", counted over " + over,
                {"End of", "By hand : scheduled", "Share", "Standing"});
    for (const auto& day : in_steps(each.sums.days, step_)) {
      const auto last = day.day.to - Seconds{1};
      const auto percent = share_by_hand(day.window);
      const auto words = percent ? std::to_string(*percent) + "%" : "";
      points.push_back({say_date(last, zone_), percent,
                        say_day(last, zone_) + ": " + mix_words(day.window) + ", " + words + " by hand"});
      table.row({say_date(last, zone_), mix_words(day.window), words, standing_words(day, each.settings)});
    }
    std::optional<ShareLevel> rule;
    std::optional<ShareLevel> aim;
    const auto level = [](std::string_view name, const std::optional<Ratio>& ratio) -> std::optional<ShareLevel> {
      if (!ratio) return std::nullopt;
      return ShareLevel{std::string(name) + " " + format_ratio(ratio), share_of(*ratio)};
    };
    rule = level("rule", each.settings.ratio);
    aim = level("aim", each.settings.aim);
    body_ += element("h3", "Share by hand, over " + over) + "\n";
    const bool any = std::any_of(points.begin(), points.end(), [](const auto& point) { return point.percent; });
    const auto below = sentence(say_below(each));
    if (!any) {
      body_ += paragraph("Neither by hand nor scheduled: there is no share.");
      return;
    }
    body_ += paragraph(below);
    body_ += share_line({"share-" + each.account, "Share by hand on " + each.account + ", counted over " + over,
                         below + " The figures are in the table below."},
                        points, rule, aim);
    body_ += folded(table);
  }

  // --- what came of it

  // "9 of 12" where the platform tells of some only.
  static std::string posts_words(const Results& results) {
    const auto posts = std::to_string(results.posts);
    return results.readable == results.posts ? posts : std::to_string(results.readable) + " of " + posts;
  }

  static std::string measure_words(const Results& results, Measure Results::*which) {
    if (results.readable == 0) return "-";
    return decimal((results.*which).mean) + " (" + decimal((results.*which).median) + ")";
  }

  void results(const AccountStats& each) {
    const auto& by_hand = each.sums.by_hand;
    const auto& scheduled = each.sums.scheduled;
    body_ += element("h3", "What came of a post, on average") + "\n";
    body_ += paragraph(say_doubt(by_hand, scheduled));
    if (by_hand.posts + scheduled.posts == 0) return;
    body_ += "<div class=\"pair\">\n";
    if (by_hand.readable > 0 && scheduled.readable > 0) {
      const auto pair = [&](std::string_view name, Measure Results::*which) {
        return ComparedPair{std::string(name), (by_hand.*which).mean, (scheduled.*which).mean};
      };
      body_ +=
          "<div>\n" +
          compared_bars(
              {"results-" + each.account, "Likes, replies and boosts of a post on " + each.account + ", on average",
               "By hand from " + count_of(by_hand.readable, "post", "posts") + ", scheduled from " +
                   count_of(scheduled.readable, "post", "posts") + ". The figures are in the table below."},
              {pair("Likes", &Results::likes), pair("Replies", &Results::replies), pair("Boosts", &Results::boosts)}) +
          "</div>\n";
    }
    Table table("What came of a post on " + each.account, {"Mean (median)", "By hand", "Scheduled"});
    table.row({"Posts", posts_words(by_hand), posts_words(scheduled)});
    const auto row = [&](const std::string& name, Measure Results::*which) {
      table.row({name, measure_words(by_hand, which), measure_words(scheduled, which)});
    };
    row("Likes", &Results::likes);
    row("Replies", &Results::replies);
    row("Boosts", &Results::boosts);
    body_ +=
        "<div>\n" + table.str() +
        "<p class=\"soft\">Answers aren't counted here: few people see one, whoever wrote it.</p>\n</div>\n</div>\n";
  }

  void past_rules() {
    body_ += "<section>\n" + element("h2", "Sent past the rules") + "\n";
    if (stats_.past_rules.empty()) {
      body_ += paragraph("No post was.") + "</section>\n";
      return;
    }
    std::string table =
        "<table class=\"words\">\n<caption>Posts that were sent past the rules</caption>\n<thead><tr><th "
        "scope=\"col\">Post</th><th scope=\"col\">When</th>"
        "<th scope=\"col\">Why</th></tr></thead>\n<tbody>\n";
    for (const auto& each : stats_.past_rules) {
      table += "<tr>" + element("th scope=\"row\"", each.name()) +
               element("td", format_time(to_the_minute(each.at), zone_)) +
               element("td dir=\"auto\"", visible_line(each.reason)) + "</tr>\n";
    }
    body_ += table + "</tbody>\n</table>\n</section>\n";
  }

  const Stats& stats_;
  const Zone& zone_;
  std::size_t step_;
  bool one_;  // account
  std::string body_;
};

}  // namespace

std::string stats_page(const Stats& stats, const Zone& zone) {
  return Page(stats, zone).html();
}

bool is_stats_page(std::string_view bytes) {
  return bytes.starts_with("<!doctype html>") &&
         bytes.find("<meta name=\"generator\" content=\"postq\">") != std::string_view::npos &&
         bytes.find("<title>" + escape_markup(kTitle) + ", ") != std::string_view::npos;
}

}  // namespace postq
