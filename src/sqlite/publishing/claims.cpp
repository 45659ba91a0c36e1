#include "sqlite/accounts/agents.h"
#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/events/trust.h"
#include "sqlite/publishing/claim_run.h"
#include "sqlite/publishing/progress.h"
#include "sqlite/publishing/withdrawal.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/timeline/traces.h"

namespace postq::sqlite {

namespace {

Result<bool> is_anything_due(Database& db, AccountId account, TimePoint now) {
  POSTQ_TRY(const auto due, db.integer(kAnythingDue, {account, now}));
  if (due != 0) return true;
  POSTQ_TRY(const auto over, db.integer(kAnythingOver, {account, now}));
  return over != 0;
}

// With whatever is wrong with it: what is damaged must hide nobody else's.
Result<Claimed> load_unconfirmed(Database& db, DeliveryId id) {
  Claimed entry;
  POSTQ_TRY(entry.delivery, load_delivery(db, id));
  POSTQ_TRY(const auto document, find_document(db, entry.delivery.digest));
  POSTQ_TRY(const auto approval, load_approval(db, entry.delivery.approval));
  entry.approval.verdict = ReviewVerdict::rejected;
  if (approval) entry.approval = *approval;
  POSTQ_TRY(entry.parts, load_parts(db, id));
  POSTQ_TRY(entry.attempts, load_attempts(db, id));
  POSTQ_TRY(entry.damage, repeat_doubt(db, entry.delivery));
  entry.document = document.value_or("");
  for (const auto& attempt : entry.attempts) {
    if (attempt.outcome != Outcome::unconfirmed) continue;
    POSTQ_TRY(entry.seen, sighting_of(db, attempt));
  }
  return entry;
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

Result<Orphans> SqliteStore::settle_orphans(const std::vector<AccountId>& accounts, const AuditContext& audit) {
  Orphans found;
  bool any = false;
  for (const auto account : accounts) {
    POSTQ_TRY(const auto orphans, sending(db_, account));
    any = any || !orphans.empty();
  }
  if (!any) return found;

  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto account : accounts) {
    POSTQ_TRY(const auto orphans, sending(db_, account));
    for (const auto id : orphans) {
      POSTQ_TRY(const auto delivery, load_delivery(db_, id));
      POSTQ_CHECK(settle_orphan(db_, delivery, audit, found));
    }
  }
  POSTQ_CHECK(transaction.commit());
  return found;
}

Result<std::vector<Claimed>> SqliteStore::unconfirmed(const std::vector<AccountId>& accounts) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  std::vector<Claimed> all;
  for (const auto account : accounts) {
    std::vector<DeliveryId> ids;
    POSTQ_CHECK(db_.each(kUnconfirmed, {account}, [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
    for (const auto id : ids) {
      POSTQ_TRY(auto entry, load_unconfirmed(db_, id));
      all.push_back(std::move(entry));
    }
  }
  return all;
}

Result<Claims> SqliteStore::claim(const ClaimRequest& request, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "send"));
  // A flush that finds nothing due takes no write lock.
  bool due = request.only.has_value();
  for (const auto account : request.accounts) {
    if (due) break;
    POSTQ_TRY(due, is_anything_due(db_, account, request.now));
  }
  if (!due) return Claims{};

  POSTQ_TRY(auto transaction, db_.begin_write());
  ClaimRun run(db_, request, audit);
  POSTQ_TRY(auto claims, run.all());
  POSTQ_CHECK(transaction.commit());
  return claims;
}

}  // namespace postq::sqlite
