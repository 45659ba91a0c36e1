#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>

namespace postq::sqlite {

struct ArchiveWords {
  std::string query;               // for the index
  std::vector<std::string> words;  // as typed, each on its own
};

// What a person typed, in the words of SQLite's full-text search: all of them occur; "quoted words" together, word* as
// a beginning. Nothing else of that language gets through. kind usage when there is no word in it.
Result<ArchiveWords> archive_words(std::string_view typed);

}  // namespace postq::sqlite
