#include <algorithm>
#include <array>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/forecast/simulation.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "cli/commands.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr int kMostDays = 366;
constexpr int kMostPerWeek = 1000;

// The keys of config.toml that each rule reads.
struct RuleKeys {
  std::string_view rule;
  std::array<std::string_view, 7> keys;
};
constexpr std::array kRuleKeys{
    RuleKeys{"ratio",
             {"ratio", "window", "count_replies", "count_boosts", "trust_reading", "unreadable", "schedulers"}},
    RuleKeys{"alt_text", {"alt_text"}},
    RuleKeys{"repeat", {"repeat", "repeat_within"}},
    RuleKeys{"people_waiting", {"people_waiting", "answer_within"}},
    RuleKeys{"quiet", {"quiet"}},
    RuleKeys{"max_per_day", {"max_per_day"}},
    RuleKeys{"min_gap", {"min_gap"}},
    RuleKeys{"late", {"late", "late_after"}},
};

struct SimulateFlags {
  std::string account;
  int days = 7;
  std::string ratio;
  std::string window;
  std::optional<int> by_hand_per_week;
};

// Where what the rule says was set: "config.toml:12, config.toml:20"; empty: nowhere, these are the defaults.
std::string origin_of(const Config& config, std::string_view rule, const std::string& account) {
  std::string text;
  const auto add = [&](const std::string& key) {
    for (const auto& line : config.lines) {
      if (line.key == key && line.origin != "default") text += (text.empty() ? "" : ", ") + line.origin;
    }
  };
  for (const auto& [name, keys] : kRuleKeys) {
    if (name != rule) continue;
    for (const auto key : keys) {
      if (key.empty()) continue;
      add("policy." + std::string(key));
      if (!account.empty()) add("policy.accounts." + account + "." + std::string(key));
    }
  }
  return text;
}

bool can_be_set(std::string_view rule) {
  return std::any_of(kRuleKeys.begin(), kRuleKeys.end(), [rule](const RuleKeys& keys) { return keys.rule == rule; });
}

Exit run_policy(const std::string& name, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(const auto* const config, world.config());
  if (!name.empty()) {
    POSTQ_TRY(auto* const store, world.store(StoreUse::read));
    POSTQ_CHECK(account_named(*store, name).map([](const Account&) {}));
  }
  const auto& settings = name.empty() ? config->policy : config->for_account(name);
  if (!context.json) context.result(name.empty() ? "The rules in force:" : "The rules in force for " + name + ":");
  for (const auto& [rule, sentence] : describe(settings)) {
    const auto origin = origin_of(*config, rule, name);
    if (context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.policy/1")
                         .text("account", name)
                         .text("rule", rule)
                         .text("sentence", sentence)
                         .flag("can_be_set", can_be_set(rule))
                         .text("origin", origin.empty() ? "default" : origin)
                         .str());
      continue;
    }
    print_fact(context, "  " + rule, sentence + (origin.empty() ? "" : " (" + origin + ")"), 18);
  }
  if (context.json) return kDone;
  context.result("");
  if (!settings.allow_send) context.result("postq send, past the rules, is switched off (allow_send = false).");
  if (name.empty()) {
    for (const auto& [account, other] : config->account_policies) {
      context.result(account + " has rules of its own:  postq policy " + account);
    }
  }
  POSTQ_TRY(const auto places, world.places());
  print_wrapped(context, "What is not marked is the default. Set it in " + visible_line(places.config) +
                             ", under [policy]" + (name.empty() ? "" : " or [policy.accounts." + name + "]") + ".");
  print_suggestions(context, {{"postq policy simulate", "what these rules do with the queue"}}, 0);
  return kDone;
}

// --- simulate (screen 08)

Result<SimulationRequest> read_request(const SimulateFlags& flags) {
  SimulationRequest request;
  request.account = flags.account;
  if (flags.days < 1 || flags.days > kMostDays) {
    return fail(ErrorKind::usage, "--days takes 1 to " + std::to_string(kMostDays), "postq policy simulate --days 14");
  }
  request.horizon = std::chrono::days{flags.days};
  if (!flags.ratio.empty()) {
    POSTQ_TRY(request.ratio, parse_ratio(flags.ratio));
  }
  if (!flags.window.empty()) {
    POSTQ_TRY(request.window, parse_duration(flags.window));
  }
  request.by_hand_per_week = flags.by_hand_per_week;
  if (request.by_hand_per_week && (*request.by_hand_per_week < 0 || *request.by_hand_per_week > kMostPerWeek)) {
    return fail(ErrorKind::usage, "--by-hand-per-week takes 0 to " + std::to_string(kMostPerWeek),
                "postq policy simulate --by-hand-per-week 3");
  }
  return request;
}

