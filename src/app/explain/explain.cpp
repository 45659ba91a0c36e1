#include "app/explain/explain.h"

#include <algorithm>

#include <postq/policy/reading.h>
#include <postq/time/when.h>

#include "app/explain/sending.h"
#include "app/explain/together.h"
#include "app/flush/clock_guard.h"
#include "app/flush/copy_guard.h"
#include "app/flush/settle_by_hand.h"
#include "app/forecast/forecast.h"
#include "app/setup/timer.h"
#include "app/words/event_facts.h"
#include "app/words/pauses.h"
#include "app/words/select.h"
#include "app/words/standing.h"

namespace postq {

namespace {

constexpr int kEventsReadBack = 200;                        // of one post
constexpr auto kFlushIsOverdue = std::chrono::minutes{30};  // a timer runs it every 5

// What a rule checks, for "every other rule says yes".
std::string rule_words(std::string_view rule, const PolicySettings& settings) {
  if (rule == "pause") return "not paused";
  if (rule == "until") return "not ended";
  if (rule == "alt_text") return "alt text";
  if (rule == "people_waiting") return "nobody waits too long";
  if (rule == "min_gap") return "gap";
  if (rule == "max_per_day") return std::to_string(settings.max_per_day) + " a day";
  if (rule == "late") return "not late";
  return std::string(rule);
}

class DeliveryExplainer {
 public:
  DeliveryExplainer(World& world, Store& store, const Zone& zone, const PostDetail& post, const DeliveryDetail& detail)
      : world_(world),
        store_(store),
        zone_(zone),
        post_(post),
        detail_(detail),
        delivery_(detail.delivery),
        now_(world.now()) {
    out_.name = name_of(delivery_);
    out_.standing = stable_word(standing_of(delivery_, now_));
  }

  Result<Explanation> explain() {
    POSTQ_TRY(const auto events, store_.events(delivery_.post, kEventsReadBack));
    troubles_ = troubles_of(detail_, events);
    switch (delivery_.state) {
      case DeliveryState::queued:
        POSTQ_CHECK(explain_queued());
        break;
      case DeliveryState::sending:
        out_.headline = out_.name + " is being sent at this moment.";
        out_.history = history_of(detail_, troubles_);
        out_.notes.push_back("If no postq runs any more, the next flush finds out what became of it.");
        break;
      case DeliveryState::unconfirmed:
        explain_unconfirmed(out_, detail_, troubles_, traits(), zone_, now_);
        break;
      case DeliveryState::sent:
        explain_sent(out_, detail_, troubles_, traits(), zone_, now_);
        explain_not_taken_back();
        break;
      case DeliveryState::failed:
        explain_failed(out_, detail_, troubles_, zone_, now_);
        say_media_trouble();
        break;
      case DeliveryState::cancelled:
      case DeliveryState::rejected:
        explain_cancelled();
        break;
      case DeliveryState::expired:
        explain_expired();
        break;
    }
    say_damage();
    say_other_accounts();
    return std::move(out_);
  }

 private:
  // A stored file that is gone or damaged: nothing else lets the post go.
  void say_media_trouble() {
    const auto media = world_.media();
    const auto content = content_from_document(detail_.document);
    if (!media || !content) return;
    bool any = false;
    for (const auto& part : content->parts) {
      for (const auto& file : part.media) {
        const auto fine = (*media)->verify(file.digest);
        if (fine) continue;
        any = true;
        out_.facts.emplace_back("File", file.name + ": " + fine.error().message);
      }
    }
    if (!any) return;
    if (out_.remedies_title.empty()) out_.remedies_title = "What lets it go:";
    out_.remedies.insert(out_.remedies.begin(), {"postq edit " + post_id() + " --media FILE --alt TEXT",
                                                 "add the file again; it goes to review"});
  }

  Status say_pauses(bool everything, const std::optional<TimePoint>& account_until) {
    if (everything) {
      POSTQ_TRY(const auto paused, store_.paused_by());
      if (paused) out_.facts.emplace_back("Paused", "everything, " + say_paused_by(*paused, now_, zone_));
    }
    if (account_until && *account_until > now_) {
      POSTQ_TRY(const auto account, account_of(store_, delivery_));
      POSTQ_TRY(const auto paused, store_.paused_by(account));
      if (paused) out_.facts.emplace_back("Paused", account.name + ", " + say_paused_by(*paused, now_, zone_));
    }
    if (delivery_.paused) {
      POSTQ_TRY(const auto paused, store_.paused_by(delivery_));
      if (paused) out_.facts.emplace_back("Paused", out_.name + ", " + say_paused_by(*paused, now_, zone_));
    }
    return {};
  }

