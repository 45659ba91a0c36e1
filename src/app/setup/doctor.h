#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/world.h"

namespace postq {

enum class Health : std::uint8_t { ok, warn, problem };

// One thing that was looked at.
struct Finding {
  Health health = Health::ok;
  std::string subject;                // "timer", or an account's name
  std::string text;                   // what was found, in a sentence
  std::vector<std::string> remedies;  // what to type, the likeliest first; "COMMAND    (why)"
};

struct DoctorOptions {
  bool full = false;  // the whole database file and the hash of every picture that is queued
};

// Looks at everything that posts need to go out. It never fails: what can't be looked at is a finding too. It changes
// nothing, and contacts nobody but this machine.
std::vector<Finding> examine(World& world, const DoctorOptions& options);

}  // namespace postq
