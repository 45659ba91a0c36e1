#include <algorithm>
#include <set>

#include "sqlite/attribution.h"
#include "sqlite/event_log.h"
#include "sqlite/rows.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// A receipt that was stored while the platform was being asked must not look deleted.
constexpr Seconds kSettling = std::chrono::minutes{2};

Result<std::int64_t> mark_deleted(Database& db, AccountId account, const TimelineReading& reading, TimePoint now) {
  constexpr std::string_view kInRange = R"sql(
    SELECT remote_id FROM timeline
     WHERE account_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND deleted_at IS NULL
       AND first_seen_at < ?3)sql";
  // What was by hand no longer counts; what was scheduled was broadcast all the same.
  constexpr std::string_view kDeleted = R"sql(
    UPDATE timeline SET deleted_at = ?3, why = CASE counts_as WHEN 'scheduled' THEN why ELSE 'deleted' END,
           counts_as = CASE counts_as WHEN 'scheduled' THEN 'scheduled' ELSE 'nothing' END
     WHERE account_id = ?1 AND remote_id = ?2)sql";
  std::set<std::string, std::less<>> seen;
  for (const auto& item : reading.items) seen.insert(item.remote_id);
  std::vector<std::string> gone;
  POSTQ_CHECK(db.each(kInRange, {account, reading.complete.from, std::min(reading.complete.to, now) - kSettling},
                      [&](const Row& row) {
                        if (!seen.contains(row.view(0))) gone.push_back(row.text(0));
                      }));
  for (const auto& remote_id : gone) POSTQ_CHECK(db.run(kDeleted, {account, remote_id, now}));
  return static_cast<std::int64_t>(gone.size());
}

Status move_cursor(Database& db, AccountId account, const TimelineReading& reading, TimePoint now) {
  // A reading that begins behind the end of what was known leaves a gap: only the new range is complete then.
  constexpr std::string_view kMove = R"sql(
    INSERT INTO cursors (account_id, stream, cursor, complete_from, complete_to, full_read_at, read_at, clock_skew)
    VALUES (?1, 'timeline', ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT DO UPDATE SET cursor = excluded.cursor,
      complete_from = CASE WHEN excluded.complete_from <= complete_to
                           THEN min(complete_from, excluded.complete_from) ELSE excluded.complete_from END,
      complete_to = CASE WHEN excluded.complete_from <= complete_to
                         THEN max(complete_to, excluded.complete_to) ELSE excluded.complete_to END,
      full_read_at = coalesce(excluded.full_read_at, full_read_at), read_at = excluded.read_at,
      clock_skew = coalesce(excluded.clock_skew, clock_skew))sql";
  std::optional<TimePoint> full_at;
  if (reading.full) full_at = now;
  std::optional<std::int64_t> skew;
  if (reading.clock_skew) skew = reading.clock_skew->count();
  return db.run(kMove, {account, reading.cursor, reading.complete.from, reading.complete.to, full_at, now, skew});
}

}  // namespace

Status SqliteStore::store_timeline(AccountId account, const TimelineReading& reading, const Doing& doing) {
  constexpr std::string_view kCount = "SELECT count(*) FROM timeline WHERE account_id = ?1 AND first_seen_at = ?2";
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto known, load_account(db_, account));
  POSTQ_CHECK(record_items(db_, account, reading.items, doing.now));
  std::int64_t deleted = 0;
  if (reading.full) {
    POSTQ_TRY(deleted, mark_deleted(db_, account, reading, doing.now));
  }
  POSTQ_CHECK(move_cursor(db_, account, reading, doing.now));
  POSTQ_TRY(const auto fresh,
            reading.items.empty() ? Result<std::int64_t>(0) : db_.integer(kCount, {account, doing.now}));
  if (fresh != 0 || deleted != 0) {
    POSTQ_CHECK(
        append(db_, {known.name, "timeline read", {}, {}, JsonObject().number("new", fresh).number("deleted", deleted)},
               doing));
  }
  return transaction.commit();
}

Result<std::string> SqliteStore::timeline_cursor(AccountId account) {
  constexpr std::string_view kCursor = "SELECT cursor FROM cursors WHERE account_id = ?1 AND stream = 'timeline'";
  POSTQ_TRY(auto cursor, db_.first(kCursor, {account}, [](const Row& row) { return row.text(0); }));
  return cursor.value_or("");
}

Result<std::optional<TimePoint>> SqliteStore::timeline_read_at(AccountId account) {
  constexpr std::string_view kReadAt = "SELECT read_at FROM cursors WHERE account_id = ?1 AND stream = 'timeline'";
  POSTQ_TRY(const auto at, db_.first(kReadAt, {account}, [](const Row& row) { return row.maybe_time(0); }));
  return at.value_or(std::nullopt);
}

}  // namespace postq::sqlite
