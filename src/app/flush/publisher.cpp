#include "app/flush/publisher.h"

#include <algorithm>
#include <set>

#include <postq/policy/reading.h>
#include <postq/text/text.h>

#include "app/explain/sending.h"
#include "app/flush/backoff.h"
#include "app/flush/clock_guard.h"
#include "app/flush/copy_guard.h"
#include "app/flush/damage.h"
#include "app/flush/publisher_flight.h"
#include "app/forecast/forecast.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr std::size_t kMostWorkers = 80;          // of these, 64 may read
constexpr std::chrono::seconds kReadingTime{60};  // an account's timeline and items together
constexpr std::size_t kRemedyColumn = 32;
// A request older than this when its first byte would go out belongs to another moment: the machine slept.
constexpr std::chrono::seconds kStartDeadline{60};

// "Tue 09:00" for a post with a time of its own; else empty.
std::string when_it_was_due(const Delivery& delivery, const Zone& zone, TimePoint now) {
  if (!delivery.schedule.wall) return "";
  return format_time_short(delivery.schedule.not_before, now, zone);
}

// Two columns; an address or a number may be longer than usual.
std::string remedy_lines(std::vector<Remedy> remedies, Remedy last) {
  remedies.push_back(std::move(last));
  std::size_t column = kRemedyColumn;
  for (const auto& remedy : remedies) column = std::max(column, display_width(remedy.command));
  std::string text;
  for (const auto& remedy : remedies) {
    text += (text.empty() ? "" : "\n") + pad(remedy.command, column) + "  " + remedy.why;
  }
  return text;
}

}  // namespace

Publisher::Publisher(Parts parts, const FlushOptions& options, FlushReport& report)
    : parts_(std::move(parts)),
      options_(options),
      report_(report),
      reader_({parts_.world, parts_.store, parts_.config, parts_.state, parts_.context, workers_},
              [this](const TimelineRead& read) { was_read(read); },
              {[this] { return parts_.world.interrupted() || (heeds_stop() && parts_.state.stop_requested()); }, false,
               kReadingTime}),
      workers_(kMostWorkers) {}

Publisher::~Publisher() = default;

const Account& Publisher::account_of(const Delivery& delivery) const {
  return turns_.at(delivery.account).account;
}

const Platform& Publisher::platform_of(const Delivery& delivery) const {
  return *parts_.world.platforms().find(account_of(delivery).platform);
}

void Publisher::tell(FlushEvent event) {
  const bool by_hand = event.delivery && event.delivery->origin == Origin::hand_written;
  // "postq tries again by itself", but not what its author sends.
  if (by_hand && event.error == ErrorKind::try_later) event.hint.clear();
  if (event.delivery) event.hint = with_number(std::move(event.hint), event.delivery->post);
  if (options_.on_event) options_.on_event(event);
  report_.events.push_back(std::move(event));
}

// --- claim
// ------------------------------------------------------------------------------------------------------------

ClaimRequest Publisher::claim_request() {
  auto& world = parts_.world;
  ClaimRequest request;
  request.now = world.now();
  request.accounts = idle_;
  for (const auto& [id, turn] : turns_) {
    if (turn.stage == Stage::ready) request.locked.push_back(id);
  }
  request.only = options_.only;
  request.settings_for = [this](const Account& account) -> const PolicySettings& {
    return parts_.config.for_account(account.name);
  };
  request.judge_for = [this, now = request.now,
                       read_needed = reading_needed(parts_.state)](const Account& account) -> Judge {
    const auto& settings = parts_.config.for_account(account.name);
    return [this, now, read_needed, id = account.id, &settings](const Snapshot& snapshot, const Candidate& candidate) {
      const RuleContext context{settings, parts_.zone, now, options_.past};
      auto judgement = judge_in_run(snapshot, candidate, context, id);
      hold_until_read(judgement, snapshot, candidate, context, read_needed);
      return judgement;
    };
  };
  request.day_of = [this](TimePoint at) { return calendar_day(at, parts_.zone); };
  request.readable = [&world](const Account& account) {
    const auto* const platform = world.platforms().find(account.platform);
    return platform != nullptr && platform->traits().timeline;
  };
  if (!options_.only) {
    request.know = [this](const Account& account, Snapshot& snapshot) { parts_.chances.tell(account, snapshot); };
  }
  return request;
}

