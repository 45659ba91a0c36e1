#include "sqlite/publishing/withdrawal.h"

#include "sqlite/database/rows.h"

namespace postq::sqlite {

namespace {

NewEvent withdrawal_of(const Delivery& delivery, std::string_view why) {
  JsonObject details;
  details.text("why", why).number("revision", delivery.revision + 1);
  return event_about(delivery, "withdrawn", std::move(details));
}

Status void_verdict(Database& db, DeliveryId delivery) {
  constexpr std::string_view kWithdraw = R"sql(
    UPDATE deliveries SET state = 'queued', approval_id = NULL, revision = revision + 1, verdict = NULL,
           verdict_at = NULL, tries = 0, deaths = 0
     WHERE id = ?1)sql";
  return db.run(kWithdraw, {delivery});
}

}  // namespace

Result<std::vector<DeliveryId>> approved_siblings(Database& db, const Delivery& delivery) {
  constexpr std::string_view kTogether = R"sql(
    SELECT d.id FROM posts p JOIN deliveries d ON d.post_id = p.id
     WHERE p.id = ?1 AND p.together = 1 AND d.id <> ?2 AND d.state = 'queued' AND d.approval_id IS NOT NULL
     ORDER BY d.id)sql";
  std::vector<DeliveryId> ids;
  POSTQ_CHECK(
      db.each(kTogether, {delivery.post, delivery.id}, [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
  return ids;
}

Status withdraw_verdict(Database& db, const Delivery& delivery, std::string_view why, const AuditContext& audit) {
  POSTQ_CHECK(void_verdict(db, delivery.id));
  return append(db, withdrawal_of(delivery, why), audit);
}

Result<std::vector<Damaged>> take_back(Database& db, const Delivery& delivery, const std::string& why,
                                       const Append& append) {
  std::vector<Damaged> back{{delivery, why}};
  POSTQ_TRY(const auto siblings, approved_siblings(db, delivery));
  for (const auto id : siblings) {
    POSTQ_TRY(auto sibling, load_delivery(db, id));
    back.push_back({std::move(sibling), "it goes together with " + name_of(delivery) + ": " + why});
  }
  for (auto& each : back) {
    POSTQ_CHECK(void_verdict(db, each.delivery.id));
    POSTQ_CHECK(append(withdrawal_of(each.delivery, each.why)));
    POSTQ_TRY(each.delivery, load_delivery(db, each.delivery.id));
  }
  return back;
}

}  // namespace postq::sqlite
