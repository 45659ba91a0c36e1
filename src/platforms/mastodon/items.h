#pragma once

#include <postq/ports/platform.h>

namespace postq {

// Mentions, answers and quotes. Notifications are read from the newest back to where the last reading began, which
// every server of this API does alike; then the conversations that they leave out, and whether what waits is still
// there. When the server wants to be left alone, or a reading gets long, the cursor says where the next one goes on.
Result<ItemsReading> read_mastodon_items(const Account& account, const ItemsRequest& request, PlatformContext& context);

// "#tag" by its timeline, other words by the server's search, if it has one for texts; newest first.
Result<ItemsReading> search_mastodon(const Account& account, const SearchRequest& request, PlatformContext& context);

// Why words may find nothing on the account's instance; empty for a tag, which every server lists.
std::string mastodon_search_doubt(const Account& account, const std::string& words);

}  // namespace postq
