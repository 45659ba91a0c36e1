// The part of the publisher that looks: for what became of lost attempts, at the timelines, at the clock.
#include <algorithm>

#include "app/backoff.h"
#include "app/clock_guard.h"
#include "app/publisher.h"
#include "app/select.h"

namespace postq {

const Attempt* Publisher::attempt_to_settle(const Claimed& claimed) {
  const TimePoint now = parts_.world.now();
  const auto& account = account_of(claimed.delivery);
  const bool limited = account.limited_until && now < *account.limited_until;
  if (limited || claimed.delivery.next_at > now) return nullptr;
  const auto open = std::find_if(claimed.attempts.rbegin(), claimed.attempts.rend(),
                                 [](const Attempt& a) { return a.outcome == Outcome::unconfirmed; });
  return open == claimed.attempts.rend() ? nullptr : &*open;
}

bool Publisher::repeats(const Claimed& claimed, const Attempt& attempt) {
  const TimePoint now = parts_.world.now();
  const auto& traits = platform_of(claimed.delivery).traits();
  const bool in_time = traits.repeat_for == Seconds{0} || now < attempt.started_at + traits.repeat_for;
  const bool settled_down = now >= attempt.ended_at.value_or(attempt.started_at) + traits.repeat_after;
  return traits.repeat == Repeat::harmless && in_time && settled_down;
}

// What a timeline has shown may have been deleted since, and a repeat would bring it back: those are read anew first.
Result<std::vector<Claimed>> Publisher::lost_deliveries(const std::vector<AccountId>& ids) {
  POSTQ_TRY(auto lost, parts_.store.unconfirmed(ids));
  std::vector<Account> shown;
  for (const auto& claimed : lost) {
    const auto* const attempt = attempt_to_settle(claimed);
    const bool doubtful = attempt != nullptr && claimed.seen == Sighting::there && repeats(claimed, *attempt);
    if (doubtful) shown.push_back(account_of(claimed.delivery));
  }
  if (shown.empty() || stopping()) return lost;
  POSTQ_CHECK(read_timelines(shown));
  return parts_.store.unconfirmed(ids);
}

Status Publisher::settle(const std::vector<Account>& accounts) {
  std::vector<AccountId> ids;
  for (const auto& account : accounts) {
    accounts_[account.id] = account;
    ids.push_back(account.id);
  }
  POSTQ_TRY(const auto lost, lost_deliveries(ids));
  for (const auto& claimed : lost) {
    if (stopping()) break;
    const auto* const open = attempt_to_settle(claimed);
    if (open == nullptr) continue;
    const Attempt& attempt = *open;
    const auto& marked = account_of(claimed.delivery);
    const auto& platform = platform_of(claimed.delivery);
    auto approved = ApprovedDelivery::open(claimed.delivery, claimed.document, claimed.approval);
    if (!approved) continue;
    const bool repeated = repeats(claimed, attempt);
    if (!repeated && platform.traits().repeat != Repeat::after_reading) continue;
    if (repeated && claimed.seen == Sighting::there && unread_.contains(marked.id)) continue;
    if (repeated && claimed.seen == Sighting::gone) {
      // A repeat would bring it back.
      SendAnswer gone;
      gone.outcome = Outcome::absent;
      settled(claimed, attempt, gone, {});
      continue;
    }
    if (repeated && marked.sign_in_needed) continue;
    Look look;
    if (!repeated) {
      POSTQ_TRY(look, parts_.store.look_for(claimed.delivery.id, attempt.part));
    }
    workers_.start(
        [this, claimed, attempt, look, approved = std::move(*approved), repeated, &platform]() -> Workers::Finish {
          const auto& account = account_of(claimed.delivery);
          SendAnswer answer;
          std::string looked;
          if (repeated) {
            answer = platform.send(
                account, approved,
                {attempt.part, static_cast<int>(approved.content().parts.size()), attempt.key, attempt.request},
                parts_.outside);
          } else {
            auto found = platform.settle(account, approved, attempt, look, parts_.outside);
            answer.outcome = found.kind == Settlement::Kind::sent     ? Outcome::sent
                             : found.kind == Settlement::Kind::absent ? Outcome::absent
                                                                      : Outcome::unconfirmed;
            answer.receipt = std::move(found.receipt);
            answer.error.message = std::move(found.detail);
            answer.try_at = found.limited_until;
            answer.limited = found.limited_until.has_value();
            looked = std::move(found.looked);
          }
          return [this, claimed, attempt, answer = std::move(answer), looked = std::move(looked)] {
            settled(claimed, attempt, answer, looked);
          };
        });
  }
  while (workers_.busy()) workers_.finish_some();
  return trouble_;
}

void Publisher::settled(const Claimed& claimed, const Attempt& attempt, const SendAnswer& answer,
                        const std::string& looked) {
  const TimePoint now = parts_.world.now();
  AttemptResult result;
  result.attempt = attempt.id;
  result.delivery = claimed.delivery.id;
  result.account = claimed.delivery.account;
  result.part = attempt.part;
  result.detail = answer.error.message;
  result.answered = answer.answered;
  result.looked = looked;
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
    event.message = "did not go out; it is queued again";
  } else {
    const auto look = next_look(attempt.started_at, now);
    result.next_try = look.value_or(kUntilResumed);
    if (answer.limited) {
      result.limited_until = obeyed(answer.try_at.value_or(now), now);
      left_alone_.insert(result.account);
    }
    result.sign_in_needed = answer.sign_in_needed;
    event.kind = FlushEvent::Kind::unconfirmed;
    event.news = !look || (taken_back && attempt.detail != result.detail);
    event.message =
        look ? "still unconfirmed: " + result.detail : "still unconfirmed after 3 days, and postq stops looking";
    event.hint = "postq resolve " + event.name + " --sent URL    or --not-sent";
  }
  if (const auto stored = parts_.store.settle(result, parts_.world.doing()); !stored) {
    trouble_ = stored;
    return;
  }
  tell(std::move(event));
  if (result.sign_in_needed) tell_sign_in_needed(claimed.delivery.account_name, answer.error);
  look_at_clock(claimed.delivery.account_name, answer.clock_skew);
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

// The last count stays good for `trust_reading`; then the ratio holds and says so.
void Publisher::report_unreadable(const TimelineRead& read) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::account;
  event.news = !read.failed_before;
  event.name = read.account.name;
  event.message = "its timeline can't be read: " + read.error->message;
  event.hint = read.error->hint.empty() ? "postq sync " + read.account.name : read.error->hint;
  event.error = read.error->kind;
  tell(std::move(event));
}

