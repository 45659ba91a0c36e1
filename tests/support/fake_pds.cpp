#include "support/fake_pds.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <postq/base/digest.h>
#include <postq/text/text.h>

#include "support/query.h"

namespace postq::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kLetters = "234567abcdefghijklmnopqrstuvwxyz";
constexpr const char* kPosts = "app.bsky.feed.post";

std::string base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  unsigned value = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    value = value << 8U | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) text += kAlphabet[value >> (bits - 5) & 31U];
  }
  if (bits > 0) text += kAlphabet[value << (5 - bits) & 31U];
  return text;
}

// CIDv1: version, codec (0x71 DAG-CBOR, 0x55 raw), SHA-256. The bytes of a record are its JSON here, not its CBOR.
std::string cid_of(std::string_view bytes, char codec) {
  std::string cid{'\x01', codec, '\x12', '\x20'};
  cid += sha256(bytes).view();
  return "b" + base32(cid);
}

Behaviour json(const Json& value) {
  return Behaviour::answer(200, value.dump());
}

Behaviour error(int status, const std::string& name, const std::string& message) {
  return Behaviour::answer(status, Json{{"error", name}, {"message", message}}.dump());
}

std::map<std::string, std::string> query_of(std::string_view target) {
  std::map<std::string, std::string> query;
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return query;
  target.remove_prefix(mark + 1);
  while (!target.empty()) {
    const std::string_view pair = target.substr(0, target.find('&'));
    target.remove_prefix(std::min(pair.size() + 1, target.size()));
    const std::size_t equals = pair.find('=');
    query[decoded(pair.substr(0, equals))] = equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1));
  }
  return query;
}

bool is_tid(const std::string& key) {
  return key.size() == 13 && kLetters.find(key[0]) < 16 && key.find_first_not_of(kLetters) == std::string::npos;
}

std::string tid(TimePoint at, unsigned clock_id) {
  auto value = static_cast<std::uint64_t>(unix_seconds(at)) * 1'000'000U << 10U | clock_id;
  std::string text(13, '2');
  for (auto letter = text.rbegin(); letter != text.rend(); ++letter, value >>= 5U) *letter = kLetters[value & 31U];
  return text;
}

// Every blob within a record.
void collect_blobs(const Json& value, std::vector<std::string>& cids) {
  if (value.is_object() && value.value("$type", "") == "blob") cids.push_back(value.at("ref").at("$link"));
  if (value.is_structured()) {
    for (const auto& inner : value) collect_blobs(inner, cids);
  }
}

}  // namespace

FakePds::FakePds() = default;
FakePds::~FakePds() = default;

std::string FakePds::listen() {
  server_ = std::make_unique<FaultServer>([this](const ReceivedRequest& request) { return answer(request); });
  origin = "http://127.0.0.1:" + std::to_string(server_->port());
  return origin;
}

HttpResult FakePds::exchange(const HttpRequest& request) {
  ReceivedRequest received;
  received.method = request.method;
  const std::size_t host = request.url.find("://") + 3;
  const std::size_t path = std::min(request.url.find('/', host), request.url.size());
  received.target = request.url.substr(path);
  received.headers.emplace_back("host", request.url.substr(host, path - host));
  for (const auto& header : request.headers) {
    std::string name = header.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    received.headers.emplace_back(std::move(name), header.value);
  }
  received.body = request.body;
  received.complete = true;
  const Behaviour behaviour = answer(received);
  if (behaviour.act != Behaviour::Act::answer) {
    return tl::make_unexpected(
        HttpFailure{HttpFailure::Sent::maybe_sent, ErrorKind::try_later, "pds.test: no answer in 30 s", {}});
  }
  HttpAnswer answer{behaviour.status, {}, behaviour.body};
  for (auto [name, value] : behaviour.headers) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    answer.headers.emplace_back(std::move(name), std::move(value));
  }
  return answer;
}

