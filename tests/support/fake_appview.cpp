// What other people do, and what the AppView behind an imitated data server tells of it.
#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include <postq/base/digest.h>
#include <postq/text/text.h>

#include "support/fake_pds.h"
#include "support/query.h"

namespace postq::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kPostCollection = "app.bsky.feed.post";

std::string first_of(const std::string& target, const std::string& name, const std::string& otherwise = "") {
  const auto values = values_of(target, name);
  return values.empty() ? otherwise : values.front();
}

std::string time_text(TimePoint at) {
  return format_rfc3339(at).substr(0, 19) + ".000Z";
}

// Thirteen letters that grow with the time, and differ for posts of one second.
std::string key_of(TimePoint at, std::size_t place) {
  constexpr std::string_view kLetters = "234567abcdefghijklmnopqrstuvwxyz";
  auto value = static_cast<std::uint64_t>(unix_seconds(at)) * 1'000'000U << 10U | place % 1024;
  std::string text(13, '2');
  for (auto letter = text.rbegin(); letter != text.rend(); ++letter, value >>= 5U) *letter = kLetters[value & 31U];
  return text;
}

// Any text of the right form: nobody takes these apart.
std::string some_cid(const std::string& json) {
  std::string cid = "bafyrei";
  for (const char c : sha256(json).hex()) cid += c < 'a' ? static_cast<char>('g' + (c - '0')) : c;
  return cid.substr(0, 59);
}

std::string repo_of(const std::string& uri) {
  return uri.substr(5, uri.find('/', 5) - 5);
}

}  // namespace

FakePds::Person& FakePds::person(const std::string& wanted) {
  const auto known =
      std::find_if(people_.begin(), people_.end(), [&](const Person& one) { return one.handle == wanted; });
  if (known != people_.end()) return *known;
  std::string letters;
  for (const char c : wanted) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  while (letters.size() < 24) letters += letters.empty() ? "x" : letters;
  Person& made =
      people_.emplace_back(Person{"did:plc:" + letters.substr(0, 24), wanted, wanted.substr(0, wanted.find('.'))});
  handles[wanted] = made.did;
  return made;
}

const FakePds::Person* FakePds::person_of(const std::string& wanted) const {
  const auto known = std::find_if(people_.begin(), people_.end(), [&](const Person& one) { return one.did == wanted; });
  return known == people_.end() ? nullptr : &*known;
}

std::string FakePds::own_uri(const std::string& key) const {
  return "at://" + did + "/" + kPostCollection + "/" + key;
}

void FakePds::rename(const std::string& wanted, const std::string& new_handle, const std::string& new_name) {
  Person& renamed = person(wanted);
  handles.erase(wanted);
  renamed.handle = new_handle;
  renamed.name = new_name;
  handles[new_handle] = renamed.did;
}

std::string FakePds::reply_json(const std::string& reply_to) const {
  const auto parent = indexed(reply_to);
  if (!parent) throw std::runtime_error("there is no post " + reply_to);
  const Json ref{{"uri", parent->uri}, {"cid", some_cid(parent->json)}};
  const Json above = Json::parse(parent->json);
  return Json{{"root", above.contains("reply") ? above["reply"]["root"] : ref}, {"parent", ref}}.dump();
}

std::string FakePds::say(const std::string& by, const std::string& text, TimePoint at, const std::string& reply_to,
                         const std::string& quoted) {
  const std::string author = person(by).did;
  Json record{{"$type", kPostCollection}, {"text", text}, {"createdAt", time_text(at)}, {"langs", {"en"}}};
  if (!reply_to.empty()) record["reply"] = Json::parse(reply_json(reply_to));
  if (const std::size_t name = text.find("@" + handle); name != std::string::npos) {
    record["facets"] = {{{"index", {{"byteStart", name}, {"byteEnd", name + 1 + handle.size()}}},
                         {"features", {{{"$type", "app.bsky.richtext.facet#mention"}, {"did", did}}}}}};
  }
  if (const auto below = indexed(quoted)) {
    record["embed"] = {{"$type", "app.bsky.embed.record"},
                       {"record", {{"uri", below->uri}, {"cid", some_cid(below->json)}}}};
  }
  std::string uri = "at://" + author + "/" + kPostCollection + "/" + key_of(at, said_.size());
  said_.push_back({uri, author, at, record.dump()});
  elsewhere[uri] = record.dump();
  return uri;
}