std::string mix_line(const SimulatedAccount& each) {
  std::string text = std::to_string(each.mix.by_hand()) + " by hand, " + std::to_string(each.mix.scheduled) +
                     " scheduled in " + format_duration(each.settings.window);
  if (!each.settings.ratio) return text + "; the ratio is off";
  text += "; room for " + std::to_string(each.forecast.room);
  return each.readable ? text : text + " (counted by what postq sent and you noted; it can't be read)";
}

bool is_held(const ForecastEntry& entry) {
  return !entry.goes || (entry.rule == "ratio" && *entry.goes > entry.asked);
}

void print_entries(Context& context, const SimulatedAccount& each, const Zone& zone) {
  const TimePoint now = context.world.now();
  std::size_t times = 0;
  std::size_t ids = 0;
  for (const auto& entry : each.forecast.entries) {
    times = std::max(times, format_time_short(to_the_minute(entry.asked), now, zone).size());
    ids = std::max(ids, std::to_string(number(entry.post)).size());
  }
  int freed_by = 0;
  for (const auto& entry : each.forecast.entries) {
    std::string what = "goes";
    if (is_held(entry)) {
      what = "HELD: " + entry.rule;
      if (entry.rule != "ratio") what += ", " + visible_line(entry.reason);
      if (entry.goes) what += ", until " + format_time_short(*entry.goes, now, zone);
      if (entry.by_hand_needed > 0 && entry.by_hand_needed == freed_by) {
        what += "; the same frees this too";
      } else if (entry.by_hand_needed > 0) {
        const std::string when =
            entry.asked <= now ? "now" : "before " + format_time_short(to_the_minute(entry.asked), now, zone);
        what += "; " + std::to_string(entry.by_hand_needed) + " by hand " + when +
                (entry.by_hand_needed == 1 ? " frees it" : " free it");
        freed_by = entry.by_hand_needed;
      }
    } else if (*entry.goes > entry.asked) {
      what = "goes " + format_time_short(*entry.goes, now, zone) + (entry.rule.empty() ? "" : " (" + entry.rule + ")");
    }
    const std::string left = "  " + pad(format_time_short(to_the_minute(entry.asked), now, zone), times) + "  " +
                             pad(std::to_string(number(entry.post)), ids) + "  ";
    print_fact(context, left, what, left.size());
  }
  if (each.forecast.entries.empty()) context.result("  nothing is to go there");
}

std::string simulated_json(const SimulatedAccount& each) {
  std::vector<std::string> entries;
  for (const auto& entry : each.forecast.entries) {
    entries.push_back(JsonLine()
                          .text("name", std::to_string(number(entry.post)) + "@" + each.account.name)
                          .time("asked", entry.asked)
                          .time("goes", entry.goes)
                          .flag("held", is_held(entry))
                          .text("rule", entry.rule)
                          .text("reason", entry.reason)
                          .number("by_hand_needed", entry.by_hand_needed)
                          .str());
  }
  JsonLine line;
  line.text("schema", "postq.policy.simulate/1").text("account", each.account.name);
  line.number("by_hand", each.mix.by_hand()).number("scheduled", each.mix.scheduled);
  if (each.settings.ratio) {
    line.number("room", each.forecast.room);
  } else {
    line.null("room");
  }
  line.number("by_hand_needed", each.forecast.by_hand_needed).time("needed_before", each.forecast.needed_before);
  line.number("by_hand_per_week", each.by_hand_per_week);
  return line.raw_list("posts", entries).str();
}

