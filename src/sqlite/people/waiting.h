#pragma once

#include <vector>

#include "sqlite/database/database.h"

namespace postq::sqlite {

struct WaitingPerson {
  ItemId item{};  // the first thing of theirs that is open
  std::string person;
  TimePoint since{};
};
// Who waits for an answer on one account: each person once, the longest first.
Result<std::vector<WaitingPerson>> read_waiting(Database& db, AccountId account);

}  // namespace postq::sqlite
