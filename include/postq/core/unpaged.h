#pragma once

#include <string_view>

namespace postq {

// The cursor of a reading of a timeline whose server shows one page of the newest posts, whatever it is asked for: what
// is older can't be read, ever. That page is all there is for the ratio's count, and proves nothing of what isn't on
// it. Nothing goes on from there: a reading with this cursor reads everything again.
inline constexpr std::string_view kUnpagedCursor = "unpaged";

}  // namespace postq
