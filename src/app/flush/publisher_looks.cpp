// The part of the publisher that looks for what became of lost attempts: repeats them where that is harmless, and looks
// among the account's own posts where it isn't, or before a part is tried once more.
#include <algorithm>

#include <postq/text/text.h>

#include "app/flush/backoff.h"
#include "app/flush/publisher.h"
#include "app/flush/publisher_flight.h"
#include "app/flush/settle_by_hand.h"
#include "app/sync/timed_http.h"
#include "app/words/select.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookTime = 60s;  // for one delivery

// Whether the place has a list of own posts at all.
bool can_look(const PlatformTraits& traits) {
  return traits.timeline || traits.repeat == RetrySafety::after_reading;
}

// When a request with this key first went out: the servers that know keys count from there.
TimePoint first_with_key(const std::vector<Attempt>& attempts, const Attempt& attempt) {
  TimePoint first = attempt.started_at;
  for (const auto& each : attempts) {
    if (each.key == attempt.key) first = std::min(first, each.started_at);
  }
  return first;
}

SendAnswer as_answer(const Settlement& found) {
  SendAnswer answer;
  answer.outcome = found.kind == Settlement::Kind::sent     ? Outcome::sent
                   : found.kind == Settlement::Kind::absent ? Outcome::absent
                                                            : Outcome::unconfirmed;
  answer.receipt = found.receipt;
  answer.error.message = found.detail;
  answer.try_at = found.limited_until;
  answer.limited = found.limited_until.has_value();
  answer.deviation = found.deviation;
  return answer;
}

Settlement undecided(const Error& error) {
  Settlement found;
  found.detail = error.message;
  return found;
}

}  // namespace

const Attempt* Publisher::attempt_to_settle(const Claimed& claimed) {
  const TimePoint now = parts_.world.now();
  const auto& account = account_of(claimed.delivery);
  const bool limited = account.limited_until && now < *account.limited_until;
  if (limited || (claimed.delivery.next_at > now && !options_.only_look)) return nullptr;
  const auto open = std::find_if(claimed.attempts.rbegin(), claimed.attempts.rend(),
                                 [](const Attempt& a) { return a.outcome == Outcome::unconfirmed; });
  return open == claimed.attempts.rend() ? nullptr : &*open;
}

// A repeat sends: not what its author sends by hand, nothing past its end, and nothing long after its time.
bool Publisher::may_still_repeat(const Claimed& claimed) const {
  const auto& delivery = claimed.delivery;
  const TimePoint now = parts_.world.now();
  const TimePoint first = claimed.attempts.front().started_at;
  if (only_looks()) return false;
  const bool over = delivery.schedule.until && *delivery.schedule.until <= now;
  const bool late = now - first >= parts_.config.for_account(delivery.account_name).late_after;
  return delivery.origin == Origin::scheduled && !over && !late;
}

bool Publisher::repeats(const Claimed& claimed, const Attempt& attempt) const {
  const TimePoint now = parts_.world.now();
  const auto& traits = platform_of(claimed.delivery).traits();
  if (traits.repeat != RetrySafety::idempotent || !may_still_repeat(claimed)) return false;
  return traits.repeat_for == Seconds{0} || now < first_with_key(claimed.attempts, attempt) + traits.repeat_for;
}

Status Publisher::find_lost(Turn& turn) {
  POSTQ_TRY(auto lost, parts_.store.unconfirmed({turn.account.id}));
  if (options_.only) {
    std::erase_if(lost, [&](const Claimed& claimed) { return claimed.delivery.id != *options_.only; });
  }
  std::sort(lost.begin(), lost.end(), [](const Claimed& a, const Claimed& b) {
    return std::pair(a.delivery.schedule.not_before, a.delivery.id) <
           std::pair(b.delivery.schedule.not_before, b.delivery.id);
  });
  turn.lost.assign(std::make_move_iterator(lost.begin()), std::make_move_iterator(lost.end()));
  return {};
}

