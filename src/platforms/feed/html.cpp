// The pages: HTML5 with microformats2, no scripts, readable on a phone, in light and dark, and from a folder.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "platforms/feed/site.h"
#include "platforms/feed/style.h"
#include "platforms/html/markup.h"
#include "platforms/html/relative_links.h"

namespace postq {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? std::string{} : " " + std::string(name) + "=\"" + escape_markup(value) + "\"";
}

// "22 November 2026, 20:44 UTC"
std::string readable(TimePoint at) {
  constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(kMonths[static_cast<unsigned>(date.month()) - 1]) + " " +
         std::to_string(static_cast<int>(date.year())) + ", " + two(time.hours().count()) + ":" +
         two(time.minutes().count()) + " UTC";
}

std::string site_title(const Feed& feed) {
  return feed.title.empty() ? "Posts" : feed.title;
}

// Media and pages of our own are named without the public address, so that the folder opens on any machine.
std::string local_urls(std::string html, std::string_view base) {
  if (base.empty()) return html;
  for (const std::string_view folder : {"media/", "posts/"}) {
    const std::string absolute = "=\"" + escape_markup(base) + std::string(folder);
    const std::string relative = "=\"" + std::string(folder);
    for (std::size_t at = html.find(absolute); at != std::string::npos; at = html.find(absolute, at + 1)) {
      html.replace(at, absolute.size(), relative);
    }
  }
  return html;
}

// postq's own words are English, whatever the page is in.
std::string english_within(std::string_view language) {
  return language == "en" || language.starts_with("en-") ? std::string{} : " lang=\"en\"";
}

struct Page {
  std::string title;
  std::string description;
  std::string language;
  std::string body;
  std::string_view up;  // "../" for a page in posts/: written into each link, since few readers of pages mind a <base>
};

std::string icon_link(const Feed& feed, std::string_view up) {
  if (!feed.icon.empty() && !feed.icon.ends_with(std::string("/") + kIconFile)) {
    return "<link rel=\"icon\" href=\"" + escape_markup(safe_url(feed.icon)) + "\">\n";
  }
  return "<link rel=\"icon\" type=\"image/svg+xml\" href=\"" + std::string(up) + kIconFile + "\">\n";
}

std::string document(const Feed& feed, const Page& page) {
  const std::string up(page.up);
  std::string html =
      "<!doctype html>\n<html" + attribute("lang", page.language) + ">\n<head>\n<meta charset=\"utf-8\">\n";
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  // Items by hand may hold any HTML; scripts of theirs don't run on these pages.
  html += "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none'\">\n";
  html += "<meta name=\"generator\" content=\"postq\">\n";
  html += "<title>" + escape_markup(page.title) + "</title>\n";
  if (!page.description.empty()) html += "<meta name=\"description\"" + attribute("content", page.description) + ">\n";
  html += "<link rel=\"alternate\" type=\"application/feed+json\"" + attribute("title", site_title(feed)) + " href=\"" +
          up + "feed.json\">\n";
  html += "<link rel=\"alternate\" type=\"application/atom+xml\"" + attribute("title", site_title(feed)) + " href=\"" +
          up + "atom.xml\">\n";
  html += icon_link(feed, up);
  html += "<style>\n" + std::string(kFeedStyle) + "</style>\n</head>\n<body>\n";
  return html + page.body + "</body>\n</html>\n";
}

std::string author_card(const Feed& feed, std::string_view up) {
  const std::string name = feed.author.empty() ? site_title(feed) : feed.author;
  return "<a class=\"p-author h-card\" href=\"" + std::string(up) + "index.html\" dir=\"auto\">" + escape_markup(name) +
         "</a>";
}

std::string footer(const Page& page) {
  const std::string up(page.up);
  return "<footer class=\"site\"" + english_within(page.language) + "><a href=\"" + up +
         "feed.json\">JSON Feed</a> <a href=\"" + up + "atom.xml\">Atom</a></footer>\n";
}

// The parts of each thread, first part first.
using Threads = std::map<std::string_view, std::vector<const FeedItem*>>;

