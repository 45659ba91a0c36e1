#include "app/flush/record_head.h"

namespace postq {

std::int64_t last_event(Store& store) {
  const auto events = store.events(std::nullopt, 1);
  return events && !events->empty() ? events->back().seq : 0;
}

void tell_record_head(World& world, Store& store, std::int64_t before) {
  if (last_event(store) == before) return;
  const auto machine = world.machine();
  const auto head = machine ? store.record_head() : Result<std::string>(pass_on(machine.error()));
  if (!head) return;
  const auto places = world.places();
  const std::string line = "record " + *head + (places ? " of " + places->database : "");
  const auto told = (*machine)->tell_system(line);
  // Here it can be changed with the database; it helps only against less than that.
  world.log().info(told ? line + ", told to the system journal" : line + "; " + told.error().message);
}

}  // namespace postq