  // What ends each pause that holds it, the widest first: only all of them let it go on.
  static std::vector<Remedy> ends_of_pauses(bool stop_file, bool everything, const Account& account,
                                            const Delivery& delivery, TimePoint now) {
    std::vector<Remedy> ends;
    if (stop_file) ends.push_back({"postq resume", "takes the file STOP away"});
    if (everything && !stop_file) ends.push_back({"postq resume", "lets all of it go on"});
    if (account.paused_until && *account.paused_until > now) {
      ends.push_back({"postq resume " + account.name, "lets " + account.name + " go on"});
    }
    const std::string name = name_of(delivery);
    if (delivery.paused) ends.push_back({"postq resume " + name, "lets this one go on"});
    return ends;
  }

  // Those that aren't among the remedies yet.
  void add_ends_of_pauses() {
    for (const auto& end : pauses_) {
      const bool known = std::any_of(out_.remedies.begin(), out_.remedies.end(),
                                     [&end](const Remedy& remedy) { return remedy.command == end.command; });
      if (!known) out_.remedies.push_back(end);
    }
  }

  void say_damage() {
    if (!detail_.damage.empty()) {
      out_.facts.emplace_back("Damaged", detail_.damage + damage_consequence());
    }
    bool standing = false;
    for (const auto& second : detail_.twice) {
      if (second.retracted_at) continue;
      const auto& where = second.receipt.url.empty() ? second.receipt.remote_id : second.receipt.url;
      out_.facts.emplace_back("Also out", where);
      standing = true;
    }
    if (standing) out_.remedies.push_back({"postq retract " + out_.name, "takes back all of it that is out"});
    if (standing && out_.remedies_title.empty()) out_.remedies_title = "To take it back:";
  }

  void explain_not_taken_back() {
    if (delivery_.retracted_at) return;
    const auto events = store_.events(delivery_.post, kEventsReadBack);
    if (!events) return;
    const auto refused = std::find_if(events->rbegin(), events->rend(), [&](const Event& event) {
      return event.delivery == delivery_.id && event.kind == kNotRetracted;
    });
    if (refused == events->rend()) return;
    out_.facts.emplace_back("Not deleted", format_time_short(to_the_minute(refused->at), now_, zone_) + ", " +
                                               facts_of(*refused).detail("detail"));
  }

  std::string damage_consequence() const {
    if (delivery_.approved()) return ". It will not be sent: the next flush takes it back to review.";
    if (delivery_.state == DeliveryState::unconfirmed) return ". It is only looked for, never sent again by itself.";
    return delivery_.pending() ? ". A review shows it anew, from its draft." : "";
  }

  const PlatformTraits& traits() {
    static const PlatformTraits unknown;
    const auto account = account_of(store_, delivery_);
    const auto* const platform = account ? world_.platforms().find(account->platform) : nullptr;
    return platform == nullptr ? unknown : platform->traits();
  }

  std::string post_id() const { return std::to_string(number(delivery_.post)); }
  bool asks_now() const { return delivery_.next_at <= now_; }

  std::string when_it_asks() const {
    if (delivery_.schedule.wall) {
      return (delivery_.schedule.not_before <= now_ ? "was due " : "is due ") +
             format_time_short(delivery_.schedule.not_before, now_, zone_);
    }
    return "is to go as soon as the rules allow";
  }

  std::string approved_by() const {
    if (!detail_.approval) return "";
    return " Approved by " + detail_.approval->person + " " +
           format_time_short(to_the_minute(detail_.approval->at), now_, zone_) + ".";
  }

  Status explain_queued() {
    if (delivery_.origin == Origin::hand_written) {
      explain_unsent();
      return {};
    }
    if (!delivery_.approval) {
      explain_pending();
      POSTQ_CHECK(say_pauses(false, std::nullopt));
      return say_forecast();
    }
    return explain_approved();
  }

  void explain_unsent() {
    out_.headline = out_.name + " was written by hand and has not gone out. Only its author sends it, at a terminal.";
    out_.history = history_of(detail_, troubles_);
    out_.remedies_title = "Next:";
    out_.remedies = {{"postq post " + post_id(), "asks, and sends it now"}, {"postq rm " + post_id(), "give it up"}};
  }

