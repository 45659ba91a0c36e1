#pragma once

#include <string_view>

#include <postq/time/zone.h>

namespace postq {

// Loads time zones by IANA name.
class Zones {
 public:
  virtual ~Zones() = default;
  // kind usage, with a suggestion as hint, when there is no such zone or no data for it. The reference lives as long
  // as the Zones object.
  virtual Result<const Zone*> find(std::string_view name) = 0;
  // The machine's own zone: $TZ, else /etc/localtime, else UTC. Never fails.
  virtual const Zone& machine() = 0;
};

}  // namespace postq
