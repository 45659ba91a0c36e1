#include "app/sync/sync.h"

#include <algorithm>

#include "app/sync/account_marks.h"
#include "app/sync/timeline_reader.h"
#include "app/sync/workers.h"
#include "app/words/standing.h"

namespace postq {

namespace {

constexpr std::size_t kMostWorkers = 64;

std::string unreadable_mark(const Account& account) {
  return mark_name(account_mark::kUnreadable, account.name);
}

}  // namespace

Status read_timelines(World& world, Store& store, const std::vector<Account>& accounts,
                      const std::function<void(const TimelineRead&)>& told, const ReadOptions& options) {
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  Workers workers(kMostWorkers);
  TimelineReader reader({world, store, *config, *state,
                         PlatformContext{*http, *secrets, *media, [&world] { return world.now(); }}, workers},
                        told, options);
  Status started;
  for (const auto& account : accounts) {
    if (!started || (options.stopping && options.stopping())) break;
    started = reader.start(account);
  }
  while (workers.busy()) workers.finish_some();
  return started ? reader.trouble() : started;
}

Result<TimelineRead> read_timeline(World& world, Store& store, const Account& account) {
  std::optional<TimelineRead> read;
  POSTQ_CHECK(read_timelines(world, store, {account}, [&read](const TimelineRead& done) { read = done; }));
  if (!read) return fail(ErrorKind::bug, account.name + " was not read", "please report this");
  if (read->error) return pass_on(*std::move(read->error));
  return *std::move(read);
}

std::optional<TimePoint> unreadable_since(const StateFiles& state, const Account& account) {
  const auto mark = state.read_mark(unreadable_mark(account)).value_or(0);
  if (mark == 0) return std::nullopt;
  return time_point(mark);
}

void note_unreadable(StateFiles& state, const Account& account, TimePoint now) {
  state.write_mark(unreadable_mark(account), unix_seconds(now));
}

void note_readable(StateFiles& state, const Account& account) {
  state.write_mark(unreadable_mark(account), 0);
}

void expect_reading(const StateFiles& state, const Account& account, TimePoint now, Snapshot& snapshot) {
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
