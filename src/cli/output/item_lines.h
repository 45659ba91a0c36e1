#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <postq/core/item.h>
#include <postq/ports/item_store.h>
#include <postq/time/zone.h>

#include "app/status/status.h"
#include "cli/context.h"

namespace postq {

// Items in a list (screen 07): two lines each at a terminal, one in plain mode, columns with tabs into a pipe.
void print_items(Context& context, const std::vector<Item>& items, const Zone& zone);

// For --json, with all of its text.
std::string item_json(const Item& item, std::string_view schema);
std::string said_json(const RemotePost& said);

// Who waits and what to type, as `status` begins (screens 01 and 13); nothing when nobody does.
void print_waiting(Context& context, const QueueStatus& status);

// "3 people wait for an answer, the longest 26 h".
std::string say_waiting(std::int64_t waiting, std::optional<TimePoint> longest, TimePoint now);

// "12@bsky is back in review: i7, which it answers, was dismissed", and what to type.
std::string say_withdrawn(const WithdrawnAnswer& answer);

}  // namespace postq
