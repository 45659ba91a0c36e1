#include "app/flush/flush.h"

#include <algorithm>
#include <array>

#include <postq/policy/late.h>

#include "app/compose/rescued.h"
#include "app/flush/clock_guard.h"
#include "app/flush/copy_guard.h"
#include "app/flush/damage.h"
#include "app/flush/last_chance.h"
#include "app/flush/publisher.h"
#include "app/flush/record_head.h"
#include "app/review/facts.h"
#include "app/setup/timer.h"
#include "app/sync/sync.h"
#include "app/words/select.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSpaceFloor = std::uint64_t{8} << 20;  // an intent and its result always fit in this

// The order of seriousness of design.md §6.
constexpr std::array kSeverity{1, 7, 8, 3, 6, 5, 75};

int code_of(const FlushEvent& event) {
  switch (event.kind) {
    case FlushEvent::Kind::unconfirmed:
      return 8;
    case FlushEvent::Kind::failed:
      return event.error == ErrorKind::config || event.error == ErrorKind::sign_in ? 3 : 6;
    case FlushEvent::Kind::clock:
      return event.error == ErrorKind::config ? 3 : 0;
    case FlushEvent::Kind::damaged:
      return 7;
    case FlushEvent::Kind::twice:
      return 8;
    case FlushEvent::Kind::differs:
      return event.error == ErrorKind::platform ? 6 : 0;
    case FlushEvent::Kind::held:
      if (!event.asked_for) return 0;
      return event.error == ErrorKind::try_later ? 75 : event.error == ErrorKind::sign_in ? 3 : 5;
    case FlushEvent::Kind::not_sent:
    case FlushEvent::Kind::account:
      switch (event.error) {
        case ErrorKind::config:
        case ErrorKind::sign_in:
          return 3;
        case ErrorKind::storage:
          return 7;
        default:
          return 75;
      }
    default:
      return 0;
  }
}

Result<std::vector<Account>> accounts_to_visit(World& world, Store& store, const FlushOptions& options) {
  if (options.only) {
    POSTQ_TRY(const auto delivery, store.delivery(*options.only));
    POSTQ_TRY(auto account, account_of(store, delivery));
    return std::vector<Account>{std::move(account)};
  }
  if (!options.account.empty()) {
    POSTQ_TRY(auto account, account_named(store, options.account));
    return std::vector<Account>{std::move(account)};
  }
  return store.accounts_with_work(world.now());
}

// While everything is stopped: where something may be out, and it is time to look for it.
Result<std::vector<Account>> accounts_to_look_at(World& world, Store& store, const FlushOptions& options) {
  ListFilter open;
  open.states = {DeliveryState::sending, DeliveryState::unconfirmed};
  open.limit = 0;
  POSTQ_TRY(const auto rows, store.list(open));
  POSTQ_TRY(auto accounts, accounts_to_visit(world, store, options));
  std::erase_if(accounts, [&, now = world.now()](const Account& account) {
    return std::none_of(rows.begin(), rows.end(), [&](const ListRow& row) {
      const bool may_be_orphan = row.delivery.state == DeliveryState::sending;
      return row.delivery.account == account.id && (may_be_orphan || row.delivery.next_at <= now);
    });
  });
  return accounts;
}

void drop_unknown_platforms(World& world, std::vector<Account>& accounts, FlushReport& report) {
  std::vector<Account> known;
  for (auto& account : accounts) {
    if (world.platforms().find(account.platform) != nullptr) {
      known.push_back(std::move(account));
      continue;
    }
    FlushEvent event;
    event.kind = FlushEvent::Kind::account;
    event.name = account.name;
    event.message = "is on '" + account.platform + "', which this postq doesn't know";
    event.hint = "postq platforms";
    event.error = ErrorKind::config;
    report.events.push_back(std::move(event));
  }
  accounts = std::move(known);
}

Status check_space(const StateFiles& state) {
  const auto free = state.free_bytes();
  if (free >= kSpaceFloor) return {};
  return fail(ErrorKind::storage,
              "the disk is nearly full (" + std::to_string(free >> 10) + " KiB free): nothing was sent",
              "free at least 8 MiB, so that what was sent can be recorded");
}

void say_clock_is_off(World& world, StateFiles& state, Error doubt, const FlushOptions& options, FlushReport& report) {
  report.clock_is_off = true;
  FlushEvent event;
  event.kind = FlushEvent::Kind::clock;
  event.name = "clock";
  event.message = std::move(doubt.message);
  event.hint = std::move(doubt.hint);
  event.error = doubt.kind;
  event.news = clock_is_news(world, state);
  report.events.push_back(std::move(event));
  if (options.on_event) options.on_event(report.events.back());
}

