// The imitated servers of tests/support, as the list of faults sees them.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/network_place.h"
#include "support/fake_mastodon.h"
#include "support/fake_pds.h"

namespace postq::test {

namespace {

using Json = nlohmann::ordered_json;
using testing::FakeMastodon;
using testing::FakePds;

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class MastodonPlace final : public NetworkPlace {
 public:
  std::string platform() const override { return "mastodon"; }
  Settings settings() const override { return {{"url", "https://fake.example/@anna"}}; }
  std::string token() const override { return server_.token; }
  void set_clock(Now now) override { server_.now = std::move(now); }
  bool serves(const std::string& url) const override { return url.starts_with("https://fake.example/"); }
  Errand errand_of(const HttpRequest& request) const override {
    if (request.method == "POST" && request.url.ends_with("/api/v1/statuses")) return Errand::publish;
    if (request.method == "POST" && request.url.ends_with("/api/v2/media")) return Errand::upload;
    if (request.method == "DELETE") return Errand::remove;
    return holds(request.url, "/statuses?") ? Errand::read : Errand::other;
  }
  HttpResult answer(const HttpRequest& request) override { return server_.exchange(request); }

  std::vector<Held> posts() const override {
    std::vector<Held> held;
    for (const auto& status : server_.statuses) {
      held.push_back({status.id, status.text, status.reply_to, status.media.size()});
    }
    return held;
  }
  std::string write(const std::string& text, TimePoint at) override { return server_.add(text, at).id; }
  void edit(const std::string& id, const std::string& text) override { server_.edit(id, text); }
  void remove(const std::string& id) override { server_.statuses.erase(find(id)); }
  std::string answer_in_app(const std::string& text, const std::string& id, TimePoint at) override {
    auto& status = server_.add(text, at);
    status.reply_to = id;
    status.reply_to_account = server_.find(id)->author;
    return status.id;
  }
  std::string say(const std::string& who, const std::string& text, TimePoint at, const std::string& id) override {
    return server_.say(who, "@anna " + text, at, id);
  }
  void take_back(const std::string& id) override { server_.remove(id); }
  void rename(const std::string& who, const std::string& new_name) override { server_.rename(who, new_name, new_name); }
  std::string person(const std::string& name) const override { return name + "@elsewhere.example"; }
  void drop_uploads() override {}  // kept for a day
  void end_sign_in() override { server_.revoked = true; }
  void allow_sign_in() override {
    server_.revoked = false;
    server_.token += "-again";
  }
  std::vector<Expiry> expiries() override { return {}; }
  std::vector<WayToSayWhen> ways_to_say_when(TimePoint now) const override {
    const TimePoint reset = now + Seconds{900};
    const std::string date = format_rfc3339(reset).substr(0, 19);
    return {{"x-ratelimit-reset", date + ".000000Z", Seconds{900}},
            {"x-ratelimit-reset", std::to_string(unix_seconds(reset)), Seconds{900}}};
  }

 private:
  std::vector<FakeMastodon::Status>::iterator find(const std::string& id) {
    return std::find_if(server_.statuses.begin(), server_.statuses.end(),
                        [&id](const FakeMastodon::Status& status) { return status.id == id; });
  }

  FakeMastodon server_;
};

class BlueskyPlace final : public NetworkPlace {
 public:
  std::string platform() const override { return "bluesky"; }
  Settings settings() const override { return {{"handle", server_.handle}, {"url", server_.origin}}; }
  std::string token() const override { return server_.password; }
  void set_clock(Now now) override { server_.now = std::move(now); }
  bool serves(const std::string& url) const override {
    return url.starts_with(server_.origin + "/") || url.starts_with("https://plc.directory/");
  }
  Errand errand_of(const HttpRequest& request) const override {
    if (holds(request.url, "repo.putRecord")) return Errand::publish;
    if (holds(request.url, "repo.uploadBlob")) return Errand::upload;
    if (holds(request.url, "repo.deleteRecord")) return Errand::remove;
    return holds(request.url, "repo.listRecords") ? Errand::read : Errand::other;
  }
  HttpResult answer(const HttpRequest& request) override { return server_.exchange(request); }

