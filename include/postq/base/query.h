#pragma once

#include <map>
#include <string>
#include <string_view>

namespace postq {

// The fields of a URL's query or of a form, decoded ("+" is a space). The first of a name counts.
std::map<std::string, std::string> query_fields(std::string_view query);

}  // namespace postq
