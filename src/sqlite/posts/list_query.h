#pragma once

#include <vector>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// The deliveries a filter means: those that aren't over by time, else the newest first.
Result<std::vector<DeliveryId>> find_deliveries(Database& db, const ListFilter& filter);
// How many there are, whatever the limit.
Result<std::int64_t> count_deliveries(Database& db, const ListFilter& filter);

}  // namespace postq::sqlite
