#include "platforms/mastodon/json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "platforms/common/json.h"
#include "platforms/common/said.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/text.h"

namespace postq {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kMostTypes = 64;
constexpr std::size_t kMostMentions = 50;  // of one post; whoever calls more people means nobody

std::optional<Json> parse(std::string_view body) {
  auto parsed = parse_json(body);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

std::optional<Json> parse_of_others(std::string_view body) {
  auto parsed = parse_json_of_strangers(body);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

// A member, or null.
const Json& at(const Json& value, const char* name) {
  static const Json none;
  if (!value.is_object()) return none;
  const auto found = value.find(name);
  return found == value.end() ? none : *found;
}

// Ids stand in paths and are stored: digits, ULIDs and the like. Empty for everything else.
std::string id_member(const Json& value, const char* name) {
  std::string id = text_member(value, name);
  return is_status_id(id) ? id : std::string{};
}

// A medium's id is the server's business: any text, escaped where it stands in a path.
std::string media_id_member(const Json& value, const char* name) {
  constexpr std::size_t kLongestMediaId = 1000;
  std::string id = text_member(value, name);
  return id.size() <= kLongestMediaId ? id : std::string{};
}

std::string url_member(const Json& value, const char* name) {
  std::string url = text_member(value, name);
  return url.size() <= kLongestUrl && parse_web_url(url, "url") ? url : std::string{};
}

// A name that can be put into a text without meaning anything else there.
bool is_acct(std::string_view acct) {
  return !acct.empty() && acct.size() <= kLongestName && acct.front() != '@' &&
         std::all_of(acct.begin(), acct.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                  c == '.' || c == '@' || c == ':';
         });
}

template <typename Number>
void read_number(const Json& value, const char* name, Number& number) {
  const Json& member = at(value, name);
  if (!member.is_number_integer()) return;
  const auto said = member.get<std::int64_t>();
  if (said > 0) number = static_cast<Number>(said);
}

// What somebody attached, a line for each; and what a poll asks.
std::string attached(const Json& value) {
  std::string lines;
  for (const Json& media : at(value, "media_attachments")) {
    lines += "\n" + attachment_line(text_member(media, "type"), text_member(media, "description"));
  }
  std::string choices;
  for (const Json& option : at(at(value, "poll"), "options")) {
    choices += (choices.empty() ? "" : " / ") + one_line(text_member(option, "title"));
  }
  return choices.empty() ? lines : lines + "\n[poll: " + choices + "]";
}

void read_mentions(const Json& value, MastodonStatus& status) {
  status.tells_mentions = at(value, "mentions").is_array();
  for (const Json& mention : at(value, "mentions")) {
    if (status.mentions.size() == kMostMentions) return;
    std::string id = id_member(mention, "id");
    std::string acct = text_member(mention, "acct");
    if (!id.empty() && is_acct(acct)) status.mentions.emplace_back(std::move(id), std::move(acct));
  }
}

std::optional<MastodonStatus> status_of(const Json& value) {
  MastodonStatus status;
  status.id = id_member(value, "id");
  if (status.id.empty()) return std::nullopt;
  status.url = url_member(value, "url");
  if (status.url.empty()) status.url = url_member(value, "uri");
  if (const auto created = parse_rfc3339(text_member(value, "created_at"))) status.created_at = *created;
  status.text = text_of_status(text_member(value, "content"));
  status.shown = with_attachments(shown_text_of_status(text_member(value, "content")), attached(value));
  read_mentions(value, status);
  status.visibility = text_member(value, "visibility");
  status.client = text_member(at(value, "application"), "name").substr(0, kLongestName);
  status.reply_to = id_member(value, "in_reply_to_id");
  status.reply_to_account = id_member(value, "in_reply_to_account_id");
  status.author = id_member(at(value, "account"), "id");
  status.author_acct = text_member(at(value, "account"), "acct");
  if (!is_acct(status.author_acct)) status.author_acct.clear();
  status.boost = at(value, "reblog").is_object();
  status.quote = at(value, "quote").is_object();
  status.warning = text_member(value, "spoiler_text");
  status.language = kept_name(text_member(value, "language"));
  status.author_name = kept_name(text_member(at(value, "account"), "display_name"));
  status.author_handle = kept_name(text_member(at(value, "account"), "acct"));
  status.bot = at(at(value, "account"), "bot") == Json(true);
  status.quoted_author = id_member(at(at(at(value, "quote"), "quoted_status"), "account"), "id");
  read_number(value, "favourites_count", status.likes);
  read_number(value, "replies_count", status.replies);
  read_number(value, "reblogs_count", status.boosts);
  status.edited = at(value, "edited_at").is_string();
  for (const Json& media : at(value, "media_attachments")) status.media.push_back(media_id_member(media, "id"));
  return status;
}

std::optional<std::vector<MastodonStatus>> statuses_of(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<MastodonStatus> statuses;
  for (const Json& value : list) {
    auto status = status_of(value);
    if (!status) return std::nullopt;
    statuses.push_back(std::move(*status));
  }
  return statuses;
}

std::vector<MastodonStatus> readable_statuses(const Json& list) {
  std::vector<MastodonStatus> statuses;
  if (!list.is_array()) return statuses;
  for (const Json& value : list) {
    if (auto status = status_of(value)) statuses.push_back(std::move(*status));
  }
  return statuses;
}

std::string dumped(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

bool is_status_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && !id.starts_with("postq-") &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
         });
}

