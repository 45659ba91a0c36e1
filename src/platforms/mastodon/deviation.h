#pragma once

#include <postq/core/account.h>

#include "platforms/mastodon/json.h"

namespace postq {

// What a server made of a post other than it was told, as its own answer shows it: servers widen, narrow and drop
// things without a word (Mastodon lists no silenced account, Pixelfed keeps no warning without hidden pictures, a
// server may not know a visibility). Of several the one that matters most; what an answer leaves out is no deviation.
Deviation deviation_of(const Account& account, const MastodonPost& asked, const MastodonStatus& got);

}  // namespace postq