Threads threads_of(const Feed& feed) {
  Threads threads;
  for (const FeedItem& item : feed.items) {
    if (!item.thread.empty()) threads[item.thread].push_back(&item);
  }
  for (auto& [id, parts] : threads) {
    std::stable_sort(parts.begin(), parts.end(),
                     [](const FeedItem* a, const FeedItem* b) { return a->part < b->part; });
  }
  return threads;
}

// The part of the same thread with that number; nullptr when it isn't there.
const FeedItem* thread_part(const Threads& threads, const FeedItem& item, int part) {
  const auto found = threads.find(item.thread);
  if (found == threads.end()) return nullptr;
  const auto other = std::find_if(found->second.begin(), found->second.end(),
                                  [part](const FeedItem* one) { return one->part == part; });
  return other == found->second.end() ? nullptr : *other;
}

// What an entry is shown with.
struct Site {
  const Feed& feed;
  Threads threads;
  std::string_view base;
  std::string language;
  std::string_view up;

  // Escaped, for an attribute.
  std::string href(const FeedItem& item) const {
    return escape_markup((has_page(item, base) ? std::string(up) : std::string{}) + item_href(item, base));
  }
  std::string english(const FeedItem& item) const {
    return english_within(item.language.empty() ? language : item.language);
  }
};

std::string permalink(const Site& site, const FeedItem& item) {
  const std::string link = "<a class=\"u-url u-uid\"" + site.english(item) + " href=\"" + site.href(item) + "\">";
  if (!item.published) return link + "Link</a>";
  return link + "<time class=\"dt-published\" datetime=\"" + format_rfc3339(*item.published) + "\">" +
         readable(*item.published) + "</time></a>";
}

// Which part of a thread it is, and its tags; empty for most.
std::string place_and_tags(const Site& site, const FeedItem& item) {
  std::string html;
  if (item.parts > 1) {
    const std::string place = std::to_string(item.part) + " of " + std::to_string(item.parts);
    const FeedItem* before = thread_part(site.threads, item, item.part - 1);
    // What a part continues is what it answers: readers of microformats see the thread.
    html += before == nullptr ? "<span" + site.english(item) + ">" + place + "</span>"
                              : "<a class=\"u-in-reply-to\"" + site.english(item) + " href=\"" + site.href(*before) +
                                    "\">" + place + "</a>";
  }
  for (const std::string& tag : item.tags) html += "<data class=\"p-category\"" + attribute("value", tag) + "></data>";
  return html;
}

// On the index the title of the site is the first heading, and the author stands beside it; a page of its own has both.
enum class Place : unsigned char { index, page };

std::string entry(const Site& site, const FeedItem& item, Place place) {
  const std::string heading = place == Place::page ? "h1" : "h2";
  const std::string who_and_when =
      (place == Place::page ? author_card(site.feed, site.up) + " " : std::string{}) + permalink(site, item);
  std::string about = place_and_tags(site, item);
  std::string html = "<article class=\"h-entry\"" + attribute("lang", item.language) + ">\n";
  if (item.title.empty()) {
    // A note has no name of its own; who wrote it and when tells one from another.
    html += "<" + heading + " class=\"about\">" + who_and_when + "</" + heading + ">\n";
  } else {
    html += "<" + heading + " class=\"p-name\" dir=\"auto\">" + escape_markup(item.title) + "</" + heading + ">\n";
    about = who_and_when + (about.empty() ? "" : " ") + about;
  }
  if (!item.in_reply_to.empty()) {
    const std::string url = escape_markup(safe_url(item.in_reply_to));
    html += "<p class=\"context\"><span" + site.english(item) +
            ">In reply to</span> <a class=\"u-in-reply-to\" href=\"" + url + "\">" + escape_markup(item.in_reply_to) +
            "</a></p>\n";
  }
  html += "<div class=\"e-content\" dir=\"auto\">\n";
  if (!item.content_html.empty()) {
    html += with_links_from(local_urls(item.content_html, site.base), site.up);
  } else {
    html += "<p>" + escape_markup(item.content_text) + "</p>\n";
  }
  if (html.back() != '\n') html += '\n';
  html += "</div>\n";
  if (!about.empty()) html += "<p class=\"about\">" + about + "</p>\n";
  return html + "</article>\n";
}

