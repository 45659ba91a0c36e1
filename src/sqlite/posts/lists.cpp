#include <algorithm>
#include <set>

#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/posts/list_query.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr std::size_t kTextBytes = 200;
constexpr int kNextShown = 5;
constexpr std::int64_t kToldApart = 1000;  // deliveries: a sixth of a millisecond

// A row in one statement. Only asked for rows that are returned: it reads texts. Of what is out, or was taken out, the
// document's: an edit has changed the post's draft since. What is queued says what its draft says, and drafts lie side
// by side where documents lie by their digests.
constexpr std::string_view kExtras = R"sql(,
         coalesce(CASE WHEN d.state <> 'queued' THEN
                    (SELECT json_extract(k.document, '$.parts[0].text') FROM contents k WHERE k.digest = d.digest)
                  WHEN instr(p.draft, '"variants":{"') THEN json_extract(p.draft, '$.variants."' || c.name || '"[0]') END,
                  json_extract(p.draft, '$.parts[0].text'), ''),
         p.author, p.author_for, p.label, d.media, count(r.n), count(r.remote_id),
         max(CASE r.n WHEN 1 THEN r.url END))sql";
// Of the few with media: to have it in the statement above costs every list as much as three of its rows.
constexpr std::string_view kMedia = R"sql(
  SELECT (SELECT count(*) FROM json_tree(p.draft) t WHERE t.key = 'mime' AND t.atom LIKE 'video/%'),
         json_extract(p.draft, '$.parts[0].media[0].alt')
    FROM posts p WHERE p.id = ?1)sql";
constexpr std::string_view kOne = R"sql(
    JOIN posts p ON p.id = d.post_id LEFT JOIN parts r ON r.delivery_id = d.id WHERE d.id = ?1)sql";

// Cut between code points.
std::string beginning_of(std::string_view text) {
  if (text.size() <= kTextBytes) return std::string(text);
  std::size_t end = kTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

Result<ListRow> read_list_row(const Row& columns) {
  constexpr int kExtra = kDeliveryColumnCount;
  ListRow row;
  POSTQ_TRY(row.delivery, read_delivery(columns));
  row.text = beginning_of(columns.view(kExtra));
  row.author = read_author(columns, kExtra + 1);
  row.label = columns.text(kExtra + 3);
  row.media = static_cast<int>(columns.integer(kExtra + 4));
  row.parts = static_cast<int>(columns.integer(kExtra + 5));
  row.parts_sent = static_cast<int>(columns.integer(kExtra + 6));
  row.url = columns.text(kExtra + 7);
  return row;
}

Status read_media(Database& db, ListRow& row) {
  return db.each(kMedia, {row.delivery.post}, [&](const Row& columns) {
    row.films = std::min(static_cast<int>(columns.integer(0)), row.media);
    if (row.text.empty()) row.alt = columns.text(1);
  });
}

Result<std::vector<ListRow>> load_rows(Database& db, const std::vector<DeliveryId>& ids) {
  std::vector<ListRow> rows;
  rows.reserve(ids.size());
  for (const auto id : ids) {
    POSTQ_TRY(auto row, db.first(joined<kDeliveryColumns, kExtras, kFromDeliveries, kOne>, {id}, read_list_row));
    if (!row) continue;
    if (row->media > 0) POSTQ_CHECK(read_media(db, *row));
    rows.push_back(*std::move(row));
  }
  return rows;
}

// All counts in one statement: what they cost is mostly the asking.
constexpr std::string_view kSelect = "SELECT (";
constexpr std::string_view kAnd = "), (";
constexpr std::string_view kLess = ") - (";
constexpr std::string_view kEnd = ")";

constexpr std::string_view kNotReleased = " AND approval_id IS NULL";
constexpr std::string_view kIsReleased = " AND approval_id IS NOT NULL";
constexpr std::string_view kScheduled = " AND origin = 'scheduled'";

constexpr std::string_view kInTimeOrder = " ORDER BY next_at, id LIMIT ?1";

}  // namespace

Result<std::vector<ListRow>> SqliteStore::list(const ListFilter& filter) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto ids, find_deliveries(db_, filter));
  return load_rows(db_, ids);
}

