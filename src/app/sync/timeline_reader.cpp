#include "app/sync/timeline_reader.h"

#include <algorithm>
#include <memory>

#include <postq/ports/unfinished.h>
#include <postq/time/when.h>

#include "app/flush/last_chance.h"
#include "app/sync/items.h"
#include "app/sync/reading.h"
#include "app/sync/timed_http.h"

namespace postq {

namespace {

bool is_answered(const Result<TimelineReading>& reading) {
  return reading && !reading->limited_until;
}

}  // namespace

Result<TimelineReading> ask_for_timeline(const TimelineQuestion& question, PlatformContext& context) {
  auto reading = ask_from_cursor(question.request, [&](const TimelineRequest& request) {
    return question.platform->read_timeline(question.account, request, context);
  });
  if (!is_answered(reading)) return reading;
  reading->whole = reading->complete.from <= question.request.from;
  for (auto& item : reading->items) item.by_scheduler = is_scheduler(item.client, question.schedulers);
  return reading;
}

std::chrono::nanoseconds TimelineReader::end_of_time() const {
  if (!options_.time_limit) return std::chrono::nanoseconds::max();
  return parts_.world.since_boot() + *options_.time_limit;
}

// What `ask` answers with a network that lasts until then, or until somebody stops it all.
template <class Ask>
auto TimelineReader::within(std::chrono::nanoseconds until, const Ask& ask) {
  TimedHttp http(
      parts_.context.http, [this] { return parts_.world.since_boot(); }, until, options_.stopping);
  PlatformContext context{http, parts_.context.secrets, parts_.context.media, parts_.context.now};
  return ask(context);
}

void TimelineReader::keep(Status status) {
  if (!status) trouble_ = std::move(status);
}

Result<TimelineQuestion> TimelineReader::question_for(const Account& account, const Platform& platform) {
  const auto& settings = parts_.config.for_account(account.name);
  const TimePoint now = parts_.world.now();
  POSTQ_TRY(const auto known, parts_.store.timeline_known(account.id));
  TimelineQuestion question{account, &platform, {now - settings.window, known.cursor}, settings.schedulers};
  const bool gap = !known.complete || known.complete->from > question.request.from;
  const bool walked = happened_within(known.whole_at, kWholeEvery, now);
  if ((gap || !walked) && !is_unfinished(known.cursor)) question.request.cursor.clear();
  return question;
}

Status TimelineReader::start(const Account& account) {
  const auto* const platform = parts_.world.platforms().find(account.platform);
  if (platform == nullptr || !platform->traits().timeline) {
    TimelineRead read;
    read.account = account;
    read.readable = false;
    if (platform != nullptr) return go_on_with_items(std::move(read), end_of_time());
    told_(read);
    return {};
  }
  if (account.limited_until && parts_.world.now() < *account.limited_until) return leave_alone(account);
  POSTQ_TRY(auto question, question_for(account, *platform));
  // The time begins with the reading, not while it waits for a thread.
  const auto until = std::make_shared<std::chrono::nanoseconds>(0);
  parts_.workers.start(
      [this, until, question = std::move(question)]() -> Workers::Finish {
        *until = end_of_time();
        auto reading = within(*until, [&](PlatformContext& context) { return ask_for_timeline(question, context); });
        return [this, until, account = question.account, reading = std::move(reading)] {
          finish(account, *until, reading);
        };
      },
      [this, until, account](const Error& error) { finish(account, *until, pass_on(error)); }, Workers::Rank::patient);
  return {};
}

// A platform that asked to wait gets no requests.
Status TimelineReader::leave_alone(const Account& account) {
  POSTQ_TRY(const auto* const zone, parts_.world.zone());
  TimelineRead read;
  read.account = account;
  read.failed_before = unreadable_since(parts_.state, account).has_value();
  read.error = Error{ErrorKind::try_later,
                     "its platform asked to be left alone until " +
                         format_time_short(*account.limited_until, parts_.world.now(), *zone),
                     "postq tries again by itself",
                     {}};
  told_(read);
  return {};
}

void TimelineReader::finish(const Account& account, std::chrono::nanoseconds until,
                            const Result<TimelineReading>& reading) {
  auto& state = parts_.state;
  TimelineRead read;
  read.account = account;
  read.failed_before = unreadable_since(state, account).has_value();
  if (!is_answered(reading)) {
    read.error = reading ? reading->error : reading.error();
    if (reading) {
      const auto marked = parts_.store.store_timeline(account.id, *reading, parts_.world.audit());
      if (!marked) keep(pass_on(marked.error()));
    }
    if (!read.failed_before) note_unreadable(state, account, parts_.world.now());
    note_why_unreadable(state, account, read.error->kind);
    // It asked to be left alone, or wants a person: nothing else would get an answer.
    if (reading) return told_(read);
    if (read.error->kind == ErrorKind::sign_in) {
      const auto* const platform = parts_.world.platforms().find(account.platform);
      if (platform->traits().items) note_unheard(state, account, parts_.world.now());
      return told_(read);
    }
    return keep(go_on_with_items(std::move(read), until));
  }
  if (read.failed_before) note_readable(state, account);
  if (auto stored = store_reading(read, *reading); !stored) return keep(std::move(stored));
  keep(go_on_with_items(std::move(read), until));
}

// Behind the timeline, which tells where somebody may have said something, and in the time that it left.
Status TimelineReader::go_on_with_items(TimelineRead read, std::chrono::nanoseconds until) {
  const auto& platform = *parts_.world.platforms().find(read.account.platform);
  const auto& traits = platform.traits();
  const bool limited = read.account.limited_until && parts_.world.now() < *read.account.limited_until;
  const bool over = (options_.stopping && options_.stopping()) || parts_.world.since_boot() >= until;
  if ((!traits.items && !traits.searches) || limited || over) {
    told_(read);
    return {};
  }
  const Seconds window = parts_.config.for_account(read.account.name).window;
  POSTQ_TRY(auto question,
            items_question(parts_.store, read.account, platform, {parts_.world.now(), window, options_.search_now}));
  const auto done = [this](const TimelineRead& before, const ItemsAnswer& answer) {
    TimelineRead whole = before;
    if (auto stored = store_items_read(parts_.world, parts_.store, parts_.state, answer, whole); !stored) {
      return keep(std::move(stored));
    }
    told_(whole);
  };
  parts_.workers.start(
      [this, done, until, read, question = std::move(question)]() -> Workers::Finish {
        auto answer = within(until, [&](PlatformContext& context) { return ask_for_items(question, context); });
        return [done, read, answer = std::move(answer)] { done(read, answer); };
      },
      [done, read, asked = traits.items](const Error& error) {
        ItemsAnswer failed;
        if (asked) failed.items = pass_on(error);
        done(read, failed);
      },
      Workers::Rank::patient);
  return {};
}

Result<TimelineCount> TimelineReader::count(const Account& account) {
  const TimePoint begin = parts_.world.now() - parts_.config.for_account(account.name).window;
  return parts_.store.timeline_count(account.id, begin);
}

Status TimelineReader::store_reading(TimelineRead& read, const TimelineReading& reading) {
  auto& store = parts_.store;
  POSTQ_TRY(const auto before, count(read.account));
  POSTQ_TRY(read.change, store.store_timeline(read.account.id, reading, parts_.world.audit()));
  read.cut_off = is_unfinished(reading.cursor);
  read.withdrawn = read.change.withdrawn;
  const TimePoint begin = parts_.world.now() - parts_.config.for_account(read.account.name).window;
  POSTQ_TRY(read.count, count(read.account));
  read.gained = std::max<std::int64_t>(0, read.count.by_hand() - before.by_hand());
  POSTQ_TRY(const auto known, store.timeline_known(read.account.id));
  if (known.complete) read.from = std::max(known.complete->from, begin);
  read.clock_skew = reading.clock_skew;
  return {};
}

}  // namespace postq