// One after the other: a server is asked one thing at a time.
void Publisher::settle_next(Turn& turn) {
  while (!turn.lost.empty() && !stopping() && !is_late() && trouble_) {
    Claimed claimed = std::move(turn.lost.front());
    turn.lost.pop_front();
    if (settle_one(turn, claimed)) return;
  }
  turn.lost.clear();
  open(turn);
}

// Whether it asks the server.
bool Publisher::settle_one(Turn& turn, const Claimed& claimed) {
  const auto* const attempt = attempt_to_settle(claimed);
  if (attempt == nullptr) return false;
  const auto& traits = turn.platform->traits();
  auto approved = ApprovedDelivery::open(claimed.delivery, claimed.document, claimed.approval, turn.account);
  const bool damaged = !claimed.damage.empty();
  if (!approved || (damaged && !can_look(traits))) {
    // What isn't what was approved is never sent again by itself.
    leave_to_a_person(claimed, *attempt);
    return false;
  }
  // A repeat would bring it back, and no key tells that it was there.
  if (claimed.seen == Sighting::gone && traits.repeat == RetrySafety::idempotent) {
    Settlement gone;
    gone.kind = Settlement::Kind::absent;
    settled(claimed, *attempt, as_answer(gone), gone);
    return false;
  }
  if (!damaged && repeats(claimed, *attempt)) {
    // What a timeline has shown may have been deleted since.
    if (claimed.seen == Sighting::there && !turn.was_read && traits.timeline) return false;
    const auto repeated = repeat(turn, claimed, *attempt, *approved);
    if (repeated != Repeated::forbidden) return repeated == Repeated::asked;
    if (!can_look(traits)) return false;
  }
  if (can_look(traits)) return look(turn, claimed, *attempt, *approved);
  if (options_.while_stopped) return false;  // once that is over it may still be repeated
  leave_to_a_person(claimed, *attempt);
  return false;
}

// Through the same gate as a first send.
Publisher::Repeated Publisher::repeat(Turn& turn, const Claimed& claimed, const Attempt& attempt,
                                      const ApprovedDelivery& approved) {
  const TimePoint now = parts_.world.now();
  const bool settled_down = now >= attempt.ended_at.value_or(attempt.started_at) + turn.platform->traits().repeat_after;
  if (!settled_down || turn.has_repeated || turn.account.sign_in_needed || report_.clock_is_off || turn.clock_skew) {
    return Repeated::not_now;
  }
  const auto may = parts_.store.may_repeat(attempt.id, parts_.world.audit());
  if (!may && may.error().kind == ErrorKind::storage) trouble_ = may;
  if (!may) return may.error().kind == ErrorKind::refused ? Repeated::forbidden : Repeated::not_now;
  turn.has_repeated = true;
  const auto done = [this, &turn, claimed, attempt](const SendAnswer& answer) {
    settled(claimed, attempt, answer, {});
    settle_next(turn);
  };
  const PreparedRequest outgoing{attempt.part, static_cast<int>(approved.content().parts.size()), attempt.key,
                                 attempt.request};
  workers_.start(
      [this, &turn, done, outgoing, approved, context = outside_to_send()]() mutable -> Workers::Finish {
        SendAnswer answer;
        if (auto allowed = context.may_send(); !allowed) {
          answer.outcome = Outcome::not_sent;
          answer.error = std::move(allowed.error());
        } else {
          answer = turn.platform->send(turn.account, approved, outgoing, context);
        }
        return [done, answer = std::move(answer)] { done(answer); };
      },
      [done](const Error& error) {
        SendAnswer answer;
        answer.error = error;
        done(answer);
      });
  return Repeated::asked;
}

bool Publisher::look(Turn& turn, const Claimed& claimed, const Attempt& attempt, const ApprovedDelivery& approved) {
  auto wanted = parts_.store.look_for(claimed.delivery.id, attempt.part);
  if (!wanted) {
    trouble_ = pass_on(wanted.error());
    return false;
  }
  ask_whether_out(turn, attempt, approved, std::move(*wanted),
                  [this, &turn, claimed, attempt](const Settlement& found) {
                    settled(claimed, attempt, as_answer(found), found);
                    settle_next(turn);
                  });
  return true;
}

