#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/core/delivery.h>
#include <postq/time/time.h>

namespace postq {

// feed.json (JSON Feed 1.1) is the truth of a feed; its pages are made from what stands here.

struct FeedAttachment {
  std::string url;  // relative to the feed's folder as long as the feed has no public address
  std::string mime;

  // Whether anybody elsewhere can open it.
  bool is_public() const { return url.find("://") != std::string::npos; }
};

struct FeedItem {
  std::string id;
  std::string url;
  std::string title;
  std::string content_html;
  std::string content_text;
  std::string summary;
  std::string language;
  std::vector<std::string> tags;
  std::vector<FeedAttachment> attachments;
  std::optional<TimePoint> published;
  std::optional<TimePoint> modified;
  // From the extension object _postq: absent in items that somebody wrote by hand.
  bool made_by_postq = false;
  std::string in_reply_to;  // URL
  std::string thread;       // id of a thread's first part; empty when it has one part only
  int part = 1;
  int parts = 1;
};

struct Feed {
  std::string text;  // the file, byte for byte
  std::string id;    // _postq.id; empty in a feed that postq hasn't seen yet
  std::string title;
  std::string description;
  std::string language;
  std::string author;
  std::string icon;             // favicon, else icon; empty: postq makes one
  std::vector<FeedItem> items;  // in the order of the file

  const FeedItem* find(std::string_view item_id) const;
};

// What a new feed says about itself.
struct FeedTitle {
  std::string id;
  std::string title;
  std::string author;
  std::string language;
  std::string url;  // public address, ending in "/"; may be empty
};

constexpr const char* kIconFile = "icon.svg";

std::string new_feed(const FeedTitle& title);

// kind config when it is no JSON or no JSON Feed that an item can be put into: "line 12: ...".
Result<Feed> parse_feed(std::string text);

// The item postq writes: pretty-printed JSON, the exact bytes that go into the file.
std::string item_json(const FeedItem& item, Origin origin);
// The id of such an item; empty when it is none.
std::string item_id(std::string_view item);
// When it says that it was published.
std::optional<TimePoint> item_published(std::string_view item);

// The file's text with one thing changed, everything else kept byte for byte.
std::string with_item(const Feed& feed, std::string_view item);
std::string without_item(const Feed& feed, std::string_view item_id);
std::string with_feed_id(const Feed& feed, const std::string& id);
std::string with_language(const Feed& feed, const std::string& language);
std::string with_title(const Feed& feed, const std::string& title);
std::string with_author(const Feed& feed, const std::string& author);
// With the feed's own addresses.
std::string with_address(const Feed& feed, const std::string& url);
// With all items of postq's as they are at this address (empty: at none): their pages, media and attachments. Those by
// hand stay.
std::string with_items_at(const Feed& feed, const std::string& url);

}  // namespace postq
