#include "sqlite/agents.h"
#include "sqlite/event_log.h"
#include "sqlite/rows.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/statements.h"

namespace postq::sqlite {

namespace {

// A pause is no lateness: nothing counts as untried before it ended. NULL stands for all accounts.
constexpr std::string_view kResumed = "UPDATE accounts SET resumed_at = ?1 WHERE ?2 IS NULL OR id = ?2";

}  // namespace

Status SqliteStore::set_paused(const std::vector<DeliveryId>& deliveries, bool paused, const Doing& doing) {
  if (!paused) POSTQ_CHECK(persons_only(doing, "lift a pause"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto id : deliveries) {
    POSTQ_TRY(const auto delivery, load_delivery(db_, id));
    if (delivery.paused == paused) continue;
    POSTQ_CHECK(db_.run("UPDATE deliveries SET paused = ?2 WHERE id = ?1", {id, paused}));
    POSTQ_CHECK(append(db_, event_about(delivery, paused ? "paused" : "resumed"), doing));
  }
  return transaction.commit();
}

Status SqliteStore::pause_all(const std::string& reason, const Doing& doing) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  // The reason of a person who stopped everything stays.
  constexpr std::string_view kPause = R"sql(
    UPDATE store SET paused_at = coalesce(paused_at, ?1),
           paused_reason = CASE WHEN ?3 AND paused_at IS NOT NULL THEN paused_reason ELSE ?2 END)sql";
  POSTQ_CHECK(db_.run(kPause, {doing.now, reason, doing.actor.agent}));
  POSTQ_CHECK(append(db_, {kQueueChain, "stopped", {}, {}, JsonObject().text("reason", reason)}, doing));
  return transaction.commit();
}

Status SqliteStore::resume_all(const Doing& doing) {
  POSTQ_CHECK(persons_only(doing, "lift a pause"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_CHECK(db_.run("UPDATE store SET paused_at = NULL, paused_reason = '' WHERE paused_at IS NOT NULL"));
  const bool was_paused = db_.changes() != 0;
  // Also where the file STOP alone held everything back.
  POSTQ_CHECK(db_.run(kResumed, {doing.now, nullptr}));
  if (was_paused) POSTQ_CHECK(append(db_, {kQueueChain, "resumed", {}, {}, {}}, doing));
  return transaction.commit();
}

Result<StopState> SqliteStore::stop_state() {
  POSTQ_TRY(const auto state, db_.first(kStoreRow, {}, [](const Row& row) {
    return StopState{!row.is_null(2), row.text(3), row.maybe_time(2)};
  }));
  return state.value_or(StopState{});
}

Status SqliteStore::pause_account(AccountId account, std::optional<TimePoint> until, const Doing& doing) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto now, load_account(db_, account));
  if (now.paused_until == until) return {};
  // An earlier end lifts it, too.
  const bool lifts = !until || (now.paused_until && *now.paused_until > *until);
  if (lifts && doing.actor.agent) {
    const std::string why = "an agent may not lift a pause, and that would end the one of " + now.name + " earlier";
    POSTQ_CHECK(append_refusal(db_, "pause " + now.name, {}, why, doing));
    POSTQ_CHECK(transaction.commit());
    return fail(ErrorKind::refused, why, "postq account show " + now.name);
  }
  POSTQ_CHECK(db_.run("UPDATE accounts SET paused_until = ?2 WHERE id = ?1", {account, until}));
  JsonObject details;
  if (!until) POSTQ_CHECK(db_.run(kResumed, {doing.now, account}));
  if (until) details.number("until", unix_seconds(*until));
  POSTQ_CHECK(append(db_, {now.name, until ? "account paused" : "account resumed", {}, {}, std::move(details)}, doing));
  return transaction.commit();
}

}  // namespace postq::sqlite
