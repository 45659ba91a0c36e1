#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postq {

// The languages of `--lang de,en`, the main one first, as they were typed.
std::vector<std::string> languages_of(std::string_view typed);

// The main one, for platforms that know only one; empty when none is said.
std::string main_language(std::string_view typed);

}  // namespace postq
