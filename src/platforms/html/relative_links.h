#pragma once

#include <string>
#include <string_view>

namespace postq {

// An HTML fragment for a page that lies in another folder: `prefix` stands before every address in it that is relative
// to where it was written. What begins with a scheme, a "/", a "#" or a "?" stays, and so does all text.
std::string with_links_from(std::string_view html, std::string_view prefix);

}  // namespace postq
