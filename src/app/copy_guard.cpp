#include "app/copy_guard.h"

#include <algorithm>

namespace postq {

namespace {

constexpr std::size_t kUuidLength = 32;

}  // namespace

Status remember_store(World& world, Store& store) {
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(const auto identity, store.identity());
  return state->write_store_id({identity.uuid, identity.epoch, state->machine_id()});
}

Result<std::optional<FlushEvent>> guard_against_copies(World& world, Store& store) {
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(const auto identity, store.identity());
  POSTQ_TRY(const auto known, state->read_store_id());
  // The database may be one step ahead: a crash between its commit and the file.
  if (known && known->uuid == identity.uuid && known->machine == state->machine_id() &&
      identity.epoch >= known->epoch) {
    return std::optional<FlushEvent>{};
  }
  const auto epoch = std::max(identity.epoch, known ? known->epoch : 0) + 1;
  POSTQ_TRY(const auto withdrawn, store.adopt_copy(world.random_word(kUuidLength), epoch, world.doing()));
  POSTQ_CHECK(remember_store(world, store));
  FlushEvent event;
  event.kind = FlushEvent::Kind::copied;
  event.name = "database";
  event.message = known && known->uuid == identity.uuid && identity.epoch < known->epoch
                      ? "is older than the one that last sent from here: a restored backup"
                      : "was copied or moved here: its original may have sent these posts";
  event.message += "; " + std::to_string(withdrawn) +
                   (withdrawn == 1 ? " post that was due went" : " posts that were due went") +
                   " back to review, and nothing was sent";
  event.hint = "postq review";
  event.error = ErrorKind::refused;
  event.news = withdrawn > 0;
  return std::optional<FlushEvent>{std::move(event)};
}

}  // namespace postq
