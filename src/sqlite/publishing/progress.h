#pragma once

#include <optional>
#include <string>

#include <postq/ports/store.h>

#include "sqlite/archive/archive.h"
#include "sqlite/database/database.h"

// What happens to a delivery that is on its way, each inside the caller's transaction.
namespace postq::sqlite {

// An intent: durable before the first byte. kind refused when it is stopped, or its approval no longer fits.
Result<AttemptId> begin_attempt(Database& db, const NewAttempt& attempt, const AuditContext& audit);

// The end of an attempt, of one in the air or of an unconfirmed one, and what it means for its delivery.
Status end_attempt(Database& db, const AttemptResult& result, ArchiveLater& archive, const AuditContext& audit);

// Preparing failed: nothing went out.
Status put_back(Database& db, const Step::Back& back, const AuditContext& audit);

// A `sending` delivery that nobody sends any more. What becomes of it joins `found`, if a person is to know.
Status settle_orphan(Database& db, const Delivery& delivery, const AuditContext& audit, Orphans& found);

// What a platform said of the account, whatever it was asked for.
Status mark_account(Database& db, AccountId account, const std::string& name, std::optional<TimePoint> limited_until,
                    bool sign_in_needed, const AuditContext& audit);

Status store_upload(Database& db, DeliveryId delivery, int part, const Upload& upload);

}  // namespace postq::sqlite
