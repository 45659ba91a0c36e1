#pragma once

#include <string>
#include <string_view>

namespace postq {

// The host of a URL as it will be contacted: folded to lower case and compatibility forms (a full-width letter or dot
// is a letter or dot), labels outside ASCII as "xn--...".
struct Host {
  std::string name;
  bool suspicious = false;  // letters of scripts that look alike, a punycode label, or a bare IP address
};
Host read_host(std::string_view typed);

}  // namespace postq