Result<std::int64_t> SqliteStore::count_list(const ListFilter& filter) {
  return count_deliveries(db_, filter);
}

Result<std::vector<std::string>> SqliteStore::labels() {
  // Hops from one label to the next by the index, however many posts share one.
  constexpr std::string_view kLabels = R"sql(
    WITH RECURSIVE each_label(label) AS (
      SELECT min(label) FROM posts WHERE label <> ''
      UNION ALL
      SELECT (SELECT min(p.label) FROM posts p WHERE p.label > l.label AND p.label <> '')
        FROM each_label l WHERE l.label IS NOT NULL)
    SELECT label FROM each_label WHERE label IS NOT NULL)sql";
  std::vector<std::string> labels;
  POSTQ_CHECK(db_.each(kLabels, {}, [&](const Row& row) { labels.push_back(row.text(0)); }));
  return labels;
}

Result<QueueSummary> SqliteStore::summary() {
  POSTQ_TRY(auto transaction, db_.begin_read());
  QueueSummary summary;
  constexpr auto& kCounts = joined<kSelect, kCountToDo, kLess, kCountUnsent, kNotReleased, kAnd, kCountMissed, kAnd,
                                   kCountReleased, kLess, kCountUnsent, kIsReleased, kAnd, kCountFailed, kAnd,
                                   kCountUnconfirmed, kAnd, kFirstPending, kAnd, kCountSending, kEnd>;
  POSTQ_CHECK(db_.each(kCounts, {}, [&](const Row& row) {
    summary.pending = row.integer(0);
    summary.late_pending = row.integer(1);
    summary.approved = row.integer(2);
    summary.failed = row.integer(3);
    summary.unconfirmed = row.integer(4);
    if (!row.is_null(5)) summary.first_pending = row.id<PostId>(5);
    summary.sending = row.integer(6);
  }));
  if (summary.pending + summary.approved <= kToldApart) {
    POSTQ_TRY(summary.posts, db_.first(kCountPosts, {}, [](const Row& row) {
      return QueueSummary::Posts{row.integer(0), row.integer(1), row.integer(2)};
    }));
  } else {
    // On the only account there ever was each post is one delivery.
    POSTQ_TRY(const auto accounts, db_.integer("SELECT count(*) FROM accounts"));
    if (accounts == 1) summary.posts = QueueSummary::Posts{summary.pending, summary.late_pending, summary.approved};
  }
  std::vector<DeliveryId> next;
  POSTQ_CHECK(db_.each(joined<kApprovedArm, kScheduled, kInTimeOrder>, {kNextShown},
                       [&](const Row& row) { next.push_back(row.id<DeliveryId>(0)); }));
  POSTQ_TRY(summary.next, load_rows(db_, next));
  return summary;
}

Result<bool> SqliteStore::queue_reaches(std::int64_t count) {
  constexpr auto& kCounts = joined<kSelect, kCountPending, kAnd, kCountApproved, kEnd>;
  POSTQ_TRY(const auto reached, db_.first(kCounts, {count}, [&](const Row& row) {
    return row.integer(0) >= count || row.integer(1) >= count;
  }));
  return reached.value_or(false);
}

Result<std::vector<PostId>> SqliteStore::to_review(bool late_only) {
  constexpr std::string_view kPending =
      "SELECT post_id FROM deliveries WHERE state = 'queued' AND approval_id IS NULL AND origin = 'scheduled' "
      "ORDER BY next_at, id";
  constexpr std::string_view kMissed = R"sql(
    SELECT post_id FROM deliveries WHERE state = 'queued' AND missed_at IS NOT NULL AND approval_id IS NULL
     ORDER BY next_at, id)sql";
  // A post whose deliveries have different times comes once, at the first of them.
  std::vector<PostId> posts;
  std::set<PostId> seen;
  POSTQ_CHECK(db_.each(late_only ? kMissed : kPending, {}, [&](const Row& row) {
    const auto post = row.id<PostId>(0);
    if (seen.insert(post).second) posts.push_back(post);
  }));
  return posts;
}

}  // namespace postq::sqlite
