#include "cli/commands/stats/report.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/days.h>
#include <postq/time/when.h>

#include "app/stats/words.h"
#include "app/sync/sync.h"
#include "app/words/standing.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr std::size_t kLabelColumn = 12;
constexpr std::size_t kNumber = 11;  // "  Scheduled"
constexpr std::size_t kLongestName = 20;
constexpr std::size_t kMixColumns = 5;  // of the ratio over time
constexpr std::size_t kMixColumn = 9;
constexpr std::size_t kRuleColumns = 19;      // behind them: the window, the rule and the aim
constexpr std::size_t kMostListed = 10;       // posts sent past the rules
constexpr std::ptrdiff_t kMostEmptyRows = 4;  // before the first day on which something happened

std::string right(std::string_view text, std::size_t width) {
  const auto used = display_width(text);
  return std::string(width - std::min(width, used), ' ') + std::string(text);
}

std::string right(std::int64_t number, std::size_t width) {
  return right(std::to_string(number), width);
}

// "6:2", and behind it what is to be seen about it without any colour.
std::string marked(const MixCount& mix, const PolicySettings& settings) {
  switch (standing_of(mix, settings)) {
    case MixStanding::below_minimum:
      return mix_words(mix) + " !";
    case MixStanding::below_aim:
      return mix_words(mix) + " -";
    case MixStanding::fine:
      break;
  }
  return mix_words(mix) + "  ";
}

class Report {
 public:
  Report(Context& context, const Stats& stats, const Zone& zone)
      : context_(context), stats_(stats), zone_(zone), plain_(context.world.terminal().plain()) {
    for (const auto& each : stats.accounts) names_ = std::max(names_, name(each.account).size() + 2);
  }

  void print() {
    print_wrapped(context_, say_period(stats_, zone_));
    for (const auto& each : stats_.accounts) {
      const auto unknown = say_unknown(each, stats_, zone_);
      if (!unknown.empty()) print_wrapped(context_, each.account + ": " + unknown + ".");
    }
    days();
    ratios();
    conversations();
    results();
    past_rules();
  }

 private:
  static std::string name(const std::string& account) { return shorten(account, kLongestName); }

  void heading(std::string_view text) {
    context_.result("");
    context_.result(text);
  }

  // --- posts, day by day

  void days() {
    const auto length = readable_step(stats_.days());
    const auto steps = in_steps(stats_.all.days, length);
    std::size_t labels = kLabelColumn;
    std::int64_t most = 1;
    for (const auto& step : steps) {
      labels = std::max(labels, say_step(step, length, zone_).size() + 2);
      most = std::max(most, step.by_hand() + step.scheduled);
    }
    const auto room = static_cast<std::int64_t>(columns(context_.world) - labels - 2 * kNumber);
    const std::int64_t unit = (most + room - 1) / room;
    context_.result("");
    if (!plain_) {
      const std::string legend = "by hand #, scheduled =" + (unit > 1 ? ", each for " + std::to_string(unit) : "");
      const bool fits = legend.size() < static_cast<std::size_t>(room);
      if (!fits) context_.result(legend);
      context_.result(std::string(labels, ' ') + pad(fits ? legend : "", static_cast<std::size_t>(room)) +
                      right("By hand", kNumber) + right("Scheduled", kNumber));
    }
    // Before an account was there nothing could happen: one row says so.
    auto first =
        std::find_if(steps.begin(), steps.end(), [](const auto& step) { return step.by_hand() + step.scheduled > 0; });
    if (first == steps.end() || first - steps.begin() < kMostEmptyRows) first = steps.begin();
    if (first != steps.begin()) {
      const auto until = "to " + say_step(*(first - 1), length, zone_);
      context_.result(plain_ ? until + ": nothing" : pad(until, std::max(labels, until.size() + 2)) + "nothing");
    }
    for (auto at = first; at != steps.end(); ++at) {
      const auto& step = *at;
      const auto name = say_step(step, length, zone_);
      if (plain_) {
        context_.result(name + ": " + std::to_string(step.by_hand()) + " by hand, " + std::to_string(step.scheduled) +
                        " scheduled");
        continue;
      }
      const auto bar = [unit](std::int64_t count, char mark) {
        return std::string(static_cast<std::size_t>((count + unit - 1) / unit), mark);
      };
      const auto bars = bar(step.by_hand(), '#') + bar(step.scheduled, '=');
      context_.result(pad(name, labels) +
                      pad(bars.substr(0, static_cast<std::size_t>(room)), static_cast<std::size_t>(room)) +
                      right(step.by_hand(), kNumber) + right(step.scheduled, kNumber));
    }
    totals(labels, static_cast<std::size_t>(room));
  }