// A wall time was approved, not an instant: when new time zone data moves it, the wall time wins.
Status follow_wall_times(World& world, Store& store) {
  POSTQ_TRY(auto moved, store.moved_times([&world](WallTime wall, const std::string& zone) -> std::optional<TimePoint> {
    const auto found = world.zones().find(zone);
    if (!found) return std::nullopt;
    return (*found)->resolve(wall).instant;
  }));
  if (moved.empty()) return {};
  for (const auto& entry : moved) {
    world.log().warn(name_of(entry.delivery) + ": new time zone data moved its instant; its wall time stays");
  }
  return store.apply_moved(moved, world.audit());
}

}  // namespace

int exit_code_of(const FlushReport& report) {
  if (report.interrupted) return 130;
  for (const int code : kSeverity) {
    for (const auto& event : report.events) {
      if (event.news && code_of(event) == code) return code;
    }
  }
  return 0;
}

namespace {

// The outer result: nothing began. The inner one: what ended the run half-way.
Result<Status> publish(World& world, Store& store, const std::vector<Account>& accounts, const FlushOptions& options,
                       FlushReport& report) {
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(auto* const locks, world.locks());
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto chances, LastChances::read(world, store, accounts));
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  Publisher publisher({world, store, *config, *zone, *state, *locks,
                       PlatformContext{*http, *secrets, *media, [&world] { return world.now(); }}, chances},
                      options, report);
  return publisher.run(accounts);
}

// Nothing is sent; what became of what may be out is no less worth knowing.
Status look_while_stopped(World& world, Store& store, const FlushOptions& options, FlushReport& report) {
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(const auto doubt, clock_doubt(world, store));
  if (doubt) return {};
  note_gap(*state, world.now());
  remember_clock(world, *state);
  POSTQ_TRY(auto accounts, accounts_to_look_at(world, store, options));
  if (accounts.empty()) return {};
  POSTQ_TRY(auto* const locks, world.locks());
  const auto lock = locks->lock("flush", 0ms);
  if (!lock && lock.error().kind == ErrorKind::try_later) return {};
  if (!lock) return pass_on(lock.error());
  POSTQ_CHECK(check_space(*state));
  drop_unknown_platforms(world, accounts, report);
  for (const auto& event : report.events) {
    if (options.on_event) options.on_event(event);
  }
  FlushOptions looking = options;
  looking.while_stopped = true;
  POSTQ_TRY(const auto done, publish(world, store, accounts, looking, report));
  if (!done) report.trouble = done.error();
  return {};
}

Result<FlushReport> pass(World& world, Store& store, const FlushOptions& options) {
  FlushReport report;
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(const auto stop, store.stop_state());
  report.stopped = !options.past_pause && (stop.paused || state->stop_requested());
  if (report.stopped) {
    if (options.only) return report;
    remember_stop(world, *state);
    POSTQ_CHECK(look_while_stopped(world, store, options, report));
    return report;
  }
  const FinishedRun run{world.now(), options.account, options.watched};
  POSTQ_TRY(auto accounts, accounts_to_visit(world, store, options));
  std::optional<Error> hosts;
  if (!options.only) {
    POSTQ_TRY(auto stepped, step_doubt(world, store));
    if (stepped) {
      say_clock_is_off(world, *state, *std::move(stepped), options, report);
      return report;
    }
    POSTQ_TRY(hosts, hosts_doubt(world, store));
    if (!hosts) note_gap(*state, world.now());
    if (!hosts) remember_clock(world, *state);
    note_own_run(world, *state);
    // Reading goes on: it tells when they agree with the clock again.
    report.clock_is_off = hosts.has_value();
  }
  if (accounts.empty()) {
    if (!options.only) remember_run(world, *state, run);
    if (!options.only) clean_rescued(world, *state);
    return report;
  }

  POSTQ_TRY(auto* const locks, world.locks());
  std::unique_ptr<Lock> flush_lock;
  if (!options.only) {
    auto lock = locks->lock("flush", 0ms);
    if (!lock && lock.error().kind == ErrorKind::try_later) {
      report.already_running = true;
      return report;
    }
    if (!lock) return pass_on(lock.error());
    flush_lock = std::move(*lock);
  }
  POSTQ_CHECK(check_space(*state));
  POSTQ_TRY(auto copied, guard_against_copies(world, store));
  if (copied) {
    report.events.push_back(std::move(*copied));
    if (options.only) return report;
  }
  POSTQ_CHECK(follow_wall_times(world, store));
  drop_unknown_platforms(world, accounts, report);
  for (const auto& event : report.events) {
    if (options.on_event) options.on_event(event);
  }

  POSTQ_TRY(const auto done, publish(world, store, accounts, options, report));
  if (hosts && report.clock_is_off) say_clock_is_off(world, *state, *std::move(hosts), options, report);
  if (!done && options.only) return pass_on(done.error());
  if (!done) {
    report.trouble = done.error();
    return report;
  }
  const bool whole = !options.only && !report.stopped && !report.interrupted && !report.clock_is_off;
  if (whole) remember_run(world, *state, run);
  if (whole) clean_rescued(world, *state);
  return report;
}

}  // namespace

