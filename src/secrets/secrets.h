#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <postq/ports/secrets.h>

namespace postq {

struct SecretsSettings {
  std::string dir;  // the data folder's secrets/; made with mode 0700 when first needed
  std::chrono::milliseconds command_deadline{10'000};  // for an account's token command, then it is killed
  std::size_t command_output = std::size_t{1} << 16;   // more is no token
  std::chrono::milliseconds lock_patience{60'000};     // longer than a refresh: two requests of at most 30 s
};

// Files DIR/NAME.json, or what the account's setting token_command prints; by Account::secret_from.
std::unique_ptr<Secrets> make_secrets(SecretsSettings settings);

}  // namespace postq
