#pragma once

#include <string_view>

#include <postq/core/result.h>

namespace postq {

// A name that events and reviews may show: UTF-8, at most 64 characters, not blank, nothing in it that can't be seen.
// kind usage; the message goes on behind what the name is ("holds ...").
Status check_actor_name(std::string_view name);

}  // namespace postq
