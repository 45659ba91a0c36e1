#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/hex.h>
#include <postq/text/text.h>

namespace postq::testing {

// A piece of a query or a form as it was meant.
inline std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += from_hex(text.substr(i + 1, 2));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

// What a query gives for a name, in its order: "id[]" may stand there several times.
inline std::vector<std::string> values_of(std::string_view target, std::string_view name) {
  std::vector<std::string> values;
  target.remove_prefix(std::min(target.find('?'), target.size()));
  while (!target.empty()) {
    target.remove_prefix(1);  // the ? or &
    const std::string_view pair = target.substr(0, target.find('&'));
    target.remove_prefix(pair.size());
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals)) != name) continue;
    values.push_back(decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return values;
}

// Of a query or a form that was read; empty where it lacks the name.
inline std::string value_of(const std::map<std::string, std::string>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second;
}

}  // namespace postq::testing
