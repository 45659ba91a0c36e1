#pragma once

#include <string>
#include <string_view>

namespace postq {

// Text for HTML and XML, elements and double-quoted attributes alike. What XML 1.0 can't hold is left out.
std::string escape_markup(std::string_view text);

}  // namespace postq