// Who waits is known from before.
void Publisher::report_unheard(const TimelineRead& read) {
  const auto& error = *read.items.error;
  FlushEvent event;
  event.kind = FlushEvent::Kind::account;
  event.news = !read.items.failed_before;
  event.name = read.account.name;
  event.message = "what people say can't be read: " + error.message;
  event.hint = error.hint.empty() ? "postq sync " + read.account.name : error.hint;
  event.error = error.kind;
  tell(std::move(event));
}

void Publisher::report_withdrawn(const WithdrawnAnswer& answer) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::withdrawn;
  event.name = answer.name;
  event.message = "back in review: " + answer.why;
  event.hint = "postq review " + answer.name;
  tell(std::move(event));
}

Status Publisher::read_timelines(const std::vector<Account>& accounts) {
  std::vector<Account> asked;
  for (const auto& account : accounts) {
    // A platform that asked to wait gets no requests, and takes no post either.
    const bool waits =
        left_alone_.contains(account.id) || (account.limited_until && parts_.world.now() < *account.limited_until);
    const auto& traits = parts_.world.platforms().find(account.platform)->traits();
    if (!waits && (traits.timeline || traits.items)) asked.push_back(account);
  }
  if (asked.empty()) return {};
  return postq::read_timelines(parts_.world, parts_.store, asked,
                               [this](const TimelineRead& read) {
                                 if (read.error) report_unreadable(read);
                                 if (read.error) unread_.insert(read.account.id);
                                 if (read.items.error) report_unheard(read);
                                 for (const auto& [listen, error] : read.items.failed) {
                                   parts_.world.log().warn(read.account.name + ": the search for \"" + listen.words +
                                                           "\" failed: " + error.message);
                                 }
                                 for (const auto& answer : read.withdrawn) report_withdrawn(answer);
                                 look_at_clock(read.account.name, read.clock_skew);
                               },
                               {[this] { return stopping(); }});
}

// Two clocks that disagree: far apart, nothing more is claimed by ours.
void Publisher::look_at_clock(const std::string& account, std::optional<Seconds> skew) {
  if (!skew || report_.clock_is_off) return;
  const auto found = check_clock(parts_.world, parts_.state, *skew);
  if (found == ClockCheck::fine) return;
  report_.clock_is_off = found == ClockCheck::far_off;
  FlushEvent event;
  event.kind = FlushEvent::Kind::clock;
  event.name = "clock";
  event.message = "this machine's clock is " + say_skew(*skew) + " the one of " + account + "'s server" +
                  (report_.clock_is_off ? ": nothing more that is scheduled is sent" : "");
  event.hint = clock_hint();
  event.error = report_.clock_is_off ? ErrorKind::config : ErrorKind::try_later;
  event.news = clock_is_news(parts_.world, parts_.state);
  tell(std::move(event));
}

}  // namespace postq
