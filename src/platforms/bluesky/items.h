#pragma once

#include <postq/ports/platform.h>

namespace postq::bluesky {

// Mentions, answers and quotes, through the account's server, which asks the AppView that it trusts: notifications from
// the newest back to where the last reading began, then the answers below own posts that these leave out, and whether
// what waits is still there. A server without an AppView is an error of kind try_later.
Result<ItemsReading> read_items(const Account& account, const ItemsRequest& request, PlatformContext& context);

// Public posts with these words, or of "#tag", newest first.
Result<ItemsReading> search_posts(const Account& account, const SearchRequest& request, PlatformContext& context);

}  // namespace postq::bluesky
