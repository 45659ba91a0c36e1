// The part of the publisher that leads each account through a run: read, lock, settle, send, unlock.
#include <algorithm>

#include <postq/text/text.h>

#include "app/flush/clock_guard.h"
#include "app/flush/damage.h"
#include "app/flush/publisher.h"
#include "app/flush/publisher_flight.h"
#include "app/sync/account_marks.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr auto kTurnLockWait = 10s;
constexpr auto kLoneLockWait = 75s;  // `post` and `send`: longer than any request that may be in the air
constexpr auto kTimeForAll = 4min;   // cron comes every five
constexpr auto kWaitForDate = 5s;

// When an account got no turn, by its name: it goes first the next time.
std::string passed_over_mark(const Account& account) {
  return mark_name(account_mark::kNoTurn, account.name);
}

bool is_limited(const Account& account, TimePoint now) {
  return account.limited_until && now < *account.limited_until;
}

}  // namespace

// --- the way of an account
// --------------------------------------------------------------------------------------------

void Publisher::begin(const std::vector<Account>& accounts) {
  begun_ = parts_.world.since_boot();
  std::vector<std::pair<std::int64_t, AccountId>> order;
  for (const auto& account : accounts) {
    auto& turn = turns_[account.id];
    turn.account = account;
    turn.platform = parts_.world.platforms().find(account.platform);
    turn.clock_skew = server_doubt(parts_.world, parts_.state, account);
    const auto passed_over = parts_.state.read_mark(passed_over_mark(account)).value_or(0);
    order.emplace_back(passed_over == 0 ? INT64_MAX : passed_over, account.id);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [since, id] : order) order_.push_back(id);
  for (const auto id : order_) {
    auto& turn = turns_.at(id);
    turn.stage = first_stage(turn);
    if (turn.stage == Stage::read) go_for_lock(turn);
  }
}

Publisher::Stage Publisher::first_stage(Turn& turn) {
  const auto& traits = turn.platform->traits();
  const bool waits = is_limited(turn.account, parts_.world.now());  // it gets no requests, and takes no post either
  if (options_.only_look) return Stage::read;
  if (options_.only) {
    const auto must = must_be_read_first(turn);
    if (!must) trouble_ = pass_on(must.error());
    return must && *must && !waits ? Stage::unread : Stage::read;
  }
  const bool asks_for_clock = turn.clock_skew && traits.network;
  return !waits && (traits.timeline || traits.items || asks_for_clock) ? Stage::unread : Stage::read;
}

// What may be out already could be taken for the next post, or that one for it: nothing else is published until the
// account's own list has been read.
Result<bool> Publisher::must_be_read_first(const Turn& turn) {
  if (!turn.platform->traits().timeline || turn.was_read) return false;
  POSTQ_TRY(const auto lost, parts_.store.unconfirmed({turn.account.id}));
  if (lost.empty()) return false;
  POSTQ_TRY(const auto known, parts_.store.timeline_known(turn.account.id));
  return std::any_of(lost.begin(), lost.end(), [&](const Claimed& claimed) {
    return std::any_of(claimed.attempts.begin(), claimed.attempts.end(), [&](const Attempt& attempt) {
      return attempt.outcome == Outcome::unconfirmed &&
             (!known.read_at || *known.read_at <= attempt.ended_at.value_or(attempt.started_at));
    });
  });
}

void Publisher::start_readings() {
  for (const auto id : order_) {
    auto& turn = turns_.at(id);
    if (turn.stage != Stage::unread) continue;
    if (stopping() || is_late() || !trouble_) {
      end(turn);
      continue;
    }
    turn.stage = Stage::reading;
    if (auto started = start_reading(turn); !started) trouble_ = std::move(started);
  }
}

Status Publisher::start_reading(Turn& turn) {
  const auto& traits = turn.platform->traits();
  if (traits.timeline || traits.items) return reader_.start(turn.account);
  ask_for_clock(turn);
  return {};
}

