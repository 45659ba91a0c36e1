#include "sqlite/people/waiting.h"

#include <unordered_set>

#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"

namespace postq::sqlite {

// Counted here and not by SQLite, whose count(DISTINCT) takes four times as long.
Result<std::vector<WaitingPerson>> read_waiting(Database& db, AccountId account) {
  std::vector<WaitingPerson> waiting;
  std::unordered_set<std::string> people;
  POSTQ_CHECK(db.each(kWaiting, {account}, [&](const Row& row) {
    const auto [person, is_new] = people.emplace(row.view(2));
    if (is_new) waiting.push_back({row.id<ItemId>(0), *person, row.time(1)});
  }));
  return waiting;
}

}  // namespace postq::sqlite
