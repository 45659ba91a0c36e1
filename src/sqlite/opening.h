#pragma once

#include <memory>
#include <span>

#include "sqlite/database/database.h"
#include "sqlite/database/migrations.h"
#include "sqlite/database/secrets_out.h"
#include "sqlite/open_store.h"

namespace postq::sqlite {

// open_store() without the store around it, and with a list of migrations that tests choose.
// `take`: see database/secrets_out.h.
Result<std::unique_ptr<Database>> open_database(const StoreSettings& settings, std::span<const Migration> migrations,
                                                const TakeSecrets& take = {});

}  // namespace postq::sqlite
