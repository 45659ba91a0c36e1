#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platforms/feed/document.h"

namespace postq {

// The pages of a feed, made from feed.json alone: the same document always gives the same bytes.

struct SiteFile {
  std::string name;  // under the feed's folder: "index.html", "posts/ID.html"
  std::string bytes;
};

// The page of an item: "posts/ID.html", or a name made of the id's digest when the id can't be a file name.
std::string page_file(std::string_view item_id);

// Whether postq makes a page for it: not for an item by hand that has a page elsewhere.
bool has_page(const FeedItem& item, std::string_view base);

// One page per item, in the order of the file. `base` is the public address or empty.
std::vector<SiteFile> item_pages(const Feed& feed, std::string_view base);
SiteFile index_page(const Feed& feed, std::string_view base);
SiteFile atom_file(const Feed& feed, std::string_view base);
// The feed's first letter on a colour of its own, for browsers and readers; an owner's own icon.svg stays.
SiteFile icon_file(const Feed& feed);

// Whether a page, Atom file or icon was made by postq, and may be replaced.
bool is_made_by_postq(std::string_view bytes);

// --- shared by the above ---

// Newest first; items without a time last; ties in the order of the file.
std::vector<const FeedItem*> newest_first(const Feed& feed);

// Where an item is read: relative to the feed's folder for pages of postq's own.
std::string item_href(const FeedItem& item, std::string_view base);

// The text of an item, for titles and timelines: without its warning.
std::string item_text(const FeedItem& item);
// What it is called where a name is needed: its title, its first words, or what it shows.
std::string item_title(const FeedItem& item);
// "Image", "Video" or "Audio".
std::string_view media_word(std::string_view mime);

// A text as it stands in content_text: readers that show that have nothing to hide it behind, so the warning comes
// first.
std::string text_with_warning(const std::string& text, const std::string& warning);

// What the site's pages are in: what feed.json says, else most of the newest items, else English, as postq's own words
// on them are. Never empty.
std::string site_language(const Feed& feed);

constexpr std::size_t kShownItems = 50;  // on the index and in the Atom file; the index lists the others by title

}  // namespace postq
