#pragma once

#include <optional>
#include <string>

#include <postq/ports/platform.h>

namespace postq {

// Where a post stands after it was to be deleted. No answer to the deletion itself tells: servers say 404 to what they
// still show, and yes before they have done it.
enum class AfterDeletion : std::uint8_t {
  gone,     // the account's own list was read, and it isn't in it
  there,    // the post itself can be read, or is in the list
  unknown,  // neither could be read
};

// What taking a post back came to. `said`: what the platform said to the deletion, if it wasn't a yes. Still there is
// of kind platform with the address where a person can delete it, unknown of kind unknown.
Status retraction(AfterDeletion state, const std::optional<Error>& said, const std::string& place,
                  const Receipt& receipt);

// "delete it there yourself: https://..."
std::string delete_it_yourself(const Receipt& receipt);

}  // namespace postq