// Nothing is read there, and nothing sent while its clock and ours disagree: only asking tells when they agree again.
void Publisher::ask_for_clock(Turn& turn) {
  const auto done = [this, &turn](std::optional<Seconds> skew) {
    look_at_clock(turn.account, skew);
    go_for_lock(turn);
  };
  workers_.start(
      [this, done, account = turn.account]() -> Workers::Finish {
        const auto skew = ask_server_clock(account, parts_.context);
        return [done, skew] { done(skew); };
      },
      [done](const Error&) { done(std::nullopt); }, Workers::Rank::patient);
}

void Publisher::was_read(const TimelineRead& read) {
  auto& turn = turns_.at(read.account.id);
  turn.was_read = !read.error;
  turn.gained = read.gained;
  if (read.error) report_unreadable(read);
  if (read.cut_off) {
    tell_about_account(
        read.account, {ErrorKind::try_later, "its server is slow: the next flush goes on reading its timeline", {}, {}},
        false);
  }
  if (read.items.error) report_unheard(read);
  for (const auto& [listen, error] : read.items.failed) {
    parts_.world.log().warn(read.account.name + ": the search for \"" + listen.words + "\" failed: " + error.message);
  }
  for (const auto& answer : read.withdrawn) report_withdrawn(answer);
  look_at_clock(read.account, read.clock_skew);
  go_for_lock(turn);
}

void Publisher::go_for_lock(Turn& turn) {
  turn.stage = Stage::read;
  turn.waits_since = parts_.world.since_boot();
}

Status Publisher::take_locks() {
  std::vector<AccountId> locked;
  for (const auto id : order_) {
    auto& turn = turns_.at(id);
    if (turn.stage != Stage::read) continue;
    if (stopping() || is_late()) {
      end(turn);
    } else if (!waits_for_a_date(turn) && try_lock(turn)) {
      locked.push_back(id);
    }
  }
  return locked.empty() ? Status{} : settle_and_open(locked);
}

bool Publisher::try_lock(Turn& turn) {
  if (turn.lock) return true;
  auto lock = parts_.locks.lock("account-" + turn.account.name, 0ms);
  if (lock) {
    turn.lock = std::move(*lock);
    return true;
  }
  if (lock.error().kind != ErrorKind::try_later) {
    tell_about_account(turn.account, lock.error(), true);
    end(turn);
    return false;
  }
  const std::chrono::nanoseconds patience = options_.only ? kLoneLockWait : kTurnLockWait;
  if (parts_.world.since_boot() - turn.waits_since >= patience) lock_is_busy(turn);
  return false;
}

void Publisher::lock_is_busy(Turn& turn) {
  tell_about_account(turn.account,
                     {ErrorKind::try_later, "another postq is sending on it", "it is left to that one", {}},
                     options_.only.has_value());
  end(turn);
}

// Whatever is `sending` there is an orphan, now that its lock is ours.
Status Publisher::settle_and_open(const std::vector<AccountId>& locked) {
  POSTQ_TRY(const auto orphans, parts_.store.settle_orphans(locked, parts_.world.audit()));
  for (const auto& damaged : orphans.to_review) tell(damage_event(damaged));
  for (const auto id : orphans.unconfirmed) {
    parts_.world.log().warn("delivery " + std::to_string(number(id)) + " was being sent when postq died; unconfirmed");
  }
  for (const auto id : locked) {
    auto& turn = turns_.at(id);
    // Another process may have been told something about it while this one waited.
    auto fresh = parts_.store.account(turn.account.name);
    if (!fresh && fresh.error().kind != ErrorKind::not_found) return pass_on(fresh.error());
    if (!fresh) {
      end(turn);
      continue;
    }
    turn.account = std::move(*fresh);
    if ((options_.only && !options_.only_look) || turn.is_settled) {
      open(turn);
      continue;
    }
    turn.stage = Stage::settling;
    turn.is_settled = true;
    POSTQ_CHECK(find_lost(turn));
    settle_next(turn);
  }
  return {};
}

