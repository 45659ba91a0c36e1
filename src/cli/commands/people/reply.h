#pragma once

#include <string>

#include <postq/ports/store.h>

#include "app/inbox/reply.h"
#include "cli/context.h"
#include "cli/flags/compose_flags.h"

namespace postq {

struct ReplyFlags {
  std::string item;
  ComposeFlags compose;
  Again again = Again::no;
  bool draft = false;
  bool all = false;  // names whom the item speaks to as well
  bool yes = false;
};

// `postq reply i7`: reads the text, shows it, asks, sends. Also what `r` does in the walk.
Exit run_reply(ReplyFlags& flags, Context& context);

}  // namespace postq
