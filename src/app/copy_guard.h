#pragma once

#include <optional>

#include "app/flush.h"

namespace postq {

// A database that was copied to another place or restored from a backup may hold posts that its original has sent. The
// state folder keeps the database's id; when the two don't fit, everything due goes back to review before anything is
// sent, and the event says so. Call it before a run that may send.
Result<std::optional<FlushEvent>> guard_against_copies(World& world, Store& store);

// Notes that this database lives here: for a new one, and before a run sends something.
Status remember_store(World& world, Store& store);

}  // namespace postq
