#pragma once

#include <functional>

#include <postq/core/account.h>

#include "sqlite/database/database.h"
#include "sqlite/open_store.h"

namespace postq {

// Moves what is secret out of an account to where secrets are kept, durably, and changes the account; it leaves one
// alone that has none.
using TakeSecrets = std::function<Status(Account& account)>;

// open_store() for a file that may be of before secrets were kept out of it: they are taken out first.
Result<std::unique_ptr<Store>> open_store(const StoreSettings& settings, const TakeSecrets& take);

namespace sqlite {

// Older queues have secrets in the settings of accounts, in who those accounts are, in the documents that repeat that,
// and in events about it. All of it is changed: approvals stay approvals of the same words, and the chains of events
// are linked anew, with an event that tells what their ends were. Nothing happens where no account has a secret.
Status take_secrets_out(Database& db, const TakeSecrets& take, TimePoint now);

}  // namespace sqlite

}  // namespace postq
