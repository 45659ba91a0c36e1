#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr std::string_view kAnyDue = R"sql(
   WHERE d.state = 'queued' AND d.approval_id IS NOT NULL AND d.next_at <= ?1 ORDER BY d.id)sql";
constexpr std::string_view kUntouchedSending = R"sql(
   WHERE d.state = 'sending' AND NOT EXISTS
         (SELECT 1 FROM attempts t WHERE t.delivery_id = d.id AND t.outcome IS NULL) ORDER BY d.id)sql";
Status collect(Database& db, std::string_view sql, Values values, std::vector<Delivery>& into) {
  return db.each(sql, values, [&](const Row& row) -> Status {
    POSTQ_TRY(auto delivery, read_delivery(row));
    into.push_back(std::move(delivery));
    return {};
  });
}

}  // namespace

Result<StoreIdentity> SqliteStore::identity() {
  POSTQ_TRY(auto identity, db_.first(kStoreRow, {}, [](const Row& row) {
    return StoreIdentity{row.text(0), row.integer(1)};
  }));
  return identity.value_or(StoreIdentity{});
}

Status SqliteStore::raise_epoch(TimePoint now) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_CHECK(db_.run("UPDATE store SET epoch = epoch + 1, last_flush_at = ?1", {now}));
  return transaction.commit();
}

Result<std::int64_t> SqliteStore::adopt_copy(const std::string& new_uuid, std::int64_t epoch,
                                             const AuditContext& audit) {
  // The original may have sent what is due here. What a killed flush had claimed is due as well; where it had begun a
  // request, settling finds out by reading back. Only what had a time of its own can have missed it.
  constexpr std::string_view kWithdraw = R"sql(
    UPDATE deliveries SET state = 'queued', approval_id = NULL, revision = revision + 1,
           missed_at = CASE WHEN wall_time IS NOT NULL THEN ?2 END, verdict = NULL, verdict_at = NULL, tries = 0
     WHERE id = ?1)sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  std::vector<Delivery> due;
  POSTQ_CHECK(collect(db_, joined<kSelectDelivery, kAnyDue>, {audit.now}, due));
  POSTQ_CHECK(collect(db_, joined<kSelectDelivery, kUntouchedSending>, std::initializer_list<Value>{}, due));
  for (const auto& delivery : due) {
    POSTQ_CHECK(db_.run(kWithdraw, {delivery.id, audit.now}));
    POSTQ_CHECK(append(
        db_,
        event_about(
            delivery, "withdrawn",
            JsonObject().text("why", "the queue was copied or restored").number("revision", delivery.revision + 1)),
        audit));
  }
  POSTQ_CHECK(db_.run("UPDATE store SET uuid = ?1, epoch = ?2", {new_uuid, epoch}));
  POSTQ_CHECK(append(
      db_, {kQueueChain, "copy adopted", {}, {}, JsonObject().text("uuid", new_uuid).number("epoch", epoch)}, audit));
  POSTQ_CHECK(transaction.commit());
  return static_cast<std::int64_t>(due.size());
}

Result<std::vector<MovedTime>> SqliteStore::moved_times(
    const std::function<std::optional<TimePoint>(WallTime, const std::string&)>& resolve) {
  struct Named {
    std::string wall;
    std::string zone;
    std::optional<TimePoint> instant;
  };
  std::vector<std::pair<DeliveryId, TimePoint>> changed;
  Named last;
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_CHECK(db_.each(kTimed, std::initializer_list<Value>{}, [&](const Row& row) -> Status {
    if (row.view(1) != last.wall || row.view(2) != last.zone) {
      last = {row.text(1), row.text(2), std::nullopt};
      POSTQ_TRY(const auto wall, parse_wall(last.wall));
      last.instant = resolve(wall, last.zone);
    }
    if (last.instant && *last.instant != row.time(3)) changed.emplace_back(row.id<DeliveryId>(0), *last.instant);
    return {};
  }));
  std::vector<MovedTime> moved;
  for (const auto& [id, instant] : changed) {
    POSTQ_TRY(auto delivery, load_delivery(db_, id));
    moved.push_back({std::move(delivery), instant});
  }
  return moved;
}

Status SqliteStore::apply_moved(const std::vector<MovedTime>& moved, const AuditContext& audit) {
  // The wall time was approved and stays; only what it means today is new. A rule's later time stays later.
  constexpr std::string_view kMove = R"sql(
    UPDATE deliveries SET not_before = ?2, next_at = CASE next_at WHEN not_before THEN ?2 ELSE max(next_at, ?2) END
     WHERE id = ?1 AND state = 'queued' AND not_before = ?3)sql";
  if (moved.empty()) return {};
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto& entry : moved) {
    const auto& before = entry.delivery.schedule.not_before;
    POSTQ_CHECK(db_.run(kMove, {entry.delivery.id, entry.instant, before}));
    if (db_.changes() == 0) continue;
    JsonObject details;
    details.number("before", unix_seconds(before)).number("after", unix_seconds(entry.instant));
    POSTQ_CHECK(append(db_, event_about(entry.delivery, "time moved", std::move(details)), audit));
  }
  return transaction.commit();
}

}  // namespace postq::sqlite
