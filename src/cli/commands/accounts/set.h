#pragma once

#include "cli/commands.h"

namespace postq {

// `account set`, below `account`: one file of its own.
void setup_account_set(Arguments account, Context& context);

}  // namespace postq
