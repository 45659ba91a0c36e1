#include "app/stats/stats.h"

#include <postq/base/command_words.h>
#include <postq/ports/machine.h>
#include <postq/text/text.h>
#include <postq/time/days.h>
#include <postq/time/when.h>

#include "app/stats/page.h"
#include "app/stats/words.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/commands/stats/report.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr int kDays = 28;
constexpr int kMostDays = 1100;  // three years: more than a chart can show

struct StatsFlags {
  std::string account;
  BoundWords words;
  std::optional<int> days;
  bool csv = false;
  std::string html;
};

tl::unexpected<Error> too_long() {
  return fail(ErrorKind::usage, "stats look at 1 to " + std::to_string(kMostDays) + " days at once",
              "postq stats --days 28");
}

// Whole days of the zone, today's included unless --until says otherwise.
Result<TimeRange> read_period(const StatsFlags& flags, World& world) {
  if (flags.days && !flags.words.from.empty()) {
    return fail(ErrorKind::usage, "--days and --from both say where to begin", "leave one of them out");
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto bounds, read_bounds(world, flags.words, Toward::past));
  TimePoint last = start_of_day(world.now(), 0, *zone);
  if (bounds.end) last = std::min(last, start_of_day(*bounds.end - Seconds{1}, 0, *zone));
  const int days = flags.days.value_or(kDays);
  if (days < 1 || days > kMostDays) return too_long();
  TimePoint first = start_of_day(last, 1 - days, *zone);
  if (bounds.from) first = start_of_day(*bounds.from, 0, *zone);
  const TimePoint end = start_of_day(last, 1, *zone);
  if (end - first > std::chrono::days{kMostDays + 1}) return too_long();
  return TimeRange{first, end};
}

// Only a page that stats wrote is written over.
Status check_replaceable(World& world, const std::string& path, const std::string& typed) {
  const auto old = world.read_file(path);
  if (old && (old->empty() || is_stats_page(*old))) return {};
  return fail(ErrorKind::refused, visible_line(path) + " is there, and is no page of statistics: nothing was written",
              "postq stats --html OTHER.html    or move " + quoted_word(typed) + " away first");
}

Exit write_page(const std::string& typed, Context& context, const Stats& stats, const Zone& zone) {
  auto& world = context.world;
  const auto page = stats_page(stats, zone);
  if (typed == "-") {
    world.terminal().out(page);
    return kDone;
  }
  POSTQ_TRY(auto* const machine, world.machine());
  POSTQ_TRY(const auto path, machine->absolute_path(typed));
  if (const auto facts = machine->look_at(path); facts && facts->is_folder) {
    return fail(ErrorKind::usage, visible_line(path) + " is a folder", "postq stats --html " + typed + "/stats.html");
  }
  if (machine->look_at(path)) POSTQ_CHECK(check_replaceable(world, path, typed));
  POSTQ_CHECK(machine->write_file(path, page));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.stats.html/1").text("path", path).str());
  } else {
    context.say("Written: " + visible_line(path));
  }
  return kDone;
}

Exit run_stats(const StatsFlags& flags, Context& context) {
  auto& world = context.world;
  if (flags.csv && (context.json || !flags.html.empty())) {
    return fail(ErrorKind::usage, "--csv goes with neither --json nor --html", "one of them at a time");
  }
  if (flags.html == "-" && context.json) {
    return fail(ErrorKind::usage, "--html - and --json both write to standard output", "one of them at a time");
  }
  POSTQ_TRY(const auto period, read_period(flags, world));
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto stats, read_stats(world, *store, flags.account, period));
  if (stats.accounts.empty()) {
    context.say("No account yet:  postq");
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  if (!flags.html.empty()) return write_page(flags.html, context, stats, *zone);
  if (context.json) {
    print_stats_json(context, stats, *zone);
  } else if (flags.csv) {
    print_stats_csv(context, stats, *zone);
  } else if (stats.is_empty()) {
    print_wrapped(context, say_period(stats, *zone));
    print_wrapped(context, "Nothing was posted, and nobody spoke, as far as postq knows.");
    print_suggestions(context, stats.today_goes_on()
                                   ? std::vector<Suggestion>{{"postq sync", "reads the timelines now"},
                                                             {"postq stats --days 90", "looks further back"}}
                                   : std::vector<Suggestion>{{"postq stats", "the last 28 days"}});
  } else {
    print_stats(context, stats, *zone);
    context.result("");
    print_suggestions(context, {{"postq stats --html stats.html", "a page with charts"}}, 0);
  }
  return kDone;
}

}  // namespace

void setup_stats(Arguments command, Context& context) {
  auto flags = std::make_shared<StatsFlags>();
  command.add_option("--account", flags->account, "Only this account")->option_text("NAME");
  const auto from = command.add_option("--from", flags->words.from, "From this day on")->option_text("DAY");
  command.add_option("--since", flags->words.from, "")->option_text("DAY")->excludes(from);  // as it was called before
  command.add_option("--until", flags->words.until, "Up to this day, which counts as well")->option_text("DAY");
  command.add_option("--days", flags->days, "So many days, the last of them today (28)")->option_text("N");
  command.add_flag("--csv", flags->csv, "A row for each account and day (RFC 4180)");
  command.add_option("--html", flags->html, "Write one page with charts, for any browser; - for standard output")
      ->option_text("FILE");
  command.footer(
      "By hand means you were there when it went out. Days are those of your time zone.\n\n"
      "Examples:\n"
      "  postq stats\n"
      "  postq stats --account bsky --from \"1 nov\" --until \"14 nov\"\n"
      "  postq stats --days 90 --html ~/stats.html\n"
      "  postq stats --csv > stats.csv\n"
      "  postq stats --json | jq '{account, by_hand, scheduled}'");
  command.callback([flags, &context] { context.outcome = run_stats(*flags, context); });
}

}  // namespace postq