void FakePds::remove(const std::string& uri) {
  std::erase_if(said_, [&](const Indexed& one) { return one.uri == uri; });
  elsewhere.erase(uri);
  if (repo_of(uri) == did) records.erase(uri.substr(uri.rfind('/') + 1));
}

std::vector<FakePds::Indexed> FakePds::indexed() const {
  std::vector<Indexed> all = said_;
  for (const auto& [key, record] : records) {
    const auto created = parse_rfc3339(Json::parse(record.json).value("createdAt", ""));
    all.push_back({own_uri(key), did, created ? TimePoint{*created} : TimePoint{}, record.json});
  }
  std::sort(all.begin(), all.end(),
            [](const Indexed& a, const Indexed& b) { return a.at != b.at ? a.at > b.at : a.uri > b.uri; });
  return all;
}

std::optional<FakePds::Indexed> FakePds::indexed(const std::string& uri) const {
  for (Indexed& one : indexed()) {
    if (one.uri == uri) return std::move(one);
  }
  return std::nullopt;
}

std::string FakePds::author_json(const std::string& who) const {
  const Person* known = person_of(who);
  Json author{{"did", who},
              {"handle", known == nullptr ? handle : known->handle},
              {"displayName", known == nullptr ? "Ann" : known->name}};
  author["viewer"] = {{"muted", known != nullptr && known->muted}, {"blockedBy", false}};
  if (known != nullptr && known->blocked) author["viewer"]["blocking"] = "at://" + did + "/app.bsky.graph.block/3k";
  author["labels"] = Json::array();
  if (known != nullptr && known->bot) {
    author["labels"].push_back({{"src", who}, {"uri", "at://" + who}, {"val", "bot"}, {"cts", time_text(now())}});
  }
  return author.dump();
}

std::string FakePds::view_json(const Indexed& post) const {
  const auto all = indexed();
  const auto answers = std::count_if(all.begin(), all.end(), [&](const Indexed& one) {
    const Json record = Json::parse(one.json);
    return record.contains("reply") && record["reply"]["parent"]["uri"] == post.uri;
  });
  const auto counted = counts.find(post.uri);
  const Counts known = counted == counts.end() ? Counts{} : counted->second;
  return Json{{"uri", post.uri},
              {"cid", some_cid(post.json)},
              {"author", Json::parse(author_json(post.did))},
              {"record", Json::parse(post.json)},
              {"replyCount", answers},
              {"repostCount", known.reposts},
              {"likeCount", known.likes},
              {"quoteCount", 0},
              {"indexedAt", time_text(post.at)}}
      .dump();
}

// Why the account hears of a post; empty when it doesn't.
std::string FakePds::reason_for(const Indexed& post) const {
  if (post.did == did) return {};
  const Json record = Json::parse(post.json);
  // Everybody above is told, five levels up.
  std::string above = record.contains("reply") ? record["reply"]["parent"]["uri"].get<std::string>() : "";
  for (int level = 0; level < 5 && !above.empty(); ++level) {
    if (repo_of(above) == did) return "reply";
    const auto parent = indexed(above);
    const Json higher = parent ? Json::parse(parent->json) : Json::object();
    above = higher.contains("reply") ? higher["reply"]["parent"]["uri"].get<std::string>() : "";
  }
  if (record.contains("facets")) return "mention";
  if (record.contains("embed") && repo_of(record["embed"]["record"]["uri"]) == did) return "quote";
  return {};
}

Behaviour FakePds::list_notifications(const std::string& target) const {
  const auto reasons = values_of(target, "reasons");
  const std::string cursor = first_of(target, "cursor");
  const std::size_t most = std::min<std::size_t>(std::stoul(first_of(target, "limit", "50")), notification_page);
  bool waiting = !cursor.empty();  // for the place where the last page ended
  Json list{{"notifications", Json::array()}, {"priority", false}, {"seenAt", time_text(now())}};
  for (const Indexed& post : indexed()) {
    const std::string reason = reason_for(post);
    const std::string place = time_text(post.at) + "::" + post.uri;
    const Person* by = person_of(post.did);
    if (reason.empty() || (by != nullptr && by->blocked)) continue;
    if (!reasons.empty() && std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) continue;
    if (waiting) {
      waiting = place != cursor && place >= cursor;
      if (waiting || place == cursor) continue;
    }
    if (list["notifications"].size() == most) break;
    list["notifications"].push_back({{"uri", post.uri},
                                     {"cid", some_cid(post.json)},
                                     {"author", Json::parse(author_json(post.did))},
                                     {"reason", reason},
                                     {"record", Json::parse(post.json)},
                                     {"isRead", false},
                                     {"indexedAt", time_text(post.at)},
                                     {"labels", Json::array()}});
    list["cursor"] = place;
  }
  return Behaviour::answer(200, list.dump());
}

