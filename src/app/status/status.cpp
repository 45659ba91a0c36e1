#include "app/status/status.h"

#include <algorithm>
#include <array>
#include <map>

#include <postq/time/when.h>

#include "app/flush/clock_guard.h"
#include "app/flush/settle_by_hand.h"
#include "app/forecast/forecast.h"
#include "app/sync/sync.h"
#include "app/words/counting.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr int kListed = 8;
constexpr auto kFlushIsOverdue = std::chrono::minutes{30};  // a timer runs it every 5
constexpr auto kRecently = std::chrono::days{7};

constexpr int kUnknown = 8;
constexpr int kConfig = 3;
constexpr int kReview = 5;

struct Basics {
  StopState stop;
  std::optional<TimePoint> last_flush;
  QueueSummary queue;
  std::vector<Account> accounts;
  bool flush_is_missing = false;
  std::optional<Error> clock;
};

Result<Basics> read_basics(World& world, Store& store) {
  Basics basics;
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(basics.stop, store.stop_state());
  if (!basics.stop.paused && state->stop_requested()) {
    basics.stop.paused = true;
    basics.stop.reason = "the file STOP";
  }
  if (const auto mark = state->read_mark("last-flush")) basics.last_flush = time_point(*mark);
  POSTQ_TRY(basics.accounts, store.accounts());
  POSTQ_TRY(basics.queue, store.summary());
  const TimePoint patience = world.now() - kFlushIsOverdue;
  const bool overdue = !basics.queue.next.empty() && basics.queue.next.front().delivery.next_at < patience;
  const bool asleep = !basics.last_flush || *basics.last_flush < patience;
  POSTQ_TRY(basics.clock, clock_doubt(world, store));
  // By a clock that nobody can trust, nothing can be said of how long ago flush ran.
  basics.flush_is_missing = overdue && asleep && !basics.stop.paused && !basics.clock;
  return basics;
}

std::string say_hold(const Judgement& judgement, const AccountStatus& status, TimePoint now, const Zone& zone) {
  const auto& verdict = *judgement.deciding();
  if (verdict.rule == "pause") {
    if (status.account.sign_in_needed) return "PROBLEM: needs a new sign-in";
    if (status.account.paused_until && *status.account.paused_until > now) {
      return *status.account.paused_until == kUntilResumed
                 ? "PAUSED"
                 : "PAUSED until " + format_time_short(*status.account.paused_until, now, zone);
    }
    // A break that the platform wants ends by itself, whatever holds behind it.
    const auto ends = judgement.earliest() ? judgement.earliest() : verdict.earliest;
    return ends ? "not before " + format_time_short(*ends, now, zone) : "PAUSED";
  }
  const auto from = judgement.earliest();
  const std::string opens = from ? format_time_short(to_the_minute(*from + std::chrono::seconds{59}), now, zone) : "";
  if (verdict.rule == "people_waiting") return "HELD: people wait for an answer";
  if (verdict.rule == "min_gap") return "may go from " + opens;
  if (verdict.rule == "max_per_day") return "enough for today; from " + opens;
  return "HELD: " + verdict.rule + (opens.empty() ? "" : ", until " + opens);
}

// Nothing where the platform doesn't tell what people say.
Result<std::optional<TimePoint>> unheard(World& world, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  if (platform == nullptr || !platform->traits().items) return std::nullopt;
  POSTQ_TRY(const auto* const state, world.state());
  return unheard_since(*state, account);
}

