#pragma once

#include <map>
#include <string>

#include <postq/core/account.h>
#include <postq/core/secret.h>

namespace postq {

// The secrets of one account by name: `token`, `refresh_token`, ...
using SecretValues = std::map<std::string, Secret>;

// Where tokens are kept: secrets/NAME.json (0600), or what a command prints. Never the database.
class Secrets {
 public:
  virtual ~Secrets() = default;
  // kind sign_in when the account has none, config when the file is unsafe (others can read it) or broken, or when the
  // account's command fails or doesn't answer within 10 s. A command's whole output, less one newline, is `token`.
  virtual Result<SecretValues> load(const Account& account) = 0;
  // Durable when it returns: temporary file, fsync, rename.
  virtual Status save(const Account& account, const SecretValues& values) = 0;
  virtual Status remove(const Account& account) = 0;
};

}  // namespace postq