std::string read_nodeinfo_address(std::string_view body) {
  const auto parsed = parse_of_others(body);
  std::string newest;
  std::string address;
  if (!parsed) return address;
  for (const Json& link : at(*parsed, "links")) {
    const std::string schema = text_member(link, "rel");
    constexpr std::string_view kSchemas = "nodeinfo.diaspora.software/ns/schema/";
    if (schema.find(kSchemas) == std::string::npos || schema < newest) continue;
    newest = schema;
    address = url_member(link, "href");
  }
  return address;
}

std::string read_software_name(std::string_view body) {
  constexpr std::size_t kLongest = 60;
  const auto parsed = parse_of_others(body);
  if (!parsed) return {};
  const std::string name = text_member(at(*parsed, "software"), "name");
  const bool plain = name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                     });
  return plain ? name : std::string{};
}

std::optional<MastodonServer> read_instance(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  MastodonServer server;
  server.version = text_member(*parsed, "version").substr(0, kLongestName);
  if (server.version.empty()) return std::nullopt;
  server.source_url = url_member(*parsed, "source_url");
  server.software = software_of("", server.version, server.source_url);
  const Json& configuration = at(*parsed, "configuration");
  const Json& statuses = at(configuration, "statuses");
  read_number(*parsed, "max_toot_chars", server.text);  // what forks said before there was a configuration
  read_number(statuses, "max_characters", server.text);
  read_number(statuses, "characters_reserved_per_url", server.url);
  read_number(statuses, "max_media_attachments", server.media);
  const Json& media = at(configuration, "media_attachments");
  read_number(media, "description_limit", server.alt);
  read_number(media, "image_size_limit", server.image_bytes);
  read_number(media, "image_matrix_limit", server.image_pixels);
  read_number(media, "video_size_limit", server.video_bytes);
  for (const Json& type : at(media, "supported_mime_types")) {
    if (!type.is_string() || server.mime.size() == kMostTypes) continue;
    auto word = type.get<std::string>();
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (plain && !word.empty() && word.size() < kLongestName) server.mime.push_back(std::move(word));
  }
  return server;
}

std::optional<MastodonProfile> read_profile(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  MastodonProfile profile{id_member(*parsed, "id"), text_member(*parsed, "acct").substr(0, kLongestName),
                          url_member(*parsed, "url")};
  if (profile.id.empty() || profile.acct.empty()) return std::nullopt;
  return profile;
}

std::optional<MastodonStatus> read_status(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  return status_of(*parsed);
}

std::optional<std::vector<MastodonStatus>> read_statuses(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  return statuses_of(*parsed);
}

std::optional<std::vector<MastodonStatus>> read_descendants(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  return statuses_of(at(*parsed, "descendants"));
}

std::optional<std::vector<MastodonStatus>> read_found(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  return statuses_of(at(*parsed, "statuses"));
}

std::optional<std::vector<MastodonNotification>> read_notifications(std::string_view body) {
  const auto parsed = parse_of_others(body);
  if (!parsed || !parsed->is_array()) return std::nullopt;
  std::vector<MastodonNotification> notifications;
  for (const Json& value : *parsed) {
    MastodonNotification one;
    one.id = id_member(value, "id");
    if (one.id.empty()) continue;
    one.type = text_member(value, "type");
    if (const auto created = parse_rfc3339(text_member(value, "created_at"))) one.created_at = *created;
    one.status = status_of(at(value, "status"));
    notifications.push_back(std::move(one));
  }
  return notifications;
}

std::optional<MastodonContext> read_context(std::string_view body) {
  const auto parsed = parse_of_others(body);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return MastodonContext{readable_statuses(at(*parsed, "ancestors")), readable_statuses(at(*parsed, "descendants"))};
}

std::optional<std::vector<MastodonStatus>> read_statuses_of_others(std::string_view body) {
  const auto parsed = parse_of_others(body);
  if (!parsed) return std::nullopt;
  const Json& list = parsed->is_array() ? *parsed : at(*parsed, "statuses");
  if (!list.is_array()) return std::nullopt;
  return readable_statuses(list);
}

