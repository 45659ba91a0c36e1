#include "app/publisher.h"

#include <algorithm>

#include <postq/core/text.h>

#include "app/backoff.h"
#include "app/copy_guard.h"
#include "app/explain_sending.h"
#include "app/select.h"

namespace postq {

namespace {

constexpr std::size_t kMostWorkers = 64;
constexpr std::size_t kRemedyColumn = 32;
// A request older than this when its first byte would go out belongs to another moment: the machine slept.
constexpr std::chrono::seconds kStartDeadline{60};

// "Tue 09:00" for a post with a time of its own; else empty.
std::string when_it_was_due(const Delivery& delivery, const Zone& zone, TimePoint now) {
  if (!delivery.schedule.wall) return "";
  return say_time_short(delivery.schedule.not_before, now, zone);
}

}  // namespace

struct Publisher::Flight {
  Flight(Claimed claimed_delivery, ApprovedDelivery approved_delivery)
      : claimed(std::move(claimed_delivery)), approved(std::move(approved_delivery)) {}

  DeliveryId id() const { return claimed.delivery.id; }
  int part_count() const { return static_cast<int>(approved.content().parts.size()); }
  const std::string& text() const { return approved.content().parts[static_cast<std::size_t>(part) - 1].text; }
  PartFacts facts(TimePoint now) const { return {part, outgoing.key, receipts, uploads, now}; }

