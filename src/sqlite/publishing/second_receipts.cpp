#include "sqlite/publishing/second_receipts.h"

#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/timeline/attribution.h"

namespace postq::sqlite {

namespace {

// Beside the other it was broadcast once more, and by hand it earns nothing.
Status count_as_ghost(Database& db, AccountId account, const std::string& remote_id) {
  constexpr std::string_view kGhost = R"sql(
    UPDATE timeline SET why = 'ghost',
           counts_as = CASE counts_as WHEN 'hand-written' THEN 'nothing' ELSE counts_as END
     WHERE account_id = ?1 AND remote_id = ?2 AND why = 'receipt')sql";
  return db.run(kGhost, {account, remote_id});
}

// Where the part's own receipt stands; empty while it has none.
Result<std::string> first_place(Database& db, DeliveryId delivery, int part) {
  constexpr std::string_view kFirst = R"sql(
    SELECT coalesce(url, remote_id) FROM parts WHERE delivery_id = ?1 AND n = ?2 AND remote_id IS NOT NULL)sql";
  POSTQ_TRY(auto found, db.first(kFirst, {delivery, part}, [](const Row& row) { return row.text(0); }));
  return std::move(found).value_or("");
}

}  // namespace

Status store_second(Database& db, const Delivery& delivery, const AttemptResult& late, ArchiveLater& archive,
                    const AuditContext& audit) {
  constexpr std::string_view kKnown =
      "SELECT count(*) FROM second_receipts WHERE delivery_id = ?1 AND part = ?2 AND remote_id = ?3";
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO second_receipts (delivery_id, part, attempt_id, remote_id, remote_ref, url, sent_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql";
  const Receipt& receipt = *late.receipt;
  POSTQ_TRY(const auto known, db.integer(kKnown, {delivery.id, late.part, receipt.remote_id}));
  if (known != 0) return {};
  POSTQ_CHECK(db.run(kInsert, {delivery.id, late.part, late.attempt, receipt.remote_id, receipt.remote_ref, receipt.url,
                               receipt.sent_at}));
  POSTQ_CHECK(record_receipt_row(db, delivery, late.part, receipt, late.text, {}, archive, audit.now));
  POSTQ_CHECK(count_as_ghost(db, delivery.account, receipt.remote_id));
  POSTQ_TRY(const auto beside, first_place(db, delivery.id, late.part));
  JsonObject details;
  details.number("attempt", number(late.attempt)).number("part", late.part);
  details.text("remote_id", receipt.remote_id).text("url", receipt.url.empty() ? receipt.remote_id : receipt.url);
  details.text("why", beside.empty() ? "it was called absent" : "beside " + beside);
  return append(db, event_about(delivery, beside.empty() ? "out all the same" : "stands twice", std::move(details)),
                audit);
}

Result<std::optional<Promoted>> promote_second(Database& db, const Delivery& delivery, int part) {
  constexpr std::string_view kStanding = R"sql(
    SELECT s.id, s.remote_id, s.remote_ref, s.url, s.sent_at, coalesce(t.text, '')
      FROM second_receipts s LEFT JOIN timeline t ON t.account_id = ?3 AND t.remote_id = s.remote_id
     WHERE s.delivery_id = ?1 AND s.part = ?2 AND s.retracted_at IS NULL ORDER BY s.id LIMIT 1)sql";
  std::optional<Promoted> promoted;
  std::int64_t id = 0;
  POSTQ_CHECK(db.each(kStanding, {delivery.id, part, delivery.account}, [&](const Row& row) {
    id = row.integer(0);
    promoted = Promoted{{row.text(1), row.text(2), row.text(3), row.time(4)}, row.text(5)};
  }));
  if (promoted) POSTQ_CHECK(db.run("DELETE FROM second_receipts WHERE id = ?1", {id}));
  return promoted;
}

Result<std::vector<SecondReceipt>> load_second(Database& db, DeliveryId delivery) {
  constexpr std::string_view kSecond = R"sql(
    SELECT part, remote_id, remote_ref, url, sent_at, retracted_at FROM second_receipts
     WHERE delivery_id = ?1 ORDER BY id)sql";
  std::vector<SecondReceipt> second;
  POSTQ_CHECK(db.each(kSecond, {delivery}, [&](const Row& row) {
    second.push_back(
        {static_cast<int>(row.integer(0)), {row.text(1), row.text(2), row.text(3), row.time(4)}, row.maybe_time(5)});
  }));
  return second;
}

Status retract_second(Database& db, const Delivery& delivery, TimePoint now) {
  constexpr std::string_view kGone = R"sql(
    UPDATE timeline SET deleted_at = ?2 WHERE deleted_at IS NULL AND account_id = ?3 AND remote_id IN
           (SELECT remote_id FROM second_receipts WHERE delivery_id = ?1))sql";
  constexpr std::string_view kRetract =
      "UPDATE second_receipts SET retracted_at = ?2 WHERE delivery_id = ?1 AND retracted_at IS NULL";
  POSTQ_TRY(const auto second, load_second(db, delivery.id));
  for (const auto& each : second) POSTQ_CHECK(forget_own(db, delivery.account, each.receipt.remote_id));
  POSTQ_CHECK(db.run(kGone, {delivery.id, now, delivery.account}));
  return db.run(kRetract, {delivery.id, now});
}

Result<std::vector<StandsTwice>> SqliteStore::standing_twice() {
  constexpr std::string_view kStanding = R"sql(
    SELECT id, delivery_id, part, coalesce(nullif(url, ''), remote_id) FROM second_receipts
     WHERE retracted_at IS NULL ORDER BY id)sql";
  std::vector<StandsTwice> all;
  std::vector<DeliveryId> deliveries;
  POSTQ_CHECK(db_.each(kStanding, {}, [&](const Row& row) {
    deliveries.push_back(row.id<DeliveryId>(1));
    auto& each = all.emplace_back();
    each.id = row.integer(0);
    each.part = static_cast<int>(row.integer(2));
    each.url = row.text(3);
  }));
  for (std::size_t n = 0; n < all.size(); ++n) {
    POSTQ_TRY(all[n].delivery, load_delivery(db_, deliveries[n]));
    POSTQ_TRY(all[n].first, first_place(db_, deliveries[n], all[n].part));
  }
  return all;
}

}  // namespace postq::sqlite