Result<FlushReport> flush(World& world, Store& store, const FlushOptions& options) {
  const auto before = last_event(store);
  POSTQ_TRY(const auto twins, last_standing_twice(store));
  auto report = pass(world, store, options);
  if (last_event(store) == before) return report;
  tell_record_head(world, store, before);
  const auto new_ones = new_twins(store, twins);
  if (!report || !new_ones) return report;
  for (const auto& event : *new_ones) {
    if (options.on_event) options.on_event(event);
    report->events.push_back(event);
  }
  return report;
}

namespace {

// What the claim would say: those before it count as gone, and behind a hold of the account only an answer goes.
Judgement judge_in_turn(Snapshot& snapshot, const Candidate& candidate, const RuleContext& context,
                        std::optional<Judgement>& account_hold) {
  auto judgement = judge(snapshot, candidate, context);
  if (!judgement.allowed()) {
    const bool stays = judgement.effect == Effect::none || judgement.effect == Effect::mark_missed;
    if (!account_hold && judgement.reach == Scope::account && stays) account_hold = judgement;
    return judgement;
  }
  if (account_hold && !candidate.answers) return *account_hold;
  if (candidate.origin == Origin::scheduled && !candidate.started) snapshot.count_scheduled(context.now);
  return judgement;
}

}  // namespace

namespace {

// One account's part of a dry run. What can't be shown of one delivery is its own trouble.
class DryTurn {
 public:
  DryTurn(World& world, Store& store, const Account& account, const RuleContext& context, Snapshot snapshot)
      : world_(world), store_(store), account_(account), context_(context), snapshot_(std::move(snapshot)) {
    const auto state = world.state();
    if (!state) return;
    if (const auto skew = server_doubt(world, **state, account)) account_hold_ = clock_hold(account, *skew);
  }

  // Nothing: it isn't there any more, or has no approval.
  Result<std::optional<DryRunEntry>> look_at(const Candidate& candidate) {
    POSTQ_TRY(const auto post, store_.post(candidate.post));
    const auto detail = std::find_if(post.deliveries.begin(), post.deliveries.end(),
                                     [&](const DeliveryDetail& d) { return d.delivery.id == candidate.delivery; });
    if (detail == post.deliveries.end() || !detail->approval) return std::optional<DryRunEntry>{};
    DryRunEntry entry{detail->delivery, judge_in_turn(snapshot_, candidate, context_, account_hold_), {}, {}};
    auto requests = guarded([&]() -> Result<std::vector<std::string>> {
      POSTQ_TRY(const auto approved,
                ApprovedDelivery::open(detail->delivery, detail->document, *detail->approval, account_));
      return requests_of(world_, account_, approved, *detail);
    });
    if (requests) {
      entry.requests = std::move(*requests);
    } else {
      entry.trouble = std::move(requests).error();
    }
    return std::optional{std::move(entry)};
  }

 private:
  World& world_;
  Store& store_;
  const Account& account_;
  const RuleContext& context_;
  Snapshot snapshot_;
  std::optional<Judgement> account_hold_;
};

}  // namespace

Result<std::vector<DryRunEntry>> dry_run(World& world, Store& store, const std::string& account_name) {
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(auto* const state, world.state());
  FlushOptions options;
  options.account = account_name;
  POSTQ_TRY(const auto accounts, accounts_to_visit(world, store, options));
  const TimePoint now = world.now();
  std::vector<DryRunEntry> entries;
  for (const auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    if (platform == nullptr) continue;
    const auto& settings = config->for_account(account.name);
    const RuleContext context{settings, *zone, now};
    POSTQ_TRY(auto snapshot,
              store.snapshot(account, settings, calendar_day(now, *zone), platform->traits().timeline, false, now));
    expect_reading(*state, account, now, snapshot);
    POSTQ_CHECK(expect_flush(world, store, account, settings, snapshot));
    // What is overdue after a gap comes to review, whenever it is to be tried again.
    const TimePoint until = is_gap(snapshot, settings, now) ? now + std::chrono::days{1} : now;
    POSTQ_TRY(const auto queue, store.queued_candidates(account.id, true, until, settings, now));
    const Snapshot before = snapshot;
    DryTurn turn(world, store, account, context, std::move(snapshot));
    for (const auto& candidate : queue) {
      // What its author sends by hand is sent by nobody else.
      if (candidate.origin == Origin::hand_written) continue;
      const bool is_taken_back = is_overdue(candidate, now) && judge(before, candidate, context).effect != Effect::none;
      if (candidate.next_at > now && !is_taken_back) continue;
      auto entry = turn.look_at(candidate);
      if (!entry && entry.error().kind == ErrorKind::storage) return pass_on(entry.error());
      if (!entry) world.log().warn("a dry run left out one delivery: " + entry.error().message);
      if (entry && *entry) entries.push_back(*std::move(*entry));
    }
  }
  return entries;
}

}  // namespace postq
