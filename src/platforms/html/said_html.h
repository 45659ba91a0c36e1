#pragma once

#include <string>
#include <string_view>

namespace postq {

// What a reader sees of an HTML fragment that somebody wrote, as plain text: paragraphs and headings apart, items of
// lists on lines of their own with "- " or their number, "> " before what is quoted, code as it stands, and behind a
// word that is a link where it leads. Spaces and line feeds inside a text stay, as Mastodon shows them. For people;
// what is compared with a text that was sent goes through text_of_html().
std::string readable_text(std::string_view html);

}  // namespace postq
