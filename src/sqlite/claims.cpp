#include "sqlite/claim_run.h"
#include "sqlite/event_log.h"
#include "sqlite/progress.h"
#include "sqlite/rows.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/statements.h"
#include "sqlite/traces.h"

namespace postq::sqlite {

namespace {

Result<bool> is_anything_due(Database& db, AccountId account, TimePoint now) {
  POSTQ_TRY(const auto due, db.integer(kAnythingDue, {account, now}));
  if (due != 0) return true;
  POSTQ_TRY(const auto over, db.integer(kAnythingOver, {account, now}));
  return over != 0;
}

Result<std::vector<DeliveryId>> sending(Database& db, AccountId account) {
  std::vector<DeliveryId> ids;
  POSTQ_CHECK(db.each(kSending, {account}, [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
  return ids;
}

}  // namespace

Result<std::vector<Account>> SqliteStore::accounts_with_work(TimePoint now) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto accounts, load_accounts(db_));
  std::vector<Account> busy;
  for (const auto& account : accounts) {
    POSTQ_TRY(const bool due, is_anything_due(db_, account.id, now));
    POSTQ_TRY(const auto open, db_.integer(kAnythingOpen, {account.id}));
    if (due || open != 0) busy.push_back(account);
  }
  return busy;
}

Result<std::vector<DeliveryId>> SqliteStore::settle_orphans(const std::vector<AccountId>& accounts,
                                                            const Doing& doing) {
  std::vector<DeliveryId> doubtful;
  bool any = false;
  for (const auto account : accounts) {
    POSTQ_TRY(const auto orphans, sending(db_, account));
    any = any || !orphans.empty();
  }
  if (!any) return doubtful;

  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto account : accounts) {
    POSTQ_TRY(const auto orphans, sending(db_, account));
    for (const auto id : orphans) {
      POSTQ_TRY(const auto delivery, load_delivery(db_, id));
      POSTQ_TRY(const bool in_doubt, settle_orphan(db_, delivery, doing));
      if (in_doubt) doubtful.push_back(id);
    }
  }
  POSTQ_CHECK(transaction.commit());
  return doubtful;
}

Result<std::vector<Claimed>> SqliteStore::unconfirmed(const std::vector<AccountId>& accounts) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  std::vector<Claimed> all;
  for (const auto account : accounts) {
    std::vector<DeliveryId> ids;
    POSTQ_CHECK(db_.each(kUnconfirmed, {account}, [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
    for (const auto id : ids) {
      Claimed entry;
      POSTQ_TRY(entry.delivery, load_delivery(db_, id));
      POSTQ_TRY(entry.document, load_document(db_, entry.delivery.digest));
      POSTQ_TRY(const auto approval, load_approval(db_, entry.delivery.approval));
      if (!approval) return fail(ErrorKind::storage, "the queue lost an approval", "postq doctor");
      entry.approval = *approval;
      POSTQ_TRY(entry.parts, load_parts(db_, id));
      POSTQ_TRY(entry.attempts, load_attempts(db_, id));
      for (const auto& attempt : entry.attempts) {
        if (attempt.outcome != Outcome::unconfirmed) continue;
        POSTQ_TRY(entry.seen, sighting_of(db_, attempt));
      }
      all.push_back(std::move(entry));
    }
  }
  return all;
}

Result<Claims> SqliteStore::claim(const ClaimRequest& request, const Doing& doing) {
  // A flush that finds nothing due takes no write lock.
  bool due = request.only.has_value();
  for (const auto account : request.accounts) {
    if (due) break;
    POSTQ_TRY(due, is_anything_due(db_, account, request.now));
  }
  if (!due) return Claims{};

  POSTQ_TRY(auto transaction, db_.begin_write());
  ClaimRun run(db_, request, doing);
  POSTQ_TRY(auto claims, run.all());
  POSTQ_CHECK(transaction.commit());
  return claims;
}

}  // namespace postq::sqlite
