#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postq {

// The pages on which an editor is opened are alike: the text first, where the cursor stands, then a line with scissors,
// and below it what is no part of the text: the conversation, other things that can be changed, advice.

bool is_scissors(std::string_view line);

// Without their line feeds; nothing behind the last one.
std::vector<std::string_view> lines_of(std::string_view text);

// `below` ends with a line feed.
std::string editor_page(std::string_view text, std::string_view below);

struct PageParts {
  std::string text;      // without the line feeds and spaces at its end
  std::string left_out;  // what a person typed below the line, lines of ours left out
};

// What a person made of a page. `below` is what stood under the line; empty: it isn't known any more, and what begins
// with "# " there was ours. Where the line itself is gone, the first of the lines under it tells where it was. Of
// several such lines the last one counts, since a text may have some of its own. Pages of 0.1.0 are read as well, which
// had the conversation above the text.
PageParts parts_of_page(std::string_view page, std::string_view below);

}  // namespace postq
