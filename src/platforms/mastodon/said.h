#pragma once

#include <string>

#include <postq/core/account.h>
#include <postq/core/item.h>

#include "platforms/mastodon/json.h"

namespace postq {

// A status as what somebody said. The conversation is its own when it begins one, else not known.
RemotePost said_of(const Account& account, const MastodonStatus& status, TimePoint now);

// What a status that somebody else wrote is to the account: it answers her, quotes her, or else mentions her.
ItemKind item_kind_of(const Account& account, const MastodonStatus& status);

// "/api/v1/statuses?id[]=1&id[]=2"
std::string path_with_ids(std::string path, const std::vector<std::string>& ids);

}  // namespace postq
