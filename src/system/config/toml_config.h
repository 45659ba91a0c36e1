#pragma once

#include <functional>
#include <string>

#include <postq/base/result.h>
#include <postq/policy/config.h>

namespace postq {

// Reads config.toml; the defaults if there is no such file. kind config, with file:line:column in front of the message,
// for broken TOML, an unknown key and a value that its key can't have; also for a file that others may change. Of
// several mistakes the first is the message, and the hint has the others too, in the order of the file; `check_zone`
// tells whether the zone is another one, and is only asked where there are mistakes.
Result<Config> read_config(const std::string& path, const std::function<Status(const std::string&)>& check_zone = {});

}  // namespace postq
