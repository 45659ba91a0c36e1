#include <algorithm>
#include <charconv>

#include <postq/policy/count_doubt.h>
#include <postq/policy/ratio.h>
#include <postq/time/when.h>

#include "policy/answer.h"

namespace postq {
namespace {

constexpr std::string_view kName = "ratio";
constexpr int kMaxSide = 1000;  // more than anybody posts; keeps the products below far from overflow

std::string say_ratio(const Ratio& ratio) {
  return "at least " + std::to_string(ratio.by_hand) + " by hand for every " + std::to_string(ratio.scheduled) +
         " scheduled";
}

// The first instant at which what has left the window by then makes room, if nothing new is posted. Each leaving is
// looked at: one by hand may leave before the scheduled one that blocks, and close the door again.
std::optional<TimePoint> opens_by_itself(const MixHistory& history, MixCount mix, const Ratio& ratio, TimePoint now,
                                         Seconds window) {
  auto by_hand = std::upper_bound(history.by_hand.begin(), history.by_hand.end(), now - window);
  auto scheduled = std::upper_bound(history.scheduled.begin(), history.scheduled.end(), now - window);
  std::int64_t by_hand_left = mix.by_hand();
  while (scheduled != history.scheduled.end() && by_hand_left > 0) {
    const bool hand_first = by_hand != history.by_hand.end() && *by_hand <= *scheduled;
    const TimePoint leaves = hand_first ? *by_hand : *scheduled;
    for (; by_hand != history.by_hand.end() && *by_hand == leaves; ++by_hand) --by_hand_left;
    for (; scheduled != history.scheduled.end() && *scheduled == leaves; ++scheduled) {
      mix.scheduled = std::max<std::int64_t>(0, mix.scheduled - 1);
    }
    if (by_hand_needed({std::max<std::int64_t>(0, by_hand_left), 0, mix.scheduled}, ratio) == 0) return leaves + window;
  }
  return std::nullopt;
}

Verdict not_trusted(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  Verdict verdict = hold(kName, Scope::account, count_doubt(snapshot, context));
  if (!snapshot.readable) {
    offer_send(verdict, snapshot, candidate, context);
    return verdict;
  }
  verdict.remedies.push_back({"postq sync " + snapshot.account, "reads it now"});
  verdict.remedies.push_back({"postq account test " + snapshot.account, "says what is wrong"});
  offer_send(verdict, snapshot, candidate, context);
  return verdict;
}

Verdict too_few_by_hand(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context,
                        std::int64_t needed) {
  const PolicySettings& settings = context.settings;
  Verdict verdict = hold(kName, Scope::account);
  if (snapshot.history) {
    verdict.earliest = opens_by_itself(*snapshot.history, snapshot.mix, *settings.ratio, context.now, settings.window);
  }
  if (!context.words) return verdict;
  verdict.reason = say_ratio(*settings.ratio) + " over " + format_duration(settings.window) + "; counted " +
                   std::to_string(snapshot.mix.by_hand()) + " by hand, " + std::to_string(snapshot.mix.scheduled) +
                   " scheduled; needs " + std::to_string(needed) + " more by hand";
  if (snapshot.history && !verdict.earliest) verdict.reason += ", time alone won't help";
  if (settings.count_replies) offer_answer(verdict, snapshot, context.now);
  verdict.remedies.push_back({"postq post --to " + snapshot.account, "write something yourself"});
  if (snapshot.readable) {
    verdict.remedies.push_back({"any app", "the next flush counts it"});
  } else {
    verdict.remedies.push_back({"postq record " + snapshot.account, "if you wrote there in an app"});
  }
  offer_send(verdict, snapshot, candidate, context);
  return verdict;
}

// One side of "1:3", or nothing.
std::optional<int> parse_side(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > kMaxSide) return std::nullopt;
  return value;
}

}  // namespace

Verdict check_ratio(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  if (!context.settings.ratio || !is_bound_by_the_mix(candidate, context)) return allow(kName);
  if (!count_is_trusted(snapshot, context)) return not_trusted(snapshot, candidate, context);
  const auto needed = by_hand_needed(snapshot.mix, *context.settings.ratio);
  return needed == 0 ? allow(kName) : too_few_by_hand(snapshot, candidate, context, needed);
}

std::string describe_ratio(const PolicySettings& settings) {
  if (!settings.ratio) return "The ratio is off: scheduled posts need none by hand.";
  std::string text =
      "On each account " + say_ratio(*settings.ratio) + ", counted over the last " + format_duration(settings.window);
  if (settings.count_replies && settings.count_boosts) return text + "; answers and boosts are by hand too.";
  if (settings.count_replies) return text + "; answers to others are by hand too.";
  if (settings.count_boosts) return text + "; boosts are by hand too, answers don't count.";
  return text + "; answers don't count.";
}

std::int64_t by_hand_needed(const MixCount& mix, const Ratio& ratio) {
  const std::int64_t wanted = (ratio.by_hand * (mix.scheduled + 1) + ratio.scheduled - 1) / ratio.scheduled;
  return std::max<std::int64_t>(0, wanted - mix.by_hand());
}

std::int64_t room_for_scheduled(const MixCount& mix, const PolicySettings& settings) {
  if (!settings.ratio) return INT64_MAX;
  return std::max<std::int64_t>(0, mix.by_hand() * settings.ratio->scheduled / settings.ratio->by_hand - mix.scheduled);
}

bool count_is_trusted(const Snapshot& snapshot, const RuleContext& context) {
  if (!snapshot.readable) return context.settings.unreadable == Unreadable::own;
  return snapshot.read_at && context.now - *snapshot.read_at <= context.settings.trust_reading;
}

std::string count_doubt(const Snapshot& snapshot, const RuleContext& context) {
  if (count_is_trusted(snapshot, context)) return {};
  if (!snapshot.readable) return snapshot.account + "'s timeline can never be read, and unreadable = \"hold\" is set";
  std::string reason = snapshot.account + "'s timeline could not be read";
  if (snapshot.read_at) {
    reason += " since " + format_time_short(*snapshot.read_at, context.now, context.zone) + ", " +
              say_relative(*snapshot.read_at, context.now) + ", and is trusted for " +
              format_duration(context.settings.trust_reading);
  } else {
    reason += " over " + format_duration(context.settings.window) + " yet";
  }
  return reason + ", so nobody knows the mix";
}

MixCount count_in_window(const MixHistory& history, TimePoint now, Seconds window) {
  const auto count = [&](const std::vector<TimePoint>& times) {
    return std::upper_bound(times.begin(), times.end(), now) -
           std::upper_bound(times.begin(), times.end(), now - window);
  };
  return {count(history.by_hand), 0, count(history.scheduled)};
}

Result<std::optional<Ratio>> parse_ratio(std::string_view text) {
  if (text == "off") return std::optional<Ratio>{};
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto by_hand = parse_side(text.substr(0, colon));
    const auto scheduled = parse_side(text.substr(colon + 1));
    if (by_hand && scheduled) return std::optional<Ratio>{Ratio{*by_hand, *scheduled}};
  }
  return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is not a ratio",
              "write it as 1:3 (at least 1 by hand for every 3 scheduled), each from 1 to 1000, or as off");
}

std::string format_ratio(const std::optional<Ratio>& ratio) {
  if (!ratio) return "off";
  return std::to_string(ratio->by_hand) + ':' + std::to_string(ratio->scheduled);
}

}  // namespace postq
