#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postq/time/utc_offset.h>
#include <postq/time/when.h>

#include "time/day_words.h"
#include "time/time_words.h"

// What was typed about a time, read before it is decided which moment is meant: parse_when() looks for the next one,
// read_bounds() for the ends of a range.
namespace postq {

struct TimePhrase {
  enum class Direction : std::uint8_t { none, ahead, back };  // "2h"; "in 2h", "+2h"; "2h ago"

  std::string typed;
  const Zone* zone = nullptr;         // in which the time is kept: the context's, or the one that was typed
  std::optional<FixedOffset> offset;  // in which it was typed, as in "9:00+01:00" and "9am UTC+2"
  bool offset_is_named = false;       // as UTC+2, and so meant to be seen again
  std::string zone_words;             // " America/New_York", to be put behind a suggestion

  bool is_now = false;
  std::optional<Amounts> length;
  Direction direction = Direction::none;
  DayWords day;
  std::optional<ClockWord> clock;
  std::string clock_typed;

  // In which day and clock are meant.
  const Zone& reading_zone() const { return offset ? *offset : *zone; }
};

// kind usage for what can't be read, with examples of times ahead.
Result<TimePhrase> read_phrase(std::string_view typed, const WhenContext& context);

// `wall` so many months, then so many days later, or earlier where they are negative. A month that is too short for the
// day ends it: its last day, with a note that says so.
struct ShiftedWall {
  WallTime wall;
  std::string note;
};
ShiftedWall shifted(WallTime wall, std::chrono::months months, std::chrono::days days);

}  // namespace postq
