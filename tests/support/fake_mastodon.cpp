#include "support/fake_mastodon.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <postq/base/digest.h>
#include <postq/text/text.h>

#include "support/query.h"

namespace postq::testing {
namespace {

using Json = nlohmann::ordered_json;
using Fields = std::map<std::string, std::string>;

Behaviour answered(int status, const Json& body) {
  return Behaviour::answer(status, body.dump());
}
Behaviour error(int status, const std::string& text) {
  return answered(status, {{"error", text}});
}

Fields fields_of(std::string_view form) {
  Fields fields;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view one = form.substr(0, end);
    const std::size_t equals = std::min(one.find('='), one.size());
    fields[decoded(one.substr(0, equals))] = decoded(one.substr(std::min(equals + 1, one.size())));
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return fields;
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    html += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
  }
  return html;
}

// A link as Mastodon writes it: 30 letters are shown, and the rest is there for copying.
std::string link_html(const std::string& url) {
  const std::size_t prefix = url.find("://") + 3;
  const std::string shown = url.substr(prefix, 30);
  const std::string rest = url.substr(std::min(prefix + 30, url.size()));
  return "<a href=\"" + escaped(url) + "\" rel=\"nofollow noopener\"><span class=\"invisible\">" +
         escaped(url.substr(0, prefix)) + "</span><span class=\"" + (rest.empty() ? "" : "ellipsis") + "\">" +
         escaped(shown) + "</span><span class=\"invisible\">" + escaped(rest) + "</span></a>";
}

// Word by word: links, @user@domain and #tags get their markup, line feeds become paragraphs and breaks.
std::string html_of(const std::string& text) {
  std::string html = "<p>";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::size_t domain = word.find('@', 1);
    if (word.starts_with("http://") || word.starts_with("https://")) {
      html += link_html(word);
    } else if (word.starts_with('@') && word.size() > 1) {
      html += "<span class=\"h-card\"><a href=\"https://x.example/" + escaped(word) +
              "\" class=\"u-url mention\">@<span>" + escaped(word.substr(1, domain - 1)) + "</span></a></span>";
    } else if (word.starts_with('#') && word.size() > 1) {
      html += "<a class=\"mention hashtag\">#<span>" + escaped(word.substr(1)) + "</span></a>";
    } else {
      html += escaped(word);
    }
    at = end;
    if (text.compare(at, 2, "\n\n") == 0) {
      html += "</p><p>";
      at += 2;
    } else if (at < text.size()) {
      html += text[at] == '\n' ? "<br />" : " ";
      ++at;
    }
  }
  return html + "</p>";
}

std::string challenge_of(const std::string& verifier) {
  std::string text = base64_encode(sha256(verifier).view());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

// The parts of a multipart form by name; the file's type as "type".
Fields parts_of(const ReceivedRequest& request) {
  Fields parts;
  const std::string type = request.header("content-type");
  const std::string boundary = "--" + type.substr(type.find("boundary=") + 9);
  const std::string& body = request.body;
  std::size_t at = body.find(boundary);
  while (at != std::string::npos) {
    const std::size_t head = at + boundary.size() + 2;
    const std::size_t next = body.find("\r\n" + boundary, head);
    const std::size_t content = body.find("\r\n\r\n", head);
    if (next == std::string::npos || content == std::string::npos || content > next) break;
    const std::string headers = body.substr(head, content - head);
    const std::size_t name = headers.find(" name=\"") + 7;
    parts[headers.substr(name, headers.find('"', name) - name)] = body.substr(content + 4, next - content - 4);
    const std::size_t mime = headers.find("Content-Type: ");
    if (mime != std::string::npos) parts["type"] = headers.substr(mime + 14);
    at = next + 2;
  }
  return parts;
}

}  // namespace

FakeMastodon::FakeMastodon(Software software) : software_(software) {
  version = software == Software::mastodon   ? "4.5.2"
            : software == Software::pixelfed ? "3.5.3 (compatible; Pixelfed 0.12.5)"
                                             : "0.20.1+git-57cb4fe";
  software_name = software == Software::mastodon     ? "mastodon"
                  : software == Software::gotosocial ? "gotosocial"
                                                     : "pixelfed";
  if (software == Software::gotosocial) keys = Keys::ignored;
  if (software == Software::pixelfed) keys = Keys::refused;
  has_metadata = software != Software::pixelfed;
  has_many_statuses = software == Software::mastodon;
}

FakeMastodon::~FakeMastodon() = default;

