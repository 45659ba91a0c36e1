#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <postq/text/text.h>

#include "app/compose/compose.h"
#include "app/world.h"
#include "sqlite/open_store.h"
#include "support/catch.h"
#include "support/has.h"
#include "support/scripted_terminal.h"
#include "system/files/media_store.h"
#include "system/files/rescue.h"
#include "system/files/state_files.h"
#include "system/zones/zones.h"

namespace postq::test {

// Sunday 22 November 2026, 21:44 in Berlin.
inline constexpr TimePoint kSunday = time_point(1'795'380'240);

// A platform without a network: 60 graphemes, pictures, threads; what is sent is the text.
class PaperPlatform final : public Platform {
 public:
  PlatformTraits facts;
  Limits takes;
  std::map<std::string, std::size_t> text_on;  // another limit for the text on these accounts
  std::map<std::string, std::int64_t> image_bytes_on;
  std::string mention_target;  // what resolve() finds for @mira; empty: it fails
  std::string mention_first;   // what resolve() puts before the text
  mutable int resolved = 0;

  PaperPlatform() {
    facts.name = "paper";
    facts.title = "Paper";
    facts.threads = true;
    facts.media = true;
    facts.replies = true;
    facts.visibilities = {"public", "unlisted"};
    takes.text = 60;
    takes.media = 4;
    takes.parts = 10;
  }

  const PlatformTraits& traits() const override { return facts; }
  Status check_settings(Account&) const override { return {}; }
  Limits limits(const Account& account) const override {
    Limits own = takes;
    if (const auto other = text_on.find(account.name); other != text_on.end()) own.text = other->second;
    if (const auto other = image_bytes_on.find(account.name); other != image_bytes_on.end()) {
      own.image_bytes = other->second;
    }
    return own;
  }
  Result<std::string> body(const Account&, const ApprovedDelivery& delivery,
                           const PartContext& facts_of_part) const override {
    return delivery.content().parts.at(static_cast<std::size_t>(facts_of_part.part) - 1).text;
  }
  std::string show(const Account& account, const PreparedRequest& outgoing) const override {
    return "POST to " + account.name + ": " + outgoing.body;
  }
  Result<Identity> identify(const Account&, PlatformContext&) const override { return Identity{}; }
  Result<Content> resolve(const Account&, const Content& content, PlatformContext&) const override {
    ++resolved;
    if (mention_target.empty()) return fail(ErrorKind::try_later, "paper.example can't be reached");
    Content known = content;
    known.resolved = true;
    known.parts.front().text.insert(0, mention_first);
    for (auto& part : known.parts) {
      const auto at = part.text.find("@mira");
      if (at != std::string::npos) part.facets.push_back({at, at + 5, Facet::Kind::mention, mention_target});
    }
    return known;
  }
  SendAnswer send(const Account&, const ApprovedDelivery&, const PreparedRequest&, PlatformContext&) const override {
    return {};
  }
};

class OnePlatform final : public Platforms {
 public:
  PaperPlatform paper;
  std::vector<const Platform*> all() const override { return {&paper}; }
  const Platform* find(std::string_view name) const override { return name == "paper" ? &paper : nullptr; }
};

class NoHttp final : public HttpClient {
 public:
  HttpResult exchange(const HttpRequest&) override { return tl::unexpected<HttpFailure>(HttpFailure{}); }
};

class NoSecrets final : public Secrets {
 public:
  Result<SecretValues> load(const Account&) override { return SecretValues{}; }
  Status save(const Account&, const SecretValues&) override { return {}; }
  Status remove(const Account&) override { return {}; }
};

class NoLog final : public Log {
 public:
  void info(std::string_view) override {}
  void warn(std::string_view) override {}
  void error(std::string_view) override {}
  std::string trouble() const override { return ""; }
};

// Everything outside for review and edit: a real queue in a file, real rescue files, a scripted person.
class ReviewWorld : public World {
 public:
  ScriptedTerminal person;
  OnePlatform known_platforms;
  Config settings;
  Actor who{"anna", false};
  Actor whose_home = who;
  TimePoint clock = kSunday;
  std::chrono::nanoseconds up = std::chrono::seconds{1};
  std::chrono::nanoseconds between_looks = std::chrono::seconds{1};  // goes by whenever since_boot() is asked
  bool fixed = false;
  bool stop = false;
  std::unique_ptr<Pictures> shrinker;  // none: as where its libraries are missing

  ReviewWorld() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-review-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    settings.zone = "Europe/Berlin";
    zones_ = make_zones();
    rescue_ = std::make_unique<RescueFolder>(folder_ + "/state", RescueFolder::elsewhere_by_default(),
                                             std::function<void(const std::string&)>(),
                                             [this] { return who == whose_home ? std::nullopt : std::optional(who); });
    media_ = std::make_unique<MediaFolder>(folder_ + "/media");
    store_ = open_another();
  }
  ReviewWorld(const ReviewWorld&) = delete;
  ReviewWorld& operator=(const ReviewWorld&) = delete;
  ~ReviewWorld() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // A second connection to the same queue, as another process has it.
  std::unique_ptr<Store> open_another() const {
    StoreSettings wanted;
    wanted.path = folder_ + "/postq.db";
    wanted.mode = StoreSettings::create;
    wanted.busy_timeout_ms = 100;
    wanted.new_uuid = [] { return std::string("0123456789abcdef0123456789abcdef"); };
    wanted.now = kSunday;
    auto opened = open_store(wanted);
    REQUIRE(opened);
    return std::move(*opened);
  }

  Store& queue() { return *store_; }
  const std::string& folder() const { return folder_; }

  void add_account(const std::string& name) {
    NewAccount added;
    added.account.name = name;
    added.account.platform = "paper";
    REQUIRE(queue().add_account(added, audit()));
  }

  // Queues a post; the accounts are those of `to`, made when they are missing.
  PostId add(ComposeRequest request) {
    if (request.to.empty()) request.to = {"site"};
    for (const auto& name : request.to) {
      if (!queue().account(name)) add_account(name);
    }
    auto composed = compose(*this, queue(), request);
    if (!composed) FAIL(composed.error().message);
    auto added = enqueue(*this, queue(), *composed, request);
    if (!added) FAIL(added.error().message);
    return added->post;
  }
  PostId add(const std::string& text, const std::string& at = "", std::vector<std::string> to = {}) {
    ComposeRequest request;
    request.text = text;
    request.at = at;
    request.to = std::move(to);
    return add(request);
  }
  // The smallest picture that postq takes, with other bytes for another `colour`.
  std::string picture(const std::string& name, char colour = 'a') {
    auto path = folder_ + "/" + name;
    std::string gif("GIF89a\x02\x00\x01\x00\x80\x00\x00", 13);
    gif += std::string("\x00\x00", 2) + colour + std::string("\xff\xff\xff", 3);
    gif += std::string(",\x00\x00\x00\x00\x02\x00\x01\x00\x00\x02\x02\x44\x0a\x00;", 16);
    std::ofstream(path, std::ios::binary) << gif;
    return path;
  }

  PostDetail post(PostId id) {
    auto detail = queue().post(id);
    REQUIRE(detail);
    return *detail;
  }
  DeliveryDetail delivery(PostId id, const std::string& account = "site") {
    for (auto& detail : post(id).deliveries) {
      if (detail.delivery.account_name == account) return detail;
    }
    FAIL("no delivery to " + account);
    return {};
  }
  std::string text_of(PostId id, const std::string& account = "site") {
    const auto content = content_from_document(delivery(id, account).document);
    REQUIRE(content);
    return content->parts.front().text;
  }

  Terminal& terminal() override { return person; }
  Result<Store*> store(StoreUse) override { return store_.get(); }
  Result<const Config*> config() override { return &settings; }
  const Platforms& platforms() override { return known_platforms; }
  Zones& zones() override { return *zones_; }
  Result<const Zone*> zone() override { return zones_->find(settings.zone); }
  Result<MediaStore*> media() override { return media_.get(); }
  Result<Rescue*> rescue() override { return rescue_.get(); }
  Result<Locks*> locks() override { return fail(ErrorKind::bug, "nothing is locked here"); }
  Result<StateFiles*> state() override { return fail(ErrorKind::bug, "no state is kept here"); }
  Result<Secrets*> secrets() override { return &secrets_; }
  Result<HttpClient*> http() override { return &http_; }
  Result<Pictures*> pictures() override {
    if (!shrinker) return World::pictures();
    return shrinker.get();
  }
  Log& log() override { return log_; }
  Result<Places> places() override { return Places{"", folder_ + "/postq.db", folder_, folder_ + "/state"}; }
  Actor actor() override { return who; }
  TimePoint now() override { return clock; }
  bool clock_is_fixed() const override { return fixed; }
  std::chrono::nanoseconds since_boot() override { return up += between_looks; }
  std::string random_word(std::size_t length) override { return std::to_string(++words_) + std::string(length, 'k'); }
  std::optional<std::string> environment(const std::string&) override { return std::nullopt; }
  bool interrupted() const override { return stop; }
  Status run_command(const std::string&, const std::string&) override { return {}; }
  Result<std::string> read_file(const std::string& path) override {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorKind::not_found, "can't read " + path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  Result<std::string> read_stdin() override { return std::string{}; }
  bool stdin_is_terminal() const override { return true; }

 private:
  std::string folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Zones> zones_;
  std::unique_ptr<RescueFolder> rescue_;
  std::unique_ptr<MediaFolder> media_;
  NoHttp http_;
  NoSecrets secrets_;
  NoLog log_;
  int words_ = 0;
};

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace postq::test
