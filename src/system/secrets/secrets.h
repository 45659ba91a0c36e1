#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <postq/ports/secrets.h>

namespace postq {

struct SecretsSettings {
  std::string dir;  // this queue's, below the data folder; made with mode 0700 when first needed
  std::chrono::milliseconds command_deadline{10'000};  // for an account's token command, then it is killed
  std::size_t command_output = std::size_t{1} << 16;   // more is no token
  std::chrono::milliseconds lock_patience{60'000};     // longer than a refresh: two requests of at most 30 s
  // Where an older postq kept the secrets of every queue: read where `dir` has none, never written. Empty: nowhere.
  std::string before = {};
  // Another queue has its secrets there. Then only an account that keeps a token in a file reads it: since there are
  // folders for each queue, one that was added has a file in its own.
  bool before_is_shared = false;
};

// Files DIR/NAME.json, or what the account's setting token_command prints; by Account::secret_from.
std::unique_ptr<Secrets> make_secrets(SecretsSettings settings);

}  // namespace postq