// What the rules say, and what only this run knows.
Judgement Publisher::judge_in_run(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context,
                                  AccountId account) {
  const auto found = turns_.find(account);
  if (found == turns_.end()) return judge(snapshot, candidate, context);
  auto& turn = found->second;
  const bool bound = candidate.origin == Origin::scheduled && context.past == PastRules::no;
  if (bound && turn.clock_skew) return clock_hold(turn.account, *turn.clock_skew);
  auto judgement = judge(snapshot, candidate, context);
  const auto* const verdict = judgement.deciding();
  if (judgement.allowed() || verdict == nullptr || verdict->rule != "together") return judgement;
  if (!is_any_coming(candidate.together_blocked_by)) return judgement;
  // Nothing behind it may go meanwhile: else the accounts could be busy in turn, and the post be put off for ever.
  judgement.reach = Scope::account;
  turn.waits_for_others = true;
  return judgement;
}

// Whether one of those that hold it back is only not ready yet.
bool Publisher::is_any_coming(const std::string& blocked_by) const {
  return std::any_of(turns_.begin(), turns_.end(), [&](const auto& each) {
    const auto& turn = each.second;
    if (turn.stage == Stage::ready || turn.stage == Stage::done) return false;
    const auto at = blocked_by.find(turn.account.name + " (not part of this flush)");
    return at == 0 || (at != std::string::npos && blocked_by[at - 1] == ' ');
  });
}

// What is counted by hand since this run began may be shown to be a copy by the reading of another account: while one
// goes on, it opens nothing.
Result<bool> Publisher::waits_for_credit(const Turn& turn) {
  if (turn.gained == 0 || options_.only || !is_any_to_be_read()) return false;
  const auto& settings = parts_.config.for_account(turn.account.name);
  if (!settings.ratio) return false;
  const TimePoint now = parts_.world.now();
  POSTQ_TRY(auto snapshot,
            parts_.store.snapshot(turn.account, settings, calendar_day(now, parts_.zone), true, false, now));
  if (room_for_scheduled(snapshot.mix, settings) == 0) return false;
  snapshot.mix.by_hand_posts -= turn.gained;
  return room_for_scheduled(snapshot.mix, settings) == 0;
}

// An account whose credit is not certain yet gives its lock back, and asks again once all are read.
Status Publisher::leave_the_uncredited() {
  std::vector<AccountId> may;
  for (const auto id : std::exchange(idle_, {})) {
    auto& turn = turns_.at(id);
    POSTQ_TRY(const bool waits, waits_for_credit(turn));
    if (!waits) {
      may.push_back(id);
    } else if (!is_under_way(turn)) {  // else it asks again when that has landed
      turn.stage = Stage::uncredited;
      turn.lock.reset();
    }
  }
  idle_ = std::move(may);
  return {};
}

Status Publisher::claim(bool& claimed_any) {
  claimed_any = false;
  if (only_looks()) idle_ = {};
  if (idle_.empty()) return {};
  // A single delivery gets one try: it is claimed whether it is due or not, so there would be no end to trying again.
  if (options_.only && std::exchange(asked_once_, true)) {
    idle_ = {};
    return {};
  }
  POSTQ_CHECK(leave_the_uncredited());
  if (idle_.empty()) return {};
  POSTQ_TRY(auto claims, parts_.store.claim(claim_request(), parts_.world.audit()));
  std::set<AccountId> wait;
  for (auto& [id, turn] : turns_) {
    if (std::exchange(turn.waits_for_others, false)) wait.insert(id);
  }
  for (const auto& held : claims.held) {
    if (!wait.contains(held.delivery.account)) report_held(held);
  }
  for (const auto& damaged : claims.damaged) tell(damage_event(damaged));
  for (const auto& account : claims.doubtful) tell(doubtful_event(parts_.world, parts_.state, account));
  if (!claims.claimed.empty()) POSTQ_CHECK(mark_store());
  // An account that got nothing has had its turn. Those that fly come back when they land, and those that wait for one
  // of them, or for another account, come with it.
  idle_ = {};
  waiting_.insert(waiting_.end(), claims.waiting.begin(), claims.waiting.end());
  waiting_.insert(waiting_.end(), wait.begin(), wait.end());
  claimed_any = !claims.claimed.empty();
  for (auto& claimed : claims.claimed) take_off(std::move(claimed));
  return {};
}

