#pragma once

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// What keeps an account from being sent on: kept from the first failure until something scheduled gets an answer there.
// What is by hand says nothing of it, since its author is the one who tries again.

// A try that found nobody, a limit or a sign-in that is needed; `until`: the limit's end, or when nobody was found. The
// first moment of an outage stays.
Status note_outage(Database& db, AccountId account, Block by, std::optional<TimePoint> until, TimePoint now);

// Something scheduled got an answer that is neither a limit nor a sign-in.
Status note_answer(Database& db, AccountId account);

}  // namespace postq::sqlite
