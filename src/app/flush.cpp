#include "app/flush.h"

#include <algorithm>
#include <array>

#include "app/clock_guard.h"
#include "app/copy_guard.h"
#include "app/publisher.h"
#include "app/select.h"
#include "app/sync.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSpaceFloor = std::uint64_t{8} << 20;  // an intent and its result always fit in this
constexpr auto kAccountLockWait = 10s;
constexpr auto kLoneAccountLockWait = 75s;  // `post` and `send`: longer than any request that may be in the air

// The order of seriousness of design.md §6.
constexpr std::array kSeverity{1, 7, 8, 3, 6, 75};

int code_of(const FlushEvent& event) {
  switch (event.kind) {
    case FlushEvent::Kind::unconfirmed:
      return 8;
    case FlushEvent::Kind::failed:
      return event.error == ErrorKind::config || event.error == ErrorKind::sign_in ? 3 : 6;
    case FlushEvent::Kind::clock:
      return event.error == ErrorKind::config ? 3 : 0;
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
  if (!options.account.empty()) {
    POSTQ_TRY(auto account, account_named(store, options.account));
    return std::vector<Account>{std::move(account)};
  }
  return store.accounts_with_work(world.now());
}

// The locks of the accounts; one that another process keeps holding is left out, with an event.
Result<std::vector<std::unique_ptr<Lock>>> lock_accounts(Locks& locks, const FlushOptions& options,
                                                         std::vector<Account>& accounts, FlushReport& report) {
  std::vector<std::unique_ptr<Lock>> held;
  std::vector<Account> ours;
  std::chrono::milliseconds patience =
      options.only ? std::chrono::milliseconds{kLoneAccountLockWait} : std::chrono::milliseconds{kAccountLockWait};
  for (auto& account : accounts) {
    auto lock = locks.lock("account-" + account.name, patience);
    if (lock) {
      held.push_back(std::move(*lock));
      ours.push_back(std::move(account));
      continue;
    }
    if (lock.error().kind != ErrorKind::try_later) return pass_on(lock.error());
    patience = std::chrono::milliseconds{0};  // waited once; the other accounts don't pay for it again
    FlushEvent event;
    event.kind = FlushEvent::Kind::account;
    event.name = account.name;
    event.message = "another postq is sending on it";
    event.hint = "it is left to that one";
    event.error = ErrorKind::try_later;
    event.news = options.only.has_value();
    report.events.push_back(std::move(event));
  }
  accounts = std::move(ours);
  return held;
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

Status report_orphans(World& world, Store& store, const std::vector<Account>& accounts) {
  std::vector<AccountId> ids;
  for (const auto& account : accounts) ids.push_back(account.id);
  POSTQ_TRY(const auto orphans, store.settle_orphans(ids, world.doing()));
  for (const auto id : orphans) {
    world.log().warn("delivery " + std::to_string(number(id)) + " was being sent when postq died; unconfirmed");
  }
  return {};
}

FlushEvent clock_event(Error doubt, bool news) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::clock;
  event.name = "clock";
  event.message = std::move(doubt.message);
  event.hint = std::move(doubt.hint);
  event.error = doubt.kind;
  event.news = news;
  return event;
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
  return store.apply_moved(moved, world.doing());
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

Result<FlushReport> flush(World& world, Store& store, const FlushOptions& options) {
  FlushReport report;
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(const auto stop, store.stop_state());
  if (!options.by_hand && (stop.paused || state->stop_requested())) {
    report.stopped = true;
    return report;
  }
  POSTQ_TRY(auto accounts, accounts_to_visit(world, store, options));
  if (!options.only) {
    POSTQ_TRY(auto doubt, clock_doubt(world, store));
    if (doubt) {
      report.clock_is_off = true;
      report.events.push_back(clock_event(std::move(*doubt), clock_is_news(world, *state)));
      if (options.on_event) options.on_event(report.events.back());
      return report;
    }
    remember_clock(world, *state);
  }
  if (accounts.empty()) return report;

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
  POSTQ_TRY(const auto held, lock_accounts(*locks, options, accounts, report));
  POSTQ_CHECK(report_orphans(world, store, accounts));
  for (const auto& event : report.events) {
    if (options.on_event) options.on_event(event);
  }

  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  Publisher publisher(
      {world, store, *config, *zone, *state, Outside{*http, *secrets, *media, [&world] { return world.now(); }}},
      options, report);
  const auto done = [&]() -> Status {
    if (!options.only) {
      POSTQ_CHECK(publisher.settle(accounts));
      POSTQ_CHECK(publisher.read_timelines(accounts));
    }
    return publisher.run(accounts);
  }();
  if (!done && options.only) return pass_on(done.error());
  if (!done) {
    report.trouble = done.error();
    return report;
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
    if (!account_hold && judgement.reach == Reach::account && stays) account_hold = judgement;
    return judgement;
  }
  if (account_hold && !candidate.answers) return *account_hold;
  if (candidate.origin == Origin::scheduled && !candidate.started) snapshot.count_scheduled(context.now);
  return judgement;
}

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
    std::optional<Judgement> account_hold;
    POSTQ_TRY(const auto queue, store.queued_candidates(account.id, true, now, settings, now));
    for (const auto& candidate : queue) {
      if (candidate.next_at > now) continue;
      POSTQ_TRY(const auto post, store.post(candidate.post));
      const auto detail = std::find_if(post.deliveries.begin(), post.deliveries.end(),
                                       [&](const DeliveryDetail& d) { return d.delivery.id == candidate.delivery; });
      if (detail == post.deliveries.end() || !detail->approval) continue;
      DryRunEntry entry{detail->delivery, judge_in_turn(snapshot, candidate, context, account_hold), {}};
      POSTQ_TRY(const auto approved, ApprovedDelivery::open(detail->delivery, detail->document, *detail->approval));
      const int parts = static_cast<int>(approved.content().parts.size());
      PartFacts facts;
      facts.now = now;
      for (const auto& part : detail->parts) {
        if (part.receipt) facts.earlier.push_back(*part.receipt);
      }
      for (int part = static_cast<int>(facts.earlier.size()) + 1; part <= parts; ++part) {
        facts.part = part;
        facts.key = platform->request_key(account, approved, part, detail->attempts, now);
        POSTQ_TRY(auto body, platform->body(account, approved, facts));
        entry.requests.push_back(platform->show(account, {part, parts, facts.key, std::move(body)}));
        facts.earlier.push_back({"(the id of part " + std::to_string(part) + ")", "", "", now});
      }
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

}  // namespace postq