void Publisher::take_off(Claimed claimed) {
  const DeliveryId id = claimed.delivery.id;
  auto approved = guarded([&] {
    return ApprovedDelivery::open(claimed.delivery, claimed.document, claimed.approval, account_of(claimed.delivery));
  });
  if (!approved) {
    // It isn't what was approved, or can't be read.
    after_commit_.push_back(damage_event({claimed.delivery, approved.error().message}));
    Step::Back back{id, std::nullopt, false, approved.error().message, std::nullopt, false, false};
    back.to_review = approved.error().kind != ErrorKind::try_later;  // too little memory passes
    if (!back.to_review) back.next_try = parts_.world.now() + wait_after_try(1).value_or(Seconds{60});
    step_.back.push_back(std::move(back));
    ask_again(claimed.delivery.account);
    return;
  }
  auto flight = std::make_unique<Flight>(std::move(claimed), std::move(*approved));
  for (const auto& part : flight->claimed.parts) {
    if (!part.receipt) break;
    flight->receipts.push_back(*part.receipt);
    flight->part = part.n + 1;
  }
  auto& landed = *(flights_[id] = std::move(flight));
  begin_part(landed);
}

Status Publisher::mark_store() {
  // Before the first byte, so that a backup from before this run is known for one even if the run is killed.
  if (std::exchange(marked_, true)) return {};
  POSTQ_CHECK(parts_.store.raise_epoch(parts_.world.now()));
  return remember_store(parts_.world, parts_.store);
}

// It was to go now, and didn't: that is news to whoever waits for it, as often as they try.
void Publisher::mark_asked_for(FlushEvent& event, const Verdict& verdict) const {
  const auto& account = account_of(*event.delivery);
  event.asked_for = true;
  event.news = true;
  const bool passes = verdict.earliest || (account.limited_until && *account.limited_until > parts_.world.now());
  event.error = account.sign_in_needed ? ErrorKind::sign_in : passes ? ErrorKind::try_later : ErrorKind::refused;
}

void Publisher::report_held(const Held& held) {
  const auto* const verdict = held.judgement.deciding();
  if (verdict == nullptr) return;
  FlushEvent event;
  event.name = name_of(held.delivery);
  event.delivery = held.delivery;
  // What time alone lifts needs no person.
  event.news = held.changed && !(held.judgement.effect == Effect::none && verdict->earliest);
  const std::string post = std::to_string(number(held.delivery.post));
  const std::string due = when_it_was_due(held.delivery, parts_.zone, parts_.world.now());
  switch (held.judgement.effect) {
    case Effect::none:
      event.kind = FlushEvent::Kind::held;
      if (options_.only) mark_asked_for(event, *verdict);
      event.held_by = verdict->rule + ", " + verdict->reason;
      event.message = (due.empty() ? "held: " : "held at its time, " + due + ": ") + event.held_by;
      event.hint = remedy_lines(verdict->remedies, {"postq why " + event.name, "all about it"});
      event.hint_for_all =
          remedy_lines(without_send(verdict->remedies), {"postq why " + held.delivery.account_name, "all about it"});
      break;
    case Effect::to_review:
      if (verdict->rule == kAlreadyOut) {
        event.kind = FlushEvent::Kind::withdrawn;
        event.message = "back in review, it may be out already: " + verdict->reason;
        if (!verdict->remedies.empty()) {
          event.hint =
              remedy_lines(verdict->remedies, {"postq review " + post, "say whether it is to go all the same"});
          break;
        }
        event.hint = pad("postq review " + post, kRemedyColumn) + "  say whether it is to go all the same\n" +
                     pad("postq reject " + event.name + " --reason out", kRemedyColumn) + "  it is that one";
        break;
      }
      event.kind = FlushEvent::Kind::late;
      event.message =
          "missed its time" + (due.empty() ? "" : ", " + due + ",") + " and waits for you: " + verdict->reason;
      event.hint = "postq review " + post;
      break;
    case Effect::mark_missed:
      return;  // it goes on by itself, as soon as the rules allow
    case Effect::drop:
      event.kind = FlushEvent::Kind::dropped;
      event.message = "dropped: " + verdict->reason;
      event.hint = "postq retry " + event.name + "    queue it again, for review";
      break;
    case Effect::expire:
      event.kind = FlushEvent::Kind::expired;
      event.message = "ended unsent: " + verdict->reason;
      event.hint = "postq edit " + post + " --at WHEN --until WHEN    queue it again, for review";
      break;
  }
  tell(std::move(event));
}

