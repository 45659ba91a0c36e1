#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace postq {

// The ids typed, with `-` replaced by the words on standard input. kind usage when that leaves none.
Result<std::vector<std::string>> expand_ids(Context& context, const std::vector<std::string>& typed);

}  // namespace postq
