#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/people/answers.h"
#include "sqlite/people/said.h"
#include "sqlite/publishing/progress.h"
#include "sqlite/sqlite_store.h"

// What readings of an account's items leave behind. inbox.cpp shows it.
namespace postq::sqlite {

namespace {

constexpr int kMostKnown = 200;

Status move_cursor(Database& db, AccountId account, const ItemsReading& reading, bool whole, TimePoint now) {
  // A reading that was cut short is stale at once; without a cursor of its own it begins again where it began.
  constexpr std::string_view kMove = R"sql(
    INSERT INTO cursors (account_id, stream, cursor, full_read_at, read_at, clock_skew)
    VALUES (?1, 'items', ?2, ?3, ?4, ?5)
    ON CONFLICT DO UPDATE SET cursor = CASE WHEN excluded.cursor = '' AND ?6 THEN cursor ELSE excluded.cursor END,
      full_read_at = coalesce(excluded.full_read_at, full_read_at), read_at = coalesce(excluded.read_at, read_at),
      clock_skew = coalesce(excluded.clock_skew, clock_skew))sql";
  const bool cut_short = reading.limited_until || !reading.complete;
  std::optional<TimePoint> read_at;
  if (!cut_short) read_at = now;
  std::optional<TimePoint> whole_at;
  if (!cut_short && whole) whole_at = now;
  std::optional<std::int64_t> skew;
  if (reading.clock_skew) skew = reading.clock_skew->count();
  return db.run(kMove, {account, reading.cursor, whole_at, read_at, skew, cut_short});
}

Status record_walked(Database& db, AccountId account, const std::vector<OwnPost>& read) {
  constexpr std::string_view kRead =
      "UPDATE timeline SET replies_read = ?3 WHERE account_id = ?1 AND remote_id = ?2 AND replies_read IS NOT ?3";
  for (const auto& post : read) POSTQ_CHECK(db.run(kRead, {account, post.remote_id, post.replies}));
  return {};
}

}  // namespace

Result<ItemsKnown> SqliteStore::items_known(AccountId account, TimePoint from) {
  constexpr std::string_view kCursor =
      "SELECT cursor, read_at, full_read_at FROM cursors WHERE account_id = ?1 AND stream = 'items'";
  POSTQ_TRY(auto transaction, db_.begin_read());
  ItemsKnown known;
  POSTQ_CHECK(db_.each(kCursor, {account}, [&](const Row& row) {
    known.cursor = row.text(0);
    known.read_at = row.maybe_time(1);
    known.whole_at = row.maybe_time(2);
  }));
  POSTQ_CHECK(db_.each(kOwnPosts, {account, from, kMostKnown}, [&](const Row& row) {
    known.own.push_back({row.text(0), row.time(1), row.integer(2), row.integer(3)});
  }));
  POSTQ_CHECK(db_.each(kStillOpen, {account, from, kMostKnown},
                       [&](const Row& row) { known.open.push_back(read_said(row, 0)); }));
  return known;
}

Result<ItemsChange> SqliteStore::store_items(AccountId account, const ItemsReading& reading, bool whole,
                                             const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto known, load_account(db_, account));
  POSTQ_TRY(auto recorded, record_said(db_, known, reading.items, reading.around, audit));
  auto& change = recorded.change;
  POSTQ_CHECK(mark_gone(db_, account, reading.gone, change, audit));
  POSTQ_CHECK(record_reactions(db_, account, reading.reactions));
  POSTQ_CHECK(record_walked(db_, account, reading.read));
  POSTQ_CHECK(move_cursor(db_, account, reading, whole, audit.now));
  if (change.fresh != 0 || change.answered != 0 || change.gone != 0 || change.heard != 0) {
    JsonObject counts;
    counts.number("new", change.fresh).number("answered", change.answered);
    counts.number("gone", change.gone).number("heard", change.heard);
    POSTQ_CHECK(append(db_, {known.name, "items read", {}, {}, std::move(counts)}, audit));
  }
  POSTQ_CHECK(mark_account(db_, account, known.name, reading.limited_until, false, audit));
  POSTQ_CHECK(transaction.commit());
  return change;
}

}  // namespace postq::sqlite