Result<AccountStatus> read_account(World& world, Store& store, const Account& account, const Zone& zone,
                                   const Config& config) {
  AccountStatus status;
  status.account = account;
  const TimePoint now = world.now();
  const auto& settings = config.for_account(account.name);
  const auto* const platform = world.platforms().find(account.platform);
  const bool readable = platform != nullptr && platform->traits().timeline;
  POSTQ_TRY(auto snapshot, store.snapshot(account, settings, calendar_day(now, zone), readable, false, now));
  status.counted = !readable || snapshot.read_at.has_value();
  if (readable) {
    POSTQ_TRY(auto* const state, world.state());
    status.read_at = snapshot.read_at;
    status.unreadable_since = unreadable_since(*state, account);
    status.stale = snapshot.read_at && now - *snapshot.read_at > settings.trust_reading;
    expect_reading(*state, account, now, snapshot);
  }
  POSTQ_TRY(status.unheard_since, unheard(world, account));
  status.mix = snapshot.mix;
  status.scheduled_today = snapshot.scheduled_today;
  status.people_waiting = snapshot.people_waiting;
  if (!snapshot.longest_waiting.empty()) status.longest_waiting = snapshot.longest_waiting.front();
  if (settings.ratio) status.room = room_for_scheduled(snapshot.mix, settings);
  Candidate any;
  if (account.paused_until && *account.paused_until > now) {
    POSTQ_TRY(status.paused, store.paused_by(account));
  }
  any.account = account.name;
  any.own_time = true;  // quiet hours are for the others
  any.not_before = any.next_at = now;
  any.approved_at = now;
  const auto judgement = judge(snapshot, any, {settings, zone, now});
  POSTQ_TRY(auto* const marks, world.state());
  if (const auto skew = server_doubt(world, *marks, account)) {
    status.held = true;
    status.rule = "clock";
    status.scheduled_post_now = "HELD: this machine's clock is " + say_skew(*skew) + " its server's";
    return status;
  }
  if (judgement.allowed()) {
    status.scheduled_post_now = "may go";
    if (status.room) status.scheduled_post_now += ", room for " + std::to_string(*status.room);
    return status;
  }
  status.held = true;
  status.rule = judgement.deciding()->rule;
  status.held_until = judgement.earliest();
  status.scheduled_post_now = say_hold(judgement, status, now, zone);
  if (status.rule == "ratio" && settings.ratio) {
    const auto needed = by_hand_needed(snapshot.mix, *settings.ratio);
    status.scheduled_post_now = "HELD: write " + (needed == 1 ? "one" : std::to_string(needed)) + " by hand";
    POSTQ_TRY(const auto counting, counting_of(store, account, snapshot, {settings, zone, now}));
    if (!counting.doubt.empty()) {
      status.scheduled_post_now = status.unreadable_since ? "HELD: its timeline can't be read"
                                  : counting.in_part      ? "HELD: its timeline is not read whole yet"
                                  : !status.counted       ? "not counted yet: the first flush does"
                                                          : "HELD: it can never be read";
    }
  }
  return status;
}

// In time order, each account's room is used up by those before.
std::vector<Delivery> beyond_the_room(const QueueStatus& status) {
  std::map<AccountId, std::int64_t> room;
  for (const auto& each : status.accounts) {
    if (each.room && each.counted) room[each.account.id] = *each.room;
  }
  std::vector<Delivery> held;
  for (const auto& row : status.queue.next) {
    const auto left = room.find(row.delivery.account);
    if (left == room.end() || row.delivery.origin == Origin::hand_written) continue;
    if (left->second-- <= 0) held.push_back(row.delivery);
  }
  return held;
}

Result<std::vector<ListRow>> rows(Store& store, DeliveryState state, std::int64_t count) {
  if (count == 0) return std::vector<ListRow>{};
  ListFilter filter;
  filter.states = {state};
  filter.limit = kListed;
  return store.list(filter);
}

ListFilter unsent_by_hand() {
  ListFilter filter;
  filter.states = {DeliveryState::queued};
  filter.origin = Origin::hand_written;
  filter.limit = 0;  // few: their authors were about to send them
  return filter;
}

Status read_missed(Store& store, TimePoint now, QueueStatus& status) {
  if (status.queue.late_pending == 0) return {};
  ListFilter filter;
  filter.late_only = true;
  filter.pending_only = true;
  filter.limit = kListed;
  POSTQ_TRY(status.missed, store.list(filter));
  TimePoint first = now;
  for (const auto& row : status.missed) first = std::min(first, row.delivery.schedule.not_before);
  POSTQ_TRY(status.sent_late, store.sent_late(first));
  POSTQ_TRY(status.ended, rows(store, DeliveryState::expired, 1));
  std::erase_if(status.ended, [now](const ListRow& row) {
    const auto& until = row.delivery.schedule.until;
    return !until || *until < now - kRecently;
  });
  return {};
}

// On all accounts. A single one is named, with the command that answers.
Status read_who_waits(Store& store, QueueStatus& status) {
  for (const auto& each : status.accounts) {
    status.people_waiting += each.people_waiting;
    const auto& longest = status.longest_waiting;
    if (each.longest_waiting && (!longest || each.longest_waiting->since < longest->since)) {
      status.longest_waiting = each.longest_waiting;
    }
  }
  if (status.people_waiting != 1) return {};
  ItemFilter filter;
  filter.limit = 1;
  POSTQ_TRY(auto items, store.items(filter));
  if (!items.empty()) status.waits = std::move(items.front());
  return {};
}

// Only what is shown, and only in the zone that is loaded anyway; flush looks at all of them.
std::vector<MovedTime> moved_times(const QueueSummary& queue, const Zone& zone) {
  std::vector<MovedTime> moved;
  for (const auto& row : queue.next) {
    const auto& schedule = row.delivery.schedule;
    if (!schedule.wall || schedule.zone != zone.name()) continue;
    const auto instant = zone.resolve(*schedule.wall).instant;
    if (instant != schedule.not_before) moved.push_back({row.delivery, instant});
  }
  return moved;
}

