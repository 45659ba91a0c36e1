#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include <postq/base/result.h>
#include <postq/base/secret.h>

namespace postq {

struct TokenCommandLimits {
  std::chrono::milliseconds deadline{10'000};
  std::size_t output = std::size_t{1} << 16;
};

// Runs the words of `line` (split_command): no shell, no input, no secret and nothing of POSTQ_* in its environment,
// its error output dropped; killed with all it started when it takes too long. What it prints, less one newline. kind
// config, naming the first word only, when it can't be run, fails, prints nothing or too much, or isn't done in time.
Result<Secret> run_token_command(std::string_view line, const TokenCommandLimits& limits);

}  // namespace postq
