#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <postq/time/zone.h>

// Offsets from UTC as people write them: `UTC+2` and `GMT+2` are two hours ahead. The zones of the Etc area are named
// after POSIX, with the sign the other way round: Etc/GMT-2 is two hours ahead (tzdata's file `etcetera`).
namespace postq {

// How far ahead of UTC `UTC+2`, `gmt-5`, `UTC+5:30` or `GMT-0330` is. Nothing for another shape, and beyond the 12
// hours behind and 14 ahead that exist.
std::optional<Seconds> read_named_offset(std::string_view text);

// Whether the word is meant as such an offset, be there one or not: UTC or GMT with a sign or a digit behind it.
bool looks_like_offset(std::string_view text);

// "UTC+2", "UTC-3:30", "UTC".
std::string say_offset(Seconds ahead);

// How far ahead of UTC a zone such as `Etc/GMT-2` is. Nothing for other names.
std::optional<Seconds> offset_of_etc_zone(std::string_view name);

// The zone of whole hours, such as "Etc/GMT-2" for two hours ahead. Nothing for other offsets.
std::optional<std::string> etc_zone_of(Seconds ahead);

// What people call the zone: its city, "Berlin" or "Buenos Aires"; "UTC+2" for Etc/GMT-2.
std::string zone_label(std::string_view zone_name);

// A clock that is always as far ahead of UTC. Only for reading: its name is none of tzdata's.
class FixedOffset final : public Zone {
 public:
  explicit FixedOffset(Seconds ahead) : ahead_(ahead), name_(say_offset(ahead)) {}

  const std::string& name() const override { return name_; }
  WallTime wall(TimePoint at) const override { return WallTime{at.time_since_epoch()} + ahead_; }
  Seconds offset(TimePoint) const override { return ahead_; }
  std::string abbreviation(TimePoint) const override { return name_; }
  ResolvedWall resolve(WallTime wall) const override {
    const TimePoint at{wall.time_since_epoch() - ahead_};
    return {at, at, ResolvedWall::Kind::unique};
  }

 private:
  Seconds ahead_;
  std::string name_;
};

}  // namespace postq
