#pragma once

#include <optional>
#include <string>

#include <postq/base/result.h>

namespace postq {

// The bytes of the file, or nothing if there is none. kind config if somebody else could have written it (owner and
// mode of the file that was opened, not of a name that may change), or if it can't be read.
Result<std::optional<std::string>> read_config_file(const std::string& path);

}  // namespace postq
