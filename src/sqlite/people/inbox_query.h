#pragma once

#include <string>
#include <vector>

#include <postq/ports/item_store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// The ids of an inbox's rows, in its order. Each account's come from an index in that order, and no more of them are
// read than are shown; the accounts' are merged here.
Result<std::vector<ItemId>> find_items(Database& db, const ItemFilter& filter);
// Those that are not removed; all of them without a name.
Result<std::vector<AccountId>> accounts_of(Database& db, const std::string& name);
// The statement for one account, ?1.
std::string inbox_statement(const ItemFilter& filter);

}  // namespace postq::sqlite
