#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <postq/ports/secrets.h>

namespace postq {

// An flock on the file at `path`, which is made when missing: threads and processes alike exclude each other, and a
// dead owner holds nothing. kind try_later, naming the account, when somebody still holds it after `patience`.
Result<std::unique_ptr<SecretsLock>> lock_secrets(const std::string& path, const std::string& account,
                                                  std::chrono::milliseconds patience);

}  // namespace postq