std::string FakeMastodon::next_id() {
  const std::string number = std::to_string(++last_id_);
  const std::string padded = std::string(6 - number.size(), '0') + number;
  return software_ == Software::gotosocial ? "01KAQ5Z8Y6R3J1M2N4P5" + padded : "115600000000" + padded;
}

FakeMastodon::Status& FakeMastodon::add(std::string text, TimePoint at, std::string from) {
  Status& status = statuses.emplace_back();
  status.id = next_id();
  status.created_at = at;
  status.text = std::move(text);
  status.app = std::move(from);
  return status;
}

FakeMastodon::Status& FakeMastodon::add_elsewhere(std::string url, std::string text) {
  Status& status = add(std::move(text), now(), "");
  status.author = "666";
  status.acct = "mira@elsewhere.example";
  urls_[status.id] = std::move(url);
  return status;
}

void FakeMastodon::edit(const std::string& id, const std::string& text) {
  for (Status& status : statuses) {
    if (status.id == id) status.earlier.push_back(std::exchange(status.text, text));
  }
}

const FakeMastodon::Status* FakeMastodon::find(const std::string& id) const {
  const auto found = std::find_if(statuses.begin(), statuses.end(), [&](const Status& one) { return one.id == id; });
  return found == statuses.end() ? nullptr : &*found;
}

std::string FakeMastodon::json_of(const Status& status) const {
  Json json;
  json["id"] = status.id;
  json["created_at"] = format_rfc3339(status.created_at).substr(0, 19) + ".000Z";
  json["edited_at"] = status.earlier.empty() ? Json(nullptr) : Json(format_rfc3339(now()).substr(0, 19) + ".000Z");
  json["in_reply_to_id"] = status.reply_to.empty() ? Json(nullptr) : Json(status.reply_to);
  json["in_reply_to_account_id"] = status.reply_to_account.empty() ? Json(nullptr) : Json(status.reply_to_account);
  json["sensitive"] = status.sensitive;
  json["spoiler_text"] = status.warning;
  json["visibility"] = status.visibility;
  json["language"] = status.language.empty() ? Json(nullptr) : Json(status.language);
  const auto elsewhere = urls_.find(status.id);
  json["url"] = elsewhere == urls_.end() ? "https://fake.example/@anna/" + status.id : elsewhere->second;
  const auto plain = [&] { return render ? render(status.text) : html_of(status.text); };
  json["content"] = status.html.empty() ? plain() : status.html;
  json["reblog"] = status.boost ? Json{{"id", "1"}} : Json(nullptr);
  json["quote"] = status.quote ? Json{{"state", "accepted"}} : Json(nullptr);
  if (const Status* quoted = find(status.quoted); quoted != nullptr) {
    json["quote"]["quoted_status"] = {{"id", quoted->id}, {"account", {{"id", quoted->author}}}};
  }
  json["replies_count"] =
      std::count_if(statuses.begin(), statuses.end(), [&](const Status& other) { return other.reply_to == status.id; });
  json["reblogs_count"] = status.boosts;
  json["favourites_count"] = status.likes;
  json["account"] = Json::parse(account_json(status));
  if (software_ == Software::pixelfed) {
    json["application"] = {{"name", "web"}, {"website", nullptr}};
  } else if (!status.app.empty()) {
    json["application"] = {{"name", status.app}, {"website", nullptr}};
  }
  json["media_attachments"] = Json::array();
  for (const std::string& id : status.media) json["media_attachments"].push_back({{"id", id}, {"type", "image"}});
  return json.dump();
}

std::optional<Behaviour> FakeMastodon::refuse(const ReceivedRequest& request, const std::string& scope) const {
  if (revoked || request.header("authorization") != "Bearer " + token) {
    return error(401, "The access token was revoked");
  }
  if (scopes.contains(scope) || scopes.contains(scope.substr(0, scope.find(':')))) return std::nullopt;
  return error(403, "This action is outside the authorized scopes");
}

Behaviour FakeMastodon::instance(bool v2) const {
  Json statuses_json{{"max_characters", max_characters}, {"characters_reserved_per_url", 23}};
  statuses_json["max_media_attachments"] = software_ == Software::gotosocial ? 6 : 4;
  Json media_json{{"supported_mime_types", {"image/jpeg", "image/png", "image/gif", "video/mp4"}},
                  {"image_size_limit", 16777216},
                  {"image_matrix_limit", 33177600},
                  {"video_size_limit", 103809024}};
  if (v2) media_json["description_limit"] = 1500;
  Json json{{v2 ? "domain" : "uri", "fake.example"}, {"version", version}};
  json["configuration"] = {{"statuses", statuses_json}, {"media_attachments", media_json}};
  return answered(200, json);
}

