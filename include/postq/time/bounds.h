#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <postq/time/when.h>

namespace postq {

// Where words without a date of their own are looked for. `past`: what has happened; `future`: what is planned.
enum class Toward : std::uint8_t { past, future };

// `--from` and `--until` as they were typed; empty: not given.
struct BoundWords {
  std::string from;
  std::string until;
};

// Both ends belong to what was asked for.
struct Bounds {
  std::optional<TimePoint> from;
  std::optional<TimePoint> end;  // the first instant behind it
};

// Reads the ends of a range: a day such as `mon`, `1 nov`, `2026-11-01`, `today`, `yesterday`, `last fri`, which is
// meant whole; a day with a time, or a time of today; `7d`, so long ago, and `in 7d`.
// - `mon` is today on a Monday; else the coming one or, toward the past, the last; a date without a year is the nearest
//   one or, toward the past, the last;
// - with both ends given, `until` is the first such day from `from` on.
// kind usage for what can't be read, for an end that comes before the beginning and, toward the past, for a `from` that
// lies ahead.
Result<Bounds> read_bounds(const BoundWords& words, Toward toward, const WhenContext& context);

}  // namespace postq