  Claimed claimed;
  ApprovedDelivery approved;
  int part = 1;
  std::vector<Receipt> receipts;  // of the parts before `part`
  std::vector<Upload> uploads;
  Outgoing outgoing;
  AttemptId attempt{};
};

Publisher::Publisher(Parts parts, const FlushOptions& options, FlushReport& report)
    : parts_(std::move(parts)), options_(options), report_(report), workers_(kMostWorkers) {}

Publisher::~Publisher() = default;

const Account& Publisher::account_of(const Delivery& delivery) const {
  return accounts_.at(delivery.account);
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

bool Publisher::stopping() {
  if (parts_.world.interrupted()) report_.interrupted = true;
  if (!options_.by_hand && parts_.state.stop_requested()) report_.stopped = true;
  return report_.interrupted || report_.stopped;
}

// --- claim
// ------------------------------------------------------------------------------------------------------------

Status Publisher::claim(bool& claimed_any) {
  claimed_any = false;
  if (idle_.empty()) return {};
  // A single delivery gets one try: it is claimed whether it is due or not, so there would be no end to trying again.
  if (options_.only && std::exchange(asked_once_, true)) return {};
  auto& world = parts_.world;
  ClaimRequest request;
  request.now = world.now();
  request.accounts = idle_;
  for (const auto& [id, account] : accounts_) request.locked.push_back(id);
  request.only = options_.only;
  request.settings_for = [this](const Account& account) -> const PolicySettings& {
    return parts_.config.for_account(account.name);
  };
  request.judge_for = [this, now = request.now](const Account& account) -> Judge {
    const auto& settings = parts_.config.for_account(account.name);
    return [this, now, &settings](const Snapshot& snapshot, const Candidate& candidate) {
      return judge(snapshot, candidate, RuleContext{settings, parts_.zone, now, options_.past});
    };
  };
  request.day_of = [this](TimePoint at) { return calendar_day(at, parts_.zone); };
  request.readable = [&world](const Account& account) {
    const auto* const platform = world.platforms().find(account.platform);
    return platform != nullptr && platform->traits().timeline;
  };
  POSTQ_TRY(auto claims, parts_.store.claim(request, world.doing()));
  for (const auto& held : claims.held) report_held(held);
  if (!claims.claimed.empty()) POSTQ_CHECK(mark_store());
  std::vector<AccountId> flying;
  for (auto& claimed : claims.claimed) {
    const DeliveryId id = claimed.delivery.id;
    auto approved = ApprovedDelivery::open(claimed.delivery, claimed.document, claimed.approval);
    if (!approved) return pass_on(approved.error());
    auto flight = std::make_unique<Flight>(std::move(claimed), std::move(*approved));
    for (const auto& part : flight->claimed.parts) {
      if (!part.receipt) break;
      flight->receipts.push_back(*part.receipt);
      flight->part = part.n + 1;
    }
    flying.push_back(flight->claimed.delivery.account);
    auto& landed = *(flights_[id] = std::move(flight));
    prepare(landed);
    claimed_any = true;
  }
  // An account that got nothing has had its turn. Those that fly come back when they land, and those that wait for one
  // of them come with it.
  idle_ = {};
  waiting_ = std::move(claims.waiting);
  return {};
}

Status Publisher::mark_store() {
  // Before the first byte, so that a backup from before this run is known for one even if the run is killed.
  if (std::exchange(marked_, true)) return {};
  POSTQ_CHECK(parts_.store.raise_epoch(parts_.world.now()));
  return remember_store(parts_.world, parts_.store);
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
      event.message =
          (due.empty() ? "held: " : "held at its time, " + due + ": ") + verdict->rule + ", " + verdict->reason;
      for (const auto& remedy : verdict->remedies) {
        event.hint += pad(remedy.command, kRemedyColumn) + "  " + remedy.why + "\n";
      }
      event.hint += pad("postq why " + event.name, kRemedyColumn) + "  all about it";
      break;
    case Effect::to_review:
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

void Publisher::prepare(Flight& flight) {
  const auto& platform = platform_of(flight.claimed.delivery);
  const TimePoint now = parts_.world.now();
  const auto& account = account_of(flight.claimed.delivery);
  flight.outgoing = {flight.part,
                     flight.part_count(),
                     platform.request_key(account, flight.approved, flight.part, flight.claimed.attempts, now),
                     {}};
  flight.uploads.clear();
  if (!platform.traits().prepares) return prepared(flight, Prepared{});
  if (auto known = parts_.store.uploads(flight.id(), flight.part)) flight.uploads = std::move(*known);
  workers_.start([this, &flight, &platform, facts = flight.facts(now)]() -> Workers::Finish {
    auto result = platform.prepare(account_of(flight.claimed.delivery), flight.approved, facts, parts_.outside);
    return [this, &flight, result = std::move(result)]() mutable { prepared(flight, std::move(result)); };
  });
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
  auto body = platform_of(flight.claimed.delivery)
                  .body(account_of(flight.claimed.delivery), flight.approved, flight.facts(now));
  if (!body) return give_back(flight, body.error(), std::nullopt);
  flight.outgoing.body = std::move(*body);
  step_.intents.push_back({flight.id(), flight.claimed.delivery.account, flight.part, flight.outgoing.key,
                           flight.outgoing.body, flight.approved.digest()});
  starting_.push_back(flight.id());
}

// Nothing of this part went out: back into the queue, or failed once the tries have run out.
void Publisher::give_back(Flight& flight, const Error& error, std::optional<TimePoint> ask_again_at) {
  const TimePoint now = parts_.world.now();
  const auto& delivery = flight.claimed.delivery;
  Step::Back back{flight.id(), ask_again_at, false, error.message, std::nullopt, error.kind == ErrorKind::sign_in};
  back.tried = !ask_again_at;
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

// --- intent and send
// --------------------------------------------------------------------------------------------------

Status Publisher::commit_step() {
  if (step_.results.empty() && step_.intents.empty() && step_.back.empty() && step_.uploads.empty()) return {};
  const Step step = std::exchange(step_, {});
  const auto starting = std::exchange(starting_, {});
  auto done = parts_.store.commit(step, parts_.world.doing());
  if (!done) return pass_on(done.error());
  for (auto& event : std::exchange(after_commit_, {})) tell(std::move(event));
  for (std::size_t i = 0; i < starting.size(); ++i) {
    auto& flight = *flights_.at(starting[i]);
    const auto& intent = done->intents[i];
    if (intent) {
      flight.attempt = *intent;
      send(flight);
      continue;
    }
    // Stopped, or changed since the claim: nothing went out.
    step_.back.push_back({flight.id(), std::nullopt, false, intent.error().message, std::nullopt, false, false});
    landing_.push_back(flight.id());
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
  ask_again(flight.claimed.delivery.account);
  flights_.erase(flight.id());
}

void Publisher::send(Flight& flight) {
  const auto& platform = platform_of(flight.claimed.delivery);
  Outside outside = parts_.outside;
  outside.may_send = [this, intended_at = parts_.world.since_boot()]() -> Status {
    if (parts_.world.since_boot() - intended_at > kStartDeadline) {
      return fail(ErrorKind::try_later, "the machine slept before the request began");
    }
    if (parts_.state.stop_requested())
      return fail(ErrorKind::refused, "paused before the request began", "postq resume");
    return {};
  };
  workers_.start([this, &flight, &platform, outside]() mutable -> Workers::Finish {
    SendAnswer answer;
    if (auto may = outside.may_send(); !may) {
      answer.outcome = Outcome::not_sent;
      answer.error = std::move(may.error());
      answer.try_at = parts_.world.now();
    } else {
      answer = platform.send(account_of(flight.claimed.delivery), flight.approved, flight.outgoing, outside);
    }
    return [this, &flight, answer = std::move(answer)] { answered(flight, answer); };
  });
}

void Publisher::answered(Flight& flight, const SendAnswer& answer) {
  auto result = result_of(flight, answer);
  const auto& delivery = flight.claimed.delivery;
  look_at_clock(delivery.account_name, answer.clock_skew);
  FlushEvent event;
  event.name = name_of(delivery);
  event.delivery = delivery;
  if (answer.outcome != Outcome::sent) {
    fold_failure(flight, answer, result);
    landing_.push_back(flight.id());
    step_.results.push_back(std::move(result));
    return;
  }
  event.kind = flight.part == flight.part_count() ? FlushEvent::Kind::sent : FlushEvent::Kind::part_sent;
  event.message = flight.part_count() == 1
                      ? "sent"
                      : "sent part " + std::to_string(flight.part) + " of " + std::to_string(flight.part_count());
  event.url = answer.receipt.url;
  step_.results.push_back(std::move(result));
  after_commit_.push_back(event);
  if (event.kind == FlushEvent::Kind::sent) {
    ++report_.sent;
    landing_.push_back(flight.id());
    return;
  }
  flight.receipts.push_back(answer.receipt);
  ++flight.part;
  if (stopping()) {
    step_.back.push_back({flight.id(), std::nullopt, false, "stopped between two parts", std::nullopt, false, false});
    landing_.push_back(flight.id());
    return;
  }
  prepare(flight);
}

AttemptResult Publisher::result_of(Flight& flight, const SendAnswer& answer) {
  AttemptResult result;
  result.attempt = flight.attempt;
  result.delivery = flight.id();
  result.account = flight.claimed.delivery.account;
  result.part = flight.part;
  result.outcome = answer.outcome;
  result.detail = answer.error.message;
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
      if (event.hint.empty())
        event.hint = "postq edit " + std::to_string(number(delivery.post)) + "    or postq retry " + event.name;
      break;
    case Outcome::unconfirmed: {
      event.kind = FlushEvent::Kind::unconfirmed;
      event.message = answer.error.message + "; it may be public";
      result.next_try = next_look(now, now);
      if (answer.limited) result.limited_until = obeyed(answer.try_at.value_or(now), now);
      const auto again = repeated_from(platform_of(delivery).traits(), now, now, result.next_try.value_or(now));
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
      if (answer.limited) result.limited_until = result.next_try;
      event.kind = result.give_up ? FlushEvent::Kind::failed : FlushEvent::Kind::not_sent;
      event.news = delivery.tries == 0 || result.give_up || answer.sign_in_needed;
      if (event.hint.empty()) event.hint = why;
    }
  }
  after_commit_.push_back(std::move(event));
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

Status Publisher::run(const std::vector<Account>& accounts) {
  for (const auto& account : accounts) {
    accounts_[account.id] = account;
    idle_.push_back(account.id);
  }
  while (true) {
    bool claimed_any = false;
    if (!stopping() && !report_.clock_is_off && trouble_) {
      trouble_ = claim(claimed_any);
      if (trouble_) trouble_ = commit_step();
    }
    if (!workers_.busy()) {
      // What was claimed and not even begun has landed again: its account may have something else.
      if (claimed_any && trouble_) continue;
      break;
    }
    workers_.finish_some();
    // After trouble with the store, what is in the air is still waited for; its intents stay, and the next run settles
    // them.
    if (trouble_) trouble_ = commit_step();
  }
  return named_trouble();
}

}  // namespace postq
