#include "platforms/bluesky/views.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/record.h"
#include "platforms/common/json.h"
#include "platforms/common/said.h"

namespace postq::bluesky {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostMentions = 50;  // of one post; whoever calls more people means nobody

std::optional<Json> parsed(std::string_view body) {
  auto json = parse_json_of_strangers(body);
  if (!json || !json->is_object()) return std::nullopt;
  return std::move(*json);
}

// The member of an object; null when there is none.
const Json& member(const Json& value, const char* name) {
  static const Json none = nullptr;
  if (!value.is_object()) return none;
  const auto found = value.find(name);
  return found == value.end() ? none : *found;
}

std::int64_t count_of(const Json& value, const char* name) {
  const Json& number = member(value, name);
  return number.is_number_integer() ? std::max<std::int64_t>(number.get<std::int64_t>(), 0) : 0;
}

std::optional<TimePoint> time_of(const Json& value, const char* name) {
  const auto time = parse_rfc3339(text_member(value, name));
  return time ? std::optional(*time) : std::nullopt;
}

// The address of a post; empty for everything else, lists and feeds among them.
std::string post_uri(const Json& value) {
  std::string uri = text_member(value, "uri");
  const auto parts = parse_record_uri(uri);
  return parts && parts->collection == kPosts && is_did(parts->repo) ? uri : std::string{};
}

// An account may say of itself that it is a bot, and so may those who label.
bool is_bot(const Json& labels) {
  return labels.is_array() && std::any_of(labels.begin(), labels.end(), [](const Json& label) {
           return text_member(label, "val") == "bot" && member(label, "neg") != Json(true);
         });
}

Person person_of(const Json& author) {
  Person person;
  person.id = text_member(author, "did");
  const std::string handle = text_member(author, "handle");
  // A handle that leads to somebody else says nothing.
  person.handle = is_handle(handle) && handle != "handle.invalid" ? "@" + handle : person.id;
  person.name = kept_name(text_member(author, "displayName"));
  const Json& viewer = member(author, "viewer");
  const bool blocked = member(viewer, "blocking").is_string() || member(viewer, "blockingByList").is_object();
  person.ignored = is_bot(member(author, "labels")) || blocked || member(viewer, "muted") == Json(true);
  return person;
}

// Its pictures, film, or card; a card says nothing that an address in the text doesn't.
std::string attached(const Json& embed, bool has_text) {
  std::string lines;
  const Json& media = member(embed, "media").is_object() ? member(embed, "media") : embed;  // beside a quote
  const std::string type = text_member(media, "$type");
  if (member(media, "images").is_array()) {
    for (const Json& image : member(media, "images"))
      lines += "\n" + attachment_line("image", text_member(image, "alt"));
  } else if (type == "app.bsky.embed.video") {
    lines += "\n" + attachment_line("video", text_member(media, "alt"));
  } else if (const Json& card = member(media, "external"); card.is_object() && !has_text) {
    const std::string title = one_line(text_member(card, "title"));
    lines += "\n[link: " + title + (title.empty() ? "" : ", ") + one_line(text_member(card, "uri")) + "]";
  }
  const bool quotes = type.starts_with("app.bsky.embed.record") || member(embed, "record").is_object();
  if (lines.empty() && !has_text && quotes) lines = "\n[a quote without words]";
  return lines;
}

// The names as they stand in the text: only there they are told.
void read_mentions(const Json& record, PostView& view) {
  const std::string text = text_member(record, "text");
  const Json& facets = member(record, "facets");
  if (!facets.is_array()) return;
  for (const Json& facet : facets) {
    const Json& features = member(facet, "features");
    if (!features.is_array() || view.mentions.size() == kMostMentions) continue;
    const auto begin = static_cast<std::size_t>(count_of(member(facet, "index"), "byteStart"));
    const auto end = static_cast<std::size_t>(count_of(member(facet, "index"), "byteEnd"));
    if (begin >= end || end > text.size()) continue;
    const std::string name = text.substr(begin, end - begin);
    for (const Json& feature : features) {
      const std::string did = text_member(feature, "did");
      if (is_did(did) && name.starts_with('@') && is_handle(name.substr(1))) view.mentions.emplace_back(did, name);
    }
  }
}

// Of a post view, or of a notification, which has the same members as far as they are wanted here.
std::optional<PostView> view_of(const Json& value) {
  PostView view;
  view.uri = post_uri(value);
  view.person = person_of(member(value, "author"));
  if (view.uri.empty() || author_of(view.uri) != view.person.id) return std::nullopt;
  const Json& record = member(value, "record");
  view.created_at = time_of(record, "createdAt");
  view.indexed_at = time_of(value, "indexedAt");
  view.text = kept_text(text_member(record, "text"));
  view.text = with_attachments(view.text, attached(member(record, "embed"), !view.text.empty()));
  read_mentions(record, view);
  const Json& languages = member(record, "langs");
  if (languages.is_array() && !languages.empty() && languages.front().is_string()) {
    const auto language = languages.front().get<std::string>();
    if (is_language_tag(language)) view.language = language;
  }
  const Json& reply = member(record, "reply");
  view.parent = post_uri(member(reply, "parent"));
  view.root = post_uri(member(reply, "root"));
  const Json& embedded = member(member(record, "embed"), "record");  // of a quote, and of one with pictures
  view.quoted = post_uri(member(embedded, "uri").is_string() ? embedded : member(embedded, "record"));
  view.likes = count_of(value, "likeCount");
  view.replies = count_of(value, "replyCount");
  view.reposts = count_of(value, "repostCount");
  return view;
}

void collect(const Json& thread, ThreadView& found) {
  if (auto view = view_of(member(thread, "post"))) found.posts.push_back(std::move(*view));
  if (member(thread, "parent").is_object()) collect(member(thread, "parent"), found);
  const Json& replies = member(thread, "replies");
  if (!replies.is_array()) return;
  for (const Json& reply : replies) collect(reply, found);
}

}  // namespace

std::string author_of(std::string_view uri) {
  const auto parts = parse_record_uri(uri);
  return parts ? parts->repo : std::string{};
}

std::optional<PostViews> read_notifications(std::string_view body) {
  const auto json = parsed(body);
  if (!json || !member(*json, "notifications").is_array()) return std::nullopt;
  PostViews views;
  views.cursor = text_member(*json, "cursor");
  for (const Json& value : member(*json, "notifications")) {
    auto view = view_of(value);
    if (!view) continue;
    views.posts.push_back(std::move(*view));
    views.reasons.push_back(text_member(value, "reason"));
  }
  return views;
}

std::optional<PostViews> read_views(std::string_view body) {
  const auto json = parsed(body);
  if (!json || !member(*json, "posts").is_array()) return std::nullopt;
  PostViews views;
  views.cursor = text_member(*json, "cursor");
  for (const Json& value : member(*json, "posts")) {
    if (auto view = view_of(value)) views.posts.push_back(std::move(*view));
  }
  return views;
}

std::optional<ThreadView> read_thread(std::string_view body) {
  const auto json = parsed(body);
  if (!json || !member(*json, "thread").is_object()) return std::nullopt;
  ThreadView found;
  const Json& thread = member(*json, "thread");
  found.hidden = member(thread, "blocked") == Json(true);
  collect(thread, found);
  return found;
}

}  // namespace postq::bluesky