Behaviour FakeMastodon::create(const ReceivedRequest& request) {
  if (auto no = refuse(request, "write:statuses")) return *no;
  const Json body = Json::parse(request.body, nullptr, false);
  if (body.is_discarded() || !body.is_object()) return error(400, "Error occurred while parsing request parameters");
  const std::string key = request.header("idempotency-key");
  if (const auto used = used_keys_.find(key); !key.empty() && used != used_keys_.end()) {
    if (keys == Keys::answer_500) return error(500, "Internal Server Error");
    if (keys == Keys::refused) return error(400, "Duplicate idempotency key.");
    const Status* known = find(used->second);
    if (keys == Keys::honoured && known != nullptr) return Behaviour::answer(200, json_of(*known));
  }
  Status status;
  status.text = body.value("status", "");
  status.warning = body.value("spoiler_text", "");
  status.visibility = body.value("visibility", "the account's default");
  status.language = body.value("language", "");
  status.sensitive = body.value("sensitive", true);  // "the account's default"
  status.quotes = body.value("quote_approval_policy", "");
  status.reply_to = body.value("in_reply_to_id", "");
  status.app = app;
  status.media = body.value("media_ids", std::vector<std::string>{});
  if (keys == Keys::refused) used_keys_[key] = "";
  if (!status.reply_to.empty()) {
    const Status* parent = find(status.reply_to);
    if (parent == nullptr) return error(404, "The post you are trying to reply to does not appear to exist.");
    status.reply_to_account = parent->author;
  }
  if (status.media.empty() && software_ == Software::pixelfed && status.reply_to.empty()) {
    return error(403, "Empty statuses are not allowed");
  }
  if (status.media.empty() && status.text.empty()) return error(422, "Validation failed: Text can't be blank");
  const bool plain = status.text.find('@') == std::string::npos && status.text.find("://") == std::string::npos;
  if (plain && count_code_points(status.text + status.warning) > max_characters) {
    return error(software_ == Software::mastodon ? 422 : 400,
                 "Validation failed: Text character limit of " + std::to_string(max_characters) + " exceeded");
  }
  for (const std::string& id : status.media) {
    const auto found = media.find(id);
    if (found == media.end() || !found->second.status.empty()) {
      return error(422, "Media " + id + " not found or already attached to another post");
    }
    if (found->second.polls_until_ready > 0) {
      return error(422, "Cannot attach files that have not finished processing. Try again in a moment!");
    }
  }
  status.id = next_id();
  status.created_at = now();
  for (const std::string& id : status.media) media[id].status = status.id;
  if (!key.empty()) used_keys_[key] = status.id;
  statuses.push_back(status);
  if (!after_creating_.empty()) {
    Behaviour lost = std::move(after_creating_.front());
    after_creating_.pop_front();
    if (lost.body == "HALF") lost.body = json_of(status).substr(0, json_of(status).size() / 2);
    return lost;
  }
  return Behaviour::answer(200, json_of(status));
}

Behaviour FakeMastodon::upload(const ReceivedRequest& request) {
  if (auto no = refuse(request, "write:media")) return *no;
  const Fields parts = parts_of(request);
  const auto file = parts.find("file");
  const auto type = parts.find("type");
  if (file == parts.end() || type == parts.end()) return error(422, "Validation failed: File can't be blank");
  const std::string id = next_id();
  Media& made = media[id];
  made.bytes = file->second;
  made.mime = type->second;
  made.polls_until_ready = media_polls;
  if (parts.contains("description")) made.description = parts.at("description");
  if (parts.contains("focus")) made.focus = parts.at("focus");
  const bool later = media_polls > 0 || software_ == Software::pixelfed;
  return answered(later ? 202 : 200,
                  {{"id", id}, {"url", later ? Json(nullptr) : Json("https://fake.example/m/" + id)}});
}

Behaviour FakeMastodon::media_state(const std::string& id) {
  const auto found = media.find(id);
  if (found == media.end() || !found->second.status.empty()) return error(404, "Record not found");
  if (found->second.broken) return error(422, "Error processing thumbnail for uploaded media");
  if (found->second.polls_until_ready > 0) {
    --found->second.polls_until_ready;
    return answered(206, {{"id", id}, {"url", nullptr}});
  }
  return answered(200, {{"id", id}, {"url", "https://fake.example/m/" + id}});
}

