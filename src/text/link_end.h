#pragma once

#include <cstddef>
#include <string_view>

namespace postq {

// Where the link ends whose host begins at `host`: at a space, a quote, a bracket that it didn't open or the
// punctuation of a script without spaces, and before the punctuation of the sentence around it. `host` where nothing is
// left of it.
std::size_t link_end(std::string_view text, std::size_t host);

}  // namespace postq