  void explain_pending() {
    if (delivery_.missed_at) {
      out_.headline = out_.name + " missed its time, " + format_time_short(delivery_.schedule.not_before, now_, zone_) +
                      ", and waits for you. Approved now, it goes as soon as the rules allow.";
      if (!delivery_.verdict.empty()) out_.facts.emplace_back("Because", delivery_.verdict);
      out_.remedies_title = "Next:";
      out_.remedies = {{"postq review " + post_id(), "send it, give it another time, or drop it"},
                       {"postq reschedule " + post_id() + " WHEN", "another time"}};
      return;
    }
    out_.headline = out_.name + " " + when_it_asks() + " and has not been reviewed: nobody has said yes to it.";
    const auto& last = detail_.last_approval;
    if (last && last->verdict == ReviewVerdict::approved) {
      out_.headline = out_.name + " " + when_it_asks() + " and needs a new yes: " + what_voided_the_yes() + " after " +
                      last->person + " approved it " + format_time_short(to_the_minute(last->at), now_, zone_) + ".";
    }
    if (!delivery_.verdict.empty()) out_.facts.emplace_back("Because", delivery_.verdict);
    out_.facts.emplace_back(
        "Written", "by " + say_actor(post_.author) + ", " + format_time(to_the_minute(post_.created_at), zone_));
    out_.remedies_title = "Next:";
    out_.remedies = {{"postq review " + post_id(), "read it and say yes or no"}};
  }

  // "edited by anna Sun 21:50".
  std::string what_voided_the_yes() const {
    std::string text = "it was changed";
    const auto events = store_.events(delivery_.post, kEventsReadBack);
    if (!events) return text;
    for (const auto& event : *events) {
      const bool voids = event.kind == "withdrawn" || event.kind == "edited" || event.kind == "rescheduled" ||
                         event.kind == "resolved" || event.kind == "queued";
      if (!voids || event.delivery != delivery_.id) continue;
      const auto facts = facts_of(event);
      text = event.kind == "queued" ? "queued again" : event.kind;
      text += " by " + say_actor(facts.actor) + " " + format_time_short(to_the_minute(event.at), now_, zone_);
      if (const auto reason = facts.detail("why"); !reason.empty()) text += " (" + reason + ")";
    }
    return text;
  }

  Status explain_approved() {
    POSTQ_TRY(auto* const state, world_.state());
    POSTQ_TRY(const auto stop, store_.stop_state());
    POSTQ_TRY(const auto account, account_of(store_, delivery_));
    POSTQ_TRY(const auto inputs, read_rule_inputs(world_, store_, account));
    POSTQ_TRY(auto candidate, store_.candidate(delivery_.id, inputs.settings, now_));
    // Before its time comes, the question is what would hold it then.
    const TimePoint asked = std::max(now_, delivery_.next_at);
    if (post_.together) {
      POSTQ_TRY(siblings_, blocked_siblings(world_, store_, post_, delivery_.id, asked));
      candidate.together_blocked_by = say_blocked(siblings_);
    }
    auto judgement = judge_at(inputs, candidate, zone_, now_, asked);
    if (asked == now_) {
      hold_until_read(judgement, inputs.snapshot, candidate, {inputs.settings, zone_, now_}, reading_needed(*state));
    }
    const bool stop_file = state->stop_requested() && !stop.paused;
    const bool missed = !judgement.allowed() && judgement.deciding()->rule == "late";
    pauses_ = ends_of_pauses(stop_file, stop.paused, account, delivery_, now_);
    if (stop_file || !judgement.allowed()) {
      if (stop_file && !missed) {
        explain_stop_file();
        POSTQ_CHECK(say_pauses(false, inputs.snapshot.paused_until));
      } else {
        explain_hold(inputs, judgement);
        POSTQ_CHECK(say_pauses(inputs.snapshot.all_paused, inputs.snapshot.paused_until));
        if (out_.rule == "min_gap" || out_.rule == "max_per_day") POSTQ_CHECK(say_who_goes_first());
      }
      return {};
    }
    if (!asks_now()) return explain_not_due();
    POSTQ_TRY(const bool behind, explain_behind_others());
    if (!behind) explain_not_flushed(*state);
    return {};
  }

