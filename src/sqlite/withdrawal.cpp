#include "sqlite/withdrawal.h"

#include "sqlite/event_log.h"

namespace postq::sqlite {

Status withdraw_verdict(Database& db, const Delivery& delivery, std::string_view why, const Doing& doing) {
  constexpr std::string_view kWithdraw = R"sql(
    UPDATE deliveries SET state = 'queued', approval_id = NULL, revision = revision + 1, verdict = NULL,
           verdict_at = NULL, tries = 0
     WHERE id = ?1)sql";
  POSTQ_CHECK(db.run(kWithdraw, {delivery.id}));
  JsonObject details;
  details.text("why", why).number("revision", delivery.revision + 1);
  return append(db, event_about(delivery, "withdrawn", std::move(details)), doing);
}

}  // namespace postq::sqlite
