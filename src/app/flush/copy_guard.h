#pragma once

#include <optional>

#include "app/flush/flush.h"

namespace postq {

// A database that was copied to another place or restored from a backup may hold posts that its original has sent. The
// state folder keeps the database's id, and the machine its age outside of every home; when they don't fit, everything
// due goes back to review before anything is sent, and on accounts whose timeline can't be read everything that is
// approved. The event says so. Call it before a run that may send.
Result<std::optional<FlushEvent>> guard_against_copies(World& world, Store& store);

// Since when timelines have to have been read before anything scheduled goes (hold_until_read): flush did not run for
// half an hour before that, and a home that was put back from a backup, or a second machine's copy of the queue, is
// known by what it has sent meanwhile. Nothing where it ran all the time.
std::optional<TimePoint> reading_needed(const StateFiles& state);

// Begins such a time when the last flush is that long ago. Before the flush that runs notes itself.
void note_gap(StateFiles& state, TimePoint now);

// Notes that this database lives here: for a new one, and before a run sends something.
Status remember_store(World& world, Store& store);

}  // namespace postq
