#pragma once

#include <cstdint>
#include <string>

#include <postq/time/time.h>

namespace postq {

// What a wall time means in a zone. A time skipped by a clock change has no instant of its own: `instant` is then the
// one that the clock shows when it has moved forward by the gap (02:30 becomes 03:30). A repeated one takes the first.
struct ResolvedWall {
  enum class Kind : std::uint8_t { unique, skipped, repeated };
  TimePoint instant;
  TimePoint second;  // the later instant of a repeated time; else the same as `instant`
  Kind kind = Kind::unique;
};

// A time zone with its data loaded. Values only: it never reads the disk after it was made.
class Zone {
 public:
  virtual ~Zone() = default;
  virtual const std::string& name() const = 0;  // IANA name, such as "Europe/Berlin"
  virtual WallTime wall(TimePoint at) const = 0;
  virtual Seconds offset(TimePoint at) const = 0;
  virtual std::string abbreviation(TimePoint at) const = 0;  // "CET"
  virtual ResolvedWall resolve(WallTime wall) const = 0;
};

// UTC, which needs no data.
const Zone& utc_zone();

}  // namespace postq
