#include "platforms/feed_site.h"

#include <algorithm>

#include <postq/core/digest.h>

#include "platforms/markup.h"

namespace postq {
namespace {

constexpr std::size_t kLongestFileName = 100;

bool is_file_name(std::string_view id) {
  return !id.empty() && id.size() <= kLongestFileName && id.front() != '.' && id.front() != '-' &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                  c == '.';
         });
}

}  // namespace

std::string page_file(std::string_view item_id) {
  if (is_file_name(item_id)) return "posts/" + std::string(item_id) + ".html";
  return "posts/item-" + sha256(item_id).hex().substr(0, 16) + ".html";
}

bool has_page(const FeedItem& item, std::string_view base) {
  return item.made_by_postq || item.url.empty() || item.url == std::string(base) + page_file(item.id);
}

bool is_made_by_postq(std::string_view bytes) {
  return bytes.find("<meta name=\"generator\" content=\"postq\">") != std::string_view::npos ||
         bytes.find("<generator>postq</generator>") != std::string_view::npos;
}

std::vector<const FeedItem*> newest_first(const Feed& feed) {
  std::vector<const FeedItem*> items;
  for (const FeedItem& item : feed.items) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(), [](const FeedItem* a, const FeedItem* b) {
    return a->published.has_value() && (!b->published.has_value() || *a->published > *b->published);
  });
  return items;
}

std::string item_href(const FeedItem& item, std::string_view base) {
  return has_page(item, base) ? page_file(item.id) : safe_url(item.url);
}

std::string item_text(const FeedItem& item) {
  return item.content_text.empty() ? text_of_html(item.content_html) : item.content_text;
}

}  // namespace postq