std::vector<std::string> read_ignored(std::string_view body) {
  std::vector<std::string> ids;
  const auto parsed = parse(body);
  if (!parsed || !parsed->is_array()) return ids;
  for (const Json& value : *parsed) {
    const bool ignored = at(value, "muting") == Json(true) || at(value, "blocking") == Json(true);
    if (ignored) ids.push_back(id_member(value, "id"));
  }
  return ids;
}

std::optional<std::string> read_source(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed || !at(*parsed, "text").is_string()) return std::nullopt;
  return text_member(*parsed, "text");
}

std::optional<std::string> read_first_text(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed || !parsed->is_array() || parsed->empty()) return std::nullopt;
  const Json& first = parsed->front();
  if (!at(first, "content").is_string()) return std::nullopt;
  return text_of_status(text_member(first, "content"));
}

std::optional<MastodonMedia> read_media(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  return MastodonMedia{media_id_member(*parsed, "id"), at(*parsed, "url").is_string()};
}

std::string read_app_name(std::string_view body) {
  const auto parsed = parse(body);
  return parsed ? text_member(*parsed, "name").substr(0, kLongestName) : std::string{};
}

std::vector<std::string> read_scopes(std::string_view body) {
  std::vector<std::string> scopes;
  const auto parsed = parse(body);
  if (!parsed) return scopes;
  for (const Json& scope : at(*parsed, "scopes")) {
    if (scope.is_string()) scopes.push_back(scope.get<std::string>());
  }
  return scopes;
}

bool refuses_s256(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return false;
  const Json& methods = at(*parsed, "code_challenge_methods_supported");
  return methods.is_array() && std::find(methods.begin(), methods.end(), "S256") == methods.end();
}

std::optional<SecretValues> read_app(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  SecretValues values{{"client_id", Secret(text_member(*parsed, "client_id"))},
                      {"client_secret", Secret(text_member(*parsed, "client_secret"))}};
  if (values["client_id"].empty() || values["client_secret"].empty()) return std::nullopt;
  return values;
}

std::optional<SecretValues> read_token(std::string_view body, TimePoint now) {
  const auto parsed = parse(body);
  if (!parsed) return std::nullopt;
  const std::string token = text_member(*parsed, "access_token");
  if (token.empty()) return std::nullopt;
  SecretValues values{{"token", Secret(token)}};
  const std::string refresh = text_member(*parsed, "refresh_token");
  if (!refresh.empty()) values["refresh_token"] = Secret(refresh);
  std::int64_t lives = 0;
  read_number(*parsed, "expires_in", lives);
  constexpr std::int64_t kCentury = 3'153'600'000;  // seconds; a longer life needs no noting
  if (lives > 0 && lives < kCentury) values["expires_at"] = Secret(format_rfc3339(now + Seconds{lives}));
  return values;
}

std::string read_error(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return {};
  for (const char* name : {"error_description", "error", "message"}) {
    std::string said = text_member(*parsed, name);
    if (!said.empty()) return said;
  }
  return {};
}

std::string post_body(const MastodonPost& post) {
  Json body{{"status", post.text}};
  if (!post.media.empty()) body["media_ids"] = post.media;
  if (!post.reply_to.empty()) body["in_reply_to_id"] = post.reply_to;
  // Both are always sent: what is left out, the account's own preferences decide.
  body["sensitive"] = post.sensitive || !post.warning.empty();
  if (!post.warning.empty()) body["spoiler_text"] = post.warning;
  body["visibility"] = post.visibility;
  if (!post.language.empty()) body["language"] = post.language;
  if (!post.content_type.empty()) body["content_type"] = post.content_type;
  if (!post.replies.empty()) body["interaction_policy"]["can_reply"]["always"] = post.replies;
  if (post.no_quotes) body["quote_approval_policy"] = "nobody";
  return dumped(body);
}

std::optional<MastodonPost> read_post(std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed || !at(*parsed, "status").is_string()) return std::nullopt;
  MastodonPost post;
  post.text = text_member(*parsed, "status");
  for (const Json& id : at(*parsed, "media_ids")) {
    if (id.is_string()) post.media.push_back(id.get<std::string>());
  }
  post.reply_to = text_member(*parsed, "in_reply_to_id");
  post.warning = text_member(*parsed, "spoiler_text");
  post.visibility = text_member(*parsed, "visibility");
  post.language = text_member(*parsed, "language");
  post.content_type = text_member(*parsed, "content_type");
  return post;
}

std::string app_body(const std::string& redirect_uri, const std::string& scopes) {
  return dumped(Json{{"client_name", "postq"}, {"redirect_uris", redirect_uri}, {"scopes", scopes}});
}

}  // namespace postq
