#pragma once

#include <postq/core/actor.h>
#include <postq/core/json_line.h>

namespace postq {

// Who wrote a post: "author", "agent", and "for" whom (empty: for nobody else).
JsonLine& author_json(JsonLine& line, const Actor& author);

}  // namespace postq
