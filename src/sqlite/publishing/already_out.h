#pragma once

#include <optional>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"
#include "sqlite/events/event_log.h"
#include "sqlite/publishing/snapshots.h"

namespace postq::sqlite {

// Compares what is about to go with the account's own posts since it was approved and due that nothing here has sent:
// a queue that was put back from a backup, or another machine's copy of it, may have sent it already. A match takes the
// delivery back to review, and the post that explains it explains no other one. Inside the claim's transaction; what a
// person sends by hand is not compared.
Result<std::optional<Held>> take_back_if_out(Database& db, const Asking& asking, EventWriter& events, TimePoint now);

// The address of an own post that a timeline has shown, as the account's other posts have theirs; its id where none of
// them has an address.
Result<std::string> address_of(Database& db, AccountId account, const std::string& remote_id);

}  // namespace postq::sqlite