constexpr std::string_view kPiped = "piped-";

// One for each reader, since several share a folder: an agent is another one than a person of its name, and another one
// for each person it acts for.
std::string news_mark(World& world, std::string_view what = "told-") {
  constexpr std::size_t kEnough = 16;
  const auto actor = world.actor();
  return std::string(what) +
         sha256(actor.agent ? actor.name + "\n" + actor.person : actor.name).hex().substr(0, kEnough);
}

// Whether the next of an account may depend on each other, or on a hold that ends.
bool depend_on_each_other(const AccountStatus& account, const std::vector<Delivery>& next,
                          const PolicySettings& settings, TimePoint now) {
  const bool passes = account.held_until && !next.empty() && next.front().next_at >= *account.held_until;
  if (account.held && !passes) return true;
  if (account.room && static_cast<std::int64_t>(next.size()) > *account.room) return true;
  if (settings.max_per_day > 0 && static_cast<int>(next.size()) + account.scheduled_today > settings.max_per_day) {
    return true;
  }
  for (std::size_t i = 1; i < next.size(); ++i) {
    if (std::max(next[i].next_at, now) - std::max(next[i - 1].next_at, now) < settings.min_gap) return true;
  }
  return false;
}

// The first five of all accounts: nothing else that is approved is due before them.
Status expect_next(World& world, Store& store, const Config& config, const Zone& zone, QueueStatus& status) {
  const TimePoint now = world.now();
  for (const auto& account : status.accounts) {
    std::vector<Delivery> next;
    for (const auto& row : status.queue.next) {
      if (row.delivery.account == account.account.id) next.push_back(row.delivery);
    }
    const auto& settings = config.for_account(account.account.name);
    if (next.empty() || !depend_on_each_other(account, next, settings, now)) continue;
    POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account.account));
    std::vector<Candidate> queue;
    for (const auto& delivery : next) {
      POSTQ_TRY(auto candidate, store.candidate(delivery.id, settings, now));
      queue.push_back(std::move(candidate));
    }
    for (auto& entry : forecast_among(inputs, queue, zone, now)) status.expected.emplace(entry.delivery, entry);
  }
  return {};
}

}  // namespace

std::vector<PostNews> news_by_post(const std::vector<News>& news) {
  std::vector<PostNews> entries;
  for (const auto& each : news) {
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const PostNews& entry) {
      return entry.first.delivery.post == each.delivery.post && entry.first.kind == each.kind &&
             entry.first.person == each.person && entry.first.reason == each.reason && each.kind != News::Kind::out;
    });
    if (same == entries.end()) {
      entries.push_back({each, {name_of(each.delivery)}});
    } else {
      same->names.push_back(name_of(each.delivery));
    }
  }
  return entries;
}

void mark_told(World& world, const std::vector<News>& news, const std::vector<PostNews>& entries, std::size_t shown) {
  if (shown == 0) return;
  // What stands behind the first that was left out is told again with it.
  const auto told = shown < entries.size() ? entries[shown].first.seq - 1 : news.back().seq;
  if (const auto state = world.state()) (*state)->write_mark(news_mark(world), told);
}

std::vector<News> news_for_pipe(World& world, const std::vector<News>& news) {
  constexpr std::chrono::hours kAgain{24};
  const auto state = world.state();
  const auto given = state ? (*state)->read_mark(news_mark(world, kPiped)).value_or(0) : 0;
  std::vector<News> fresh;
  std::copy_if(news.begin(), news.end(), std::back_inserter(fresh),
               [&](const News& each) { return each.seq > given || each.at > world.now() - kAgain; });
  return fresh;
}

void mark_piped(World& world, const std::vector<News>& news) {
  if (news.empty()) return;
  if (const auto state = world.state()) (*state)->write_mark(news_mark(world, kPiped), news.back().seq);
}

