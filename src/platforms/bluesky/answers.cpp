#include "platforms/bluesky/answers.h"

#include <nlohmann/json.hpp>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/common/json.h"

namespace postq::bluesky {
namespace {

using Json = nlohmann::ordered_json;

Json parsed(std::string_view body) {
  auto json = parse_json(body);
  return json ? std::move(*json) : Json(nullptr);
}

// The member of an object; null when there is none.
const Json& member(const Json& value, const char* name) {
  static const Json none = nullptr;
  if (!value.is_object()) return none;
  const auto found = value.find(name);
  return found == value.end() ? none : *found;
}

std::string pds_of(const Json& document) {
  const Json& services = member(document, "service");
  if (!services.is_array()) return {};
  for (const Json& service : services) {
    // "#atproto_pds", or the same behind the DID.
    if (text_member(service, "id").ends_with("#atproto_pds")) return text_member(service, "serviceEndpoint");
  }
  return {};
}

std::optional<StrongRef> strong_ref(const Json& value) {
  StrongRef ref{text_member(value, "uri"), text_member(value, "cid")};
  if (!ref.uri.starts_with("at://") || ref.cid.empty()) return std::nullopt;
  // The two are kept with a space between them.
  if ((ref.uri + ref.cid).find_first_of(" \t\r\n") != std::string::npos) return std::nullopt;
  return ref;
}

bool is_quote(const Json& embed) {
  const std::string type = text_member(embed, "$type");
  return type == "app.bsky.embed.record" || type == "app.bsky.embed.recordWithMedia";
}

// Pictures and films. Nothing: of a kind that the lexicons had not when this was written (app.bsky.feed.post, 2026).
std::optional<std::int64_t> media_in(const Json& embed) {
  if (embed.is_null()) return 0;
  const std::string type = text_member(embed, "$type");
  if (type == "app.bsky.embed.external" || type == "app.bsky.embed.record") return 0;
  if (type == "app.bsky.embed.video") return 1;
  if (type == "app.bsky.embed.recordWithMedia") return media_in(member(embed, "media"));
  const Json& images = member(embed, "images");
  if (type != "app.bsky.embed.images" || !images.is_array()) return std::nullopt;
  return static_cast<std::int64_t>(images.size());
}

constexpr std::size_t kSeconds = std::string_view("2026-11-22T20:44:00").size();

// A server keeps members in an order of its own.
nlohmann::json without_time(const Json& record) {
  nlohmann::json rest(record);
  rest.erase("createdAt");
  return rest;
}

// `record`: how the entry calls the post itself.
std::optional<PostRecord> post_of(const Json& entry, const char* record = "value") {
  auto ref = strong_ref(entry);
  const Json& value = member(entry, record);
  if (!ref || !value.is_object()) return std::nullopt;
  PostRecord post;
  post.ref = std::move(*ref);
  post.text = text_member(value, "text");
  if (const auto at = parse_rfc3339(text_member(value, "createdAt"))) post.created_at = *at;
  const Json& reply = member(value, "reply");
  post.parent = strong_ref(member(reply, "parent"));
  post.root = strong_ref(member(reply, "root"));
  // It is put into our own records, and a server takes none with a broken one.
  if (post.root && (!parse_record_uri(post.root->uri) || !is_cid(post.root->cid))) post.root.reset();
  post.quotes = is_quote(member(value, "embed"));
  post.media = media_in(member(value, "embed"));
  return post;
}

}  // namespace

XrpcError read_error(std::string_view body) {
  const Json json = parsed(body);
  return {text_member(json, "error"), text_member(json, "message")};
}

std::optional<SessionAnswer> read_session(std::string_view body) {
  const Json json = parsed(body);
  SessionAnswer answer;
  answer.did = text_member(json, "did");
  if (answer.did.empty()) return std::nullopt;
  answer.handle = text_member(json, "handle");
  answer.access = Secret(text_member(json, "accessJwt"));
  answer.refresh = Secret(text_member(json, "refreshJwt"));
  answer.pds = pds_of(member(json, "didDoc"));
  return answer;
}

std::optional<std::string> read_did(std::string_view body) {
  std::string did = text_member(parsed(body), "did");
  if (did.empty()) return std::nullopt;
  return did;
}

std::string read_pds(std::string_view did_document) {
  return pds_of(parsed(did_document));
}

std::optional<StrongRef> read_written(std::string_view body) {
  const Json json = parsed(body);
  const Json& results = member(json, "results");
  // The post is the first of several writes.
  return strong_ref(results.is_array() && !results.empty() ? results.front() : json);
}

std::optional<std::string> read_blob(std::string_view body, std::int64_t size) {
  const Json json = parsed(body);
  const Json& blob = member(json, "blob");
  const Json& said = member(blob, "size");
  const bool whole = text_member(blob, "$type") == "blob" && !text_member(member(blob, "ref"), "$link").empty() &&
                     !text_member(blob, "mimeType").empty() && said.is_number_integer();
  if (!whole || said.get<std::int64_t>() != size) return std::nullopt;
  return blob.dump();
}

std::optional<PostRecord> read_post(std::string_view body) {
  return post_of(parsed(body));
}

std::optional<PostRecord> read_seen_post(std::string_view body, std::string_view uri) {
  const Json json = parsed(body);
  const Json& posts = member(json, "posts");
  if (!posts.is_array()) return std::nullopt;
  for (const Json& entry : posts) {
    auto post = post_of(entry, "record");
    if (post && post->ref.uri == uri && is_cid(post->ref.cid)) return post;
  }
  return std::nullopt;
}

std::optional<PostList> read_posts(std::string_view body) {
  const Json json = parsed(body);
  const Json& records = member(json, "records");
  if (!records.is_array()) return std::nullopt;
  PostList list;
  list.cursor = text_member(json, "cursor");
  list.listed = records.size();
  for (const Json& entry : records) {
    if (auto post = post_of(entry)) list.posts.push_back(std::move(*post));
  }
  return list;
}

Likeness compare_record(std::string_view put_body, std::string_view got_body, TimeRange attempts) {
  const Json put = parsed(put_body);
  const Json got = parsed(got_body);
  const Json& writes = member(put, "writes");
  const Json& ours = writes.is_array() && !writes.empty() ? member(writes.front(), "value") : member(put, "record");
  const Json& theirs = member(got, "value");
  if (!ours.is_object() || !theirs.is_object()) return Likeness::unreadable;
  if (without_time(ours) == without_time(theirs)) return Likeness::same;
  const std::string made_at = text_member(ours, "createdAt");
  const std::string they_made_at = text_member(theirs, "createdAt");
  const auto at = parse_rfc3339(they_made_at);
  // Written as we write it, milliseconds included.
  const bool by_us = at && *at >= attempts.from && *at <= attempts.to && made_at.size() == they_made_at.size() &&
                     made_at.substr(std::min(made_at.size(), kSeconds)) ==
                         they_made_at.substr(std::min(they_made_at.size(), kSeconds));
  return by_us ? Likeness::edited : Likeness::other;
}

}  // namespace postq::bluesky