  void totals(std::size_t labels, std::size_t room) {
    const auto line = [&](const std::string& name, const StatsSums& sums) {
      const auto scheduled = sums.total(&StatsDay::scheduled);
      const auto by_hand = say_by_hand(sums.total(&StatsDay::by_hand_posts), sums.total(&StatsDay::by_hand_answers));
      if (plain_) {
        context_.result(name + ": " + by_hand + ", " + std::to_string(scheduled) + " scheduled");
        return;
      }
      const bool fits = by_hand.size() < room;
      context_.result(pad(name, labels) + pad(fits ? by_hand : "", room) + right(sums.total_by_hand(), kNumber) +
                      right(scheduled, kNumber));
    };
    if (!plain_) context_.result("");
    if (stats_.accounts.size() > 1) {
      for (const auto& each : stats_.accounts) line(name(each.account), each.sums);
    }
    line("In all", stats_.all);
  }

  // --- the ratio over time

  // The days whose counts are shown: evenly spread, the last of them always.
  std::vector<std::size_t> shown_days() const {
    const auto room = columns(context_.world) - std::min(columns(context_.world), names_ + kRuleColumns);
    const auto count = std::min({stats_.days(), kMixColumns, std::max<std::size_t>(1, room / kMixColumn)});
    std::vector<std::size_t> shown;
    for (std::size_t i = 1; i <= count; ++i) shown.push_back(stats_.days() * i / count - 1);
    return shown;
  }

  std::string day_name(std::size_t day) const {
    const bool today = day + 1 == stats_.days() && stats_.today_goes_on();
    return today ? "now" : say_date(stats_.all.days[day].day.from, zone_);
  }

  void ratios() {
    heading("Ratio, by hand:scheduled, as counted at the end of the day");
    if (plain_) {
      for (const auto& each : stats_.accounts) ratio_facts(each);
      return;
    }
    std::string titles = std::string(names_, ' ');
    for (const auto day : shown_days()) titles += right(day_name(day), kMixColumn - 2) + "  ";
    context_.result(titles + right("Over", 6) + right("Rule", 7) + right("Aim", 6));
    bool any_below = false;
    for (const auto& each : stats_.accounts) {
      std::string line = pad(name(each.account), names_);
      for (const auto day : shown_days()) {
        const auto& window = each.sums.days[day].window;
        any_below = any_below || standing_of(window, each.settings) != MixStanding::fine;
        line += right(marked(window, each.settings), kMixColumn);
      }
      context_.result(line + right(short_length(each.settings.window), 6) +
                      right(format_ratio(each.settings.ratio), 7) + right(format_ratio(each.settings.aim), 6));
    }
    if (any_below) context_.result(std::string(names_, ' ') + "- below the aim, ! below the rule");
  }

  static std::string short_length(Seconds length) {
    constexpr Seconds kDay = std::chrono::days{1};
    if (length % kDay == Seconds{0}) return std::to_string(length / kDay) + " d";
    return std::to_string(length / Seconds{std::chrono::hours{1}}) + " h";
  }

