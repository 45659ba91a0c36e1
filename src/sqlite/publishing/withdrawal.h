#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"
#include "sqlite/events/event_log.h"

namespace postq::sqlite {

// A verdict is taken back: the delivery is to be reviewed again, and the log says why. In the caller's transaction.
Status withdraw_verdict(Database& db, const Delivery& delivery, std::string_view why, const AuditContext& audit);

// The queued and approved deliveries that go together with it.
Result<std::vector<DeliveryId>> approved_siblings(Database& db, const Delivery& delivery);

// A delivery that can't go as it was approved goes back to review, and with it what goes together with it. `append`
// writes the events, since a run that writes many knows the ends of the chains. Returns all that went back.
using Append = std::function<Status(const NewEvent&)>;
Result<std::vector<Damaged>> take_back(Database& db, const Delivery& delivery, const std::string& why,
                                       const Append& append);

}  // namespace postq::sqlite
