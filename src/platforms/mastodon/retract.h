#pragma once

#include <postq/ports/platform.h>

namespace postq {

// Deletes the account's own post of that id and looks whether it is gone.
Status delete_mastodon_post(const Account& account, const std::string& id, const Receipt& receipt,
                            PlatformContext& context);

// The id at the end of an address of the account's own instance; empty for any other address.
std::string id_in_own_address(const Account& account, const std::string& url);

}  // namespace postq
