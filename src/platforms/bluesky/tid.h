#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postq {

// A timestamp identifier of the AT Protocol: microseconds since 1970 (53 bits) and a clock id (10 bits), written in 13
// letters that sort as the numbers do.
struct Tid {
  std::uint64_t microseconds = 0;
  unsigned clock_id = 0;
};

// The last two of the letters are the clock id. Official clients use 0 to 31, others draw one of 1024; these two end a
// record key in "pq" and "ph", so that postq knows its own posts again, and how they came about, without its database.
constexpr unsigned kScheduledClockId = 694;
constexpr unsigned kByHandClockId = 685;

std::string to_string(const Tid& tid);
std::optional<Tid> parse_tid(std::string_view text);

}  // namespace postq
