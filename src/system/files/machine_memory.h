#pragma once

#include <memory>
#include <string>

#include <postq/ports/files.h>

namespace postq {

// The state files of a home, beside which the machine remembers how far each database had come: what a home that was
// put back from a backup can't know. read_store_id() then tells the later of both epochs. `machine_folder` is
// Paths::machine_dir; empty: the home alone.
std::unique_ptr<StateFiles> with_machine_memory(std::unique_ptr<StateFiles> home, std::string machine_folder);

}  // namespace postq
