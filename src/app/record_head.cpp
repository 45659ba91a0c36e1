#include "app/record_head.h"

namespace postq {

std::int64_t last_event(Store& store) {
  const auto events = store.events(std::nullopt, 1);
  return events && !events->empty() ? events->back().seq : 0;
}

void tell_record_head(World& world, Store& store, std::int64_t before) {
  if (last_event(store) == before) return;
  const auto head = store.record_head();
  if (!head) return;
  const auto places = world.places();
  const std::string line = "record " + *head + (places ? " of " + places->database : "");
  const auto machine = world.machine();
  const auto told = machine ? (*machine)->tell_system(line) : Status(pass_on(machine.error()));
  // Here it can be changed with the database; it helps only against less than that.
  world.log().info(told ? line + ", told to the system journal" : line + "; " + told.error().message);
}

}  // namespace postq