// "everything goes on a and b, and nothing goes on c".
std::string at_the_pace(const std::vector<SimulatedAccount>& simulated) {
  std::string paces;
  std::array<std::string, 3> lists;  // all, some, nothing
  for (const auto& each : simulated) {
    const auto& entries = each.at_pace.entries;
    if (entries.empty()) continue;
    paces += (paces.empty() ? "" : ", ") + (each.mix.by_hand() == 0 ? "nothing" : std::to_string(each.mix.by_hand())) +
             " by hand in " + format_duration(each.settings.window) + " on " + each.account.name;
    const auto held = static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), is_held));
    auto& list = lists[held == 0 ? 0 : held < entries.size() ? 1 : 2];
    list += (list.empty() ? "" : ", ") + each.account.name;
  }
  if (paces.empty()) return "";
  std::string text;
  constexpr std::array kWhat{"everything goes on ", "some goes on ", "nothing goes on "};
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (!lists[i].empty()) text += (text.empty() ? "" : "; ") + std::string(kWhat[i]) + lists[i];
  }
  return "At your pace so far (" + paces + "), " + text + ".";
}

Exit run_simulate(const SimulateFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(const auto request, read_request(flags));
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto simulated, simulate_queue(world, *store, request));
  if (context.json) {
    for (const auto& each : simulated) context.result(simulated_json(each));
    return kDone;
  }
  if (simulated.empty()) {
    context.say("No account yet:  postq");
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  const int pace = request.by_hand_per_week.value_or(0);
  print_wrapped(context, (pace == 0 ? std::string("If you write nothing by hand from now on")
                                    : "If you write " + std::to_string(pace) + " by hand a week on each account") +
                             ", for " + count_of(flags.days, "day", "days") + " (" +
                             format_time(to_the_minute(now), *zone) + "):");
  bool any_held = false;
  for (const auto& each : simulated) {
    context.result("");
    print_fact(context, each.account.name, mix_line(each), std::max<std::size_t>(11, each.account.name.size() + 2));
    print_entries(context, each, *zone);
    const auto& entries = each.forecast.entries;
    any_held = any_held || std::any_of(entries.begin(), entries.end(), is_held);
  }
  context.result("");
  if (const auto text = at_the_pace(simulated); pace == 0 && !text.empty()) {
    print_wrapped(context, text);
    context.result("");
  }
  for (const auto& each : simulated) {
    if (each.forecast.by_hand_needed == 0) continue;
    std::string text = std::to_string(each.forecast.by_hand_needed) + " by hand on " + each.account.name;
    if (each.forecast.needed_before) {
      text += *each.forecast.needed_before <= now
                  ? ", the first of them now"
                  : ", the first before " + format_time(*each.forecast.needed_before, *zone);
    }
    print_fact(context, "It takes", text);
  }
  if (!any_held) context.result("All of it goes without another word by hand.");
  print_fact(context, "What if", "postq policy simulate --ratio 1:1 --window 7d");
  return kDone;
}

}  // namespace

void setup_policy(Arguments command, Context& context) {
  auto name = std::make_shared<std::string>();
  command.add_option("ACCOUNT", *name, "Only the rules of this account");
  command.footer(
      "Examples:\n"
      "  postq policy\n"
      "  postq policy site\n"
      "  postq policy simulate --days 14");
  const auto simulate = command.add_subcommand("simulate", "Run the queue forward: what goes, what is held");
  auto flags = std::make_shared<SimulateFlags>();
  simulate->add_option("ACCOUNT", flags->account, "Only this account");
  simulate->add_option("--days", flags->days, "How far ahead (7)")->option_text("N");
  simulate->add_option("--ratio", flags->ratio, "As if the ratio were A by hand for B scheduled")->option_text("A:B");
  simulate->add_option("--window", flags->window, "As if it were counted over this long, such as 7d")
      ->option_text("LENGTH");
  simulate->add_option("--by-hand-per-week", flags->by_hand_per_week, "As if you wrote so many on each account")
      ->option_text("N");
  simulate->footer(
      "Nothing is changed or sent.\n\n"
      "Examples:\n"
      "  postq policy simulate\n"
      "  postq policy simulate --ratio 1:1 --window 7d\n"
      "  postq policy simulate site --days 30 --by-hand-per-week 2");
  simulate->callback([flags, &context] { context.outcome = run_simulate(*flags, context); });
  command.callback([name, simulate, &context] {
    if (!simulate->was_typed()) context.outcome = run_policy(*name, context);
  });
}

}  // namespace postq