Behaviour FakeMastodon::list(const Fields& query) const {
  const auto limit = query.contains("limit") ? std::stoul(query.at("limit")) : 20;
  const std::string max_id = query.contains("max_id") && !ignores_max_id ? query.at("max_id") : "";
  std::string json;
  std::size_t count = 0;
  for (auto status = statuses.rbegin(); status != statuses.rend(); ++status) {
    if (count == std::min<std::size_t>({limit, page, 40})) break;
    if (status->author != "109" || (!max_id.empty() && status->id >= max_id)) continue;
    if (software_ == Software::pixelfed && (!status->reply_to.empty() || status->boost)) continue;
    if (unlisted.contains(status->visibility)) continue;
    json += (json.empty() ? "" : ",") + json_of(*status);
    ++count;
  }
  return Behaviour::answer(200, "[" + json + "]");
}

Behaviour FakeMastodon::grant(const ReceivedRequest& request) {
  last_form = fields_of(request.body);
  const auto field = [&](const char* name) { return last_form.contains(name) ? last_form.at(name) : ""; };
  const Json wrong{{"error", "invalid_grant"},
                   {"error_description", "The provided authorization grant is invalid, expired, revoked"}};
  if (field("client_id") != "client-1" || field("client_secret") != "hush-1") {
    return answered(401, {{"error", "invalid_client"}, {"error_description", "Client authentication failed"}});
  }
  const bool refresh = field("grant_type") == "refresh_token" && field("refresh_token") == "refresh-1";
  const bool code = field("grant_type") == "authorization_code" && field("code") == "code-1";
  if (!refresh && !code) return answered(400, wrong);
  if (code && !challenge_.empty() && challenge_of(field("code_verifier")) != challenge_) return answered(400, wrong);
  Json answer{{"access_token", token}, {"token_type", "Bearer"}, {"scope", "read write"}};
  if (expires_in > 0) {
    answer["expires_in"] = expires_in;
    answer["refresh_token"] = refresh ? "refresh-2" : "refresh-1";
  }
  return answered(200, answer);
}

