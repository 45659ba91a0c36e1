#include "sqlite/archive/archive.h"

#include "sqlite/archive/unspaced.h"

namespace postq::sqlite {

namespace {

// ?1 account, ?2 remote id: what the archive holds of a row. A boost is somebody else's text.
constexpr std::string_view kOwnText = R"sql(
  SELECT created_at, text FROM timeline
   WHERE account_id = ?1 AND remote_id = ?2 AND deleted_at IS NULL AND text <> '' AND kind <> 'boost')sql";
constexpr std::string_view kSaidText = R"sql(
  SELECT created_at, text FROM items
   WHERE account_id = ?1 AND remote_id = ?2 AND deleted_at IS NULL AND text <> '')sql";

constexpr std::string_view kRemember = "INSERT INTO archive (rowid, words) VALUES (?1, ?2)";
// Without a text of its own the index has to be told what it knew.
constexpr std::string_view kForget = "INSERT INTO archive (archive, rowid, words) VALUES ('delete', ?1, ?2)";

// FNV-1a: the same on every machine, because it is stored.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash ^ (hash >> 32);
}

Status tell(Database& db, std::string_view what, std::string_view text_of, bool own, AccountId account,
            std::string_view remote_id) {
  struct Text {
    TimePoint at{};
    std::string text;
  };
  POSTQ_TRY(const auto known, db.first(text_of, {account, remote_id}, [](const Row& row) {
    return Text{row.time(0), row.text(1)};
  }));
  if (!known) return {};
  const auto id = ArchiveId::of(known->at, account, own, remote_id);
  if (!id) return {};
  return db.run(what, {id->rowid(), with_letters_apart(known->text)});
}

// Rows of an index that was made before letters were set apart: those whose text has any are told anew.
Status tell_anew(Database& db, std::string_view texts, bool own) {
  return db.each(texts, {}, [&](const Row& row) -> Status {
    const auto words = row.text(3);
    const auto apart = with_letters_apart(words);
    if (apart == words) return {};
    const auto id = ArchiveId::of(row.time(2), row.id<AccountId>(0), own, row.view(1));
    if (!id) return {};
    POSTQ_CHECK(db.run(kForget, {id->rowid(), words}));
    return db.run(kRemember, {id->rowid(), apart});
  });
}

}  // namespace

std::optional<ArchiveId> ArchiveId::of(TimePoint at, AccountId account, bool own, std::string_view remote_id) {
  constexpr std::int64_t kLast = std::int64_t{1} << 38;
  const auto seconds = unix_seconds(at);
  if (seconds < 0 || seconds >= kLast) return std::nullopt;
  const auto hash = static_cast<std::int64_t>(hash_of(remote_id) & 0xFFFF);
  return ArchiveId{(seconds << kTimeShift) | (std::int64_t{own ? 1 : 0} << kOwnShift) |
                   (low(account) << kAccountShift) | hash};
}

Status remember_own(Database& db, AccountId account, std::string_view remote_id) {
  return tell(db, kRemember, kOwnText, true, account, remote_id);
}

Status forget_own(Database& db, AccountId account, std::string_view remote_id) {
  return tell(db, kForget, kOwnText, true, account, remote_id);
}

Status remember_said(Database& db, AccountId account, std::string_view remote_id) {
  return tell(db, kRemember, kSaidText, false, account, remote_id);
}

Status forget_said(Database& db, AccountId account, std::string_view remote_id) {
  return tell(db, kForget, kSaidText, false, account, remote_id);
}

Status ArchiveLater::write(Database& db) {
  for (const auto& [account, remote_id] : own_) POSTQ_CHECK(remember_own(db, account, remote_id));
  own_.clear();
  return {};
}

Status fill_archive(Database& db) {
  // Each account in the order of its ids in the archive: the index is built in memory as long as they grow.
  constexpr std::string_view kAll = R"sql(
    SELECT t.account_id, t.remote_id, t.created_at, t.text FROM timeline t INDEXED BY timeline_count
     WHERE t.account_id = ?1 AND t.deleted_at IS NULL AND t.text <> '' AND t.kind <> 'boost' ORDER BY t.created_at)sql";
  std::vector<AccountId> accounts;
  POSTQ_CHECK(
      db.each("SELECT id FROM accounts", {}, [&](const Row& row) { accounts.push_back(row.id<AccountId>(0)); }));
  for (const auto account : accounts) {
    POSTQ_CHECK(db.each(kAll, {account}, [&](const Row& row) -> Status {
      const auto id = ArchiveId::of(row.time(2), account, true, row.view(1));
      if (!id) return {};
      return db.run(kRemember, {id->rowid(), row.view(3)});
    }));
  }
  return {};
}

Status set_letters_apart(Database& db) {
  constexpr std::string_view kOwn = R"sql(
    SELECT account_id, remote_id, created_at, text FROM timeline
     WHERE deleted_at IS NULL AND text <> '' AND kind <> 'boost')sql";
  constexpr std::string_view kSaid = R"sql(
    SELECT account_id, remote_id, created_at, text FROM items WHERE deleted_at IS NULL AND text <> '')sql";
  POSTQ_CHECK(tell_anew(db, kOwn, true));
  return tell_anew(db, kSaid, false);
}

}  // namespace postq::sqlite
