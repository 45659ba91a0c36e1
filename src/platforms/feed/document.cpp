#include "platforms/feed/document.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "platforms/common/json.h"
#include "platforms/common/json_splice.h"
#include "platforms/feed/site.h"
#include "platforms/html/markup.h"

namespace postq {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVersion = "https://jsonfeed.org/version/1.1";
constexpr std::string_view kAnyVersion = "https://jsonfeed.org/version/";
constexpr const char* kExtension = "_postq";
constexpr const char* kMedia = "media";  // in it, those of a feed that has no public address

std::optional<TimePoint> time_member(const Json& value, const char* name) {
  const auto parsed = parse_rfc3339(text_member(value, name));
  if (!parsed) return std::nullopt;
  return *parsed;
}

int int_member(const Json& value, const char* name, int otherwise) {
  const auto found = value.find(name);
  if (found == value.end() || !found->is_number_integer()) return otherwise;
  const auto number = found->get<std::int64_t>();
  return number > 0 && number <= 10'000 ? static_cast<int>(number) : otherwise;
}

FeedItem read_item(const Json& value) {
  FeedItem item;
  item.id = text_member(value, "id");
  item.url = text_member(value, "url");
  if (item.id.empty()) item.id = item.url;  // not valid, and common
  item.title = text_member(value, "title");
  item.content_html = text_member(value, "content_html");
  item.content_text = text_member(value, "content_text");
  item.summary = text_member(value, "summary");
  item.language = text_member(value, "language");
  item.published = time_member(value, "date_published");
  item.modified = time_member(value, "date_modified");
  if (const auto tags = value.find("tags"); tags != value.end() && tags->is_array()) {
    for (const Json& tag : *tags) {
      if (tag.is_string()) item.tags.push_back(tag.get<std::string>());
    }
  }
  if (const auto files = value.find("attachments"); files != value.end() && files->is_array()) {
    for (const Json& file : *files) {
      item.attachments.push_back({text_member(file, "url"), text_member(file, "mime_type")});
    }
  }
  if (const auto ours = value.find(kExtension); ours != value.end() && ours->is_object()) {
    item.made_by_postq = true;
    item.in_reply_to = text_member(*ours, "in_reply_to");
    item.thread = text_member(*ours, "thread");
    item.part = int_member(*ours, "part", 1);
    item.parts = int_member(*ours, "parts", 1);
    if (const auto files = ours->find(kMedia); files != ours->end() && files->is_array()) {
      for (const Json& file : *files) {
        item.attachments.push_back({text_member(file, "file"), text_member(file, "mime_type")});
      }
    }
  }
  return item;
}

std::string read_author(const Json& value) {
  if (const auto authors = value.find("authors"); authors != value.end() && authors->is_array() && !authors->empty()) {
    return text_member(authors->front(), "name");
  }
  const auto author = value.find("author");  // JSON Feed 1.0
  return author == value.end() ? std::string{} : text_member(*author, "name");
}

std::string dump(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

// Attachments have addresses that anybody can open; what has none yet is noted in our own member.
void put_attachments(Json& item, Json& ours, const std::vector<FeedAttachment>& attachments) {
  Json shown = Json::array();
  Json noted = Json::array();
  for (const FeedAttachment& file : attachments) {
    if (file.is_public()) {
      shown.push_back(Json{{"url", file.url}, {"mime_type", file.mime}});
    } else {
      noted.push_back(Json{{"file", file.url}, {"mime_type", file.mime}});
    }
  }
  // A member that stays keeps its place.
  const auto put = [](Json& into, const char* name, Json list) {
    if (list.empty()) {
      into.erase(name);
    } else {
      into[name] = std::move(list);
    }
  };
  put(item, "attachments", std::move(shown));
  put(ours, kMedia, std::move(noted));
}

// The address of the feed's folder, as one of its items has it: what stands in front of its page. Nothing for an item
// whose address was changed by hand.
std::optional<std::string> address_in(const FeedItem& item) {
  const std::string page = page_file(item.id);
  if (item.url.empty()) return std::string{};
  if (!item.url.ends_with(page)) return std::nullopt;
  return item.url.substr(0, item.url.size() - page.size());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// The same item at another address.
Json moved(Json value, const FeedItem& item, const std::string& url) {
  const auto old = address_in(item);
  if (!old) return value;
  if (url.empty()) {
    value.erase("url");
  } else {
    value["url"] = url + page_file(item.id);
  }
  std::string html = item.content_html;
  for (const char* folder : {"media/", "posts/"}) {
    html = replaced(std::move(html), "=\"" + escape_markup(*old) + folder, "=\"" + escape_markup(url) + folder);
  }
  value["content_html"] = std::move(html);
  std::vector<FeedAttachment> attachments = item.attachments;
  for (FeedAttachment& file : attachments) {
    if (file.url.starts_with(*old + "media/")) file.url.replace(0, old->size(), url);
  }
  put_attachments(value, value[kExtension], attachments);
  return value;
}

JsonSpan items_of(const Feed& feed) {
  return json_members(feed.text, "items").front();
}

}  // namespace

const FeedItem* Feed::find(std::string_view item_id) const {
  for (const FeedItem& item : items) {
    if (item.id == item_id) return &item;
  }
  return nullptr;
}

std::string new_feed(const FeedTitle& title) {
  Json feed;
  feed["version"] = kVersion;
  feed["title"] = title.title;
  if (!title.url.empty()) {
    feed["home_page_url"] = title.url;
    feed["feed_url"] = title.url + "feed.json";
    feed["favicon"] = title.url + kIconFile;
  }
  if (!title.author.empty()) feed["authors"] = Json::array({Json{{"name", title.author}}});
  if (!title.language.empty()) feed["language"] = title.language;
  feed[kExtension] = Json{{"id", title.id}};
  feed["items"] = Json::array();
  return dump(feed) + "\n";
}

Result<Feed> parse_feed(std::string text) {
  const auto wrong = [](const std::string& why) { return fail(ErrorKind::config, "line 1: " + why); };
  auto parsed = parse_json(text);
  if (!parsed) return fail(ErrorKind::config, parsed.error().message);
  if (!parsed->is_object()) return wrong("it holds no JSON object");
  if (!text_member(*parsed, "version").starts_with(kAnyVersion)) return wrong("it isn't a JSON Feed: no version");
  const auto items = parsed->find("items");
  if (items == parsed->end() || !items->is_array()) return wrong("it has no list of items");
  const auto spans = json_members(text, "items");
  if (spans.size() != 1) return wrong("it has more than one list of items");
  const auto elements = json_elements(text, spans.front());
  // The two readings of the file must agree, or a change would land in the wrong place.
  if (elements.size() != items->size()) return wrong("its list of items can't be told apart");

  Feed feed;
  feed.title = text_member(*parsed, "title");
  feed.description = text_member(*parsed, "description");
  feed.language = text_member(*parsed, "language");
  feed.author = read_author(*parsed);
  feed.icon = text_member(*parsed, "favicon");
  if (feed.icon.empty()) feed.icon = text_member(*parsed, "icon");
  if (const auto ours = parsed->find(kExtension); ours != parsed->end()) feed.id = text_member(*ours, "id");
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (!(*items)[i].is_object()) {
      const auto line =
          1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(elements[i].begin), '\n');
      return fail(ErrorKind::config, "line " + std::to_string(line) + ": an item is no JSON object");
    }
    feed.items.push_back(read_item((*items)[i]));
  }
  feed.text = std::move(text);
  return feed;
}

