#pragma once

#include <postq/ports/platform.h>

namespace postq {

// Every platform of platforms.def.
const Platforms& all_platforms();

}  // namespace postq
