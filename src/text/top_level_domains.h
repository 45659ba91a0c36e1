#pragma once

#include <string>
#include <string_view>

namespace postq {

// Whether a name's last label is a top-level domain of the Internet in Latin letters: what tells "example.org" from
// "something.jpg" in a text.
bool ends_in_top_level_domain(std::string_view domain);

}  // namespace postq
