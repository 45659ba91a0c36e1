#pragma once

#include <postq/ports/platform.h>

namespace postq {

struct LostPost {
  const Attempt& attempt;
  const Look& look;
  bool keeps_key = false;  // what is tried once more has the key of this attempt
};

// Looks for a lost post among the account's own. It is there when one of them is it beyond doubt, and absent only when
// each of them is explained: by a receipt, by having been there before, by the app that wrote it (where the server
// names apps reliably), by what it answers, by the number of its media, or by words that are others altogether. Before
// another try it need not be explained where the server knows the kept key.
Settlement settle_mastodon(const Account& account, const LostPost& lost, PlatformContext& context);

}  // namespace postq
