#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sqlite/database/database.h"

// The words of everything that was read or sent, by time. Everything runs inside the caller's transaction. A text is in
// the index exactly while its row has it and isn't deleted: whoever changes a text, its time, or whether it is deleted,
// forgets the row before and remembers it afterwards.
namespace postq::sqlite {

// The rowid in the archive: the time above, so that newest first is the index's own order, and below whose it is and
// which of one second. Two texts of one account and second share an id once in 65,536 times; both are found then.
class ArchiveId {
 public:
  // A text from before 1970 has none.
  static std::optional<ArchiveId> of(TimePoint at, AccountId account, bool own, std::string_view remote_id);
  explicit ArchiveId(std::int64_t rowid) : rowid_(rowid) {}

  std::int64_t rowid() const { return rowid_; }
  TimePoint at() const { return time_point(rowid_ >> kTimeShift); }
  bool own() const { return ((rowid_ >> kOwnShift) & 1) != 0; }
  bool may_be_of(AccountId account) const { return ((rowid_ >> kAccountShift) & kAccountMask) == low(account); }

 private:
  static constexpr int kAccountShift = 16;
  static constexpr std::int64_t kAccountMask = 0x7F;
  static constexpr int kOwnShift = 23;
  static constexpr int kTimeShift = 24;
  static std::int64_t low(AccountId account) { return number(account) & kAccountMask; }
  std::int64_t rowid_;
};

// A row of the timeline, a row of items.
Status remember_own(Database& db, AccountId account, std::string_view remote_id);
Status forget_own(Database& db, AccountId account, std::string_view remote_id);
Status remember_said(Database& db, AccountId account, std::string_view remote_id);
Status forget_said(Database& db, AccountId account, std::string_view remote_id);

// Own posts that are remembered at the end of a transaction: whenever a statement begins that may have to be undone
// alone, FTS5 writes out what it holds, so one text after the other costs it a multiple.
class ArchiveLater {
 public:
  void own(AccountId account, std::string remote_id) { own_.emplace_back(account, std::move(remote_id)); }
  Status write(Database& db);

 private:
  std::vector<std::pair<AccountId, std::string>> own_;
};

// The migration that makes the archive: what the timeline holds already, as it is.
Status fill_archive(Database& db);
// The one that lets a part of a Chinese, Japanese, Korean or Thai sentence be found.
Status set_letters_apart(Database& db);

}  // namespace postq::sqlite
