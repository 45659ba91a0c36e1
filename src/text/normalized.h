#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <utf8proc.h>

namespace postq {

// The code points of a text in the form that utf8proc's options ask for; nothing where it is no UTF-8.
std::optional<std::vector<utf8proc_int32_t>> normalized(std::string_view text, utf8proc_option_t options);

}  // namespace postq
