#pragma once

#include <string_view>

namespace postq {

// What a text that isn't UTF-8 is coded in, as iconv names it: "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"; for
// everything else "WINDOWS-1252", which is what such files mostly are. Empty for UTF-8.
std::string_view foreign_encoding(std::string_view raw);

}  // namespace postq
