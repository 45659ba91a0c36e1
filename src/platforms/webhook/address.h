#pragma once

#include <string>
#include <string_view>

#include <postq/ports/platform.h>

#include "platforms/common/url.h"

namespace postq {

// Of a webhook's address everything behind the host is a secret: Slack, Discord and most others put the token that lets
// one post there into the path, and the rest into the query. The account's settings show "https://host/...", the whole
// address lies beside the signing secret, and who the account is is told by a digest of it.

SecretValues take_webhook_address(Account& account);

// Whether a setting only shows where it goes.
bool is_shortened(std::string_view address);

// Who the account is. A token in the query may be renewed, so it isn't part of that.
std::string webhook_identity(const WebUrl& url);

// Where to send. kind sign_in when the address isn't here, config when it isn't the one that the account was added
// with.
Result<WebUrl> webhook_address(const Account& account, const SecretValues& secrets);

}  // namespace postq