// --- prepare
// ----------------------------------------------------------------------------------------------------------

void Publisher::begin_part(Flight& flight) {
  if (const auto* const attempt = attempt_to_look_for(flight)) return look_first(flight, *attempt);
  prepare(flight);
}

void Publisher::prepare(Flight& flight) {
  const auto& platform = platform_of(flight.claimed.delivery);
  const TimePoint now = parts_.world.now();
  auto key = guarded([&]() -> Result<std::string> {
    return platform.request_key(account_of(flight.claimed.delivery), flight.approved, flight.part,
                                flight.claimed.attempts, now);
  });
  if (!key) return give_back(flight, key.error(), std::nullopt);
  flight.outgoing = {flight.part, flight.part_count(), std::move(*key), {}};
  flight.uploads.clear();
  if (!platform.traits().prepares) return prepared(flight, Prepared{});
  if (auto known = parts_.store.uploads(flight.id(), flight.part)) flight.uploads = std::move(*known);
  workers_.start(
      [this, &flight, &platform, facts = flight.facts(now)]() -> Workers::Finish {
        auto result = platform.prepare(account_of(flight.claimed.delivery), flight.approved, facts, parts_.context);
        return [this, &flight, result = std::move(result)] { prepared(flight, result); };
      },
      [this, &flight](const Error& error) { prepared(flight, pass_on(error)); });
}

void Publisher::prepared(Flight& flight, Result<Prepared> result) {
  if (!result) return give_back(flight, result.error(), std::nullopt);
  for (const auto& upload : result->uploads) {
    step_.uploads.emplace_back(flight.id(), upload);
    step_.upload_parts.push_back(flight.part);
  }
  if (!result->uploads.empty()) flight.uploads = result->uploads;
  if (result->limited && result->ask_again_at) return give_back_limited(flight, result->error, *result->ask_again_at);
  if (result->ask_again_at) {
    return give_back(flight, Error{ErrorKind::try_later, "the platform is still working on the media", {}, {}},
                     result->ask_again_at);
  }
  const TimePoint now = parts_.world.now();
  auto& turn = turns_.at(flight.account());
  flight.place_in_second = turn.last_begun == now ? turn.last_place + 1 : 0;
  turn.last_begun = now;
  turn.last_place = std::max(flight.place_in_second, flight.part - 1);
  auto body = guarded([&] {
    return platform_of(flight.claimed.delivery)
        .body(account_of(flight.claimed.delivery), flight.approved, flight.facts(now));
  });
  if (!body) return give_back(flight, body.error(), std::nullopt);
  flight.outgoing.body = std::move(*body);
  step_.intents.push_back({flight.id(), flight.account(), flight.part, flight.outgoing.key, flight.outgoing.body,
                           flight.approved.digest()});
  starting_.push_back(flight.id());
}

