#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/store.h>

#include "sqlite/archive/archive.h"
#include "sqlite/database/database.h"

// What stands on a platform beside what counts: each inside the caller's transaction.
namespace postq::sqlite {

// Keeps a receipt that came for an attempt which was over, when its part has another one, or may get one. Nothing is
// kept twice.
Status store_second(Database& db, const Delivery& delivery, const AttemptResult& late, ArchiveLater& archive,
                    const AuditContext& audit);

// Takes the one that stands for a part, to be its receipt after all; with its text in `text`.
struct Promoted {
  Receipt receipt;
  std::string text;
};
Result<std::optional<Promoted>> promote_second(Database& db, const Delivery& delivery, int part);

Result<std::vector<SecondReceipt>> load_second(Database& db, DeliveryId delivery);

// A person took back all that is out of the delivery.
Status retract_second(Database& db, const Delivery& delivery, TimePoint now);

}  // namespace postq::sqlite