  std::vector<Held> posts() const override {
    std::vector<Held> held;
    for (const auto& [key, record] : server_.records) {
      const Json json = Json::parse(record.json);
      Held& one = held.emplace_back(Held{uri_of(key), json.at("text"), {}, 0});
      if (json.contains("reply")) one.answers = json["reply"]["parent"]["uri"];
      if (json.contains("embed")) one.media = json["embed"]["images"].size();
    }
    return held;
  }
  std::string write(const std::string& text, TimePoint at) override { return uri_of(server_.add(text, at)); }
  void edit(const std::string& id, const std::string& text) override {
    Json record = Json::parse(server_.records.at(key_of(id)).json);
    record["text"] = text;
    const Json put{{"repo", server_.did}, {"collection", kPosts}, {"rkey", key_of(id)}, {"record", record}};
    from_an_app("com.atproto.repo.putRecord", put);
  }
  void remove(const std::string& id) override {
    from_an_app("com.atproto.repo.deleteRecord", {{"repo", server_.did}, {"collection", kPosts}, {"rkey", key_of(id)}});
  }
  std::string answer_in_app(const std::string& text, const std::string& id, TimePoint at) override {
    const std::string ref =
        R"({"uri":")" + id + R"(","cid":"bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})";
    return uri_of(server_.add(text, at, 5, R"({"reply":{"root":)" + ref + R"(,"parent":)" + ref + "}}"));
  }
  std::string say(const std::string& who, const std::string& text, TimePoint at, const std::string& id) override {
    return server_.say(who, "@" + server_.handle + " " + text, at, id);
  }
  void take_back(const std::string& id) override { server_.remove(id); }
  void rename(const std::string& who, const std::string& new_name) override { server_.rename(who, new_name, new_name); }
  std::string person(const std::string& name) const override { return name + ".test"; }
  void drop_uploads() override { server_.drop_blobs(); }
  void end_sign_in() override {
    server_.end_sessions();
    server_.password += "-revoked";
  }
  void allow_sign_in() override { server_.password += "-and-new"; }
  std::vector<Expiry> expiries() override {
    return {{"the access token", [this] { server_.expire_access(); }},
            {"the whole session", [this] { server_.end_sessions(); }}};
  }
  std::vector<WayToSayWhen> ways_to_say_when(TimePoint now) const override {
    return {{"ratelimit-reset", std::to_string(unix_seconds(now + Seconds{900})), Seconds{900}}};
  }

 private:
  static constexpr const char* kPosts = "app.bsky.feed.post";

  std::string uri_of(const std::string& key) const { return "at://" + server_.did + "/" + kPosts + "/" + key; }
  static std::string key_of(const std::string& uri) { return uri.substr(uri.rfind('/') + 1); }

  void from_an_app(const std::string& method, const Json& body) {
    HttpRequest request;
    request.method = "POST";
    request.url = server_.origin + "/xrpc/com.atproto.server.createSession";
    request.body = Json{{"identifier", server_.handle}, {"password", server_.password}}.dump();
    const auto session = server_.exchange(request);
    const std::string token = Json::parse(session->body).at("accessJwt");
    request.url = server_.origin + "/xrpc/" + method;
    request.headers = {{"Authorization", "Bearer " + token, true}};
    request.body = body.dump();
    const auto done = server_.exchange(request);
    if (done->status != 200) throw std::runtime_error(method + ": " + done->body);
  }

  FakePds server_;
};

template <typename Place>
std::unique_ptr<NetworkPlace> make() {
  return std::make_unique<Place>();
}

}  // namespace

std::vector<MakePlace> network_places() {
  return {
      make<MastodonPlace>,
      make<BlueskyPlace>,
  };
}

std::unique_ptr<NetworkPlace> network_place(const std::string& platform) {
  for (const auto& make_place : network_places()) {
    auto place = make_place();
    if (place->platform() == platform) return place;
  }
  throw std::runtime_error("no place " + platform);
}

}  // namespace postq::test
