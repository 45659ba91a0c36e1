#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// A word that was pasted, without what a page or an app put around it.
struct Pasted {
  std::string text;
  std::vector<std::string> left_out;  // signs that nobody sees, each once: "U+202A"; white space isn't named
};

// Without white space at both ends, and without signs that nobody sees (bidi controls, zero-width characters, soft
// hyphens, a BOM) anywhere. For words that can hold neither: names, addresses, tokens.
Pasted without_unseen_signs(std::string_view text);

// Without both at the ends alone.
Pasted without_unseen_ends(std::string_view text);

// An app password, abcd-efgh-ijkl-mnop, whose hyphens a text program made into dashes; nothing for all else.
std::optional<std::string> with_plain_hyphens(std::string_view text);

}  // namespace postq
