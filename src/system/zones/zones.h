#pragma once

#include <memory>
#include <string>

#include <postq/ports/zones.h>

namespace postq {

// The files that name the machine's zone. Tests have others.
struct MachineZoneFiles {
  std::string link = "/etc/localtime";  // a link into a zoneinfo folder
  std::string name = "/etc/timezone";   // Debian's file with the name alone, read when the other is no link
};

// Zones with the data of the tzdata package, or of $TZDIR. Only the zone asked for is loaded, and it is kept. Names are
// taken in any case, UTC needs no data. One thread at a time may call find() and machine(); what they return is free.
std::unique_ptr<Zones> make_zones(MachineZoneFiles files = {});

}  // namespace postq
