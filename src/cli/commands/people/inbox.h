#pragma once

#include <vector>

#include <postq/ports/store.h>

#include "cli/context.h"

namespace postq {

// `postq inbox --walk`: the items one at a time, each answered, dismissed or left. While it waits for a key nothing of
// the database is held open. What goes wrong with an item is told, and the walk goes on.
Exit walk_inbox(Context& context, Store& store, const std::vector<Item>& items);

// The conversation of an item, as `show` has it and as the walk puts it on the screen; at most `limit` posts around it.
Status print_conversation(Context& context, Store& store, const Item& item, int limit);

// `postq show i7`.
Exit show_items(Context& context, Store& store, const std::vector<std::string>& typed);

}  // namespace postq