Behaviour FakePds::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  requests.push_back(request);
  const std::string path = request.target.substr(0, request.target.find('?'));
  constexpr std::string_view kXrpc = "/xrpc/";
  if (path == "/" + did) return Behaviour::answer(200, document());
  if (const auto* const other = person_of(path.substr(std::min<std::size_t>(1, path.size())))) {
    return Behaviour::answer(200, document(other->did, other->handle));
  }
  if (!path.starts_with(kXrpc)) return page(path);
  const std::string method = path.substr(kXrpc.size());
  const auto take = [&method](auto& script) -> std::optional<Behaviour> {
    const auto found = script.find(method);
    if (found == script.end() || found->second.empty()) return std::nullopt;
    Behaviour behaviour = std::move(found->second.front());
    found->second.pop_front();
    return behaviour;
  };
  if (auto behaviour = take(instead_)) return *behaviour;
  Behaviour behaviour = serve(request, method, query_of(request.target));
  if (auto other = take(afterwards_)) return *other;
  return behaviour;
}

Behaviour FakePds::serve(const ReceivedRequest& request, const std::string& method,
                         const std::map<std::string, std::string>& query) {
  if (method == "com.atproto.repo.getRecord") return get_record(query);
  if (method == "com.atproto.repo.listRecords") return list_records(query);
  if (method == "com.atproto.identity.resolveHandle") {
    const std::string wanted = value_of(query, "handle");
    if (wanted == handle) return json({{"did", did}});
    if (!handles.contains(wanted)) return error(400, "InvalidRequest", "Unable to resolve handle");
    return json({{"did", handles.at(wanted)}});
  }
  if (limited_until_ && request.method == "POST") {
    return error(429, "RateLimitExceeded", "Rate Limit Exceeded")
        .with("RateLimit-Limit", "30")
        .with("RateLimit-Remaining", "0")
        .with("RateLimit-Reset", std::to_string(unix_seconds(*limited_until_)))
        .with("RateLimit-Policy", "30;w=300");
  }
  if (method == "com.atproto.server.createSession") return create_session(request.body);
  std::string token = request.header("authorization");
  if (!token.starts_with("Bearer ")) return error(401, "AuthMissing", "Authentication Required");
  token.erase(0, 7);
  if (method == "com.atproto.server.refreshSession") return refresh_session(token);
  if (!access_.contains(token)) {
    return issued_.contains(token) ? error(400, "ExpiredToken", "Token has expired")
                                   : error(400, "InvalidToken", "Token could not be verified");
  }
  if (method.starts_with("app.bsky.")) return appview(method, request);
  if (method == "com.atproto.server.getSession") return json({{"did", did}, {"handle", handle}, {"active", true}});
  if (method == "com.atproto.repo.uploadBlob") return upload_blob(request);
  if (method == "com.atproto.repo.putRecord") return put_record(request.body, false);
  if (method == "com.atproto.repo.applyWrites") return apply_writes(request.body);
  if (method == "com.atproto.repo.createRecord") return put_record(request.body, true);
  if (method == "com.atproto.repo.deleteRecord") {
    const Json wanted = Json::parse(request.body);
    if (wanted.at("repo") != did) return error(401, "AuthenticationRequired", "not your repo");
    const std::string key = wanted.at("rkey");
    if (wanted.at("collection") == kPosts) records.erase(key);
    gates.erase(wanted.at("collection").get<std::string>() + "/" + key);
    return json(Json::object());
  }
  return error(501, "MethodNotImplemented", "Method Not Implemented");
}

// --- sessions

std::string FakePds::document() const {
  return document(did, handle);
}

// Everybody's posts are here.
std::string FakePds::document(const std::string& of, const std::string& name) const {
  return Json{
      {"id", of},
      {"alsoKnownAs", {"at://" + name}},
      {"service", {{{"id", "#atproto_pds"}, {"type", "AtprotoPersonalDataServer"}, {"serviceEndpoint", origin}}}}}
      .dump();
}

std::string FakePds::new_session() {
  const std::string n = std::to_string(++sessions_);
  const std::string access = "access-jwt-" + n;
  const std::string refresh = "refresh-jwt-" + n;
  access_.insert(access);
  issued_.insert(access);
  refresh_[refresh] = "";
  Json answer{{"accessJwt", access}, {"refreshJwt", refresh}, {"did", did}, {"handle", handle}, {"active", true}};
  if (tells_document) answer["didDoc"] = Json::parse(document());
  return answer.dump();
}

Behaviour FakePds::create_session(const std::string& body) {
  const Json wanted = Json::parse(body);
  const std::string name = wanted.at("identifier");
  if ((name != handle && name != did) || wanted.at("password") != password) {
    return error(401, "AuthenticationRequired", "Invalid identifier or password");
  }
  if (wants_code) return error(401, "AuthFactorTokenRequired", "A sign in code has been sent to your email address");
  return Behaviour::answer(200, new_session());
}

