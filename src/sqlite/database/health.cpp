#include <algorithm>
#include <array>

#include "sqlite/database/migrations.h"
#include "sqlite/database/rows.h"
#include "sqlite/events/record_check.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// A promise of the queue, as the deliveries that break it.
struct Invariant {
  std::string_view broken;  // the sentence's end: "12@bsky ..."
  std::string_view sql;     // gives a name each
};

constexpr int kMostNamed = 20;
constexpr std::int64_t kMostPages = 50'000;  // 200 MB, read in about a second; a larger file is read on demand

constexpr std::array kInvariants{
    Invariant{"is on its way without an approval of exactly this content", R"sql(
      SELECT d.post_id || '@' || c.name FROM deliveries d JOIN accounts c ON c.id = d.account_id
       WHERE (d.state IN ('sending','unconfirmed','sent') OR d.approval_id IS NOT NULL) AND NOT EXISTS (
             SELECT 1 FROM approvals a WHERE a.id = d.approval_id AND a.delivery_id = d.id AND a.digest = d.digest
                AND a.revision = d.revision AND a.verdict = 'approved') LIMIT ?1)sql"},
    Invariant{"has more than one request in the air", R"sql(
      SELECT c.name FROM attempts t JOIN accounts c ON c.id = t.account_id WHERE t.outcome IS NULL
       GROUP BY t.account_id HAVING count(*) > 1 LIMIT ?1)sql"},
    Invariant{"is unconfirmed without an unconfirmed attempt", R"sql(
      SELECT d.post_id || '@' || c.name FROM deliveries d JOIN accounts c ON c.id = d.account_id
       WHERE d.state = 'unconfirmed' AND NOT EXISTS (
             SELECT 1 FROM attempts t WHERE t.delivery_id = d.id AND t.outcome = 'unconfirmed') LIMIT ?1)sql"},
    Invariant{"has an unconfirmed attempt and is not unconfirmed", R"sql(
      SELECT d.post_id || '@' || c.name FROM attempts t JOIN deliveries d ON d.id = t.delivery_id
        JOIN accounts c ON c.id = d.account_id
       WHERE (t.outcome IS NULL OR t.outcome = 'unconfirmed') AND t.outcome = 'unconfirmed' AND d.state <> 'unconfirmed'
       LIMIT ?1)sql"},
    Invariant{"has a request in the air and is not being sent", R"sql(
      SELECT d.post_id || '@' || c.name FROM attempts t JOIN deliveries d ON d.id = t.delivery_id
        JOIN accounts c ON c.id = d.account_id WHERE t.outcome IS NULL AND d.state <> 'sending' LIMIT ?1)sql"},
    Invariant{"is sent and lacks a receipt", R"sql(
      SELECT d.post_id || '@' || c.name FROM parts p JOIN deliveries d ON d.id = p.delivery_id
        JOIN accounts c ON c.id = d.account_id WHERE p.remote_id IS NULL AND d.state = 'sent' LIMIT ?1)sql"},
    Invariant{"has all its receipts and is not sent", R"sql(
      SELECT d.post_id || '@' || c.name FROM deliveries d JOIN accounts c ON c.id = d.account_id
       WHERE d.public_at IS NOT NULL AND d.state <> 'sent'
         AND NOT EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = d.id AND p.remote_id IS NULL) LIMIT ?1)sql"},
    Invariant{"has no parts", R"sql(
      SELECT d.post_id || '@' || c.name FROM deliveries d JOIN accounts c ON c.id = d.account_id
       WHERE NOT EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = d.id) LIMIT ?1)sql"},
    Invariant{"counts as public, and nothing of it is", R"sql(
      SELECT d.post_id || '@' || c.name FROM deliveries d JOIN accounts c ON c.id = d.account_id
       WHERE d.public_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = d.id AND p.remote_id IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM attempts t WHERE t.delivery_id = d.id
                          AND (t.outcome IS NULL OR t.outcome = 'unconfirmed')) LIMIT ?1)sql"},
    Invariant{"is public, at least in part, and is not counted", R"sql(
      SELECT d.post_id || '@' || c.name FROM deliveries d JOIN accounts c ON c.id = d.account_id
       WHERE d.public_at IS NULL
         AND (EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = d.id AND p.remote_id IS NOT NULL)
              OR EXISTS (SELECT 1 FROM attempts t WHERE t.delivery_id = d.id
                          AND (t.outcome IS NULL OR t.outcome = 'unconfirmed'))) LIMIT ?1)sql"},
    Invariant{"has a receipt that the timeline doesn't know", R"sql(
      SELECT d.post_id || '@' || c.name FROM parts p JOIN deliveries d ON d.id = p.delivery_id
        JOIN accounts c ON c.id = d.account_id
       WHERE p.remote_id IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM timeline t WHERE t.account_id = p.account_id AND t.remote_id = p.remote_id) LIMIT ?1)sql"},
    Invariant{"is answered, and nothing says by what", R"sql(
      SELECT 'i' || id FROM items WHERE state = 'answered' AND coalesce(answered_by, '') = '' LIMIT ?1)sql"},
    Invariant{"was said after it was read", R"sql(
      SELECT 'i' || id FROM items WHERE created_at > first_seen_at LIMIT ?1)sql"},
    Invariant{"is ignored or not, unlike the one who said it", R"sql(
      SELECT 'i' || i.id FROM items i JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id
       WHERE i.ignored <> p.ignored LIMIT ?1)sql"},
};