void Publisher::ask_whether_out(Turn& turn, const Attempt& attempt, const ApprovedDelivery& approved, Look wanted,
                                const std::function<void(const Settlement&)>& done) {
  workers_.start(
      [this, &turn, done, attempt, approved, wanted = std::move(wanted)]() -> Workers::Finish {
        TimedHttp http(
            parts_.context.http, [this] { return parts_.world.since_boot(); }, parts_.world.since_boot() + kLookTime);
        PlatformContext context{http, parts_.context.secrets, parts_.context.media, parts_.context.now};
        auto found = turn.platform->settle(turn.account, approved, attempt, wanted, context);
        return [done, found = std::move(found)] { done(found); };
      },
      [done](const Error& error) { done(undecided(error)); });
}

// Nothing can tell, and nothing is sent again: postq has done what it can.
void Publisher::leave_to_a_person(const Claimed& claimed, const Attempt& attempt) {
  AttemptResult result;
  result.attempt = attempt.id;
  result.delivery = claimed.delivery.id;
  result.account = claimed.delivery.account;
  result.part = attempt.part;
  result.outcome = Outcome::unconfirmed;
  result.detail = claimed.damage.empty() ? attempt.detail : claimed.damage;
  result.next_try = kUntilResumed;
  FlushEvent event;
  event.kind = FlushEvent::Kind::unconfirmed;
  event.name = name_of(claimed.delivery);
  event.delivery = claimed.delivery;
  event.message = "still unconfirmed, and postq doesn't send it again by itself: only you can tell whether it is out";
  if (!claimed.damage.empty()) event.message += " (" + claimed.damage + ")";
  event.hint = hint_for(claimed.delivery, {});
  if (store_settled(result)) tell(std::move(event));
}

std::string Publisher::hint_for(const Delivery& delivery, const std::vector<std::string>& candidates) {
  std::string hint;
  for (const auto& address : candidates) hint += "is it " + address + " ?\n";
  const std::string url = candidates.empty() ? "URL" : candidates.front();
  return hint + "postq resolve " + name_of(delivery) + " --sent " + url + "    or --not-sent";
}

// Whether it is stored. What somebody else settled meanwhile is no trouble of this run.
bool Publisher::store_settled(const AttemptResult& result) {
  const auto stored = parts_.store.settle(result, parts_.world.audit());
  if (stored) return true;
  if (stored.error().kind == ErrorKind::storage) {
    trouble_ = stored;
  } else {
    parts_.world.log().warn("attempt " + std::to_string(number(result.attempt)) + ": " + stored.error().message);
  }
  return false;
}