// The token rotates; the old one gives the same answer again for a while.
Behaviour FakePds::refresh_session(const std::string& token) {
  const auto found = refresh_.find(token);
  if (found == refresh_.end()) return error(400, "ExpiredToken", "Token has been revoked");
  if (found->second.empty()) found->second = new_session();
  return Behaviour::answer(200, refresh_.at(token));
}

void FakePds::end_sessions() {
  access_.clear();
  refresh_.clear();
}

// --- records

Behaviour FakePds::upload_blob(const ReceivedRequest& request) {
  const std::string cid = cid_of(request.body, '\x55');
  const std::string mime = request.header("content-type");
  blobs_[cid] = {mime, request.body.size()};
  return json(
      {{"blob", {{"$type", "blob"}, {"ref", {{"$link", cid}}}, {"mimeType", mime}, {"size", request.body.size()}}}});
}

void FakePds::drop_blobs() {
  std::vector<std::string> held;
  for (const auto& [key, record] : records) collect_blobs(Json::parse(record.json), held);
  std::erase_if(blobs_,
                [&held](const auto& entry) { return std::find(held.begin(), held.end(), entry.first) == held.end(); });
}

// What the server finds wrong with a record, and the name of the error; empty when it is fine.
std::string FakePds::wrong_with(const std::string& key, const std::string& record, std::string& name) const {
  const Json value = Json::parse(record);
  name = "InvalidRequest";
  const std::string invalid = "Invalid app.bsky.feed.post record: ";
  if (!is_tid(key)) return invalid + "rkey must be a TID";
  if (value.value("$type", "") != kPosts) return "Invalid $type";
  if (!value.contains("text") || !value["text"].is_string()) return invalid + "Record must have the property \"text\"";
  const std::string text = value["text"];
  if (count_graphemes(text) > 300) return invalid + "text must not be longer than 300 graphemes";
  if (text.size() > 3000) return invalid + "text must not be longer than 3000 characters";
  const std::string created = value.value("createdAt", "");
  if (!parse_rfc3339(created) || !created.ends_with('Z'))
    return invalid + "createdAt must be an valid atproto datetime";
  if (value.contains("langs") && value["langs"].size() > 3) return invalid + "langs must not have more than 3 elements";
  std::vector<std::string> cids;
  collect_blobs(value, cids);
  for (const std::string& cid : cids) {
    const auto blob = blobs_.find(cid);
    if (blob == blobs_.end()) {
      name = "BlobNotFound";
      return "Could not find blob: " + cid;
    }
    const bool thumb = value["embed"].value("$type", "") == "app.bsky.embed.external";
    if (blob->second.size > (thumb ? 1'000'000U : 2'000'000U)) return "This file is too large.";
  }
  return {};
}

Behaviour FakePds::put_record(const std::string& body, bool create) {
  const Json wanted = Json::parse(body);
  if (wanted.at("repo") != did) return error(401, "AuthenticationRequired", "not your repo");
  const std::string key = wanted.at("rkey");
  std::string name;
  const std::string record = wanted.at("record").dump();
  if (const std::string wrong = wrong_with(key, record, name); !wrong.empty()) return error(400, name, wrong);
  const std::string uri = "at://" + did + "/" + kPosts + "/" + key;
  const std::string cid = cid_of(record, '\x71');
  const auto there = records.find(key);
  if (there != records.end() && create) return error(500, "InternalServerError", "Internal Server Error");
  if (there != records.end() && there->second.cid == cid) return json({{"uri", uri}, {"cid", cid}});
  if (there != records.end() && wanted.contains("swapRecord") && wanted["swapRecord"].is_null()) {
    return error(400, "InvalidSwap", "Record was at " + there->second.cid);
  }
  records[key] = {record, cid};
  return json({{"uri", uri}, {"cid", cid}, {"commit", {{"cid", cid}, {"rev", key}}}, {"validationStatus", "valid"}});
}