// Nothing of this part went out: back into the queue, or failed once the tries have run out.
void Publisher::give_back(Flight& flight, const Error& error, std::optional<TimePoint> ask_again_at) {
  const TimePoint now = parts_.world.now();
  const auto& delivery = flight.claimed.delivery;
  Step::Back back{flight.id(), ask_again_at, false, error.message, std::nullopt, error.kind == ErrorKind::sign_in};
  back.tried = !ask_again_at;
  back.unreachable = !ask_again_at && error.kind == ErrorKind::try_later;
  FlushEvent event;
  event.name = name_of(delivery);
  event.delivery = delivery;
  event.error = error.kind;
  event.hint = error.hint;
  event.kind = FlushEvent::Kind::not_sent;
  if (!ask_again_at) {
    const auto wait = wait_after_try(delivery.tries + 1);
    back.give_up = error.kind == ErrorKind::platform || error.kind == ErrorKind::refused ||
                   (!wait && error.kind != ErrorKind::sign_in);
    if (wait) back.next_try = now + *wait;
    event.kind = back.give_up ? FlushEvent::Kind::failed : FlushEvent::Kind::not_sent;
    event.message = error.message;
    event.news = delivery.tries == 0 || back.give_up;
    after_commit_.push_back(std::move(event));
  }
  step_.back.push_back(std::move(back));
  landing_.push_back(flight.id());
}

// The platform wants no more of the account for a while, before there was anything to send.
void Publisher::give_back_limited(Flight& flight, const Error& error, TimePoint until) {
  const auto& delivery = flight.claimed.delivery;
  until = obeyed(until, parts_.world.now());
  FlushEvent event;
  event.kind = FlushEvent::Kind::not_sent;
  event.name = name_of(delivery);
  event.delivery = delivery;
  event.error = ErrorKind::try_later;
  event.message = error.message;
  event.hint = error.hint.empty() ? "postq why " + event.name : error.hint;
  event.news = delivery.tries == 0;
  after_commit_.push_back(std::move(event));
  step_.back.push_back({flight.id(), until, false, error.message, until, false});
  landing_.push_back(flight.id());
}

void Publisher::give_back_untried(DeliveryId delivery, const std::string& why) {
  step_.back.push_back({delivery, std::nullopt, false, why, std::nullopt, false, false});
  landing_.push_back(delivery);
}

// --- intent and send
// --------------------------------------------------------------------------------------------------

// One that doesn't fit the queue any more ends none of the others.
Result<CommitResult> Publisher::commit_apart(const Step& step) {
  std::vector<Step> pieces;
  for (const auto& result : step.results) pieces.emplace_back().results.push_back(result);
  for (const auto& back : step.back) pieces.emplace_back().back.push_back(back);
  for (std::size_t i = 0; i < step.uploads.size(); ++i) {
    auto& piece = pieces.emplace_back();
    piece.uploads.push_back(step.uploads[i]);
    piece.upload_parts.push_back(step.upload_parts[i]);
  }
  CommitResult done;
  for (const auto& intent : step.intents) pieces.emplace_back().intents.push_back(intent);
  for (const auto& piece : pieces) {
    auto one = parts_.store.commit(piece, parts_.world.audit());
    if (!one && one.error().kind == ErrorKind::storage) return one;
    if (!one) parts_.world.log().error("a result could not be recorded: " + one.error().message);
    if (one) {
      done.intents.insert(done.intents.end(), one->intents.begin(), one->intents.end());
    } else if (!piece.intents.empty()) {
      done.intents.emplace_back(pass_on(one.error()));
    }
  }
  return done;
}

Status Publisher::commit_step() {
  if (step_.results.empty() && step_.intents.empty() && step_.back.empty() && step_.uploads.empty()) return {};
  const Step step = std::exchange(step_, {});
  const auto starting = std::exchange(starting_, {});
  auto done = parts_.store.commit(step, parts_.world.audit());
  if (!done && done.error().kind != ErrorKind::storage) done = commit_apart(step);
  if (!done) return pass_on(done.error());
  for (auto& event : std::exchange(after_commit_, {})) tell(std::move(event));
  for (std::size_t i = 0; i < starting.size(); ++i) {
    auto& flight = *flights_.at(starting[i]);
    const auto& intent = done->intents[i];
    if (intent) {
      flight.attempt = *intent;
      send(flight);
    } else if (intent.error().kind == ErrorKind::bug) {
      give_back(flight, intent.error(), std::nullopt);  // the next claim would find it as it is: it waits
    } else {
      give_back_untried(flight.id(), intent.error().message);  // stopped, or changed since the claim
    }
  }
  for (const auto id : std::exchange(landing_, {})) {
    const bool goes_back =
        std::any_of(step_.back.begin(), step_.back.end(), [&](const auto& b) { return b.delivery == id; });
    if (goes_back) {
      landing_.push_back(id);  // with the next commit
    } else {
      land(*flights_.at(id));
    }
  }
  if (!step_.back.empty()) return commit_step();
  return {};
}

