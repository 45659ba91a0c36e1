#include "sqlite/people/inbox_query.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace postq::sqlite {

namespace {

struct Hit {
  TimePoint at{};
  ItemId id{};
};

// A statement made of constant pieces; everything a person typed is bound. ?1 is the account.
class InboxQuery {
 public:
  explicit InboxQuery(const ItemFilter& filter) : filter_(filter) {
    if (filter_.states.empty()) filter_.states = {ItemState::open};
    open_ = wants(ItemState::open);
    values_.emplace_back(0);
  }

  // What waits, and open ones that were heard, have an index of their own; what is settled goes by when it was.
  std::string build() {
    std::string sql = "SELECT id, " + time() + " FROM items INDEXED BY " + index() + " WHERE " + place();
    if (!plain() && !filter_.deleted) sql += " AND deleted_at IS NULL";
    if (filter_.before) sql += " AND created_at < " + bind(*filter_.before);
    if (filter_.since) sql += " AND coalesce(settled_at, created_at) >= " + bind(*filter_.since);
    if (!filter_.person.empty()) sql += person();
    const std::string order = newest_first() ? " DESC" : "";
    return sql + " ORDER BY " + time() + order + ", id" + order + " LIMIT " +
           bind(filter_.limit == 0 ? -1 : filter_.limit);
  }
  const std::vector<Value>& values_for(AccountId account) {
    values_.front() = Value(account);
    return values_;
  }
  bool newest_first() const { return filter_.heard || !open_; }

 private:
  bool wants(ItemState state) const {
    return std::find(filter_.states.begin(), filter_.states.end(), state) != filter_.states.end();
  }
  bool only_open() const {
    return std::all_of(filter_.states.begin(), filter_.states.end(),
                       [](auto state) { return state == ItemState::open; });
  }
  bool plain() const { return only_open() && !filter_.ignored && !filter_.deleted; }

  std::string bind(Value value) {
    values_.push_back(value);
    return "?" + std::to_string(values_.size());
  }

  std::string time() const { return open_ ? "created_at" : "settled_at"; }
  std::string index() const { return plain() ? "items_open" : open_ ? "items_time" : "items_settled"; }

  std::string place() {
    if (plain()) return std::string("account_id = ?1 AND waits = ") + (filter_.heard ? "0" : "1");
    std::string sql = open_ ? "account_id = ?1" : "account_id = ?1 AND settled_at IS NOT NULL";
    sql += filter_.heard ? " AND kind = 'heard'" : " AND kind <> 'heard' AND kind <> 'around'";
    if (!filter_.ignored) sql += " AND ignored = 0";
    std::string states;
    for (const auto state : filter_.states)
      states += (states.empty() ? "state = " : " OR state = ") + bind(word(state));
    return sql + " AND (" + states + ")";
  }

  std::string person() {
    const auto words = bind(filter_.person);
    return " AND person_id IN (SELECT p.person_id FROM people p WHERE p.account_id = ?1 AND (instr(lower(p.handle), "
           "lower(" +
           words + ")) OR instr(lower(p.name), lower(" + words + "))))";
  }

  ItemFilter filter_;
  bool open_ = true;
  std::vector<Value> values_;
};

}  // namespace

Result<std::vector<AccountId>> accounts_of(Database& db, const std::string& name) {
  constexpr std::string_view kAccounts =
      "SELECT id FROM accounts WHERE removed_at IS NULL AND (?1 = '' OR name = ?1) ORDER BY id";
  std::vector<AccountId> accounts;
  POSTQ_CHECK(db.each(kAccounts, {name}, [&](const Row& row) { accounts.push_back(row.id<AccountId>(0)); }));
  return accounts;
}

std::string inbox_statement(const ItemFilter& filter) {
  return InboxQuery(filter).build();
}

Result<std::vector<ItemId>> find_items(Database& db, const ItemFilter& filter) {
  POSTQ_TRY(const auto accounts, accounts_of(db, filter.account));
  InboxQuery query(filter);
  const std::string sql = query.build();
  std::vector<Hit> hits;
  for (const auto account : accounts) {
    POSTQ_CHECK(db.each(sql, query.values_for(account), [&](const Row& row) {
      hits.push_back({row.time(1), row.id<ItemId>(0)});
    }));
  }
  std::sort(hits.begin(), hits.end(), [&](const Hit& one, const Hit& other) {
    const auto first = std::tie(one.at, one.id);
    const auto second = std::tie(other.at, other.id);
    return query.newest_first() ? second < first : first < second;
  });
  std::vector<ItemId> ids;
  for (const auto& hit : hits) {
    if (filter.limit > 0 && static_cast<std::int64_t>(ids.size()) >= filter.limit) break;
    ids.push_back(hit.id);
  }
  return ids;
}

}  // namespace postq::sqlite
