#pragma once

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

// What people said, as rows. Everything runs inside the caller's transaction.
namespace postq::sqlite {

// What a reading found or showed; texts and names become what they are now. Nothing is there twice: what was heard or
// seen around and turns out to be said to the account becomes that, and never the other way round. The account's own
// posts are passed over. `found` holds what is heard or said to the account, `around` the rest.
struct Recorded {
  ItemsChange change;
  bool anything = false;  // a row is new or another one
};
Result<Recorded> record_said(Database& db, const Account& account, const std::vector<FoundItem>& found,
                             const std::vector<RemotePost>& around, const AuditContext& audit);

// Deleted on the platform. Adds those that are so only now.
Status mark_gone(Database& db, AccountId account, const std::vector<std::string>& remote_ids, ItemsChange& change,
                 const AuditContext& audit);

// Counts of likes and the like beside own posts; what isn't on the timeline yet comes along again.
Status record_reactions(Database& db, AccountId account, const std::vector<Reactions>& reactions);

}  // namespace postq::sqlite
