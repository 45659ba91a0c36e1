#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <postq/policy/config.h>

namespace postq {

// What the file may hold behind a key.
using ConfigValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

// One key of the file: everything that the word means. Target is what it fills.
template <typename Target>
struct ConfigKey {
  std::string name;
  std::string form;                                 // what it wants, after "wants": "a length of time, such as ..."
  bool (*set)(Target& target, const ConfigValue&);  // false: the value hasn't that form
  std::string (*text)(const Target& target);        // the value as it stands in the file
};

const std::vector<ConfigKey<Config>>& general_keys();         // at the top of the file
const std::vector<ConfigKey<PolicySettings>>& policy_keys();  // of [policy] and [policy.accounts.NAME]

// A value as TOML spells it.
std::string toml_text(const std::string& value);
std::string toml_text(const std::vector<std::string>& values);

}  // namespace postq
