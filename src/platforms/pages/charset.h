#pragma once

#include <string>
#include <string_view>

namespace postq {

// The encoding that a page is in, by the labels of the WHATWG's Encoding Standard in lower case: by its byte order
// mark, else by its Content-Type, else by a <meta> in its first kilobyte; "utf-8" where none of them says.
std::string charset_of(std::string_view html, std::string_view content_type);

// The page as UTF-8, what is broken in it as U+FFFD. Empty for an encoding that the standard or this system's iconv
// doesn't know.
std::string page_in_utf8(std::string_view html, std::string_view charset);

}  // namespace postq