void Publisher::ask_again(AccountId account) {
  if (std::find(idle_.begin(), idle_.end(), account) == idle_.end()) idle_.push_back(account);
}

void Publisher::land(Flight& flight) {
  for (const auto account : std::exchange(waiting_, {})) ask_again(account);
  ask_again(flight.account());
  flights_.erase(flight.id());
}

// The network for a request that can become visible.
PlatformContext Publisher::outside_to_send() const {
  PlatformContext context = parts_.context;
  context.may_send = [this, intended_at = parts_.world.since_boot()]() -> Status {
    if (parts_.world.since_boot() - intended_at > kStartDeadline) {
      return fail(ErrorKind::try_later, "the machine slept before the request began");
    }
    if (!options_.past_pause && parts_.state.stop_requested()) {
      return fail(ErrorKind::refused, "paused before the request began", "postq resume");
    }
    return {};
  };
  return context;
}

void Publisher::send(Flight& flight) {
  const auto& platform = platform_of(flight.claimed.delivery);
  workers_.start(
      [this, &flight, &platform, context = outside_to_send()]() mutable -> Workers::Finish {
        SendAnswer answer;
        if (auto may = context.may_send(); !may) {
          answer.outcome = Outcome::not_sent;
          answer.error = std::move(may.error());
          answer.try_at = parts_.world.now();
        } else {
          answer = platform.send(account_of(flight.claimed.delivery), flight.approved, flight.outgoing, context);
        }
        return [this, &flight, answer = std::move(answer)] { answered(flight, answer); };
      },
      [this, &flight](const Error& error) {
        SendAnswer lost;  // nobody knows how far it got
        lost.error = error;
        answered(flight, lost);
      });
}

void Publisher::answered(Flight& flight, const SendAnswer& answer) {
  auto result = result_of(flight, answer);
  const auto& delivery = flight.claimed.delivery;
  look_at_clock(account_of(delivery), answer.clock_skew);
  if (answer.outcome != Outcome::sent) {
    fold_failure(flight, answer, result);
    landing_.push_back(flight.id());
    step_.results.push_back(std::move(result));
    return;
  }
  FlushEvent event;
  event.name = name_of(delivery);
  event.delivery = delivery;
  event.kind = flight.is_last_part() ? FlushEvent::Kind::sent : FlushEvent::Kind::part_sent;
  event.message = flight.part_count() == 1
                      ? "sent"
                      : "sent part " + std::to_string(flight.part) + " of " + std::to_string(flight.part_count());
  event.url = answer.receipt.url;
  step_.results.push_back(std::move(result));
  after_commit_.push_back(event);
  if (auto differs = deviation_event(delivery, answer.deviation)) after_commit_.push_back(std::move(*differs));
  if (flight.is_last_part()) ++report_.sent;
  go_on_behind(flight, answer.receipt);
}

// The part that has this receipt is out: the next one, if there is any.
void Publisher::go_on_behind(Flight& flight, const Receipt& receipt) {
  if (flight.is_last_part()) {
    landing_.push_back(flight.id());
    return;
  }
  flight.receipts.push_back(receipt);
  ++flight.part;
  flight.attempt = {};
  if (stopping() || is_late()) return give_back_untried(flight.id(), "stopped between two parts");
  begin_part(flight);
}

