#include "app/process.h"

namespace postq {

Process* process_of(World& world) {
  return dynamic_cast<Process*>(&world);
}

Result<Store*> begin_queue(World& world, StoreUse use) {
  auto* const process = process_of(world);
  return process == nullptr ? world.store(use) : process->begin_queue(use);
}

std::optional<Error> missing_queue(World& world) {
  auto* const process = process_of(world);
  const auto had = process == nullptr ? Result<bool>(false) : process->had_queue();
  if (!had || !*had) return std::nullopt;
  const auto store = world.store(StoreUse::read);
  if (store || store.error().kind != ErrorKind::storage) return std::nullopt;
  const auto machine = world.machine();
  const auto places = world.places();
  if (!machine || !places || (*machine)->look_at(places->database)) return std::nullopt;
  return store.error();
}

}  // namespace postq