void Publisher::settled(const Claimed& claimed, const Attempt& attempt, const SendAnswer& answer,
                        const Settlement& found) {
  const TimePoint now = parts_.world.now();
  AttemptResult result;
  result.attempt = attempt.id;
  result.delivery = claimed.delivery.id;
  result.account = claimed.delivery.account;
  result.part = attempt.part;
  result.detail = answer.error.message;
  result.answered = answer.answered;
  result.looked = found.looked;
  // The timeline has shown it: it went out and was deleted, and only a person knows what is to become of it.
  const bool taken_back = answer.outcome == Outcome::absent && claimed.seen != Sighting::never;
  if (taken_back) result.detail = "it was on " + claimed.delivery.account_name + "'s timeline, and is gone";
  // A repeat that was refused or didn't leave this machine says nothing about the first request.
  const bool known = answer.outcome == Outcome::sent || (answer.outcome == Outcome::absent && !taken_back);
  result.outcome = known ? answer.outcome : Outcome::unconfirmed;
  FlushEvent event;
  event.name = name_of(claimed.delivery);
  event.delivery = claimed.delivery;
  if (result.outcome == Outcome::sent) {
    result.receipt = answer.receipt;
    if (result.receipt->sent_at == TimePoint{}) result.receipt->sent_at = attempt.started_at;
    if (const auto content = content_from_document(claimed.document)) {
      result.text = content->parts[static_cast<std::size_t>(attempt.part) - 1].text;
    }
    event.kind = FlushEvent::Kind::found;
    event.message = "is out after all";
    event.url = answer.receipt.url;
  } else if (result.outcome == Outcome::absent) {
    event.kind = FlushEvent::Kind::absent;
    const std::string post = std::to_string(number(claimed.delivery.post));
    const bool scheduled = claimed.delivery.origin == Origin::scheduled;
    event.message = "did not go out";
    if (scheduled) event.message += "; it is queued again";
    if (scheduled && options_.while_stopped) event.hint = "postq resume    everything is paused; then it goes";
    if (!scheduled && !options_.only_look) event.message += "; only you send it again: postq post " + post;
  } else {
    const auto look = next_look(attempt.started_at, now);
    result.next_try = look.value_or(kUntilResumed);
    if (answer.limited) result.limited_until = obeyed(answer.try_at.value_or(now), now);
    result.sign_in_needed = answer.sign_in_needed;
    event.kind = FlushEvent::Kind::unconfirmed;
    const bool says_more = taken_back || !found.candidates.empty();
    event.news = options_.only_look || !look || (says_more && attempt.detail != result.detail);
    event.message =
        look ? "still unconfirmed: " + result.detail : "still unconfirmed after 3 days, and postq stops looking";
    event.hint = hint_for(claimed.delivery, found.candidates);
  }
  if (!store_settled(result)) return;
  auto& turn = turns_.at(result.account);
  if (result.limited_until) turn.account.limited_until = result.limited_until;
  tell(std::move(event));
  if (auto differs = deviation_event(claimed.delivery, answer.deviation)) tell(std::move(*differs));
  if (result.sign_in_needed) tell_sign_in_needed(claimed.delivery.account_name, answer.error);
  look_at_clock(turn.account, answer.clock_skew);
}

// More people see it than were meant to: that is loud, and ends with a code of its own.
std::optional<FlushEvent> Publisher::deviation_event(const Delivery& delivery, const Deviation& deviation) {
  if (deviation.words.empty()) return std::nullopt;
  FlushEvent event;
  event.kind = FlushEvent::Kind::differs;
  event.name = name_of(delivery);
  event.delivery = delivery;
  event.message = deviation.words;
  event.hint =
      "postq retract " + event.name + (deviation.wider ? "    takes it back" : "    takes it back, if that matters");
  event.error = deviation.wider ? ErrorKind::platform : ErrorKind::refused;
  return event;
}

void Publisher::tell_sign_in_needed(const std::string& account, const Error& error) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::account;
  event.name = account;
  event.message = error.message;
  event.hint = error.hint.empty() ? "postq account login " + account : error.hint;
  event.error = ErrorKind::sign_in;
  tell(std::move(event));
}

// --- before a part is tried once more
// ---------------------------------------------------------------------------------

// Something answered an earlier try, or a person called it absent: neither proves that nothing is out.
const Attempt* Publisher::attempt_to_look_for(const Flight& flight) const {
  const auto& traits = platform_of(flight.claimed.delivery).traits();
  if (!can_look(traits)) return nullptr;
  const Attempt* last = nullptr;
  bool doubtful = false;
  for (const auto& attempt : flight.claimed.attempts) {
    if (attempt.part != flight.part) continue;
    last = &attempt;
    const bool proved = attempt.outcome == Outcome::absent && attempt.detail != kPersonLooked;
    doubtful = doubtful || (attempt.answered && !proved) || (attempt.outcome == Outcome::absent && !proved);
  }
  if (!doubtful) return nullptr;
  return last;
}

