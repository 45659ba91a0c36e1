#include "sqlite/accounts/agents.h"
#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr std::string_view kByName = " WHERE c.name = ?1 AND c.removed_at IS NULL";

std::string_view word(SecretFrom from) {
  switch (from) {
    case SecretFrom::none:
      return "none";
    case SecretFrom::file:
      return "file";
    case SecretFrom::command:
      return "command";
  }
  return "file";
}

Result<std::optional<Account>> find_account(Database& db, std::string_view name) {
  return db.first(joined<kSelectAccount, kByName>, {name}, read_account);
}

// Why an account can't go yet: "3 deliveries of bsky are still queued".
Status check_idle(Database& db, const Account& account) {
  constexpr std::string_view kOpen = R"sql(
    SELECT count(*) FROM deliveries
     WHERE account_id = ?1 AND state <> 'sent' AND state <> 'cancelled' AND state <> 'expired' AND state <> 'failed')sql";
  POSTQ_TRY(const auto open, db.integer(kOpen, {account.id}));
  if (open == 0) return {};
  return fail(ErrorKind::refused,
              std::to_string(open) + (open == 1 ? " delivery of " : " deliveries of ") + account.name +
                  (open == 1 ? " is" : " are") + " not over yet",
              "postq list --account " + account.name);
}

}  // namespace

Result<AccountId> SqliteStore::add_account(const NewAccount& account, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "add accounts"));
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO accounts (name, platform, base_url, remote_id, remote_name, settings, secret_from, created_at)
    VALUES (?1, ?2, ?3, nullif(?4, ''), nullif(?5, ''), ?6, ?7, ?8))sql";
  const Account& wanted = account.account;
  POSTQ_CHECK(check_account_name(wanted.name));
  if (wanted.name == kQueueChain) {
    return fail(ErrorKind::usage, "an account can't be called 'queue'", "choose another name");
  }
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto other, find_account(db_, wanted.name));
  if (other) {
    return fail(ErrorKind::usage, "there is an account '" + wanted.name + "' already",
                "choose another name, or: postq account show " + wanted.name);
  }
  const std::string settings = wanted.settings.empty() ? "{}" : settings_to_json(wanted.settings);
  POSTQ_CHECK(db_.run(kInsert, {wanted.name, wanted.platform, wanted.base_url, wanted.remote_id, wanted.remote_name,
                                settings, word(wanted.secret_from), audit.now}));
  const AccountId id{db_.last_id()};
  POSTQ_CHECK(append(db_,
                     {wanted.name,
                      "account added",
                      {},
                      {},
                      JsonObject()
                          .number("account", number(id))
                          .text("platform", wanted.platform)
                          .text("remote_id", wanted.remote_id)
                          .text("base_url", wanted.base_url)
                          .raw("settings", settings)},
                     audit));
  POSTQ_CHECK(transaction.commit());
  return id;
}

Result<std::vector<Account>> SqliteStore::accounts() {
  return load_accounts(db_);
}

Result<Account> SqliteStore::account(std::string_view name) {
  POSTQ_TRY(auto found, find_account(db_, name));
  if (!found)
    return fail(ErrorKind::not_found, "there is no account '" + std::string(name) + "'", "postq account list");
  return *std::move(found);
}

Status SqliteStore::set_identity(AccountId account, const std::string& remote_id, const std::string& remote_name,
                                 const AuditContext& audit) {
  constexpr std::string_view kSet =
      "UPDATE accounts SET remote_id = ?2, remote_name = ?3, sign_in_needed = 0,"
      "       blocked_until = CASE WHEN blocked_by = 'sign-in' THEN ?4 ELSE blocked_until END WHERE id = ?1";
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto now, load_account(db_, account));
  if (!now.remote_id.empty() && now.remote_id != remote_id) {
    return fail(ErrorKind::refused,
                now.name + " is " + (now.remote_name.empty() ? now.remote_id : now.remote_name) +
                    ", and this sign-in is somebody else's (" + (remote_name.empty() ? remote_id : remote_name) + ")",
                "postq account add ANOTHER-NAME --platform " + now.platform);
  }
  if (now.remote_id == remote_id && now.remote_name == remote_name && !now.sign_in_needed) return {};
  POSTQ_CHECK(db_.run(kSet, {account, remote_id, remote_name, audit.now}));
  POSTQ_CHECK(append(
      db_, {now.name, "signed in", {}, {}, JsonObject().text("remote_id", remote_id).text("remote_name", remote_name)},
      audit));
  return transaction.commit();
}

Status SqliteStore::change_settings(const Account& changed, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "change accounts"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto now, load_account(db_, changed.id));
  const std::string json = settings_to_json(changed.settings);
  JsonObject details;
  details.raw("settings", json);
  if (changed.base_url != now.base_url) details.text("base_url", changed.base_url);
  POSTQ_CHECK(
      db_.run("UPDATE accounts SET settings = ?2, base_url = ?3 WHERE id = ?1", {changed.id, json, changed.base_url}));
  POSTQ_CHECK(append(db_, {now.name, "settings changed", {}, {}, std::move(details)}, audit));
  return transaction.commit();
}

Status SqliteStore::remove_account(AccountId account, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "remove accounts"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto now, load_account(db_, account));
  if (now.removed) return {};
  POSTQ_CHECK(check_idle(db_, now));
  POSTQ_CHECK(db_.run("UPDATE accounts SET removed_at = ?2 WHERE id = ?1", {account, audit.now}));
  POSTQ_CHECK(
      append(db_, {now.name, "account removed", {}, {}, JsonObject().number("account", number(account))}, audit));
  return transaction.commit();
}

Result<std::string> SqliteStore::zone() {
  POSTQ_TRY(auto zone, db_.first(kStoreRow, {}, [](const Row& row) { return row.text(4); }));
  return zone.value_or("");
}

Status SqliteStore::set_zone(const std::string& zone, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "set the time zone"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_CHECK(db_.run("UPDATE store SET zone = ?1", {zone}));
  POSTQ_CHECK(append(db_, {kQueueChain, "zone set", {}, {}, JsonObject().text("zone", zone)}, audit));
  return transaction.commit();
}

}  // namespace postq::sqlite
