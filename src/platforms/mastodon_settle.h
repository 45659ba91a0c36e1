#pragma once

#include <postq/ports/platform.h>

namespace postq {

// Looks for a lost post among the account's own. It is there when one of them is it beyond doubt, and absent only when
// each of them is explained: by a receipt, by having been there before, by the app that wrote it (where the server
// names apps reliably), by what it answers, by the number of its media, or by words that are others altogether.
Settlement settle_mastodon(const Account& account, const Attempt& attempt, const Look& look, Outside& outside);

}  // namespace postq
