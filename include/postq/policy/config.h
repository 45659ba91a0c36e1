#pragma once

#include <map>
#include <string>
#include <vector>

#include <postq/policy/policy.h>

namespace postq {

// config.toml as values; without a file everything is at its default. postq never writes it.
struct Config {
  // Where a value came from, for `postq config --show-origin`.
  struct Entry {
    std::string key;     // "policy.accounts.bsky.ratio"
    std::string value;   // as it is written in TOML
    std::string origin;  // "default" or "config.toml:12"
  };

  std::string zone;            // IANA name; empty: the one that the first `account add` asked for
  std::string notify_command;  // gets flush's text on standard input
  std::string language;        // BCP 47, for posts without --lang
  std::string ui;              // "plain" or empty
  std::string proxy;           // for libcurl; the environment's proxies are ignored
  std::vector<std::string> accounts;                        // default of --to
  std::map<std::string, std::vector<std::string>> groups;   // names usable in --to
  PolicySettings policy;
  std::map<std::string, PolicySettings> account_policies;   // [policy.accounts.NAME] laid over [policy]
  std::vector<Entry> entries;                               // every key in force

  const PolicySettings& for_account(const std::string& name) const {
    const auto found = account_policies.find(name);
    return found == account_policies.end() ? policy : found->second;
  }
};

}  // namespace postq
