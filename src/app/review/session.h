#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/review/facts.h"
#include "app/world.h"

namespace postq {

// What a session came to, counted in entries.
struct ReviewReport {
  std::size_t approved = 0;
  std::size_t rejected = 0;
  bool interrupted = false;  // Ctrl-C, the end of the input or a signal; every answer before it is stored
  // Texts that were edited and could not be stored: post and file.
  std::vector<std::pair<PostId, std::string>> unsaved;
};

// Shows each entry to the person at the terminal and stores each answer at once. While it waits for a key nothing of
// the database is held open. kind refused when no person can answer (no terminal, an agent, a fixed clock); other
// errors only for what ends the session, such as a database that can't be written.
// `advice` makes of a command what is to be typed; see CardLook.
Result<ReviewReport> review(World& world, Store& store, std::vector<ReviewEntry> entries,
                            std::function<std::string(std::string_view)> advice = {});

}  // namespace postq