  void explain_stop_file() {
    out_.standing = "paused";
    out_.headline = out_.name + " " + when_it_asks() + ". Everything is PAUSED by the file STOP." + approved_by();
    out_.remedies_title = "What lets it go:";
    out_.remedies = pauses_;
  }

  void explain_hold(const RuleInputs& inputs, const Judgement& judgement) {
    const auto& verdict = *judgement.deciding();
    if (verdict.rule == "late") return explain_missed(verdict);
    out_.standing = verdict.rule == "pause" ? "paused" : "held";
    if (!asks_now()) out_.standing = "will-be-held";
    out_.rule = verdict.rule;
    out_.earliest = judgement.earliest();
    if (!asks_now()) {
      out_.headline = out_.name + " " + when_it_asks() + ", " + say_relative(delivery_.next_at, now_) + "." +
                      approved_by() + " As things stand, it would be HELD.";
    } else {
      out_.headline = out_.name + " " + when_it_asks() + ", and is HELD." + approved_by();
    }
    out_.facts.emplace_back("Held by", verdict.rule + ": " + rule_sentence(inputs, verdict));
    if (verdict.rule == "ratio") say_the_count(inputs, verdict);
    if (out_.earliest && *out_.earliest > now_) {
      out_.facts.emplace_back("Opens", format_time_short(*out_.earliest, now_, zone_) + " by itself, " +
                                           say_relative(*out_.earliest, now_));
    }
    say_what_was_said();
    if (verdict.rule == "together") {
      say_what_blocks();
    } else {
      out_.remedies = asks_now() ? verdict.remedies : without_send(verdict.remedies);
    }
    add_ends_of_pauses();
    if (!out_.remedies.empty()) out_.remedies_title = "What lets it go, best first:";
    say_other_rules(inputs, judgement, verdict);
    out_.notes.push_back("Your approval stays good until somebody changes the post.");
  }

  // The platform's own words, where its last try came to nothing: a limit or a sign-in holds the account since.
  void say_what_was_said() {
    const bool not_sent = !detail_.attempts.empty() && detail_.attempts.back().outcome == Outcome::not_sent;
    if (not_sent || !troubles_.empty()) say_last_words(out_, detail_, troubles_);
  }

  // When the hold ends, those that are due before it go.
  Status say_who_goes_first() {
    POSTQ_TRY(const auto expected, forecast_approved(world_, store_, delivery_));
    const auto& goes = expected.entry.goes;
    if (expected.held || (goes && out_.earliest && *goes > *out_.earliest)) {
      out_.facts.emplace_back("Forecast", expected.sentence);
    }
    return {};
  }

  // No rule holds it by itself, and those that are due before it leave no room for it.
  Result<bool> explain_behind_others() {
    POSTQ_TRY(const auto expected, forecast_approved(world_, store_, delivery_));
    if (!expected.held && (!expected.entry.goes || *expected.entry.goes <= now_)) return false;
    out_.standing = expected.held ? "will-be-held" : "due";
    out_.rule = expected.entry.rule;
    out_.earliest = expected.entry.goes;
    out_.headline =
        out_.name + " " + when_it_asks() + "." + approved_by() +
        (expected.held ? " Others are due before it; behind them it will be HELD." : " Others are due before it.");
    out_.facts.emplace_back("Forecast", expected.sentence);
    say_what_was_said();
    out_.history = history_of(detail_, troubles_);
    out_.remedies = expected.remedies;
    if (!out_.remedies.empty()) out_.remedies_title = "What lets it go:";
    return true;
  }

  // What the next flush does with it.
  void explain_missed(const Verdict& verdict) {
    const bool dropped = verdict.effect == Effect::drop;
    out_.standing = "missed";
    out_.rule = verdict.rule;
    out_.headline = out_.name + " " + when_it_asks() + " and missed its time." + approved_by() +
                    (pauses_.empty() ? " The next flush " : " It is PAUSED: once it is resumed, the next flush ") +
                    (dropped ? "drops it (late = \"drop\")." : "takes it back to review; it doesn't send it.");
    out_.facts.emplace_back("Because", verdict.reason);
    out_.history = history_of(detail_, troubles_);
    out_.remedies_title = "What you can do now:";
    out_.remedies = pauses_;
    if (!pauses_.empty()) out_.remedies.front().why = "first: until then flush changes nothing";
    out_.remedies.push_back({"postq reschedule " + out_.name + " WHEN", "give it another time"});
    if (!dropped) out_.remedies.push_back({"postq flush", "then postq review " + post_id()});
  }

