#pragma once

#include <postq/ports/store.h>

#include "sqlite/archive/archive.h"
#include "sqlite/database/database.h"

// Whose a timeline item is; see design.md §3, "Whose it is". Everything runs inside the caller's transaction.
namespace postq::sqlite {

// The row of a part that postq sent itself: there is nothing to guess. `reply_to`: the item that it answers, if any.
Status record_receipt_row(Database& db, const Delivery& delivery, int part, const Receipt& receipt,
                          std::string_view text, std::string_view reply_to, ArchiveLater& archive, TimePoint now);

// What bore an address or a request key is known by the post's own id from now on, and recorded as sent once more under
// it. What the timeline said of it under either id becomes one row.
Status rename_receipt(Database& db, const Delivery& delivery, int part, const Receipt& receipt, ArchiveLater& archive,
                      const AuditContext& audit);

struct RecordedTimeline {
  std::int64_t fresh = 0;     // new rows
  std::int64_t answered = 0;  // items that they answer
  std::vector<WithdrawnAnswer> withdrawn;
};
Result<RecordedTimeline> record_items(Database& db, AccountId account, const std::vector<TimelineItem>& items,
                                      const AuditContext& audit);

// A request that is thought absent, but whose chosen id was seen: from now on nothing else counts that post.
Status keep_ghosts(Database& db, AccountId account, const std::string& key);

// An attempt of the account ended: what was undecided because of it is looked at again.
Status look_again(Database& db, AccountId account, TimePoint now);

}  // namespace postq::sqlite
