#pragma once

#include "app/sign_in.h"
#include "cli/context.h"

namespace postq {

// Has the person sign in to an account in their browser: it comes back by itself, or they paste what it shows. Only
// where a question may be asked. What to keep for the account; nothing is stored.
Result<SecretValues> sign_in_with_browser(Context& context, const Account& account, BrowserPlace place);

}  // namespace postq
