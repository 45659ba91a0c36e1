#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/world.h"

namespace postq {

// Flags that have to be known before the command line is parsed, because they say where things are.
struct EarlyFlags {
  std::optional<std::string> config;
  std::optional<std::string> database;
  std::string color = "auto";
};

// The world as it is: files, SQLite, libcurl, the terminal, the system's clock. Made on first use.
class RealWorld : public World {
 public:
  // Whether nothing was opened but for reading, so that the process may end without closing anything.
  virtual bool only_read() const = 0;
};
std::unique_ptr<RealWorld> make_real_world(const EarlyFlags& flags);

// From now on SIGINT, SIGTERM and SIGHUP only set World::interrupted(), once; a second one ends the process.
void watch_for_interrupts();

}  // namespace postq
