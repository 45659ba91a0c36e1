#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <postq/policy/policy.h>

namespace postq {

// What the file may hold behind a key.
using ConfigValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

// As it would stand in the file: "\"1:3\"", "10", "[\"bsky\"]".
std::string toml_text(const ConfigValue& value);

// One key in force, for `postq config --show-origin`.
struct ConfigLine {
  std::string key;  // "policy.ratio", "policy.accounts.bsky.window"
  ConfigValue value;
  std::string origin;  // "default", or "config.toml:12"
};

// What config.toml says, with the defaults of what it doesn't. postq never writes that file.
struct Config {
  std::string zone;                   // IANA name; empty: the database's, else the machine's
  std::string notify_command;         // run by flush with what it has to say on its standard input; empty: none
  std::string language;               // of a post without --lang, BCP 47; empty: not said
  bool split = false;                 // a text too long for an account becomes a thread there, as with --split
  std::vector<std::string> accounts;  // of a post without --to: accounts and groups
  std::map<std::string, std::vector<std::string>> groups;  // what --to NAME stands for
  std::string ui;                                          // "plain" or empty
  std::string proxy;                                       // the only one that is used; the environment's are not
  PolicySettings policy;
  std::map<std::string, PolicySettings> account_policies;  // already laid over `policy`
  std::vector<ConfigLine> lines;                           // every key, in the order of the example file

  const PolicySettings& for_account(const std::string& name) const {
    const auto found = account_policies.find(name);
    return found == account_policies.end() ? policy : found->second;
  }
};

}  // namespace postq
