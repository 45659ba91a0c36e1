#pragma once

#include "app/world.h"

namespace postq {

// The head of the record goes to the system's journal when something was written since `before`, the last event then:
// what is there can't be changed with the database. Where there is no journal, postq's own log has it.
std::int64_t last_event(Store& store);
void tell_record_head(World& world, Store& store, std::int64_t before);

}  // namespace postq
