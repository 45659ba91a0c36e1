#include "platforms/common/languages.h"

#include <algorithm>

namespace postq {

std::vector<std::string> languages_of(std::string_view typed) {
  std::vector<std::string> languages;
  while (!typed.empty()) {
    const auto comma = std::min(typed.find(','), typed.size());
    std::string_view one = typed.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    languages.emplace_back(one);
    typed.remove_prefix(std::min(comma + 1, typed.size()));
  }
  return languages;
}

std::string main_language(std::string_view typed) {
  const auto languages = languages_of(typed);
  return languages.empty() ? std::string{} : languages.front();
}

}  // namespace postq
