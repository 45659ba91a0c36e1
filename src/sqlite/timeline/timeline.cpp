#include <algorithm>
#include <charconv>
#include <set>

#include <postq/core/unpaged.h>
#include <postq/ports/unfinished.h>

#include "sqlite/archive/archive.h"
#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/people/answers.h"
#include "sqlite/people/said.h"
#include "sqlite/publishing/progress.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/timeline/attribution.h"
#include "sqlite/timeline/traces.h"

namespace postq::sqlite {

namespace {

// A receipt that was stored while the platform was being asked must not look deleted, nor one whose time differs from
// the server's by a little and lies at the edge of what was read.
constexpr Seconds kSettling = std::chrono::minutes{2};

// When a reading that needs more than one piece began; nothing: there is none.
Result<std::optional<TimePoint>> walk_began(Database& db, AccountId account) {
  constexpr std::string_view kBegan = "SELECT place FROM cursors WHERE account_id = ?1 AND stream = 'timeline'";
  POSTQ_TRY(const auto place, db.first(kBegan, {account}, [](const Row& row) { return row.text(0); }));
  std::int64_t began = 0;
  const std::string text = place.value_or("");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), began);
  if (error != std::errc{} || text.empty()) return std::optional<TimePoint>{};
  return std::optional{time_point(began)};
}

bool is_answer(TimelineKind kind) {
  return kind == TimelineKind::reply || kind == TimelineKind::own_reply;
}

// `began`: the reading is the last piece of a longer one, and what its other pieces showed isn't in it.
Status mark_deleted(Database& db, AccountId account, const TimelineReading& reading, std::optional<TimePoint> began,
                    TimelineChange& change, const AuditContext& audit) {
  // Last: whether a list has shown this very post.
  constexpr std::string_view kInRange = R"sql(
    SELECT remote_id, coalesce(visibility, ''), kind,
           last_seen_at > first_seen_at OR NOT EXISTS (
             SELECT 1 FROM parts r
              WHERE r.account_id = t.account_id AND r.remote_id = t.remote_id AND r.remote_id IS NOT NULL)
      FROM timeline t
     WHERE account_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND deleted_at IS NULL
       AND first_seen_at < ?3 AND last_seen_at < ?4)sql";
  // What was by hand no longer counts; what was scheduled was broadcast all the same.
  constexpr std::string_view kDeleted = R"sql(
    UPDATE timeline SET deleted_at = ?3,
           why = CASE WHEN counts_as = 'scheduled' OR why = 'client' THEN why ELSE 'deleted' END,
           counts_as = CASE counts_as WHEN 'scheduled' THEN 'scheduled' ELSE 'nothing' END
     WHERE account_id = ?1 AND remote_id = ?2)sql";
  std::set<std::string, std::less<>> seen;
  POSTQ_TRY(auto shown, shown_by_list(db, account));
  std::set<std::string, std::less<>> visibilities(shown.visibilities.begin(), shown.visibilities.end());
  visibilities.insert("public");
  for (const auto& item : reading.items) {
    seen.insert(item.remote_id);
    if (item.kind == TimelineKind::boost) continue;
    visibilities.insert(item.visibility);
    shown.answers = shown.answers || is_answer(item.kind);
  }
  // What a list never shows isn't deleted because it doesn't.
  const auto is_shown = [&](const Row& row) {
    if (row.flag(3)) return true;
    const bool answer = is_answer(timeline_kind_from_word(row.view(2)).value_or(TimelineKind::post));
    return (!answer || shown.answers) && (row.view(1).empty() || visibilities.contains(row.view(1)));
  };
  std::vector<std::string> gone;
  const TimePoint until = std::min(began.value_or(reading.complete.to), audit.now) - kSettling;
  POSTQ_CHECK(db.each(kInRange, {account, reading.complete.from + kSettling, until, began.value_or(TimePoint::max())},
                      [&](const Row& row) {
                        if (!seen.contains(row.view(0)) && is_shown(row)) gone.push_back(row.text(0));
                      }));
  for (const auto& remote_id : gone) {
    POSTQ_CHECK(forget_own(db, account, remote_id));
    POSTQ_CHECK(db.run(kDeleted, {account, remote_id, audit.now}));
  }
  // Behind all of it, so that no answer that is gone as well counts.
  Settling settling{audit, std::move(change.withdrawn)};
  for (const auto& remote_id : gone) {
    POSTQ_TRY(const auto waiting, take_answer_back(db, account, remote_id, settling));
    change.waiting_again += waiting;
  }
  change.withdrawn = std::move(settling.withdrawn);
  change.deleted = static_cast<std::int64_t>(gone.size());
  return {};
}