  // What a person can do is at the others; here they would only be sent back and forth.
  void say_what_blocks() {
    for (const auto& sibling : siblings_) {
      if (!sibling.reason.empty()) out_.facts.emplace_back("Because", "on " + sibling.account + ", " + sibling.reason);
      out_.remedies.insert(out_.remedies.end(), sibling.remedies.begin(), sibling.remedies.end());
    }
  }

  // The ratio's reason repeats its counts, which stand on lines of their own here.
  static std::string rule_sentence(const RuleInputs& inputs, const Verdict& verdict) {
    const auto& ratio = inputs.settings.ratio;
    if (verdict.rule != "ratio" || !ratio || verdict.reason.find("counted") == std::string::npos) return verdict.reason;
    return "at least " + std::to_string(ratio->by_hand) + " by hand for every " + std::to_string(ratio->scheduled) +
           " scheduled, over " + format_duration(inputs.settings.window);
  }

  void say_the_count(const RuleInputs& inputs, const Verdict& verdict) {
    const auto& mix = inputs.snapshot.mix;
    const auto& ratio = inputs.settings.ratio;
    if (!ratio || verdict.reason.find("counted") == std::string::npos) return;
    std::string counted = "on " + delivery_.account_name + ": " + std::to_string(mix.by_hand()) + " by hand";
    if (mix.by_hand() > 0) {
      counted += " (" + count_of(mix.by_hand_posts, "post", "posts") + ", " +
                 count_of(mix.by_hand_answers, "answer", "answers") + ")";
    }
    counted += ", " + std::to_string(mix.scheduled) + " scheduled since " +
               format_time_short(to_the_minute(now_ - inputs.settings.window), now_, zone_);
    out_.facts.emplace_back("Counted", std::move(counted));
    const auto needed = by_hand_needed(mix, *ratio);
    std::string needs =
        count_of(needed, "post or answer", "posts or answers") + " by hand on " + delivery_.account_name + ".";
    if (!out_.earliest) needs += " Time alone won't help.";
    out_.facts.emplace_back("Needs", std::move(needs));
  }

  void say_other_rules(const RuleInputs& inputs, const Judgement& judgement, const Verdict& deciding) {
    std::string fine;
    for (const auto& verdict : judgement.verdicts) {
      if (&verdict == &deciding) continue;
      if (verdict.answer == Answer::hold && verdict.rule != "late") {
        out_.facts.emplace_back("Also by", verdict.rule + ": " + verdict.reason);
      } else if (verdict.answer == Answer::warn) {
        out_.facts.emplace_back("Note", verdict.rule + ": " + verdict.reason);
      } else if (verdict.answer == Answer::allow) {
        fine += (fine.empty() ? "" : ", ") + rule_words(verdict.rule, inputs.settings);
      }
    }
    if (!fine.empty()) out_.notes.push_back("Every other rule says yes: " + fine + ".");
  }

  Status explain_not_due() {
    out_.standing = "scheduled";
    const bool moved = delivery_.next_at > delivery_.schedule.not_before && delivery_.schedule.wall &&
                       delivery_.schedule.not_before <= now_;
    if (moved || !delivery_.schedule.wall) {
      out_.standing = "waiting";
      const auto wait = say_relative(delivery_.next_at, now_);
      out_.headline = out_.name + " tries again " + format_time_short(delivery_.next_at, now_, zone_) + ", " +
                      (wait == "now" ? "in less than a minute" : wait) + "." + approved_by();
      say_what_was_said();
      if (delivery_.tries > 0) say_media_trouble();
      out_.history = history_of(detail_, troubles_);
      return {};
    }
    out_.headline = out_.name + " is approved, and its time has not come: " + format_time(delivery_.next_at, zone_) +
                    ", " + say_relative(delivery_.next_at, now_) + ".";
    return say_forecast();
  }

  Status say_forecast() {
    POSTQ_TRY(const auto expected, forecast(world_, store_, std::vector{delivery_.id}));
    if (expected.empty()) return {};
    out_.facts.emplace_back("Forecast", expected.front().sentence);
    for (const auto& note : expected.front().notes) out_.facts.emplace_back("Note", note);
    if (!expected.front().held) return {};
    out_.rule = expected.front().entry.rule;
    out_.remedies.insert(out_.remedies.end(), expected.front().remedies.begin(), expected.front().remedies.end());
    if (!delivery_.approval) return {};
    out_.standing = "will-be-held";
    out_.remedies_title = "So that it goes at its time:";
    return {};
  }