// All or nothing; a key that is taken is a bare 500, as with the reference server.
Behaviour FakePds::apply_writes(const std::string& body) {
  const Json wanted = Json::parse(body);
  if (wanted.at("repo") != did) return error(401, "AuthenticationRequired", "not your repo");
  Json results = Json::array();
  for (const Json& write : wanted.at("writes")) {
    if (write.value("$type", "") != "com.atproto.repo.applyWrites#create") {
      return error(400, "InvalidRequest", "Action not supported");
    }
    const std::string collection = write.at("collection");
    const std::string key = write.at("rkey");
    const std::string value = write.at("value").dump();
    const std::string uri = "at://" + did + "/" + collection + "/" + key;
    if (collection == kPosts) {
      std::string name;
      if (const std::string wrong = wrong_with(key, value, name); !wrong.empty()) return error(400, name, wrong);
    } else if (write["value"].value("post", "") != "at://" + did + "/" + kPosts + "/" + key) {
      return error(400, "InvalidRequest", "Invalid " + collection + " record");
    }
    if (records.contains(key) || gates.contains(collection + "/" + key)) {
      return error(500, "InternalServerError", "Internal Server Error");
    }
    results.push_back({{"$type", "com.atproto.repo.applyWrites#createResult"},
                       {"uri", uri},
                       {"cid", cid_of(value, '\x71')},
                       {"validationStatus", "valid"}});
  }
  for (const Json& write : wanted.at("writes")) {
    const std::string collection = write.at("collection");
    const std::string key = write.at("rkey");
    const std::string value = write.at("value").dump();
    if (collection == kPosts) {
      records[key] = {value, cid_of(value, '\x71')};
    } else {
      gates[collection + "/" + key] = value;
    }
  }
  return json({{"commit", {{"cid", results.front().at("cid")}, {"rev", "rev"}}}, {"results", results}});
}

std::string FakePds::add(const std::string& text, TimePoint at, unsigned clock_id, const std::string& more) {
  Json record{{"$type", kPosts}, {"text", text}, {"createdAt", format_rfc3339(at)}};
  if (!more.empty()) record.update(Json::parse(more));
  std::string key = tid(at, clock_id);
  records[key] = {record.dump(), cid_of(record.dump(), '\x71')};
  return key;
}

Behaviour FakePds::get_record(const std::map<std::string, std::string>& query) const {
  const std::string key = value_of(query, "rkey");
  const std::string uri = "at://" + value_of(query, "repo") + "/" + value_of(query, "collection") + "/" + key;
  if (const auto other = elsewhere.find(uri); other != elsewhere.end()) {
    return json({{"uri", uri}, {"cid", cid_of(other->second, '\x71')}, {"value", Json::parse(other->second)}});
  }
  const auto found = records.find(key);
  if (found == records.end() || value_of(query, "repo") != did) {
    return error(400, "RecordNotFound", "Could not locate record: " + uri);
  }
  return json({{"uri", uri}, {"cid", found->second.cid}, {"value", Json::parse(found->second.json)}});
}

// Newest first. There is a cursor with every page that isn't empty, the last one too.
Behaviour FakePds::list_records(const std::map<std::string, std::string>& query) const {
  if (value_of(query, "repo") != did) return error(400, "InvalidRequest", "Could not find repo");
  const std::string asked_for = value_of(query, "cursor");
  const std::string cursor = ignores_cursor ? "" : asked_for;
  const std::size_t most = std::min<std::size_t>(page_size, std::stoul(value_of(query, "limit")));
  Json list{{"records", Json::array()}};
  for (auto record = records.rbegin(); record != records.rend() && list["records"].size() < most; ++record) {
    if (!cursor.empty() && record->first >= cursor) continue;
    list["records"].push_back({{"uri", "at://" + did + "/" + kPosts + "/" + record->first},
                               {"cid", record->second.cid},
                               {"value", Json::parse(record->second.json)}});
    list["cursor"] = record->first;
  }
  if (cursor_counts_up) list["cursor"] = asked_for + "1";
  return json(list);
}

Behaviour FakePds::page(const std::string& path) const {
  const auto found = pages.find(path);
  Behaviour behaviour = Behaviour::answer(404, "nothing here");
  if (found == pages.end()) return behaviour;
  behaviour = Behaviour::answer(found->second.status, found->second.body);
  behaviour.headers = {{"Content-Type", found->second.type}};
  if (!found->second.location.empty()) behaviour.headers.emplace_back("Location", found->second.location);
  return behaviour;
}

std::size_t FakePds::asked(const std::string& method) const {
  return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), [&method](const auto& request) {
    return request.target.substr(0, request.target.find('?')) == "/xrpc/" + method;
  }));
}

}  // namespace postq::testing
