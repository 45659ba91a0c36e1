#include "app/explain/sending.h"

#include <algorithm>

#include <postq/time/when.h>

#include "app/flush/settle_by_hand.h"
#include "app/words/event_facts.h"
#include "app/words/standing.h"

namespace postq {

namespace {

constexpr std::size_t kKeyShown = 16;  // enough to find it in a server's log

std::string outcome_words(const Attempt& attempt) {
  switch (attempt.outcome.value_or(Outcome::unconfirmed)) {
    case Outcome::sent:
      return "it is out";
    case Outcome::refused:
      return "the platform said no";
    case Outcome::not_sent:
      return "nothing was sent";
    case Outcome::absent:
      return "looked: it is not there";
    case Outcome::unconfirmed:
      return "no answer that tells whether it is out";
  }
  return "";
}

const Attempt* open_attempt(const DeliveryDetail& detail) {
  const auto found = std::find_if(detail.attempts.rbegin(), detail.attempts.rend(), [](const Attempt& attempt) {
    return attempt.outcome == Outcome::unconfirmed || !attempt.outcome;
  });
  return found == detail.attempts.rend() ? nullptr : &*found;
}

std::string repeat_words(const PlatformTraits& traits, const Delivery& delivery, const Attempt* attempt,
                         const Zone& zone, TimePoint now) {
  if (delivery.origin == Origin::hand_written) {
    return std::string("postq will not send it again by itself: it was sent by hand.") +
           (traits.timeline ? " Every flush looks whether it is out." : "");
  }
  if (delivery.schedule.until && *delivery.schedule.until <= now) {
    return std::string("postq will not send it again: its end has passed.") +
           (traits.timeline ? " Every flush looks whether it is out." : "");
  }
  if (traits.repeat == RetrySafety::after_reading) {
    return "postq reads your timeline at every flush and sends it again only if it is surely not there.";
  }
  const auto from = attempt == nullptr
                        ? std::nullopt
                        : repeated_from(traits, attempt->started_at, attempt->ended_at.value_or(attempt->started_at),
                                        std::max(delivery.next_at, now));
  if (from) {
    return say_repeat(*from, now, zone) + ": " + traits.title + " recognises it by its key, so it can't appear twice.";
  }
  return "postq will not send it again by itself: " + traits.title + " has no way to recognise a repeat" +
         (traits.repeat == RetrySafety::idempotent ? " so late." : ".");
}

}  // namespace

std::optional<TimePoint> repeated_from(const PlatformTraits& traits, TimePoint started, TimePoint ended,
                                       TimePoint next_look) {
  const TimePoint from = std::max(next_look, ended + traits.repeat_after);
  const bool too_late = traits.repeat_for != Seconds{0} && from >= started + traits.repeat_for;
  if (traits.repeat != RetrySafety::idempotent || too_late) return std::nullopt;
  return from;
}

std::string say_repeat(TimePoint from, TimePoint now, const Zone& zone) {
  return "postq sends the same request again, with the same key, " +
         (from <= now ? "at the next flush" : "from " + format_time_short(from, now, zone));
}

std::vector<Trouble> troubles_of(const DeliveryDetail& detail, const std::vector<Event>& events) {
  std::vector<Trouble> troubles;
  for (const auto& event : events) {
    const bool failed = event.kind == "failed";
    if (event.delivery != detail.delivery.id || (!failed && event.kind != "not-sent")) continue;
    if (detail.last_approval && event.at < detail.last_approval->at) continue;
    auto said = facts_of(event).detail("detail");
    const bool is_known = std::any_of(detail.attempts.begin(), detail.attempts.end(), [&](const Attempt& attempt) {
      return attempt.ended_at == event.at && attempt.detail == said;
    });
    if (!is_known) troubles.push_back({event.at, failed, std::move(said)});
  }
  return troubles;
}

void say_last_words(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles) {
  const auto* const attempt = detail.attempts.empty() ? nullptr : &detail.attempts.back();
  const auto ended = attempt == nullptr ? TimePoint::min() : attempt->ended_at.value_or(attempt->started_at);
  if (!troubles.empty() && troubles.back().at >= ended) {
    if (!troubles.back().detail.empty()) explanation.facts.emplace_back("Because", troubles.back().detail);
  } else if (attempt != nullptr && !attempt->detail.empty()) {
    explanation.facts.emplace_back("It said", attempt->detail);
  }
}

std::vector<Explanation::Moment> history_of(const DeliveryDetail& detail, const std::vector<Trouble>& troubles) {
  const bool thread = detail.parts.size() > 1;
  std::vector<Explanation::Moment> history;
  for (const auto& attempt : detail.attempts) {
    // What never left this machine was not sent.
    const bool left = attempt.outcome != Outcome::not_sent;
    std::string begun = (left ? "sent to " : "tried to send to ") + detail.delivery.account_name;
    if (thread) begun += ", part " + std::to_string(attempt.part) + " of " + std::to_string(detail.parts.size());
    begun += ": " + count_of(static_cast<std::int64_t>(attempt.request.size()), "byte", "bytes") + ", key " +
             attempt.key.substr(0, kKeyShown) + (attempt.key.size() > kKeyShown ? "..." : "");
    history.push_back({attempt.started_at, std::move(begun)});
    if (!attempt.ended_at) continue;
    std::string ended = outcome_words(attempt);
    if (!attempt.detail.empty()) ended += ": " + attempt.detail;
    history.push_back({*attempt.ended_at, std::move(ended)});
  }
  for (const auto& trouble : troubles) {
    history.push_back({trouble.at, (trouble.failed ? "failed, nothing was sent" : "nothing was sent") +
                                       (trouble.detail.empty() ? "" : ": " + trouble.detail)});
  }
  std::stable_sort(history.begin(), history.end(),
                   [](const auto& one, const auto& other) { return one.at < other.at; });
  return history;
}

void explain_unconfirmed(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles,
                         const PlatformTraits& traits, const Zone& zone, TimePoint now) {
  const auto& delivery = detail.delivery;
  const auto* const attempt = open_attempt(detail);
  explanation.headline = explanation.name + " is UNCONFIRMED: it may be public, and postq does not know.";
  explanation.history = history_of(detail, troubles);
  if (delivery.next_at > now && delivery.next_at < kUntilResumed) {
    explanation.history.push_back({delivery.next_at, "looks again, then less and less often for 3 days"});
  }
  if (delivery.next_at == kUntilResumed) {
    explanation.notes.push_back("postq looked for 3 days and has stopped: only you can tell now.");
  } else {
    explanation.notes.push_back(repeat_words(traits, delivery, attempt, zone, now));
  }
  explanation.notes.push_back(
      "It counts as " + std::string(delivery.origin == Origin::scheduled ? "scheduled" : "nothing") +
      " in the ratio until it is settled. " +
      (traits.timeline ? "Nothing else goes to " + delivery.account_name + " before its timeline was read."
                       : "Nothing behind it on " + delivery.account_name + " is delayed."));
  explanation.remedies_title = "Look at the account yourself:";
  explanation.remedies = {
      {"postq resolve " + explanation.name + " --sent [URL]", "it is there"},
      {"postq resolve " + explanation.name + " --not-sent", "it is not: queues it again, after a question"},
  };
  if (attempt != nullptr && detail.parts.size() > 1) {
    explanation.facts.emplace_back("In doubt", "part " + std::to_string(attempt->part) + " of " +
                                                   std::to_string(detail.parts.size()) +
                                                   "; the parts behind it have not been tried");
  }
}

void explain_failed(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles,
                    const Zone& zone, TimePoint now) {
  std::optional<TimePoint> failed_at;
  if (!detail.attempts.empty()) {
    failed_at = detail.attempts.back().ended_at.value_or(detail.attempts.back().started_at);
  }
  if (!troubles.empty()) failed_at = std::max(failed_at, std::optional{troubles.back().at});
  if (!failed_at) failed_at = detail.delivery.verdict_at;
  explanation.headline = explanation.name + " failed";
  if (failed_at) explanation.headline += " " + format_time_short(to_the_minute(*failed_at), now, zone);
  explanation.headline += ". It is not out, and postq does not try again by itself.";
  explanation.history = history_of(detail, troubles);
  say_last_words(explanation, detail, troubles);
  const auto out = std::count_if(detail.parts.begin(), detail.parts.end(),
                                 [](const PartDetail& part) { return part.receipt.has_value(); });
  if (out > 0) {
    explanation.facts.emplace_back("Out", count_of(out, "part", "parts") + " of " +
                                              std::to_string(detail.parts.size()) +
                                              "; trying again goes on behind them");
  }
  const std::string post = std::to_string(number(detail.delivery.post));
  explanation.remedies_title = "Next:";
  if (detail.delivery.origin == Origin::hand_written) {
    explanation.headline += " Only its author sends it, at a terminal.";
    explanation.remedies = {
        {"postq post " + post, "looks whether it is out, asks, and sends it once more"},
        {"postq edit " + post, "change it first"},
        {"postq rm " + explanation.name, "give it up"},
    };
    return;
  }
  explanation.remedies = {
      {"postq retry " + explanation.name, "as it is; unchanged, it keeps its approval"},
      {"postq edit " + post, "change it first; it goes to review"},
      {"postq rm " + explanation.name, "give it up"},
  };
}

void explain_sent(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles,
                  const PlatformTraits& traits, const Zone& zone, TimePoint now) {
  const auto& delivery = detail.delivery;
  const TimePoint at = delivery.public_at.value_or(now);
  explanation.headline = explanation.name + " is out since " + format_time(to_the_minute(at), zone) + ".";
  if (delivery.retracted_at) {
    explanation.headline = explanation.name + " went out " + format_time(to_the_minute(at), zone) +
                           " and was taken back " +
                           format_time_short(to_the_minute(*delivery.retracted_at), now, zone) +
                           (delivery.origin == Origin::scheduled ? ". It still counts as scheduled."
                                                                 : ". It no longer counts as by hand.");
  }
  for (const auto& part : detail.parts) {
    if (!part.receipt) continue;
    std::string label = "Where";
    if (detail.parts.size() > 1) label = "Part " + std::to_string(part.n);
    explanation.facts.emplace_back(std::move(label), say_place(detail, part, traits));
  }
  explanation.history = history_of(detail, troubles);
  if (!delivery.retracted_at && traits.retract) {
    explanation.remedies_title = "To take it back:";
    explanation.remedies = {{"postq retract " + explanation.name, ""}};
  }
}

}  // namespace postq
