#include "app/sync.h"

#include <algorithm>

#include "app/reading.h"
#include "app/standing.h"
#include "app/sync_items.h"
#include "app/workers.h"

namespace postq {

namespace {

constexpr std::size_t kMostWorkers = 64;

std::string mark_of(const Account& account) {
  return "unreadable-" + account.name;
}

// What an account is asked for, fixed before its thread starts.
struct Question {
  Account account;
  const Platform* platform = nullptr;
  TimelineRequest request;
  std::vector<std::string> schedulers;
};

Result<TimelineReading> ask(const Question& question, Outside& outside) {
  auto reading = ask_from_cursor(question.request, [&](const TimelineRequest& request) {
    return question.platform->read_timeline(question.account, request, outside);
  });
  if (!reading) return reading;
  if (reading->limited_until) return reading;
  reading->whole = reading->complete.from <= question.request.from;
  for (auto& item : reading->items) item.by_scheduler = is_scheduler(item.client, question.schedulers);
  return reading;
}

class Reader {
 public:
  Reader(World& world, Store& store, const Config& config, StateFiles& state, Outside outside,
         const std::function<void(const TimelineRead&)>& told, const ReadOptions& options)
      : world_(world),
        store_(store),
        config_(config),
        state_(state),
        outside_(std::move(outside)),
        told_(told),
        options_(options),
        workers_(kMostWorkers) {}

  Status start(const Account& account) {
    const auto* const platform = world_.platforms().find(account.platform);
    if (platform == nullptr || !platform->traits().timeline) {
      TimelineRead read;
      read.account = account;
      read.readable = false;
      if (platform != nullptr) return go_on_with_items(std::move(read));
      told_(read);
      return {};
    }
    const auto& settings = config_.for_account(account.name);
    const TimePoint now = world_.now();
    if (account.limited_until && now < *account.limited_until) return leave_alone(account);
    POSTQ_TRY(const auto known, store_.timeline_known(account.id));
    Question question{account, platform, {now - settings.window, known.cursor}, settings.schedulers};
    const bool gap = !known.complete || known.complete->from > question.request.from;
    const bool walked = happened_within(known.whole_at, kWholeEvery, now);
    if (gap || !walked) question.request.cursor.clear();
    workers_.start([this, question = std::move(question)]() -> Workers::Finish {
      auto reading = ask(question, outside_);
      return [this, account = question.account, reading = std::move(reading)] { finish(account, reading); };
    });
    return {};
  }

  Status wait() {
    while (workers_.busy()) workers_.finish_some();
    return trouble_;
  }

 private:
  // A platform that asked to wait gets no requests.
  Status leave_alone(const Account& account) {
    POSTQ_TRY(const auto* const zone, world_.zone());
    TimelineRead read;
    read.account = account;
    read.failed_before = unreadable_since(state_, account).has_value();
    read.error = Error{
        ErrorKind::try_later,
        "its platform asked to be left alone until " + say_time_short(*account.limited_until, world_.now(), *zone),
        "postq tries again by itself",
        {}};
    told_(read);
    return {};
  }

  void finish(const Account& account, const Result<TimelineReading>& reading) {
    TimelineRead read;
    read.account = account;
    read.failed_before = unreadable_since(state_, account).has_value();
    if (!reading || reading->limited_until) {
      read.error = reading ? reading->error : reading.error();
      if (reading) {
        const auto marked = store_.store_timeline(account.id, *reading, world_.doing());
        if (!marked) trouble_ = pass_on(marked.error());
      }
      if (!read.failed_before) state_.write_mark(mark_of(account), unix_seconds(world_.now()));
      // It asked to be left alone, or wants a person: nothing else would get an answer.
      if (reading) return told_(read);
      if (read.error->kind == ErrorKind::sign_in) {
        const auto* const platform = world_.platforms().find(account.platform);
        if (platform->traits().items) note_unheard(state_, account, world_.now());
        return told_(read);
      }
      return keep(go_on_with_items(std::move(read)));
    }
    if (read.failed_before) state_.write_mark(mark_of(account), 0);
    if (const auto stored = store_reading(read, *reading); !stored) {
      trouble_ = stored;
      return;
    }
    keep(go_on_with_items(std::move(read)));
  }