AttemptResult Publisher::result_of(Flight& flight, const SendAnswer& answer) {
  AttemptResult result;
  result.attempt = flight.attempt;
  result.delivery = flight.id();
  result.account = flight.claimed.delivery.account;
  result.part = flight.part;
  result.outcome = answer.outcome;
  result.detail = answer.error.message;
  if (!answer.deviation.words.empty()) result.detail = "it is out " + answer.deviation.words;
  result.answered = answer.answered;
  if (answer.outcome == Outcome::sent) {
    result.receipt = answer.receipt;
    if (result.receipt->sent_at == TimePoint{}) result.receipt->sent_at = parts_.world.now();
    result.text = flight.text();
  }
  return result;
}

// What becomes of the delivery and its account when an answer wasn't a yes.
void Publisher::fold_failure(Flight& flight, const SendAnswer& answer, AttemptResult& result) {
  const TimePoint now = parts_.world.now();
  const auto& delivery = flight.claimed.delivery;
  FlushEvent event;
  event.name = name_of(delivery);
  event.delivery = delivery;
  event.error = answer.error.kind;
  event.message = answer.error.message;
  event.hint = answer.error.hint;
  const std::string why = "postq why " + event.name;
  switch (answer.outcome) {
    case Outcome::refused:
      event.kind = FlushEvent::Kind::failed;
      event.error = ErrorKind::platform;
      result.give_up = true;
      if (event.hint.empty()) {
        const auto post = std::to_string(number(delivery.post));
        event.hint = delivery.origin == Origin::hand_written
                         ? "postq post " + post + "\npostq edit " + post + "    change it first"
                         : "postq edit " + post + "    change it\npostq retry " + event.name + "    as it is";
      }
      break;
    case Outcome::unconfirmed: {
      event.kind = FlushEvent::Kind::unconfirmed;
      event.message = answer.error.message + "; it may be public";
      turns_.at(flight.account()).was_read = false;  // what was read doesn't tell of this
      result.next_try = next_look(now, now);
      if (answer.limited) result.limited_until = obeyed(answer.try_at.value_or(now), now);
      const bool repeats = delivery.origin == Origin::scheduled;
      const auto again = repeats
                             ? repeated_from(platform_of(delivery).traits(), now, now, result.next_try.value_or(now))
                             : std::nullopt;
      event.hint = (again ? say_repeat(*again, now, parts_.zone) + "; it can't appear twice\n"
                          : "postq will look again at every flush and will not send it twice\n") +
                   why;
      break;
    }
    default: {
      const auto wait = wait_after_try(delivery.tries + 1);
      const bool patient = answer.sign_in_needed || answer.limited || answer.try_at.has_value();
      result.give_up = !patient && !wait;
      result.next_try = answer.try_at ? obeyed(*answer.try_at, now) : now + wait.value_or(Seconds{60});
      result.sign_in_needed = answer.sign_in_needed;
      result.unreachable = !patient && answer.error.kind == ErrorKind::try_later;
      if (answer.limited) result.limited_until = result.next_try;
      event.kind = result.give_up ? FlushEvent::Kind::failed : FlushEvent::Kind::not_sent;
      event.news = delivery.tries == 0 || result.give_up || answer.sign_in_needed;
      if (event.hint.empty()) event.hint = why;
    }
  }
  after_commit_.push_back(std::move(event));
}

// What was claimed and never begun doesn't wait for the next run to be queued again, where the store lets it.
void Publisher::give_back_the_unbegun() {
  Step step;
  for (const auto& [id, flight] : flights_) {
    if (flight->attempt != AttemptId{}) continue;
    step.back.push_back({id, std::nullopt, false, "interrupted before it was sent", std::nullopt, false, false});
  }
  if (step.back.empty()) return;
  if (const auto done = parts_.store.commit(step, parts_.world.audit()); !done) {
    parts_.world.log().warn("what was claimed stays so until the next flush: " + done.error().message);
  }
}

// The trouble with the store, with the posts whose results it kept from being recorded.
Status Publisher::named_trouble() const {
  if (trouble_) return {};
  Error error = trouble_.error();
  for (const auto& [id, flight] : flights_) {
    if (flight->attempt == AttemptId{}) continue;
    error.hint += (error.hint.empty() ? "" : "\n") + name_of(flight->claimed.delivery) +
                  " may be out: the next flush finds out, and does not send it twice";
  }
  return pass_on(std::move(error));
}

}  // namespace postq
