#include "platforms/feed/site.h"

#include <algorithm>
#include <array>
#include <map>

#include <postq/base/digest.h>
#include <postq/text/text.h>

#include "platforms/html/markup.h"

namespace postq {
namespace {

constexpr std::size_t kLongestFileName = 100;
constexpr std::string_view kMadeByPostq = "<!-- made by postq -->";

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
         bytes.find("<generator>postq</generator>") != std::string_view::npos ||
         bytes.find(kMadeByPostq) != std::string_view::npos;
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
  if (item.content_text.empty()) return text_of_html(item.content_html);
  const std::string before = text_with_warning("", item.summary);
  if (item.made_by_postq && item.content_text.starts_with(before)) return item.content_text.substr(before.size());
  return item.content_text;
}

std::string item_title(const FeedItem& item) {
  constexpr std::size_t kTitleLength = 60;
  if (!item.title.empty()) return item.title;
  const std::string words = first_words(item.summary.empty() ? item_text(item) : item.summary, kTitleLength);
  if (!words.empty()) return words;
  return item.attachments.empty() ? "Untitled" : std::string(media_word(item.attachments.front().mime));
}

std::string_view media_word(std::string_view mime) {
  if (mime.starts_with("video/")) return "Video";
  return mime.starts_with("audio/") ? "Audio" : "Image";
}

std::string text_with_warning(const std::string& text, const std::string& warning) {
  return warning.empty() ? text : warning + "\n\n" + text;
}

std::string site_language(const Feed& feed) {
  if (!feed.language.empty()) return feed.language;
  std::map<std::string_view, int> used;
  std::string_view most = "en";
  std::size_t looked_at = 0;
  for (const FeedItem* item : newest_first(feed)) {
    if (++looked_at > kShownItems) break;
    if (item->language.empty()) continue;
    if (++used[item->language] > used[most]) most = item->language;
  }
  return std::string(most);
}

SiteFile icon_file(const Feed& feed) {
  // Dark enough for white letters: each has a contrast of at least 4.5 with them.
  constexpr std::array<std::string_view, 8> kColours{"#1a56a8", "#256b4a", "#8a3b12", "#6a3d8f",
                                                     "#a0264f", "#0b6472", "#5a5213", "#3f4a5a"};
  const std::string id = feed.id.empty() ? feed.title : feed.id;
  const auto colour = kColours.at(static_cast<unsigned char>(sha256(id).hex().front()) % kColours.size());
  const std::string title = first_words(feed.title.empty() ? "Posts" : feed.title, 60);
  const std::string letter = title.substr(0, grapheme_prefix(title, 1));
  return {kIconFile, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">" + std::string(kMadeByPostq) +
                         "<rect width=\"64\" height=\"64\" rx=\"14\" fill=\"" + std::string(colour) +
                         "\"/><text x=\"32\" y=\"32\" dy=\".36em\" text-anchor=\"middle\" font-size=\"38\" "
                         "font-weight=\"700\" font-family=\"system-ui,sans-serif\" fill=\"#fff\">" +
                         escape_markup(letter) + "</text></svg>\n"};
}

}  // namespace postq