void Publisher::open(Turn& turn) {
  turn.stage = Stage::ready;
  ask_again(turn.account.id);
  // What was to go together with something of it has waited for this.
  for (const auto account : std::exchange(waiting_, {})) ask_again(account);
}

void Publisher::end(Turn& turn) {
  const bool had_turn = turn.stage == Stage::ready || turn.stage == Stage::settling;
  const auto known = parts_.state.read_mark(passed_over_mark(turn.account)).value_or(0);
  if (had_turn && known != 0) parts_.state.write_mark(passed_over_mark(turn.account), 0);
  if (!had_turn && known == 0 && !options_.only) {
    parts_.state.write_mark(passed_over_mark(turn.account), unix_seconds(parts_.world.now()));
  }
  turn.stage = Stage::done;
  turn.lock.reset();
  for (const auto account : std::exchange(waiting_, {})) ask_again(account);
}

// --- what may go on
// ---------------------------------------------------------------------------------------------------

bool Publisher::is_any(Stage stage) const {
  return std::any_of(turns_.begin(), turns_.end(), [stage](const auto& each) { return each.second.stage == stage; });
}

bool Publisher::is_any_to_be_read() const {
  return is_any(Stage::unread) || is_any(Stage::reading);
}

bool Publisher::is_under_way(const Turn& turn) const {
  return std::any_of(flights_.begin(), flights_.end(),
                     [&](const auto& each) { return each.second->account() == turn.account.id; });
}

// The first thing after a start: until one server has said that the clock is right, what asks none waits for those that
// do.
bool Publisher::waits_for_a_date(const Turn& turn) const {
  if (options_.only || turn.platform->traits().timeline || !is_any_to_be_read()) return false;
  if (clock_was_confirmed(parts_.world, parts_.state)) return false;
  return parts_.world.since_boot() - begun_ < kWaitForDate;
}

// Those that got nothing have had their turn.
void Publisher::end_idle_turns() {
  for (auto& [id, turn] : turns_) {
    const auto is_in = [id = id](const std::vector<AccountId>& some) {
      return std::find(some.begin(), some.end(), id) != some.end();
    };
    if (turn.stage != Stage::ready || is_in(idle_) || is_in(waiting_) || is_under_way(turn)) continue;
    end(turn);
  }
}

// Nothing more comes: neither what they wait for, nor anything that could be claimed.
void Publisher::end_waiting_turns() {
  for (auto& [id, turn] : turns_) {
    if (turn.stage != Stage::done) end(turn);
  }
}

void Publisher::credit_what_was_read() {
  if (is_any_to_be_read()) return;
  for (auto& [id, turn] : turns_) {
    if (turn.stage == Stage::uncredited) go_for_lock(turn);
  }
}

bool Publisher::is_over(bool claimed_any) const {
  return !workers_.busy() && !claimed_any && !is_any_to_be_read() && !is_any(Stage::read) && !is_any(Stage::uncredited);
}

bool Publisher::stopping() {
  if (parts_.world.interrupted()) report_.interrupted = true;
  if (heeds_stop() && parts_.state.stop_requested()) report_.stopped = true;
  return report_.interrupted || (heeds_stop() && report_.stopped);
}

bool Publisher::heeds_stop() const {
  return !options_.past_pause && !options_.while_stopped;
}

bool Publisher::is_late() const {
  return !options_.only && parts_.world.since_boot() - begun_ > kTimeForAll;
}