Status move_cursor(Database& db, AccountId account, const TimelineReading& reading, bool found_gone, TimePoint now) {
  // A reading that doesn't touch what was known leaves a gap: only the new range is complete then.
  constexpr std::string_view kMove = R"sql(
    INSERT INTO cursors (account_id, stream, cursor, complete_from, complete_to, full_read_at, read_at, clock_skew,
                         unpaged, place)
    VALUES (?1, 'timeline', ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10)
    ON CONFLICT DO UPDATE SET cursor = excluded.cursor,
      place = CASE WHEN excluded.place = '' OR place = '' THEN excluded.place ELSE place END,
      complete_from = CASE WHEN excluded.complete_from <= complete_to AND excluded.complete_to >= complete_from
                           THEN min(complete_from, excluded.complete_from) ELSE excluded.complete_from END,
      complete_to = CASE WHEN excluded.complete_from <= complete_to AND excluded.complete_to >= complete_from
                         THEN max(complete_to, excluded.complete_to) ELSE excluded.complete_to END,
      full_read_at = CASE WHEN ?8 THEN NULL ELSE coalesce(excluded.full_read_at, full_read_at) END,
      read_at = excluded.read_at, clock_skew = coalesce(excluded.clock_skew, clock_skew),
      unpaged = excluded.unpaged)sql";
  // What is gone may be back: a server that showed half a list is asked for all of it again at the next reading.
  std::optional<TimePoint> whole_at;
  if (reading.full && reading.whole && !found_gone) whole_at = now;
  std::optional<std::int64_t> skew;
  if (reading.clock_skew) skew = reading.clock_skew->count();
  return db.run(kMove, {account, reading.cursor, reading.complete.from, reading.complete.to, whole_at, now, skew,
                        found_gone, reading.cursor == kUnpagedCursor,
                        is_unfinished(reading.cursor) ? std::to_string(unix_seconds(now)) : std::string()});
}

}  // namespace

Result<TimelineChange> SqliteStore::store_timeline(AccountId account, const TimelineReading& reading,
                                                   const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto known, load_account(db_, account));
  TimelineChange change;
  if (reading.limited_until) {
    POSTQ_CHECK(mark_account(db_, account, known.name, reading.limited_until, false, audit));
    POSTQ_CHECK(transaction.commit());
    return change;
  }
  POSTQ_TRY(auto recorded, record_items(db_, account, reading.items, audit));
  change.fresh = recorded.fresh;
  change.answered = recorded.answered;
  change.withdrawn = std::move(recorded.withdrawn);
  if (reading.full) {
    POSTQ_TRY(const auto began, walk_began(db_, account));
    POSTQ_CHECK(mark_deleted(db_, account, reading, began, change, audit));
  }
  POSTQ_CHECK(record_reactions(db_, account, reading.reactions));
  POSTQ_CHECK(move_cursor(db_, account, reading, change.deleted > 0, audit.now));
  if (change.fresh != 0 || change.deleted != 0 || change.answered != 0) {
    JsonObject counts;
    counts.number("new", change.fresh).number("deleted", change.deleted);
    if (change.answered != 0) counts.number("answered", change.answered);
    if (change.waiting_again != 0) counts.number("waiting", change.waiting_again);
    POSTQ_CHECK(append(db_, {known.name, "timeline read", {}, {}, std::move(counts)}, audit));
  }
  POSTQ_CHECK(transaction.commit());
  return change;
}

Result<TimelineSyncState> SqliteStore::timeline_known(AccountId account) {
  constexpr std::string_view kRead = R"sql(
    SELECT cursor, complete_from, complete_to, full_read_at, read_at, clock_skew
      FROM cursors WHERE account_id = ?1 AND stream = 'timeline')sql";
  POSTQ_TRY(auto known, db_.first(kRead, {account}, [](const Row& row) {
    TimelineSyncState found;
    found.cursor = row.text(0);
    if (!row.is_null(1) && !row.is_null(2)) found.complete = TimeRange{row.time(1), row.time(2)};
    found.whole_at = row.maybe_time(3);
    found.read_at = row.maybe_time(4);
    if (!row.is_null(5)) found.clock_skew = Seconds{row.integer(5)};
    return found;
  }));
  return known.value_or(TimelineSyncState{});
}

Result<TimelineCount> SqliteStore::timeline_count(AccountId account, TimePoint from) {
  constexpr std::string_view kCount = R"sql(
    SELECT count(*), count(*) FILTER (WHERE counts_as = 'hand-written' AND kind <> 'reply'),
           count(*) FILTER (WHERE counts_as = 'hand-written' AND kind = 'reply'),
           count(*) FILTER (WHERE counts_as = 'scheduled'), count(*) FILTER (WHERE counts_as = 'undecided')
      FROM timeline WHERE account_id = ?1 AND created_at > ?2 AND deleted_at IS NULL)sql";
  POSTQ_TRY(const auto found, db_.first(kCount, {account, from}, [](const Row& row) {
    TimelineCount count;
    count.posts = row.integer(0);
    count.by_hand_posts = row.integer(1);
    count.by_hand_answers = row.integer(2);
    count.scheduled = row.integer(3);
    count.undecided = row.integer(4);
    count.nothing = count.posts - count.by_hand() - count.scheduled - count.undecided;
    return count;
  }));
  return found.value_or(TimelineCount{});
}

}  // namespace postq::sqlite