Behaviour FakeMastodon::route(const ReceivedRequest& request) {
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  const std::string path = request.target.substr(0, question);
  const Fields query =
      fields_of(std::string_view(request.target).substr(std::min(question + 1, request.target.size())));
  const std::string what = request.method + " " + path;
  const auto tail = [&](std::string_view prefix, std::string_view suffix = "") -> std::optional<std::string> {
    if (!what.starts_with(prefix) || !what.ends_with(suffix) || what.size() <= prefix.size() + suffix.size()) return {};
    const std::string middle = what.substr(prefix.size(), what.size() - prefix.size() - suffix.size());
    return middle.find('/') == std::string::npos ? std::optional(middle) : std::nullopt;
  };
  if (what == "GET /api/v2/instance" && has_v2_instance) return instance(true);
  if (what == "GET /api/v1/instance") return instance(false);
  if (what == "GET /.well-known/nodeinfo" && !software_name.empty()) {
    const std::string host = request.header("host");
    const std::string origin = host.empty() ? "https://fake.example" : "http://" + host;
    const std::string schema = "http://nodeinfo.diaspora.software/ns/schema/2.0";
    return Behaviour::answer(
        200, Json{{"links", Json::array({{{"rel", schema}, {"href", origin + "/nodeinfo/2.0"}}})}}.dump());
  }
  if (what == "GET /nodeinfo/2.0" && !software_name.empty()) {
    return Behaviour::answer(200, Json{{"version", "2.0"}, {"software", {{"name", software_name}}}}.dump());
  }
  if (what == "GET /.well-known/oauth-authorization-server" && has_metadata) return Behaviour::answer(200, metadata);
  if (what == "POST /api/v1/apps") {
    challenge_.clear();
    return answered(200, {{"id", "1"}, {"client_id", "client-1"}, {"client_secret", "hush-1"}});
  }
  // The browser's part: a person says yes, and the proof is remembered.
  if (what == "GET /oauth/authorize") {
    challenge_ = query.contains("code_challenge") ? query.at("code_challenge") : "";
    return Behaviour::redirect(302, query.at("redirect_uri") + "?code=code-1&state=" + query.at("state"));
  }
  if (what == "POST /oauth/token") return grant(request);
  if (what == "POST /api/v1/statuses") return create(request);
  if (what == "POST /api/v2/media") return upload(request);

  if (what == "GET /api/v1/accounts/verify_credentials") {
    if (auto no = refuse(request, "read:accounts")) return *no;
    return answered(200,
                    {{"id", "109"}, {"username", "anna"}, {"acct", "anna"}, {"url", "https://fake.example/@anna"}});
  }
  if (auto no = refuse(request, what.starts_with("GET /api/v2/search")      ? "read:search"
                                : what == "GET /api/v1/notifications"       ? "read:notifications"
                                : what.ends_with("/accounts/relationships") ? "read:follows"
                                : request.method == "DELETE"                ? "write:statuses"
                                : what.find("/media/") != std::string::npos ? "write:media"
                                : what.find("/apps/") != std::string::npos  ? *scopes.begin()
                                                                            : "read:statuses")) {
    return *no;
  }
  if (what == "GET /api/v1/notifications") return notified(request.target, query);
  if (what == "GET /api/v1/accounts/relationships") return relationships(request.target);
  if (what == "GET /api/v1/statuses" && has_many_statuses) return many_statuses(request.target);
  if (const auto tag = tail("GET /api/v1/timelines/tag/")) return tagged(decoded(*tag), query);
  if (what == "GET /api/v1/apps/verify_credentials") {
    Json json{{"name", app}};
    if (tells_scopes) json["scopes"] = scopes;
    return answered(200, json);
  }
  if (what == "GET /api/v1/accounts/109/statuses") {
    auto listed = list(query);
    if (after_listing) after_listing();
    return listed;
  }
  if (what == "GET /api/v2/search") return search(query);
  if (const auto id = tail("GET /api/v1/media/")) return media_state(*id);
  if (const auto id = tail("GET /api/v1/statuses/", "/context")) return context(*id);
  if (const auto id = tail("GET /api/v1/statuses/", "/source"); id && has_source) {
    const Status* status = find(*id);
    if (status == nullptr) return error(404, "Record not found");
    return answered(200, {{"id", status->id}, {"text", status->text}, {"spoiler_text", status->warning}});
  }
  if (const auto id = tail("GET /api/v1/statuses/", "/history"); id && has_history) {
    const Status* status = find(*id);
    if (status == nullptr) return error(404, "Record not found");
    Json revisions = Json::array();
    for (const std::string& text : status->earlier) revisions.push_back({{"content", html_of(text)}});
    revisions.push_back({{"content", html_of(status->text)}});
    return answered(200, revisions);
  }
  if (const auto id = tail("GET /api/v1/statuses/")) {
    const Status* status = find(*id);
    return status == nullptr ? error(404, "Record not found") : Behaviour::answer(200, json_of(*status));
  }
  if (const auto id = tail("DELETE /api/v1/statuses/")) {
    const Status* status = find(*id);
    if (status == nullptr || status->author != "109") return error(404, "Record not found");
    const std::string json = json_of(*status);
    deleted.push_back(*id);
    remove(*id);
    return Behaviour::answer(200, json);
  }
  return error(404, "Not found");
}

Behaviour FakeMastodon::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  requests.push_back(request);
  if (!instead_.empty()) {
    Behaviour behaviour = std::move(instead_.front());
    instead_.pop_front();
    return behaviour;
  }
  return route(request);
}

HttpResult FakeMastodon::exchange(const HttpRequest& request) {
  ReceivedRequest received;
  received.method = request.method;
  const std::size_t path = request.url.find('/', request.url.find("://") + 3);
  received.target = path == std::string::npos ? "/" : request.url.substr(path);
  received.complete = true;
  received.body = request.body;
  for (const HttpHeader& header : request.headers) {
    std::string name = header.name;
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    received.headers.emplace_back(name, header.value);
  }
  const Behaviour behaviour = answer(received);
  if (behaviour.act != Behaviour::Act::answer) {
    return tl::make_unexpected(
        HttpFailure{HttpFailure::Sent::maybe_sent, ErrorKind::try_later, "the connection broke", {}});
  }
  HttpAnswer made{behaviour.status, {}, behaviour.body};
  for (const auto& [name, value] : behaviour.headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    made.headers.emplace_back(lower, value);
  }
  return made;
}

std::string FakeMastodon::listen() {
  if (!server_) {
    server_ = std::make_unique<FaultServer>([this](const ReceivedRequest& request) { return answer(request); });
  }
  return server_->url("");
}

}  // namespace postq::testing
