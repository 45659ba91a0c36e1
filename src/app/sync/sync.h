#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// What reading what people say to one account came to.
struct ItemsRead {
  struct Search {
    Listen listen;
    Error error;
  };
  bool readable = false;       // false: the platform doesn't tell, or nothing was asked this time
  std::optional<Error> error;  // they can't be read now; what was known stays
  bool failed_before = false;  // ... and could not be the last time either
  ItemsChange change;          // with what saved searches found
  bool complete = true;        // false: there is more than one reading takes, and the next one goes on
  std::vector<Search> failed;  // saved searches that got no answer
};

// What reading one account came to: its own timeline, and then what people say to it.
struct TimelineRead {
  Account account;
  bool readable = true;           // false: the platform shows no timeline, and nothing was asked
  std::optional<Error> error;     // it can't be read now; the last reading stays
  bool failed_before = false;     // ... and could not be the last time either
  bool cut_off = false;           // the time was over: what was read is kept, and the next reading goes on from there
  TimelineChange change;          // read: what is new
  TimelineCount count;            // read: what the window holds now
  std::int64_t gained = 0;        // read: more by hand in it than before
  std::optional<TimePoint> from;  // read: without a gap since then
  std::optional<Seconds> clock_skew;  // read: the server's clock less ours
  ItemsRead items;
  std::vector<WithdrawnAnswer> withdrawn;  // by either of them
};

struct ReadOptions {
  std::function<bool()> stopping = {};  // nothing more is begun once it says so; asked on any thread
  bool search_now = false;              // saved searches too, however lately they were asked; else when they are stale
  // For timeline and items of one account together; nothing: as long as it takes.
  std::optional<std::chrono::seconds> time_limit = {};
};

// Reads what is new on the accounts' own timelines, and everything in the window once a day or where there is a gap
// (this finds what was deleted); decides whose each item is, and stores it. Then what people say to them, and what
// their saved searches find; one that fails leaves the other alone. Accounts go in parallel; `told` hears of each as it
// is done, on the caller's thread. What goes wrong with an account is its own; errors are the store's.
Status read_timelines(World& world, Store& store, const std::vector<Account>& accounts,
                      const std::function<void(const TimelineRead&)>& told, const ReadOptions& options = {});

// The same for one account; its error is the platform's, of the timeline.
Result<TimelineRead> read_timeline(World& world, Store& store, const Account& account);

// Since when the account's timeline can't be read; nothing if the last try went well.
std::optional<TimePoint> unreadable_since(const StateFiles& state, const Account& account);
// Remembers that it can't, until the next good reading.
void note_unreadable(StateFiles& state, const Account& account, TimePoint now);
void note_readable(StateFiles& state, const Account& account);

// What the rules may rely on before flush has run: it reads the timeline first, so the last reading counts as one of
// now, however old it is. Only where reading fails is it no better than its age; what was never read stays unknown.
void expect_reading(const StateFiles& state, const Account& account, TimePoint now, Snapshot& snapshot);

// Since when what people say to the account can't be read; nothing if the last try went well.
std::optional<TimePoint> unheard_since(const StateFiles& state, const Account& account);

// "6 by hand (2 posts, 4 answers)".
std::string say_by_hand(std::int64_t posts, std::int64_t answers);

}  // namespace postq
