#pragma once

#include <string>
#include <string_view>

#include <postq/core/result.h>

namespace postq::sqlite {

// What a person typed, in the words of SQLite's full-text search: all of them occur; "quoted words" together, word* as
// a beginning. Nothing else of that language gets through. kind usage when there is no word in it.
Result<std::string> archive_words(std::string_view typed);

}  // namespace postq::sqlite
