#include "sqlite/accounts/agents.h"
#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// A pause is no lateness: nothing counts as untried before it ended. NULL stands for all accounts.
constexpr std::string_view kResumed = "UPDATE accounts SET resumed_at = ?1 WHERE ?2 IS NULL OR id = ?2";

constexpr std::string_view kPausedColumns = R"sql(
  SELECT at, CASE WHEN json_valid(body) THEN json_extract(body, '$.actor') END,
         CASE WHEN json_valid(body) THEN json_extract(body, '$.agent') END,
         CASE WHEN json_valid(body) THEN json_extract(body, '$.for') END,
         CASE WHEN json_valid(body) THEN json_extract(body, '$.details.reason') END FROM events)sql";
// ?1 the chain.
constexpr std::string_view kAccountPaused = R"sql( INDEXED BY events_pauses
   WHERE (kind = 'stopped' OR kind = 'account paused') AND chain = ?1 AND kind = 'account paused'
   ORDER BY chain_no DESC LIMIT 1)sql";
// ?1 the chain, ?2 since when everything is paused, ?3 the reason that stands: a later one of an agent doesn't.
constexpr std::string_view kStopped = R"sql( INDEXED BY events_pauses
   WHERE (kind = 'stopped' OR kind = 'account paused') AND chain = ?1 AND kind = 'stopped' AND at >= ?2
     AND CASE WHEN json_valid(body) THEN json_extract(body, '$.details.reason') ELSE '' END = ?3
   ORDER BY chain_no DESC LIMIT 1)sql";
// ?1 the post, ?2 the delivery.
constexpr std::string_view kDeliveryPaused = R"sql( INDEXED BY events_post
   WHERE post_id = ?1 AND delivery_id = ?2 AND kind = 'paused' ORDER BY seq DESC LIMIT 1)sql";

PausedBy read_paused(const Row& row) {
  return {{row.text(1), row.flag(2), row.text(3)}, row.time(0), row.text(4)};
}

}  // namespace

Status SqliteStore::set_paused(const std::vector<DeliveryId>& deliveries, bool paused, const AuditContext& audit,
                               const std::string& reason) {
  if (!paused) POSTQ_CHECK(persons_only(audit, "lift a pause"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto id : deliveries) {
    POSTQ_TRY(const auto delivery, load_delivery(db_, id));
    if (delivery.paused == paused) continue;
    POSTQ_CHECK(db_.run("UPDATE deliveries SET paused = ?2 WHERE id = ?1", {id, paused}));
    JsonObject details;
    if (paused && !reason.empty()) details.text("reason", reason);
    POSTQ_CHECK(append(db_, event_about(delivery, paused ? "paused" : "resumed", std::move(details)), audit));
  }
  return transaction.commit();
}

Status SqliteStore::pause_all(const std::string& reason, const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  // The reason of a person who stopped everything stays; another person's joins it.
  constexpr std::string_view kPause = R"sql(
    UPDATE store SET paused_at = coalesce(paused_at, ?1),
           paused_reason = CASE WHEN paused_at IS NULL OR (paused_reason = '' AND NOT ?3) THEN ?2
                                WHEN ?3 OR instr(paused_reason, ?2) > 0 THEN paused_reason
                                ELSE paused_reason || '; ' || ?2 END)sql";
  POSTQ_CHECK(db_.run(kPause, {audit.now, reason, audit.actor.agent}));
  POSTQ_CHECK(append(db_, {kQueueChain, "stopped", {}, {}, JsonObject().text("reason", reason)}, audit));
  return transaction.commit();
}

Status SqliteStore::resume_all(const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "lift a pause"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_CHECK(db_.run("UPDATE store SET paused_at = NULL, paused_reason = '' WHERE paused_at IS NOT NULL"));
  const bool was_paused = db_.changes() != 0;
  // Also where the file STOP alone held everything back.
  POSTQ_CHECK(db_.run(kResumed, {audit.now, nullptr}));
  if (was_paused) POSTQ_CHECK(append(db_, {kQueueChain, "resumed", {}, {}, {}}, audit));
  return transaction.commit();
}

Result<StopState> SqliteStore::stop_state() {
  POSTQ_TRY(const auto state, db_.first(kStoreRow, {}, [](const Row& row) {
    return StopState{!row.is_null(2), row.text(3), row.maybe_time(2)};
  }));
  return state.value_or(StopState{});
}

Status SqliteStore::pause_account(AccountId account, std::optional<TimePoint> until, const AuditContext& audit,
                                  const std::string& reason) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto now, load_account(db_, account));
  // The pause that there is gets the reason that it had none of.
  if (now.paused_until == until && (!until || reason.empty())) return {};
  // An earlier end lifts it, too.
  const bool lifts = !until || (now.paused_until && *now.paused_until > *until);
  if (lifts && audit.actor.agent) {
    const std::string why = "an agent may not lift a pause, and that would end the one of " + now.name + " earlier";
    POSTQ_CHECK(append_refusal(db_, "pause " + now.name, {}, why, audit));
    POSTQ_CHECK(transaction.commit());
    return fail(ErrorKind::refused, why, "postq account show " + now.name);
  }
  POSTQ_CHECK(db_.run("UPDATE accounts SET paused_until = ?2 WHERE id = ?1", {account, until}));
  JsonObject details;
  if (!until) POSTQ_CHECK(db_.run(kResumed, {audit.now, account}));
  if (until) details.number("until", unix_seconds(*until));
  if (until && !reason.empty()) details.text("reason", reason);
  POSTQ_CHECK(append(db_, {now.name, until ? "account paused" : "account resumed", {}, {}, std::move(details)}, audit));
  return transaction.commit();
}

Result<std::optional<PausedBy>> SqliteStore::paused_by() {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto stop, stop_state());
  if (!stop.paused || !stop.since) return std::optional<PausedBy>{};
  return db_.first(joined<kPausedColumns, kStopped>, {kQueueChain, *stop.since, stop.reason}, read_paused);
}

Result<std::optional<PausedBy>> SqliteStore::paused_by(const Account& account) {
  return db_.first(joined<kPausedColumns, kAccountPaused>, {account.name}, read_paused);
}

Result<std::optional<PausedBy>> SqliteStore::paused_by(const Delivery& delivery) {
  return db_.first(joined<kPausedColumns, kDeliveryPaused>, {delivery.post, delivery.id}, read_paused);
}

}  // namespace postq::sqlite
