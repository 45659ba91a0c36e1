#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <postq/ports/machine.h>

namespace postq {

// Runs a program found in PATH: no shell, /dev/null as its input, output and errors read together. Killed with all it
// started when it takes longer than the deadline. See Machine::run.
Result<ProgramEnd> run_program(const std::vector<std::string>& words, std::chrono::milliseconds deadline);

}  // namespace postq
