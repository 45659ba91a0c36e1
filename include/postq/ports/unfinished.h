#pragma once

#include <string_view>

namespace postq {

// A reading of a timeline that was cut off before its end keeps its place in the cursor, which begins with this. The
// next reading is given that cursor, reads what is new, and goes on from the place to what is older; what lies between
// was read. `complete` and `full` are those of all its pieces together: a piece that isn't the last is never `full`.
inline constexpr std::string_view kUnfinished = "unfinished ";

inline bool is_unfinished(std::string_view cursor) {
  return cursor.starts_with(kUnfinished);
}

}  // namespace postq