  // Empty: it goes by this machine's clock.
  std::string why_not_by_this_clock(const StateFiles& state) {
    if (const auto doubt = clock_doubt(world_, store_); doubt && *doubt) return (*doubt)->message;
    const auto account = account_of(store_, delivery_);
    const auto skew = account ? server_doubt(world_, state, *account) : std::nullopt;
    return skew ? clock_hold(*account, *skew).deciding()->reason : std::string();
  }

  void explain_not_flushed(const StateFiles& state) {
    out_.standing = "due";
    const auto last = state.read_mark("last-flush");
    out_.headline = out_.name + " " + when_it_asks() + ", is approved, and every rule says yes.";
    if (const auto why = why_not_by_this_clock(state); !why.empty()) {
      out_.headline += " It has not gone out because " + why + ".";
      out_.history = history_of(detail_, troubles_);
      out_.remedies_title = "What lets it go:";
      out_.remedies = {{"timedatectl", "is the clock synchronised?"},
                       {"postq doctor", "at a terminal it asks whether the clock is right"}};
      return;
    }
    if (!last) {
      out_.headline += " It has not gone out because `postq flush` has never run here.";
    } else if (now_ - time_point(*last) > kFlushIsOverdue) {
      out_.headline +=
          " It has not gone out because `postq flush` last ran " + say_relative(time_point(*last), now_) + ".";
    } else {
      out_.headline += " It goes with the next flush; the last ran " + say_relative(time_point(*last), now_) + ".";
      out_.history = history_of(detail_, troubles_);
      return;
    }
    out_.history = history_of(detail_, troubles_);
    out_.remedies_title = "What lets it go:";
    const auto timer = timer_advice(world_);
    out_.remedies = {{timer.command, timer.why}, {"postq flush", "sends now what is due"}};
  }

  void explain_cancelled() {
    const auto& last = detail_.last_approval;
    if (delivery_.state == DeliveryState::rejected && last) {
      out_.headline = out_.name + " was rejected by " + last->person + " " +
                      format_time_short(to_the_minute(last->at), now_, zone_) + ".";
      out_.facts.emplace_back("Reason", last->reason);
    } else {
      out_.headline = out_.name + " was taken out of the queue. It did not go out.";
    }
    out_.remedies_title = "If it is to go after all:";
    out_.remedies = {{"postq edit " + post_id(), "change it; it goes to review"},
                     {"postq retry " + out_.name, "queue it again as it is, for review"}};
  }

  void explain_expired() {
    out_.headline = out_.name + " ended unsent";
    if (delivery_.schedule.until) {
      out_.headline += ": it was never to go out after " + format_time(*delivery_.schedule.until, zone_);
    }
    out_.headline += ".";
    if (!detail_.last_approval) out_.facts.emplace_back("Review", "nobody had said yes to it by then");
    if (!delivery_.verdict.empty()) out_.facts.emplace_back("Held by", delivery_.verdict);
    out_.remedies_title = "If it is to go after all:";
    out_.remedies = {{"postq edit " + post_id(), "give it another end and time; it goes to review"}};
  }

  void say_other_accounts() {
    std::string text;
    for (const auto& other : post_.deliveries) {
      const auto& delivery = other.delivery;
      if (delivery.id == delivery_.id) continue;
      text += (text.empty() ? "" : ", ") + delivery.account_name + " " + std::string(word(standing_of(delivery, now_)));
      if (const auto time = say_its_time(delivery, now_, zone_); !time.empty()) text += " " + time;
    }
    if (!text.empty()) out_.notes.push_back("The other accounts: " + text + ".");
  }

  World& world_;
  Store& store_;
  const Zone& zone_;
  const PostDetail& post_;
  const DeliveryDetail& detail_;
  const Delivery& delivery_;
  const TimePoint now_;
  std::vector<Trouble> troubles_;
  std::vector<Remedy> pauses_;            // what ends each that holds it
  std::vector<BlockedSibling> siblings_;  // of a post that goes together
  Explanation out_;
};

}  // namespace

Result<Explanation> explain(World& world, Store& store, const PostDetail& post, const DeliveryDetail& detail) {
  POSTQ_TRY(const auto* const zone, world.zone());
  return DeliveryExplainer(world, store, *zone, post, detail).explain();
}

}  // namespace postq
