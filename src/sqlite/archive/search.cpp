#include <algorithm>
#include <map>
#include <utility>

#include "sqlite/archive/archive.h"
#include "sqlite/archive/unspaced.h"
#include "sqlite/archive/words.h"
#include "sqlite/database/statements.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

struct Searched {
  AccountId id{};
  std::string name;
  std::string identity;  // platform and remote id; empty where nobody knows who it is
  bool removed = false;
};

// All of them, also removed ones: what was said there was said. Nothing for a name that no account has.
Result<std::vector<Searched>> searched_accounts(Database& db, const std::string& name) {
  constexpr std::string_view kAccounts =
      "SELECT id, name, platform || ' ' || remote_id, removed_at IS NOT NULL FROM accounts"
      " WHERE ?1 = '' OR (name = ?1 AND removed_at IS NULL)";
  std::vector<Searched> accounts;
  POSTQ_CHECK(db.each(kAccounts, {name}, [&](const Row& row) {
    accounts.push_back({row.id<AccountId>(0), row.text(1), row.is_null(2) ? "" : row.text(2), row.flag(3)});
  }));
  return accounts;
}

ArchiveHit own_hit(const Row& row) {
  ArchiveHit hit;
  hit.own = true;
  hit.remote_id = row.text(0);
  hit.text = row.text(1);
  if (!row.is_null(2)) hit.post = row.id<PostId>(2);
  hit.url = row.text(3);
  return hit;
}

ArchiveHit said_hit(const Row& row) {
  ArchiveHit hit;
  hit.remote_id = row.text(0);
  hit.text = row.text(1);
  if (row.integer(2) > 0) hit.item = row.id<ItemId>(2);
  hit.url = row.text(3);
  hit.person = row.text(4);
  return hit;
}

class Search {
 public:
  Search(Database& db, const ArchiveQuery& query, std::vector<Searched> accounts)
      : db_(db), query_(query), accounts_(std::move(accounts)) {}

  // Stops reading once there are enough.
  Result<std::vector<ArchiveHit>> run(const ArchiveWords& words) {
    words_ = words.words;
    POSTQ_TRY(auto rows, db_.query(kArchive, {words.query}));
    while (!enough()) {
      POSTQ_TRY(const bool more, rows.next());
      if (!more) break;
      const ArchiveId id(rows.row().integer(0));
      // Newest first.
      if (query_.from && id.at() < *query_.from) break;
      if (query_.to && id.at() >= *query_.to) continue;
      if ((id.own() && query_.others_only) || (!id.own() && (query_.own_only))) continue;
      if (id.own() && !query_.person.empty()) continue;
      POSTQ_CHECK(look_up(id));
    }
    return std::move(hits_);
  }

 private:
  bool enough() const { return query_.limit > 0 && static_cast<std::int64_t>(hits_.size()) >= query_.limit; }

  // The id names the second and nearly the account; what else was said then has another id.
  Status look_up(const ArchiveId& id) {
    for (const auto& account : accounts_) {
      if (!id.may_be_of(account.id)) continue;
      const auto keep = [&](ArchiveHit hit) {
        const auto its_id = ArchiveId::of(id.at(), account.id, id.own(), hit.remote_id);
        if (!its_id || its_id->rowid() != id.rowid()) return;
        const bool all = std::all_of(words_.begin(), words_.end(),
                                     [&](const std::string& word) { return has_vowels_of(hit.text, word); });
        if (!all) return;
        hit.account = account.id;
        hit.account_name = account.name;
        hit.at = id.at();
        keep_once(account, std::move(hit));
      };
      if (id.own()) {
        POSTQ_CHECK(db_.each(kOwnAt, {account.id, id.at()}, [&](const Row& row) { keep(own_hit(row)); }));
      } else {
        POSTQ_CHECK(
            db_.each(kSaidAt, {account.id, id.at(), query_.person}, [&](const Row& row) { keep(said_hit(row)); }));
      }
    }
    return {};
  }

  // An account that was removed and added again read everything once more: of the two rows the one that is in use
  // counts, with the post that is known to one of them.
  void keep_once(const Searched& account, ArchiveHit hit) {
    const std::string key = account.identity + (hit.own ? " own " : " said ") + hit.remote_id;
    const auto seen = account.identity.empty() ? places_.end() : places_.find(key);
    if (seen != places_.end()) {
      auto& known = hits_[seen->second];
      if (!account.removed) std::swap(known, hit);
      if (!known.post) known.post = hit.post;
      return;
    }
    if (enough()) return;
    if (!account.identity.empty()) places_.emplace(key, hits_.size());
    hits_.push_back(std::move(hit));
  }

  Database& db_;
  const ArchiveQuery& query_;
  std::vector<Searched> accounts_;
  std::vector<std::string> words_;
  std::vector<ArchiveHit> hits_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace

Result<std::vector<ArchiveHit>> SqliteStore::search_archive(const ArchiveQuery& query) {
  POSTQ_TRY(const auto words, archive_words(query.words));
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(auto accounts, searched_accounts(db_, query.account));
  return Search(db_, query, std::move(accounts)).run(words);
}

Result<std::int64_t> SqliteStore::count_archive(const ArchiveQuery& query) {
  POSTQ_TRY(const auto hits, search_archive(query));
  return static_cast<std::int64_t>(hits.size());
}

}  // namespace postq::sqlite
