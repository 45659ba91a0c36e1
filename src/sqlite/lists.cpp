#include <set>

#include "sqlite/list_query.h"
#include "sqlite/rows.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/statements.h"

namespace postq::sqlite {

namespace {

constexpr std::size_t kTextBytes = 200;
constexpr int kNextShown = 5;

// What a row shows besides its delivery. Only asked for rows that are returned: it reads drafts.
constexpr std::string_view kExtras = R"sql(
  SELECT coalesce(json_extract(p.draft, '$.variants."' || ?2 || '"[0]'), json_extract(p.draft, '$.parts[0].text'), ''),
         p.author, p.label, d.media,
         (SELECT count(*) FROM parts r WHERE r.delivery_id = d.id),
         (SELECT count(*) FROM parts r WHERE r.delivery_id = d.id AND r.remote_id IS NOT NULL),
         (SELECT r.url FROM parts r WHERE r.delivery_id = d.id AND r.n = 1)
    FROM deliveries d JOIN posts p ON p.id = d.post_id WHERE d.id = ?1)sql";

// Cut between code points.
std::string beginning_of(std::string_view text) {
  if (text.size() <= kTextBytes) return std::string(text);
  std::size_t end = kTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

Result<ListRow> load_row(Database& db, DeliveryId id) {
  ListRow row;
  POSTQ_TRY(row.delivery, load_delivery(db, id));
  POSTQ_CHECK(db.each(kExtras, {id, row.delivery.account_name}, [&](const Row& extras) {
    row.text = beginning_of(extras.view(0));
    row.author = extras.text(1);
    row.label = extras.text(2);
    row.media = static_cast<int>(extras.integer(3));
    row.parts = static_cast<int>(extras.integer(4));
    row.parts_sent = static_cast<int>(extras.integer(5));
    row.url = extras.text(6);
  }));
  return row;
}

Result<std::vector<ListRow>> load_rows(Database& db, const std::vector<DeliveryId>& ids) {
  std::vector<ListRow> rows;
  rows.reserve(ids.size());
  for (const auto id : ids) {
    POSTQ_TRY(auto row, load_row(db, id));
    rows.push_back(std::move(row));
  }
  return rows;
}

constexpr std::string_view kInTimeOrder = " ORDER BY next_at, id LIMIT ?1";

}  // namespace

Result<std::vector<ListRow>> SqliteStore::list(const ListFilter& filter) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto ids, find_deliveries(db_, filter));
  return load_rows(db_, ids);
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
  POSTQ_TRY(summary.pending, db_.integer(kCountPending, {kCountCap}));
  POSTQ_TRY(summary.late_pending, db_.integer(kCountMissed, {kCountCap}));
  POSTQ_TRY(summary.approved, db_.integer(kCountApproved, {kCountCap}));
  POSTQ_TRY(summary.failed, db_.integer(kCountFailed, {kCountCap}));
  POSTQ_TRY(summary.unconfirmed, db_.integer(kCountUnconfirmed, {kCountCap}));
  POSTQ_TRY(summary.first_pending, db_.first(kFirstPending, {}, [](const Row& row) { return row.id<PostId>(0); }));
  std::vector<DeliveryId> next;
  POSTQ_CHECK(db_.each(joined<kApprovedArm, kInTimeOrder>, {kNextShown},
                       [&](const Row& row) { next.push_back(row.id<DeliveryId>(0)); }));
  POSTQ_TRY(summary.next, load_rows(db_, next));
  return summary;
}

Result<std::vector<PostId>> SqliteStore::to_review(bool late_only) {
  constexpr std::string_view kPending =
      "SELECT post_id FROM deliveries WHERE state = 'queued' AND approval_id IS NULL ORDER BY next_at, id";
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
