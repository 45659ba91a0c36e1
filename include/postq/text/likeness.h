#pragma once

#include <string_view>

namespace postq {

// Whether at least half of the words of the one that has fewer stand in the other. The fingerprints of two short texts
// may be near by chance, with hardly a word in common; nobody calls such texts nearly the same.
bool share_words(std::string_view a, std::string_view b);

}  // namespace postq
