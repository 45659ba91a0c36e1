#pragma once

#include <string>

#include <postq/core/result.h>
#include <postq/policy/config.h>

namespace postq {

// Reads config.toml; the defaults if there is no such file. kind config, with file:line:column in front of the message,
// for broken TOML, an unknown key and a value that its key can't have; also for a file that others may change.
Result<Config> read_config(const std::string& path);

}  // namespace postq