Status check_integrity(Database& db, bool full, std::vector<std::string>& problems) {
  return db.each(full ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)", std::initializer_list<Value>{},
                 [&](const Row& row) {
                   if (row.view(0) != "ok") problems.push_back("the file is damaged: " + row.text(0));
                 });
}

Status check_references(Database& db, std::vector<std::string>& problems) {
  return db.each("PRAGMA foreign_key_check", std::initializer_list<Value>{}, [&](const Row& row) {
    if (problems.size() < kMostNamed)
      problems.push_back("a row of " + row.text(0) + " points at a missing row of " + row.text(2));
  });
}

// The index of the archive in itself: it has no texts to be compared with. Asked as a write, though nothing is written.
Status check_archive(Database& db, std::vector<std::string>& problems) {
  if (db.refuses_writes()) return {};
  auto checked = db.script("INSERT INTO archive (archive) VALUES ('integrity-check')");
  if (!checked && checked.error().kind != ErrorKind::storage) return checked;
  if (!checked) problems.push_back("the archive is damaged: " + checked.error().message);
  return {};
}

// Everything in the file's schema that isn't ours, and everything of ours that is missing or different.
Status check_schema(Database& db, std::vector<std::string>& problems) {
  constexpr std::string_view kSchema =
      "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "ORDER BY 1";
  using Entries = std::vector<std::pair<std::string, std::string>>;
  const auto read = [&](Database& from, Entries& entries) {
    return from.each(kSchema, std::initializer_list<Value>{},
                     [&](const Row& row) { entries.emplace_back(row.text(0), row.text(1)); });
  };
  Entries found;
  Entries wanted;
  POSTQ_CHECK(read(db, found));
  POSTQ_TRY(auto fresh, Database::open("memory", Database::Access::memory, 0));
  for (const auto& migration : known_migrations()) POSTQ_CHECK(fresh->script(migration.sql));
  POSTQ_CHECK(read(*fresh, wanted));
  for (const auto& entry : wanted) {
    if (std::find(found.begin(), found.end(), entry) == found.end()) {
      problems.push_back("the " + entry.first + " of the database is missing or was changed");
    }
  }
  for (const auto& entry : found) {
    const bool known =
        std::any_of(wanted.begin(), wanted.end(), [&](const auto& other) { return other.first == entry.first; });
    if (!known) problems.push_back("the database has a " + entry.first + " that postq didn't make");
  }
  return {};
}

Status check_everything(Database& db, bool full, StoreHealth& health) {
  POSTQ_TRY(const auto pages, db.integer("PRAGMA page_count"));
  health.every_page = full || pages <= kMostPages;
  if (health.every_page) {
    POSTQ_CHECK(check_integrity(db, full, health.problems));
    POSTQ_CHECK(check_references(db, health.problems));
    POSTQ_CHECK(check_archive(db, health.problems));
  }
  POSTQ_CHECK(check_schema(db, health.problems));
  for (const auto& invariant : kInvariants) {
    POSTQ_CHECK(db.each(invariant.sql, {kMostNamed}, [&](const Row& row) {
      health.problems.push_back(row.text(0) + " " + std::string(invariant.broken));
    }));
  }
  POSTQ_CHECK(check_approvals(db, health.problems));
  POSTQ_CHECK(check_documents(db, full, health.problems));
  POSTQ_TRY(health.posts, db.integer("SELECT count(*) FROM posts"));
  return {};
}

}  // namespace

Result<StoreHealth> SqliteStore::health(bool full) {
  StoreHealth health;
  health.path = db_.path();
  POSTQ_TRY(const auto version, read_version(db_));
  health.schema_version = static_cast<int>(version.user_version);
  const auto checked = check_everything(db_, full, health);
  // A file can be too damaged even to be checked to the end.
  if (!checked && checked.error().kind != ErrorKind::storage) return pass_on(checked.error());
  if (!checked) health.problems.push_back("the file is damaged: " + checked.error().message);
  return health;
}

}  // namespace postq::sqlite
