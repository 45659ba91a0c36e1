#pragma once

#include <map>
#include <memory>
#include <string>

#include <postq/base/secret.h>
#include <postq/core/account.h>

namespace postq {

// The secrets of one account by name: `token`, `refresh_token`, ...
using SecretValues = std::map<std::string, Secret>;

// Held by whoever replaces an account's secrets; released with it, and by the kernel when its owner dies.
class SecretsLock {
 public:
  virtual ~SecretsLock() = default;
};

// Where tokens are kept: secrets/NAME.json (0600), or what a command prints. Never the database.
class Secrets {
 public:
  virtual ~Secrets() = default;
  // kind sign_in when the account has none, config when the file is unsafe (others can read it) or broken, or when the
  // account's command fails or doesn't answer within 10 s. A command's whole output, less one newline, is `token`; what
  // was saved beside it (a session) comes from the file all the same.
  virtual Result<SecretValues> load(const Account& account) = 0;
  // Only what save() kept, so that no command is run for a session that still holds; empty when there is nothing.
  virtual Result<SecretValues> load_kept(const Account& account) { return load(account); }
  // Durable when it returns: temporary file, fsync, rename. `token` is left out where a command gives it.
  virtual Status save(const Account& account, const SecretValues& values) = 0;
  // For a refresh that must happen once though several processes need it: take the lock, load again, refresh, save.
  // Waits as long as somebody else's refresh may take, then kind try_later. The base version is for secrets that nobody
  // else can see.
  virtual Result<std::unique_ptr<SecretsLock>> lock(const Account&) { return std::make_unique<SecretsLock>(); }
  virtual Status remove(const Account& account) = 0;
};

}  // namespace postq
