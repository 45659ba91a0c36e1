#pragma once

#include <string>
#include <string_view>

namespace postq {

// Hex of bytes, and back (empty when `hex` is not hex).
std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view hex);

}  // namespace postq