Result<QueueStatus> read_status(World& world, Store& store) {
  POSTQ_TRY(auto basics, read_basics(world, store));
  QueueStatus status;
  status.stop = std::move(basics.stop);
  status.last_flush = basics.last_flush;
  status.flush_is_missing = basics.flush_is_missing;
  status.clock = std::move(basics.clock);
  status.queue = std::move(basics.queue);
  status.no_account = basics.accounts.empty();
  if (status.no_account) return status;
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto* const zone, world.zone());
  for (const auto& account : basics.accounts) {
    POSTQ_TRY(auto each, read_account(world, store, account, *zone, *config));
    if (status.stop.paused) {
      each.held = true;
      each.rule = "pause";
      each.held_until.reset();
      each.scheduled_post_now = "PAUSED";
    }
    status.accounts.push_back(std::move(each));
  }
  POSTQ_CHECK(read_who_waits(store, status));
  status.likely_held = beyond_the_room(status);
  POSTQ_CHECK(expect_next(world, store, *config, *zone, status));
  if (status.stop.paused) {
    POSTQ_TRY(status.stopped_by, store.paused_by());
  }
  status.moved = moved_times(status.queue, *zone);
  POSTQ_TRY(status.twice, store.standing_twice());
  POSTQ_TRY(status.not_taken_back, not_taken_back(world, store));
  POSTQ_TRY(status.sending, rows(store, DeliveryState::sending, status.queue.sending));
  POSTQ_TRY(status.unconfirmed, rows(store, DeliveryState::unconfirmed, status.queue.unconfirmed));
  POSTQ_TRY(status.failed, rows(store, DeliveryState::failed, status.queue.failed));
  POSTQ_TRY(status.unsent, store.list(unsent_by_hand()));
  POSTQ_CHECK(read_missed(store, world.now(), status));
  POSTQ_TRY(auto* const marks, world.state());
  POSTQ_TRY(status.news, store.news_for(world.actor(), marks->read_mark(news_mark(world)).value_or(0), world.now()));
  return status;
}

Standing standing_now(const QueueStatus& status, const Delivery& delivery, TimePoint now) {
  constexpr std::array<std::string_view, 5> kOfTheAccount{"pause", "people_waiting", "ratio", "max_per_day", "min_gap"};
  const auto standing = standing_of(delivery, now);
  if (standing != Standing::held) return standing;
  const std::string_view verdict = delivery.verdict;
  const auto rule = verdict.substr(0, verdict.find(':'));
  const bool of_the_account = std::find(kOfTheAccount.begin(), kOfTheAccount.end(), rule) != kOfTheAccount.end();
  const bool may_send = std::any_of(
      status.accounts.begin(), status.accounts.end(),
      [&delivery](const AccountStatus& account) { return account.account.id == delivery.account && !account.held; });
  // Where the hold passes by itself before its turn comes, it is none of its own.
  const auto entry = status.expected.find(delivery.id);
  const bool only_waits = entry != status.expected.end() && entry->second.goes &&
                          (entry->second.rule == "min_gap" || entry->second.rule == "max_per_day");
  return of_the_account && (may_send || only_waits) ? Standing::approved : Standing::held;
}

Result<Check> check_status(World& world, Store& store) {
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto basics, read_basics(world, store));
  Check check;
  const auto found = [&check](int code, std::string line) {
    if (check.exit_code == 0) check.exit_code = code;  // they come in the order of seriousness
    check.lines.push_back(std::move(line));
  };
  const auto& queue = basics.queue;
  if (queue.unconfirmed > 0) found(kUnknown, std::to_string(queue.unconfirmed) + " unconfirmed");
  POSTQ_TRY(const auto twice, store.standing_twice());
  for (const auto& twin : twice) found(kUnknown, name_of(twin.delivery) + " stands twice");
  for (const auto& account : basics.accounts) {
    if (account.sign_in_needed) {
      found(kConfig, account.name + " needs a new sign-in");
      continue;
    }
    POSTQ_TRY(const auto since, unheard(world, account));
    if (since) found(kConfig, account.name + ": what people say can't be read");
  }
  if (basics.clock) found(kConfig, basics.clock->message);
  if (basics.flush_is_missing) {
    found(kConfig, basics.last_flush ? "flush last ran " + say_relative(*basics.last_flush, world.now())
                                     : std::string("flush has never run"));
  }
  if (queue.failed > 0) found(kReview, std::to_string(queue.failed) + " failed");
  POSTQ_TRY(const auto unsent, store.list(unsent_by_hand()));
  if (!unsent.empty()) found(kReview, std::to_string(unsent.size()) + " written by hand and not sent");
  for (const auto& account : basics.accounts) {
    const auto& settings = config->for_account(account.name);
    if (settings.people_waiting == Strictness::off) continue;
    POSTQ_TRY(const auto snapshot,
              store.snapshot(account, settings, calendar_day(world.now(), *zone), false, false, world.now()));
    if (snapshot.waiting_too_long == 0) continue;
    found(kReview, count_of(snapshot.waiting_too_long, "person waits", "people wait") + " on " + account.name +
                       " longer than " + format_duration(settings.answer_within) + " for an answer");
  }
  const auto late = queue.posts ? queue.posts->late_pending : queue.late_pending;
  if (late > 0) found(kReview, std::to_string(late) + " missed their time");
  const auto fresh =
      queue.posts ? queue.posts->pending - queue.posts->late_pending : queue.pending - queue.late_pending;
  if (fresh > 0) found(kReview, std::to_string(fresh) + " to review");
  return check;
}

}  // namespace postq
