#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/world.h"

namespace postq {

// "20261122-214012", in UTC: a rescue file's name says when, and sorts.
std::string stamp(TimePoint now);

struct LeftPage {
  std::string text;
  std::optional<Error> not_yet;  // the person left it, and the editor may still be open: the file has to stay
};

// Opens the editor on a page that lies at `path` and was written as `given`, and returns it as it was left. An editor
// that came back at once may have its window open: the person is asked when they are done, and told how to make it
// wait. Errors name the file.
Result<LeftPage> edit_page(World& world, Rescue& rescue, const std::string& path, std::string_view given);

// Keeps what was typed and is not used, and returns the file; empty when there is nothing to keep.
Result<std::string> keep_typed(World& world, std::string_view typed);
// The same for what is no text of a post: --recover never means it.
Result<std::string> keep_value(World& world, std::string_view typed);

// The same, and says so: "what you typed below the line is left out, and kept:  FILE".
Status keep_left_out(World& world, std::string_view typed);

}  // namespace postq