// The parts before and after, for the page of one.
std::string neighbours(const Site& site, const FeedItem& item) {
  std::string html;
  const auto link = [&](int part, std::string_view rel, std::string_view words) {
    const FeedItem* other = thread_part(site.threads, item, part);
    if (other == nullptr) return;
    html += "<a rel=\"" + std::string(rel) + "\" href=\"" + site.href(*other) + "\">" + std::string(words) + "</a>\n";
  };
  link(item.part - 1, "prev", "Part before");
  link(item.part + 1, "next", "Next part");
  return html.empty() ? html
                      : "<nav class=\"thread\" aria-label=\"Thread\"" + english_within(site.language) + ">\n" + html +
                            "</nav>\n";
}

// The parts of a thread stand together, first part first, where its newest part would stand.
std::vector<std::vector<const FeedItem*>> in_order(const Site& site) {
  std::vector<std::vector<const FeedItem*>> groups;
  std::set<std::string_view> seen;
  for (const FeedItem* item : newest_first(site.feed)) {
    if (item->thread.empty()) {
      groups.push_back({item});
    } else if (seen.insert(item->thread).second) {
      groups.push_back(site.threads.at(item->thread));
    }
  }
  return groups;
}

}  // namespace

std::vector<SiteFile> item_pages(const Feed& feed, std::string_view base) {
  constexpr std::string_view kUp = "../";
  Site site{feed, threads_of(feed), base, site_language(feed), kUp};
  const std::string site_is_in = site.language;
  std::vector<SiteFile> pages;
  for (const FeedItem& item : feed.items) {
    if (!has_page(item, base)) continue;
    Page page;
    page.title = item_title(item) + " - " + site_title(feed);
    page.description = first_words(item.summary.empty() ? item_text(item) : item.summary, 160);
    page.language = item.language.empty() ? site_is_in : item.language;
    page.up = kUp;
    site.language = page.language;
    page.body = "<header class=\"site\"><p><a href=\"../index.html\" dir=\"auto\">" + escape_markup(site_title(feed)) +
                "</a></p></header>\n<main>\n" + entry(site, item, Place::page) + neighbours(site, item) + "</main>\n" +
                footer(page);
    pages.push_back({page_file(item.id), document(feed, page)});
  }
  return pages;
}

SiteFile index_page(const Feed& feed, std::string_view base) {
  Page page;
  page.title = site_title(feed);
  page.description = feed.description;
  page.language = site_language(feed);
  std::string& body = page.body;
  body = "<div class=\"h-feed\">\n<header class=\"site\"><h1 class=\"p-name\" dir=\"auto\">" +
         escape_markup(site_title(feed)) + "</h1>";
  if (!feed.author.empty())
    body += "<p><span" + english_within(page.language) + ">by</span> " + author_card(feed, "") + "</p>";
  if (!feed.description.empty())
    body += "<p class=\"p-summary\" dir=\"auto\">" + escape_markup(feed.description) + "</p>";
  body += "</header>\n<main>\n";
  const Site site{feed, threads_of(feed), base, page.language, ""};
  const auto groups = in_order(site);
  if (groups.empty()) body += "<p class=\"nothing\"" + english_within(page.language) + ">Nothing here yet.</p>\n";
  for (std::size_t i = 0; i < groups.size() && i < kShownItems; ++i) {
    if (groups[i].size() > 1) body += "<div class=\"thread\">\n";
    for (const FeedItem* item : groups[i]) body += entry(site, *item, Place::index);
    if (groups[i].size() > 1) body += "</div>\n";
  }
  if (groups.size() > kShownItems) {
    body += "<section class=\"older\">\n<h2" + english_within(page.language) + ">Older</h2>\n<ul>\n";
    for (std::size_t i = kShownItems; i < groups.size(); ++i) {
      const FeedItem& item = *groups[i].front();
      body += "<li><a href=\"" + site.href(item) + "\" dir=\"auto\">" + escape_markup(item_title(item)) + "</a></li>\n";
    }
    body += "</ul>\n</section>\n";
  }
  body += "</main>\n" + footer(page) + "</div>\n";
  return {"index.html", document(feed, page)};
}

}  // namespace postq