std::string item_json(const FeedItem& item, Origin origin) {
  Json value;
  value["id"] = item.id;
  if (!item.url.empty()) value["url"] = item.url;
  if (!item.summary.empty()) value["summary"] = item.summary;
  value["content_html"] = item.content_html;
  value["content_text"] = item.content_text;
  if (item.published) value["date_published"] = format_rfc3339(*item.published);
  if (!item.language.empty()) value["language"] = item.language;
  if (!item.tags.empty()) value["tags"] = item.tags;
  Json ours;
  ours["origin"] = std::string(word(origin));
  if (!item.in_reply_to.empty()) ours["in_reply_to"] = item.in_reply_to;
  if (item.parts > 1) {
    ours["thread"] = item.thread;
    ours["part"] = item.part;
    ours["parts"] = item.parts;
  }
  put_attachments(value, ours, item.attachments);
  value[kExtension] = std::move(ours);
  return dump(value);
}

std::optional<TimePoint> item_published(std::string_view item) {
  const auto parsed = parse_json(item);
  return parsed ? time_member(*parsed, "date_published") : std::nullopt;
}

std::string item_id(std::string_view item) {
  const auto parsed = parse_json(item);
  return parsed ? text_member(*parsed, "id") : std::string{};
}

std::string with_item(const Feed& feed, std::string_view item) {
  return with_first_element(feed.text, items_of(feed), item);
}

std::string without_item(const Feed& feed, std::string_view item_id) {
  for (std::size_t i = 0; i < feed.items.size(); ++i) {
    if (feed.items[i].id == item_id) return without_element(feed.text, items_of(feed), i);
  }
  return feed.text;
}

std::string with_feed_id(const Feed& feed, const std::string& id) {
  return with_first_member(feed.text, kExtension, dump(Json{{"id", id}}));
}

std::string with_language(const Feed& feed, const std::string& language) {
  return with_member(feed.text, "language", dump(language));
}

std::string with_title(const Feed& feed, const std::string& title) {
  return with_member(feed.text, "title", dump(title));
}

std::string with_author(const Feed& feed, const std::string& author) {
  return with_member(feed.text, "authors", dump(Json::array({Json{{"name", author}}})));
}

std::string with_address(const Feed& feed, const std::string& url) {
  std::string text = with_member(feed.text, "home_page_url", dump(url));
  text = with_member(text, "feed_url", dump(url + "feed.json"));
  // An icon of the owner's own stays.
  const bool made = feed.icon.empty() || feed.icon.ends_with(std::string("/") + kIconFile);
  return made ? with_member(text, "favicon", dump(url + kIconFile)) : text;
}

std::string with_items_at(const Feed& feed, const std::string& url) {
  std::string text = feed.text;
  const auto parsed = parse_json(feed.text);
  if (!parsed) return text;
  const Json& items = parsed->at("items");
  for (std::size_t i = 0; i < feed.items.size(); ++i) {
    if (!feed.items[i].made_by_postq) continue;
    const Json now = moved(items[i], feed.items[i], url);
    // The list itself doesn't move, its elements do.
    if (now != items[i]) text = with_element(text, json_members(text, "items").front(), i, dump(now));
  }
  return text;
}

}  // namespace postq