Behaviour FakePds::get_posts(const std::string& target) const {
  const auto uris = values_of(target, "uris");
  if (uris.size() > 25)
    return Behaviour::answer(400, R"({"error":"InvalidRequest","message":"uris must not have more than 25 elements"})");
  Json posts = Json::array();
  for (const std::string& uri : uris) {
    const auto post = indexed(uri);
    const Person* by = post ? person_of(post->did) : nullptr;
    if (post && (by == nullptr || !by->blocked)) posts.push_back(Json::parse(view_json(*post)));
  }
  return Behaviour::answer(200, Json{{"posts", posts}}.dump());
}

std::string FakePds::thread_json(const Indexed& post, int depth, int height) const {
  if (const Person* by = person_of(post.did); by != nullptr && by->blocked) {
    return Json{{"$type", "app.bsky.feed.defs#blockedPost"},
                {"uri", post.uri},
                {"blocked", true},
                {"author", {{"did", post.did}}}}
        .dump();
  }
  Json thread{{"$type", "app.bsky.feed.defs#threadViewPost"}, {"post", Json::parse(view_json(post))}};
  const Json record = Json::parse(post.json);
  if (height > 0 && record.contains("reply")) {
    const std::string above = record["reply"]["parent"]["uri"];
    const auto parent = indexed(above);
    thread["parent"] = parent ? Json::parse(thread_json(*parent, 0, height - 1))
                              : Json{{"$type", "app.bsky.feed.defs#notFoundPost"}, {"uri", above}, {"notFound", true}};
  }
  if (depth > 0) {
    thread["replies"] = Json::array();
    for (const Indexed& one : indexed()) {
      const Json below = Json::parse(one.json);
      if (!below.contains("reply") || below["reply"]["parent"]["uri"] != post.uri) continue;
      thread["replies"].push_back(Json::parse(thread_json(one, depth - 1, 0)));
    }
  }
  return thread.dump();
}

Behaviour FakePds::get_thread(const std::string& target) const {
  const std::string uri = first_of(target, "uri");
  const auto post = indexed(uri);
  if (!post) return Behaviour::answer(400, Json{{"error", "NotFound"}, {"message", "Post not found: " + uri}}.dump());
  const std::string thread =
      thread_json(*post, std::stoi(first_of(target, "depth", "6")), std::stoi(first_of(target, "parentHeight", "80")));
  return Behaviour::answer(200, Json{{"thread", Json::parse(thread)}}.dump());
}

// Every word occurs. The cursor is the number of posts before it.
Behaviour FakePds::search_posts(const std::string& target) const {
  const std::string words = first_of(target, "q");
  const std::string since = first_of(target, "since");
  const std::size_t skip = std::stoul(first_of(target, "cursor", "0"));
  const std::size_t most = std::stoul(first_of(target, "limit", "25"));
  Json posts = Json::array();
  std::size_t found = 0;
  for (const Indexed& one : indexed()) {
    if (Json::parse(one.json).value("text", "").find(words) == std::string::npos) continue;
    if (!since.empty() && time_text(one.at) < since) continue;
    if (found++ < skip || posts.size() == most) continue;
    posts.push_back(Json::parse(view_json(one)));
  }
  Json answer{{"posts", posts}};
  if (found > skip + most) answer["cursor"] = std::to_string(skip + most);
  return Behaviour::answer(200, answer.dump());
}

Behaviour FakePds::appview(const std::string& method, const ReceivedRequest& request) const {
  if (!has_appview) {
    return Behaviour::answer(502, R"({"error":"UpstreamFailure","message":"Upstream service unreachable"})");
  }
  if (method == "app.bsky.notification.listNotifications") return list_notifications(request.target);
  if (method == "app.bsky.feed.getPosts") return get_posts(request.target);
  if (method == "app.bsky.feed.getPostThread") return get_thread(request.target);
  if (method == "app.bsky.feed.searchPosts") return search_posts(request.target);
  return Behaviour::answer(501, R"({"error":"MethodNotImplemented","message":"Method Not Implemented"})");
}

}  // namespace postq::testing
