#pragma once

#include <cstddef>
#include <string_view>

#include <postq/ports/platform.h>

namespace postq {

// How long a platform that counts in this unit takes a text to be.
std::size_t count_in(TextUnit unit, std::string_view text);

}  // namespace postq
