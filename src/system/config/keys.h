#pragma once

#include <string>
#include <vector>

#include <postq/policy/config.h>

namespace postq {

// One key of the file: everything that the word means. Target is what it fills.
template <typename Target>
struct ConfigKey {
  std::string name;
  std::string form;                                 // what it wants, after "wants": "a length of time, such as ..."
  bool (*set)(Target& target, const ConfigValue&);  // false: the value hasn't that form
  ConfigValue (*value)(const Target& target);       // in force
};

const std::vector<ConfigKey<Config>>& general_keys();         // at the top of the file
const std::vector<ConfigKey<PolicySettings>>& policy_keys();  // of [policy] and [policy.accounts.NAME]
}  // namespace postq
