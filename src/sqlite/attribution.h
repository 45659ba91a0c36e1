#pragma once

#include <postq/ports/store.h>

#include "sqlite/database.h"

// Whose a timeline item is; see design.md §3, "Whose it is". Everything runs inside the caller's transaction.
namespace postq::sqlite {

// The row of a part that postq sent itself: there is nothing to guess.
Status record_receipt_row(Database& db, const Delivery& delivery, int part, const Receipt& receipt,
                          std::string_view text, TimePoint now);

// Returns how many of them are new.
Result<std::int64_t> record_items(Database& db, AccountId account, const std::vector<TimelineItem>& items,
                                  TimePoint now);

// A request that is thought absent, but whose chosen id was seen: from now on nothing else counts that post.
Status keep_ghosts(Database& db, AccountId account, const std::string& key);

// An attempt of the account ended: what was undecided because of it is looked at again.
Status look_again(Database& db, AccountId account, TimePoint now);

}  // namespace postq::sqlite
