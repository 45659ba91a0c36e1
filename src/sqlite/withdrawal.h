#pragma once

#include <string_view>

#include <postq/ports/store.h>

#include "sqlite/database.h"

namespace postq::sqlite {

// A verdict is taken back: the delivery is to be reviewed again, and the log says why. In the caller's transaction.
Status withdraw_verdict(Database& db, const Delivery& delivery, std::string_view why, const Doing& doing);

}  // namespace postq::sqlite