  // Behind the timeline, which tells where somebody may have said something.
  Status go_on_with_items(TimelineRead read) {
    const auto& platform = *world_.platforms().find(read.account.platform);
    const auto& traits = platform.traits();
    const bool limited = read.account.limited_until && world_.now() < *read.account.limited_until;
    const bool stopping = options_.stopping && options_.stopping();
    if ((!traits.items && !traits.searches) || limited || stopping) {
      told_(read);
      return {};
    }
    const Seconds window = config_.for_account(read.account.name).window;
    POSTQ_TRY(auto question,
              items_question(store_, read.account, platform, {world_.now(), window, options_.search_now}));
    workers_.start([this, read = std::move(read), question = std::move(question)]() mutable -> Workers::Finish {
      auto answer = ask_for_items(question, outside_);
      return [this, read = std::move(read), answer = std::move(answer)]() mutable {
        if (auto stored = store_items_read(world_, store_, state_, answer, read); !stored) {
          return keep(std::move(stored));
        }
        told_(read);
      };
    });
    return {};
  }

  void keep(Status status) {
    if (!status) trouble_ = std::move(status);
  }

  Status store_reading(TimelineRead& read, const TimelineReading& reading) {
    POSTQ_TRY(read.change, store_.store_timeline(read.account.id, reading, world_.doing()));
    read.withdrawn = read.change.withdrawn;
    const TimePoint begin = world_.now() - config_.for_account(read.account.name).window;
    POSTQ_TRY(read.count, store_.timeline_count(read.account.id, begin));
    POSTQ_TRY(const auto known, store_.timeline_known(read.account.id));
    if (known.complete) read.from = std::max(known.complete->from, begin);
    read.clock_skew = reading.clock_skew;
    return {};
  }

  World& world_;
  Store& store_;
  const Config& config_;
  StateFiles& state_;
  Outside outside_;
  const std::function<void(const TimelineRead&)>& told_;
  const ReadOptions& options_;
  Status trouble_;   // of the store
  Workers workers_;  // last: its threads end before what they use
};

}  // namespace

Status read_timelines(World& world, Store& store, const std::vector<Account>& accounts,
                      const std::function<void(const TimelineRead&)>& told, const ReadOptions& options) {
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  Reader reader(world, store, *config, *state, Outside{*http, *secrets, *media, [&world] { return world.now(); }}, told,
                options);
  Status started;
  for (const auto& account : accounts) {
    if (!started || (options.stopping && options.stopping())) break;
    started = reader.start(account);
  }
  const auto finished = reader.wait();
  return started ? finished : started;
}

Result<TimelineRead> read_timeline(World& world, Store& store, const Account& account) {
  std::optional<TimelineRead> read;
  POSTQ_CHECK(read_timelines(world, store, {account}, [&read](const TimelineRead& done) { read = done; }));
  if (!read) return fail(ErrorKind::bug, account.name + " was not read", "please report this");
  if (read->error) return pass_on(*std::move(read->error));
  return *std::move(read);
}

std::optional<TimePoint> unreadable_since(StateFiles& state, const Account& account) {
  const auto mark = state.read_mark(mark_of(account)).value_or(0);
  if (mark == 0) return std::nullopt;
  return time_point(mark);
}

void expect_reading(StateFiles& state, const Account& account, TimePoint now, Snapshot& snapshot) {
  if (!snapshot.read_at || unreadable_since(state, account)) return;
  snapshot.read_at = now;
  snapshot.in_doubt = false;
}

std::string say_by_hand(std::int64_t posts, std::int64_t answers) {
  std::string text = std::to_string(posts + answers) + " by hand";
  if (answers > 0) {
    text += " (" + count_of(posts, "post", "posts") + ", " + count_of(answers, "answer", "answers") + ")";
  }
  return text;
}

}  // namespace postq