  void ratio_facts(const AccountStats& each) {
    for (const auto day : shown_days()) {
      const auto& window = each.sums.days[day].window;
      std::string text = each.account + ", " + day_name(day) + ": " + std::to_string(window.by_hand()) + " by hand, " +
                         std::to_string(window.scheduled) + " scheduled in " + format_duration(each.settings.window);
      const auto standing = standing_of(window, each.settings);
      if (standing != MixStanding::fine) {
        text += standing == MixStanding::below_aim ? ", below the aim" : ", below the rule";
      }
      context_.result(text);
    }
    if (const auto below = say_below(each); !below.empty()) context_.result(each.account + ": " + below);
  }

  // --- people

  void conversations() {
    heading("People");
    const auto say = [&](const std::string& name, const Conversations& talk) {
      auto text = say_people(talk);
      if (talk.items > 0) text += ": " + say_answers(talk);
      print_fact(context_, name, text, std::max(names_, kLabelColumn));
    };
    for (const auto& each : stats_.accounts) say(name(each.account), each.sums.conversations);
    if (stats_.accounts.size() > 1) say("In all", stats_.all.conversations);
  }

  // --- what came of it

  static bool can_be_read(const StatsSums& sums) { return sums.by_hand.readable + sums.scheduled.readable > 0; }

  void results() {
    heading("What came of a post: the mean, and in brackets the median");
    const bool any = std::any_of(stats_.accounts.begin(), stats_.accounts.end(),
                                 [](const AccountStats& each) { return can_be_read(each.sums); });
    if (any && !plain_) {
      context_.result(pad("", names_ + 11) + right("Posts", 7) + right("Likes", 13) + right("Replies", 13) +
                      right("Boosts", 13));
    }
    for (const auto& each : stats_.accounts) {
      const auto& [days, talk, by_hand, scheduled] = each.sums;
      const auto doubt = say_doubt(by_hand, scheduled);
      if (!can_be_read(each.sums)) {
        print_fact(context_, name(each.account), doubt, names_);
        continue;
      }
      result_line(name(each.account), "by hand", by_hand);
      result_line(plain_ ? name(each.account) : "", "scheduled", scheduled);
      if (!doubt.empty()) print_wrapped(context_, doubt, plain_ ? 0 : names_);
    }
  }

  void result_line(const std::string& name, const std::string& sort, const Results& results) {
    const auto numbers = [](const Measure& measure) {
      return decimal(measure.mean) + " (" + decimal(measure.median) + ")";
    };
    // "9 of 12" where the platform tells of some only.
    auto posts = std::to_string(results.posts);
    if (results.readable < results.posts) posts = std::to_string(results.readable) + " of " + posts;
    if (plain_) {
      std::string text = name + ", " + sort + ": " + posts + " posts";
      if (results.readable > 0) {
        text += ", likes " + numbers(results.likes) + ", replies " + numbers(results.replies) + ", boosts " +
                numbers(results.boosts);
      }
      context_.result(text);
      return;
    }
    std::string line = pad(name, names_) + pad(sort, 11) + right(posts, 7);
    if (results.readable > 0) {
      line +=
          right(numbers(results.likes), 13) + right(numbers(results.replies), 13) + right(numbers(results.boosts), 13);
    }
    context_.result(line);
  }

  void past_rules() {
    const auto& sent = stats_.past_rules;
    context_.result("");
    if (sent.empty()) {
      context_.result("No post was sent past the rules.");
      return;
    }
    context_.result("Sent past the rules: " + std::to_string(sent.size()));
    const std::size_t first = sent.size() - std::min(sent.size(), kMostListed);
    for (std::size_t i = first; i < sent.size(); ++i) {
      const auto& each = sent[i];
      std::string text = format_time(to_the_minute(each.at), zone_);
      if (!each.reason.empty()) text += "  " + visible_line(each.reason);
      print_fact(context_, (plain_ ? "" : "  ") + each.name(), text, 16);
    }
    if (first > 0) context_.result("  and " + std::to_string(first) + " earlier ones");
  }

  Context& context_;
  const Stats& stats_;
  const Zone& zone_;
  bool plain_;
  std::size_t names_ = 10;
};

}  // namespace

void print_stats(Context& context, const Stats& stats, const Zone& zone) {
  Report(context, stats, zone).print();
}

}  // namespace postq
