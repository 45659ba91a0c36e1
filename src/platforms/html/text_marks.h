#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// A link or hashtag in a plain text: byte range, end exclusive, in order, never overlapping.
struct TextMark {
  enum class Kind : unsigned char { link, tag };
  Kind kind = Kind::link;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string target;  // the URL; the tag without its #
};

std::vector<TextMark> find_marks(std::string_view text);

// The tags of a text, each once, as first written.
std::vector<std::string> tags_of(std::string_view text);

}  // namespace postq
