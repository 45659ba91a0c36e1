#include "sqlite/accounts/agents.h"
#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/people/said.h"
#include "sqlite/publishing/progress.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr std::string_view kListens = R"sql(
  SELECT l.id, l.account_id, c.name, l.words, l.cursor, l.created_at, l.read_at, l.found
    FROM listens l JOIN accounts c ON c.id = l.account_id
   WHERE l.removed_at IS NULL AND c.removed_at IS NULL)sql";
constexpr std::string_view kInOrder = " ORDER BY l.id";
constexpr std::string_view kById = " AND l.id = ?1";

Listen read_listen(const Row& row) {
  Listen listen;
  listen.id = row.id<ListenId>(0);
  listen.account = row.id<AccountId>(1);
  listen.account_name = row.text(2);
  listen.words = row.text(3);
  listen.cursor = row.text(4);
  listen.created_at = row.time(5);
  listen.read_at = row.maybe_time(6);
  listen.found = row.integer(7);
  return listen;
}

Result<Listen> load_listen(Database& db, ListenId id) {
  POSTQ_TRY(auto found, db.first(joined<kListens, kById>, {id}, read_listen));
  if (!found) {
    return fail(ErrorKind::not_found, "there is no saved search " + std::to_string(number(id)), "postq listen list");
  }
  return *std::move(found);
}

}  // namespace

Result<ListenId> SqliteStore::add_listen(AccountId account, const std::string& words, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "add saved searches"));
  constexpr std::string_view kSame =
      "SELECT id FROM listens WHERE account_id = ?1 AND words = ?2 AND removed_at IS NULL";
  constexpr std::string_view kInsert = "INSERT INTO listens (account_id, words, created_at) VALUES (?1, ?2, ?3)";
  if (words.find_first_not_of(" \t\n") == std::string::npos) {
    return fail(ErrorKind::usage, "a saved search needs words", "postq listen add \"#ink\" --account NAME");
  }
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto known, load_account(db_, account));
  // Asked for twice, it is the same one.
  POSTQ_TRY(const auto same, db_.first(kSame, {account, words}, [](const Row& row) { return row.id<ListenId>(0); }));
  if (same) return *same;
  POSTQ_CHECK(db_.run(kInsert, {account, words, audit.now}));
  const ListenId id{db_.last_id()};
  POSTQ_CHECK(
      append(db_, {known.name, "listen added", {}, {}, JsonObject().number("listen", number(id)).text("words", words)},
             audit));
  POSTQ_CHECK(transaction.commit());
  return id;
}

Result<std::vector<Listen>> SqliteStore::listens() {
  std::vector<Listen> listens;
  POSTQ_CHECK(db_.each(joined<kListens, kInOrder>, {}, [&](const Row& row) { listens.push_back(read_listen(row)); }));
  return listens;
}

Status SqliteStore::remove_listen(ListenId id, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "remove saved searches"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto listen, load_listen(db_, id));
  POSTQ_CHECK(db_.run("UPDATE listens SET removed_at = ?2 WHERE id = ?1", {id, audit.now}));
  JsonObject details;
  details.number("listen", number(id)).text("words", listen.words);
  POSTQ_CHECK(append(db_, {listen.account_name, "listen removed", {}, {}, std::move(details)}, audit));
  return transaction.commit();
}

Result<ItemsChange> SqliteStore::store_heard(ListenId id, const ItemsReading& reading, const AuditContext& audit) {
  // `found` counts what this search was the first to find.
  constexpr std::string_view kMove = R"sql(
    UPDATE listens SET cursor = CASE WHEN ?2 = '' AND ?4 THEN cursor ELSE ?2 END,
           read_at = CASE WHEN ?4 THEN read_at ELSE ?3 END, found = found + ?5
     WHERE id = ?1)sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto listen, load_listen(db_, id));
  POSTQ_TRY(const auto account, load_account(db_, listen.account));
  auto heard = reading.items;
  for (auto& item : heard) item.kind = ItemKind::heard;
  POSTQ_TRY(const auto recorded, record_said(db_, account, heard, reading.around, audit));
  const auto& change = recorded.change;
  const bool cut_short = reading.limited_until.has_value();
  POSTQ_CHECK(db_.run(kMove, {id, reading.cursor, audit.now, cut_short, change.heard}));
  if (change.heard != 0) {
    JsonObject details;
    details.number("listen", number(id)).text("words", listen.words).number("new", change.heard);
    POSTQ_CHECK(append(db_, {account.name, "heard", {}, {}, std::move(details)}, audit));
  }
  POSTQ_CHECK(mark_account(db_, account.id, account.name, reading.limited_until, false, audit));
  POSTQ_CHECK(transaction.commit());
  return change;
}

}  // namespace postq::sqlite
