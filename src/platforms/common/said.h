#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postq {

// The most that is read of an answer that strangers fill: four thousand answers below a post, or a page of ten posts
// that are as large as servers take them.
inline constexpr std::size_t kLargestAnswer = std::size_t{32} << 20;

// What strangers wrote, as it is kept: valid UTF-8 without NUL, cut before the character that would make it longer.
std::string kept_text(std::string_view text, std::size_t most = std::size_t{64} * 1024);

// The same for names.
std::string kept_name(std::string_view name);

// On one line, without the spaces around it.
std::string one_line(std::string_view text);

// "[image: A cat on the mat]", "[video]": what is attached to what somebody said. `type` is the platform's word for it.
std::string attachment_line(std::string_view type, std::string_view alt);

// `lines` begins with a line feed, or is empty.
std::string with_attachments(std::string text, std::string_view lines);

// A JSON text that strangers had a hand in, so that one wrong byte doesn't hide what everybody else says: invalid UTF-8
// and halves of surrogate pairs become U+FFFD.
std::string repaired_json(std::string_view text);

}  // namespace postq