void Publisher::look_first(Flight& flight, const Attempt& attempt) {
  auto wanted = parts_.store.look_for(flight.id(), flight.part);
  if (!wanted) {
    trouble_ = pass_on(wanted.error());
    return;
  }
  ask_whether_out(turns_.at(flight.account()), attempt, flight.approved, std::move(*wanted),
                  [this, &flight, attempt](const Settlement& found) { looked_first(flight, attempt, found); });
}

void Publisher::looked_first(Flight& flight, const Attempt& attempt, const Settlement& found) {
  const TimePoint now = parts_.world.now();
  if (found.kind == Settlement::Kind::absent) return prepare(flight);
  if (found.kind == Settlement::Kind::sent) {
    const bool is_of_this_approval = attempt.started_at >= flight.claimed.approval.at;
    return is_of_this_approval ? found_first(flight, attempt.id, found) : found_older(flight, attempt.id, found);
  }
  if (found.limited_until) {
    return give_back_limited(flight, {ErrorKind::try_later, found.detail, {}, {}}, *found.limited_until);
  }
  if (found.candidates.empty()) {
    return give_back(
        flight,
        {ErrorKind::try_later,
         "not sent again: an earlier try may have gone out, and nobody can tell yet (" + found.detail + ")",
         "postq why " + name_of(flight.claimed.delivery),
         {}},
        std::nullopt);
  }
  // A person has to look at what stands there.
  AttemptResult result;
  result.attempt = attempt.id;
  result.delivery = flight.id();
  result.account = flight.account();
  result.part = flight.part;
  result.outcome = Outcome::unconfirmed;
  result.detail = found.detail;
  result.looked = found.looked;
  result.next_try = next_look(now, now);
  FlushEvent event;
  event.kind = FlushEvent::Kind::unconfirmed;
  event.name = name_of(flight.claimed.delivery);
  event.delivery = flight.claimed.delivery;
  event.message = "not sent again: an earlier try of it may be out: " + found.detail;
  event.hint = hint_for(flight.claimed.delivery, found.candidates);
  step_.results.push_back(std::move(result));
  after_commit_.push_back(std::move(event));
  landing_.push_back(flight.id());
}

void Publisher::found_first(Flight& flight, AttemptId attempt, const Settlement& found) {
  SendAnswer answer = as_answer(found);
  flight.attempt = attempt;
  auto result = result_of(flight, answer);
  FlushEvent event;
  event.kind = FlushEvent::Kind::found;
  event.name = name_of(flight.claimed.delivery);
  event.delivery = flight.claimed.delivery;
  event.message = "was out already: an earlier try had arrived";
  event.url = found.receipt.url;
  step_.results.push_back(std::move(result));
  after_commit_.push_back(std::move(event));
  if (auto differs = deviation_event(flight.claimed.delivery, found.deviation)) {
    after_commit_.push_back(std::move(*differs));
  }
  go_on_behind(flight, found.receipt);
}

// What was tried before the approval in force is out: a person decides whether this goes beside it.
void Publisher::found_older(Flight& flight, AttemptId attempt, const Settlement& found) {
  flight.attempt = attempt;
  step_.results.push_back(result_of(flight, as_answer(found)));
  const std::string where = found.receipt.url.empty() ? found.receipt.remote_id : found.receipt.url;
  const std::string why = "what was tried before its approval is out: " + where;
  Step::Back back{flight.id(), std::nullopt, false, why, std::nullopt, false, false};
  back.to_review = true;
  step_.back.push_back(std::move(back));
  FlushEvent event;
  event.kind = FlushEvent::Kind::withdrawn;
  event.name = name_of(flight.claimed.delivery);
  event.delivery = flight.claimed.delivery;
  event.message = "back in review: " + why;
  event.hint = "postq review " + std::to_string(number(flight.claimed.delivery.post));
  event.url = found.receipt.url;
  after_commit_.push_back(std::move(event));
  landing_.push_back(flight.id());
}

}  // namespace postq
