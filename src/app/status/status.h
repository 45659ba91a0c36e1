#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/words/standing.h"
#include "app/world.h"

namespace postq {

// How one account stands.
struct AccountStatus {
  Account account;
  MixCount mix;
  bool counted = true;                        // false: its timeline was never read yet
  std::optional<TimePoint> read_at;           // when its timeline was last read; nothing where it has none to read
  std::optional<TimePoint> unreadable_since;  // reading it fails since then
  std::optional<TimePoint> unheard_since;     // reading what people say fails since then
  bool stale = false;                         // it wasn't read for longer than `trust_reading`
  std::optional<std::int64_t> room;           // scheduled posts that may go by the ratio; nothing when it is off
  int scheduled_today = 0;
  std::int64_t people_waiting = 0;  // for an answer
  std::optional<Snapshot::Waiting> longest_waiting;
  bool held = false;                    // a scheduled post that is due now would not go
  std::string rule;                     // by which rule
  std::optional<TimePoint> held_until;  // when that ends by itself
  std::string scheduled_post_now;       // "may go, room for 9", "held: write one by hand"
  std::optional<PausedBy> paused;       // who paused it, while it is
};

// All that bare `postq` shows. Lists are short; the counts beside them in `queue` tell how many there are.
struct QueueStatus {
  bool no_account = false;
  StopState stop;  // paused, also by the file STOP
  std::optional<PausedBy> stopped_by;
  std::optional<TimePoint> last_flush;
  bool flush_is_missing = false;  // something is due and flush has not run
  std::optional<Error> clock;     // why this machine's clock can't be trusted; nothing scheduled goes out meanwhile
  QueueSummary queue;
  std::int64_t people_waiting = 0;  // for an answer, on all accounts
  std::optional<Snapshot::Waiting> longest_waiting;
  std::optional<Item> waits;  // the only one, when it is one
  std::vector<AccountStatus> accounts;
  std::vector<Delivery> likely_held;  // of queue.next: the ratio has no room for them as things stand
  // Of queue.next, where others or a hold are before them: when they go, if nothing else is approved.
  std::map<DeliveryId, ForecastEntry> expected;
  std::vector<ListRow> missed;   // in review because they missed their time
  std::int64_t sent_late = 0;    // with a time of their own, more than five minutes after it, since the first of these
  std::vector<ListRow> ended;    // ended unsent within the last week
  std::vector<ListRow> sending;  // at this moment
  std::vector<ListRow> unconfirmed;
  std::vector<StandsTwice> twice;        // what stands beside what counts, for a person to take back
  std::vector<Delivery> not_taken_back;  // a person wanted them back, and their platform kept them
  std::vector<News> news;                // of the reader's own posts; see mark_told()
  std::vector<ListRow> failed;
  std::vector<ListRow> unsent;   // by hand, and not out: only their author sends them
  std::vector<MovedTime> moved;  // of queue.next: new time zone data moved them; the next flush follows
};

Result<QueueStatus> read_status(World& world, Store& store);

// What became of one post, on all accounts for which the same was said.
struct PostNews {
  News first;
  std::vector<std::string> names;  // "12@site"
};
// Of status.news, in order.
std::vector<PostNews> news_by_post(const std::vector<News>& news);
// The first `shown` of these were on the screen of whom they were for: they are told once.
void mark_told(World& world, const std::vector<News>& news, const std::vector<PostNews>& entries, std::size_t shown);
// For a pipe, of which nobody knows who reads it, and how far: without what a pipe was given before and is older than a
// day. At a terminal all of it is news until it was on the screen.
std::vector<News> news_for_pipe(World& world, const std::vector<News>& news);
void mark_piped(World& world, const std::vector<News>& news);

// Where one of queue.next stands: a hold of its whole account that flush remembers is over once the account may send.
Standing standing_now(const QueueStatus& status, const Delivery& delivery, TimePoint now);

// What --check answers: kDone of `exit_code`, or the most serious of 8 (unconfirmed), 3 (sign-in, what people say can't
// be read, flush doesn't run), 5 (review, failed); with a short line for each.
struct Check {
  int exit_code = 0;
  std::vector<std::string> lines;
};
Result<Check> check_status(World& world, Store& store);

}  // namespace postq
