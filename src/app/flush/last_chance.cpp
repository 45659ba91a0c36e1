#include "app/flush/last_chance.h"

#include <algorithm>

#include <postq/policy/late.h>
#include <postq/policy/ratio.h>

#include "app/flush/copy_guard.h"
#include "app/sync/account_marks.h"
#include "app/sync/sync.h"

namespace postq {

namespace {

constexpr const char* kTried = "tried";                           // when the last flush of all accounts began
constexpr const char* kWatched = "tried-watched";                 // the same, if a person watched it
constexpr const char* kStopped = "tried-stopped";                 // when one last found the file STOP
constexpr const char* kUsual = "flush-interval";                  // how far apart the others lie, in seconds
constexpr const char* kIntervalAgreed = "flush-interval-agreed";  // how many of the last intervals were like it
constexpr std::int64_t kMostAgreed = 4;                           // a few odd ones change nothing
constexpr Seconds kLike = std::chrono::minutes{5};                // intervals this close are alike, or within a tenth
constexpr Seconds kUntried = std::chrono::hours{2};  // an outage is taken to last this long behind a failure
constexpr Seconds kLongestWait = std::chrono::days{1};

std::string last_chance_mark(const std::string& account) {
  return mark_name(account_mark::kTriedOn, account);
}

std::string signed_out_mark(const Account& account) {
  return mark_name(account_mark::kSignedOut, account.name);
}

std::optional<TimePoint> mark(const StateFiles& state, const std::string& name) {
  const auto found = state.read_mark(name);
  if (!found || *found == 0) return std::nullopt;
  return time_point(*found);
}

bool alike(Seconds a, Seconds b) {
  return std::chrono::abs(a - b) <= std::max(kLike, b / 10);
}

// The interval that most of the last ones were like: one night asleep doesn't make a laptop's flush a nightly one.
void learn_interval(StateFiles& state, Seconds interval) {
  const Seconds usual{state.read_mark(kUsual).value_or(0)};
  const auto agreed = state.read_mark(kIntervalAgreed).value_or(0);
  if (usual > Seconds{0} && alike(interval, usual)) {
    if (agreed < kMostAgreed) state.write_mark(kIntervalAgreed, agreed + 1);
    return;
  }
  if (usual > Seconds{0} && agreed > 0) return state.write_mark(kIntervalAgreed, agreed - 1);
  state.write_mark(kUsual, interval.count());
  state.write_mark(kIntervalAgreed, 1);
}

// Whether nothing goes before a reading, which fails.
bool needs_reading(const StateFiles& state, const SendingKnown& known, const PolicySettings& settings, TimePoint now) {
  if (known.outage.in_doubt) return true;  // nothing else goes before it is known what became of it
  const auto needed = reading_needed(state);
  if (needed && (!known.read_at || *known.read_at < *needed)) return true;
  return settings.ratio && (!known.read_at || now - *known.read_at > settings.trust_reading);
}

struct Chance {
  LastChance last;
  bool outage_is_over = false;
};

Chance chance_of(const StateFiles& state, const SendingKnown& known, const Account& account,
                 const PolicySettings& settings, TimePoint now) {
  const auto ran = std::max(mark(state, kTried), mark(state, last_chance_mark(account.name)));
  const auto& outage = known.outage;
  if (outage.since) {
    const bool limited = account.limited_until && now < *account.limited_until;
    // Where all that failed was taken back to review meanwhile, nothing has been tried since.
    const bool lately = outage.by == Block::unreachable && outage.until && now - *outage.until <= kUntried;
    const bool lasts = outage.retrying || account.sign_in_needed || limited || lately;
    // Over, but no flush has come by since.
    const bool just_over = outage.until && (!ran || *ran < *outage.until);
    if (lasts || just_over) return {{*outage.since, outage.by}};
  }
  Chance chance{{}, outage.since.has_value()};
  const auto unreadable = unreadable_since(state, account);
  if (unreadable && needs_reading(state, known, settings, now)) {
    chance.last = {std::max(*unreadable, known.last_scheduled_at.value_or(*unreadable)),
                   state.read_mark(signed_out_mark(account)).value_or(0) != 0 ? Block::sign_in : Block::unreadable};
    return chance;
  }
  if (const auto tried = std::max(ran, known.resumed_at)) {
    const auto stopped = mark(state, kStopped);
    chance.last = {*tried, stopped && *stopped > *tried ? Block::paused : Block::no_flush};
  } else {
    chance.last.at = std::max(account.created_at, known.last_scheduled_at.value_or(account.created_at));
  }
  return chance;
}

}  // namespace

Seconds usual_wait(const StateFiles& state) {
  return Seconds{state.read_mark(kUsual).value_or(0)};
}

Result<LastChance> last_chance(const StateFiles& state, Store& store, const Account& account,
                               const PolicySettings& settings, TimePoint now) {
  POSTQ_TRY(const auto known, store.sending_known(account.id, now));
  return chance_of(state, known, account, settings, now).last;
}

Status expect_flush(World& world, Store& store, const Account& account, const PolicySettings& settings,
                    Snapshot& snapshot) {
  POSTQ_TRY(const auto* const state, world.state());
  const TimePoint now = world.now();
  POSTQ_TRY(snapshot.last_chance, last_chance(*state, store, account, settings, now));
  if (world.clock_is_fixed() && snapshot.last_chance.block == Block::no_flush) snapshot.last_chance.at = now;
  snapshot.usual_wait = usual_wait(*state);
  if (!is_gap(snapshot, settings, now)) return {};
  POSTQ_TRY(const auto queue, store.queued_candidates(account.id, false, now + kLongestWait, settings, now));
  snapshot.overdue = static_cast<int>(std::count_if(queue.begin(), queue.end(), [&](const Candidate& candidate) {
    return came_due_meanwhile(candidate, snapshot, now);
  }));
  return {};
}

void note_why_unreadable(StateFiles& state, const Account& account, ErrorKind kind) {
  const std::int64_t signed_out = kind == ErrorKind::sign_in ? 1 : 0;
  const auto name = signed_out_mark(account);
  if (state.read_mark(name).value_or(0) != signed_out) state.write_mark(name, signed_out);
}

Result<LastChances> LastChances::read(World& world, Store& store, const std::vector<Account>& accounts) {
  POSTQ_TRY(const auto* const state, world.state());
  POSTQ_TRY(const auto* const config, world.config());
  LastChances all;
  all.read_at_ = world.now();
  all.usual_wait_ = usual_wait(*state);
  for (const auto& account : accounts) {
    POSTQ_TRY(const auto known, store.sending_known(account.id, all.read_at_));
    const auto chance = chance_of(*state, known, account, config->for_account(account.name), all.read_at_);
    all.chances_[account.id] = chance.last;
    if (chance.outage_is_over) POSTQ_CHECK(store.end_outage(account.id));
  }
  return all;
}

void LastChances::tell(const Account& account, Snapshot& snapshot) const {
  const auto found = chances_.find(account.id);
  snapshot.last_chance = found == chances_.end() ? LastChance{read_at_} : found->second;
  snapshot.usual_wait = usual_wait_;
}

void remember_run(World& world, StateFiles& state, const FinishedRun& run) {
  if (world.clock_is_fixed()) return;  // it tells nothing about when flush really ran
  if (!run.account.empty()) return state.write_mark(last_chance_mark(run.account), unix_seconds(run.began));
  const auto before = mark(state, kTried);
  const bool by_itself = before && before != mark(state, kWatched);
  if (by_itself && !run.watched && run.began > *before) learn_interval(state, run.began - *before);
  state.write_mark(kTried, unix_seconds(run.began));
  if (run.watched) state.write_mark(kWatched, unix_seconds(run.began));
}

void remember_stop(World& world, StateFiles& state) {
  if (!world.clock_is_fixed()) state.write_mark(kStopped, unix_seconds(world.now()));
}

}  // namespace postq
