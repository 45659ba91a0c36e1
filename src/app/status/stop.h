#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/world.h"

namespace postq {

// What a person who stopped everything wants to know.
struct Stopped {
  std::int64_t approved = 0;          // deliveries that would have gone
  std::optional<std::int64_t> posts;  // how many posts those are, where they can be told apart
  std::optional<ListRow> next;        // the first of them
  std::vector<ListRow> just_public;   // within the last hour, newest first
  std::optional<TimePoint> since;     // when it was stopped; nothing: by the file STOP alone
  std::vector<ListRow> unknown;       // being sent, or unconfirmed
};

// Stops everything: the file STOP first, which every sender looks for before each request, then the database, which may
// have to be waited for. Done when either of them worked; `trouble` says what became of the other. `stopped` is called
// once, as soon as nothing more goes out.
struct StopDone {
  std::optional<Error> trouble;
  bool in_database = false;
};
Result<StopDone> stop_everything(World& world, const std::string& reason, const std::function<void()>& stopped = {});

// What is queued, public and unknown at this moment.
Result<Stopped> read_stopped(World& world, Store& store);

// What `pause` and `resume` are to act on: names of accounts, and posts or deliveries.
struct PauseTargets {
  std::vector<Account> accounts;
  std::vector<Delivery> deliveries;  // queued ones, and unconfirmed ones: those are not sent again
  std::vector<Delivery> too_late;    // in any other state
  std::vector<Error> unknown;        // what isn't there; the others are no less meant
};
Result<PauseTargets> pause_targets(Store& store, const std::vector<std::string>& typed);

// Everything that was approved goes back to review. Returns how many deliveries.
Result<std::size_t> withdraw_approvals(World& world, Store& store);

}  // namespace postq
