// atom.xml (RFC 4287), for readers that don't know JSON Feed.
#include <algorithm>

#include <postq/base/digest.h>

#include "platforms/feed/site.h"
#include "platforms/html/markup.h"

namespace postq {
namespace {

// An id has to be an IRI. One that isn't becomes a UUID (RFC 9562, version 8) made of its digest: always the same.
std::string atom_id(std::string_view id, std::string_view feed_id) {
  for (const std::string_view scheme : {"urn:", "tag:", "https://", "http://"}) {
    if (id.starts_with(scheme) && id.size() > scheme.size() && id.find_first_of(" \t\n") == std::string_view::npos) {
      return std::string(id);
    }
  }
  std::string hex = sha256(std::string(feed_id) + "\n" + std::string(id)).hex().substr(0, 32);
  hex[12] = '8';
  hex[16] = '8';
  return "urn:uuid:" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) +
         "-" + hex.substr(20);
}

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + escape_markup(text) + "</" + tag + ">\n";
}

TimePoint updated(const FeedItem& item) {
  if (item.modified) return *item.modified;
  return item.published.value_or(TimePoint{});
}

std::string entry(const Feed& feed, const FeedItem& item, std::string_view base) {
  std::string xml = "<entry";
  if (!item.language.empty()) xml += " xml:lang=\"" + escape_markup(item.language) + "\"";
  xml += ">\n" + element("id", atom_id(item.id, feed.id)) + element("title", item_title(item));
  if (item.published) xml += element("published", format_rfc3339(*item.published));
  xml += element("updated", format_rfc3339(updated(item)));
  const std::string own = has_page(item, base) ? std::string(base) : std::string{};
  xml += "<link rel=\"alternate\" type=\"text/html\" href=\"" + escape_markup(own + item_href(item, base)) + "\"/>\n";
  for (const FeedAttachment& file : item.attachments) {
    if (!file.is_public()) continue;
    xml += "<link rel=\"enclosure\" type=\"" + escape_markup(file.mime) + "\" href=\"" +
           escape_markup(safe_url(file.url)) + "\"/>\n";
  }
  for (const std::string& tag : item.tags) xml += "<category term=\"" + escape_markup(tag) + "\"/>\n";
  if (!item.summary.empty()) xml += element("summary", item.summary);
  const std::string html =
      item.content_html.empty() ? "<p>" + escape_markup(item.content_text) + "</p>" : item.content_html;
  return xml + "<content type=\"html\">" + escape_markup(html) + "</content>\n</entry>\n";
}

}  // namespace

SiteFile atom_file(const Feed& feed, std::string_view base) {
  TimePoint newest{};
  for (const FeedItem& item : feed.items) newest = std::max(newest, updated(item));
  const std::string title = feed.title.empty() ? "Posts" : feed.title;
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"";
  xml += " xml:lang=\"" + escape_markup(site_language(feed)) + "\"";
  if (!base.empty()) xml += " xml:base=\"" + escape_markup(base) + "\"";
  xml += ">\n" + element("id", atom_id(feed.id, feed.title)) + element("title", title);
  if (!feed.description.empty()) xml += element("subtitle", feed.description);
  xml += element("updated", format_rfc3339(newest));
  xml += "<author>" + element("name", feed.author.empty() ? title : feed.author) + "</author>\n";
  // Without an address of its own a feed can't say where it is.
  if (!base.empty()) {
    xml += "<link rel=\"self\" type=\"application/atom+xml\" href=\"" + escape_markup(std::string(base) + "atom.xml") +
           "\"/>\n";
  }
  if (const std::string icon = feed.icon.empty() && !base.empty() ? std::string(base) + kIconFile : feed.icon;
      !icon.empty()) {
    xml += element("icon", safe_url(icon));
  }
  xml += "<link rel=\"alternate\" type=\"text/html\" href=\"" +
         escape_markup(base.empty() ? std::string("index.html") : std::string(base)) + "\"/>\n";
  xml += "<generator>postq</generator>\n";
  std::size_t shown = 0;
  for (const FeedItem* item : newest_first(feed)) {
    if (++shown > kShownItems) break;
    xml += entry(feed, *item, base);
  }
  return {"atom.xml", xml + "</feed>\n"};
}

}  // namespace postq
