#pragma once

#include <string>
#include <string_view>

namespace postq {

// What a web page says about itself to those who link to it.
struct PageHead {
  std::string title;        // og:title, else twitter:title, else <title>
  std::string description;  // og:description, else twitter:description, else <meta name=description>
  std::string image;        // og:image, else twitter:image; as written, maybe relative
};

// Reads the page's beginning, however broken it is: from <title> and <meta>, up to <body> or the end. White space is
// made single; texts are UTF-8, whatever encoding the page names. All empty for pages in one that nobody knows.
PageHead read_page_head(std::string_view html, std::string_view content_type);

}  // namespace postq
