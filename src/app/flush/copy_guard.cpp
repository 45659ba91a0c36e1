#include "app/flush/copy_guard.h"

#include <algorithm>

namespace postq {

namespace {

constexpr std::size_t kUuidLength = 32;
constexpr Seconds kGap = std::chrono::minutes{30};  // longer than any timer's usual interval
constexpr auto kReadNeeded = "read-needed";
constexpr auto kLastFlushMark = "last-flush";

// What is approved for later on accounts that nobody can look at: the original goes on sending it in its time.
Result<std::size_t> withdraw_unseen(World& world, Store& store) {
  POSTQ_TRY(const auto accounts, store.accounts());
  const TimePoint now = world.now();
  std::vector<DeliveryId> later;
  for (const auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    if (platform != nullptr && platform->traits().timeline) continue;
    POSTQ_TRY(const auto queue, store.queued_candidates(account.id, true, std::nullopt, PolicySettings{}, now));
    for (const auto& candidate : queue) {
      if (candidate.next_at > now) later.push_back(candidate.delivery);
    }
  }
  if (!later.empty()) {
    POSTQ_CHECK(store.withdraw(later, "the queue was copied or restored: its original may send it", world.audit()));
  }
  return later.size();
}

}  // namespace

Status remember_store(World& world, Store& store) {
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(const auto identity, store.identity());
  return state->write_store_id({identity.uuid, identity.epoch, state->machine_id()});
}

std::optional<TimePoint> reading_needed(const StateFiles& state) {
  const auto mark = state.read_mark(kReadNeeded).value_or(0);
  if (mark == 0) return std::nullopt;
  return time_point(mark);
}

void note_gap(StateFiles& state, TimePoint now) {
  const auto last = state.read_mark(kLastFlushMark);
  const bool ran = last && time_point(*last) <= now && now - time_point(*last) <= kGap;
  if (!ran) state.write_mark(kReadNeeded, unix_seconds(now));
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
  // First: a process that dies between the two begins again.
  POSTQ_TRY(const auto later, withdraw_unseen(world, store));
  POSTQ_TRY(const auto due, store.adopt_copy(world.random_word(kUuidLength), epoch, world.audit()));
  const auto withdrawn = due + static_cast<std::int64_t>(later);
  POSTQ_CHECK(remember_store(world, store));
  FlushEvent event;
  event.kind = FlushEvent::Kind::copied;
  event.name = "database";
  event.message = known && known->uuid == identity.uuid && identity.epoch < known->epoch
                      ? "is older than the one that last sent from here: a restored backup"
                      : "was copied or moved here: its original may have sent these posts";
  event.message +=
      "; " + std::to_string(withdrawn) + (withdrawn == 1 ? " post went" : " posts went") +
      " back to review: what was due" +
      (later > 0 ? ", and what is approved where nobody can look; nothing of it was sent" : "; nothing of it was sent");
  event.hint = "postq review";
  event.error = ErrorKind::refused;
  event.news = withdrawn > 0;
  return std::optional<FlushEvent>{std::move(event)};
}

}  // namespace postq
