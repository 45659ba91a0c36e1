#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <postq/ports/machine.h>

namespace postq {

struct MachineSettings {
  std::chrono::milliseconds program_deadline{10'000};
  std::string journal = "/dev/log";
};

// The machine this runs on.
std::unique_ptr<Machine> make_machine(const MachineSettings& settings = {});

}  // namespace postq
