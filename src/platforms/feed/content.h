#pragma once

#include <string>
#include <string_view>

#include <postq/core/content.h>

namespace postq {

// The file of a media in the feed's folder: "media/<digest>.png".
std::string media_file(const Media& media);

// One part as the HTML fragment that stands in feed.json and on its page: paragraphs, links, tags, pictures with alt
// text, all of it behind the warning when there is one. URLs of media begin with `base` (empty: relative).
std::string content_html(const Content::Part& part, std::string_view warning, std::string_view base);

}  // namespace postq