Status Publisher::run(const std::vector<Account>& accounts) {
  begin(accounts);
  while (true) {
    bool claimed_any = false;
    if (trouble_) trouble_ = take_locks();
    if (trouble_ && !stopping() && !is_late() && !report_.clock_is_off) trouble_ = claim(claimed_any);
    if (trouble_) trouble_ = commit_step();
    start_readings();
    if (trouble_) end_idle_turns();
    if (!trouble_ && !workers_.busy()) break;
    if (trouble_ && is_over(claimed_any)) break;
    // What was claimed and not even begun has landed again: its account may have something else.
    if (claimed_any && !workers_.busy()) continue;
    workers_.finish_some();
    // After trouble with the store, what is in the air is still waited for; its intents stay, and the next run settles
    // them.
    if (trouble_) trouble_ = reader_.trouble();
    if (trouble_) trouble_ = commit_step();
    credit_what_was_read();
  }
  if (!trouble_) give_back_the_unbegun();
  end_waiting_turns();
  return named_trouble();
}

// --- what is said of accounts
// -----------------------------------------------------------------------------------------

void Publisher::tell_about_account(const Account& account, const Error& error, bool news) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::account;
  event.name = account.name;
  event.message = error.message;
  event.hint = error.hint;
  event.error = error.kind;
  event.news = news;
  tell(std::move(event));
}

// The last count stays good for `trust_reading`; then the ratio holds and says so.
void Publisher::report_unreadable(const TimelineRead& read) {
  const auto& error = *read.error;
  tell_about_account(read.account,
                     {error.kind,
                      "its timeline can't be read: " + error.message,
                      error.hint.empty() ? "postq sync " + read.account.name : error.hint,
                      {}},
                     !read.failed_before);
}

// Who waits is known from before.
void Publisher::report_unheard(const TimelineRead& read) {
  const auto& error = *read.items.error;
  tell_about_account(read.account,
                     {error.kind,
                      "what people say can't be read: " + error.message,
                      error.hint.empty() ? "postq sync " + read.account.name : error.hint,
                      {}},
                     !read.items.failed_before);
}

void Publisher::report_withdrawn(const WithdrawnAnswer& answer) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::withdrawn;
  event.name = answer.name;
  event.message = "back in review: " + answer.why;
  event.hint = "postq review " + answer.name;
  tell(std::move(event));
}

// Two clocks that disagree: far apart, nothing scheduled goes to that server by ours.
void Publisher::look_at_clock(const Account& account, std::optional<Seconds> skew) {
  if (!skew) return;
  auto& turn = turns_.at(account.id);
  const bool known = turn.clock_skew.has_value();
  const auto found = note_server_clock(parts_.world, parts_.state, account, *skew);
  turn.clock_skew = server_doubt(parts_.world, parts_.state, account);
  if (auto looked = look_at_queue_clock(); !looked) trouble_ = std::move(looked);
  if (found == ClockCheck::fine || report_.clock_is_off) return;
  FlushEvent event;
  event.kind = FlushEvent::Kind::clock;
  event.name = "clock";
  event.message = "this machine's clock is " + say_skew(*skew) + " the one of " + account.name + "'s server" +
                  (found == ClockCheck::far_off ? ": nothing more that is scheduled goes there" : "");
  event.hint = clock_hint();
  event.error = found == ClockCheck::far_off ? ErrorKind::config : ErrorKind::try_later;
  event.news = found == ClockCheck::far_off ? !known : clock_is_news(parts_.world, parts_.state);
  tell(std::move(event));
}

// Servers of two hosts that say the same of our clock are right about it.
Status Publisher::look_at_queue_clock() {
  if (options_.only) return {};
  POSTQ_TRY(auto doubt, hosts_doubt(parts_.world, parts_.store));
  const bool was_off = std::exchange(report_.clock_is_off, doubt.has_value());
  if (!doubt || was_off) return {};
  FlushEvent event;
  event.kind = FlushEvent::Kind::clock;
  event.name = "clock";
  event.message = std::move(doubt->message);
  event.hint = std::move(doubt->hint);
  event.error = doubt->kind;
  event.news = clock_is_news(parts_.world, parts_.state);
  tell(std::move(event));
  return {};
}

}  // namespace postq
