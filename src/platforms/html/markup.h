#pragma once

#include <string>
#include <string_view>

#include <postq/base/markup.h>

namespace postq {

// A URL for an attribute: itself when it is relative, http, https or mailto; "#" for every other scheme (javascript:).
std::string safe_url(std::string_view url);

// The first words of a text on one line, at most `most` graphemes, "..." when cut.
std::string first_words(std::string_view text, std::size_t most);

// A text that has no tags, with its entities resolved as far as texts need them.
std::string text_with_entities(std::string_view html);

// Text without tags, entities resolved as far as texts need them: what a reader sees of an HTML fragment.
std::string text_of_html(std::string_view html);

}  // namespace postq
