#pragma once

#include <memory>
#include <span>

#include "sqlite/database.h"
#include "sqlite/migrations.h"
#include "sqlite/open_store.h"
#include "sqlite/secrets_out.h"

namespace postq::sqlite {

// open_store() without the store around it, and with a list of migrations that tests choose.
// `take`: see secrets_out.h.
Result<std::unique_ptr<Database>> open_database(const StoreSettings& settings, std::span<const Migration> migrations,
                                                const TakeSecrets& take = {});

}  // namespace postq::sqlite
