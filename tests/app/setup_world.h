#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/world.h"
#include "sqlite/open_store.h"
#include "support/catch.h"
#include "support/scripted_terminal.h"
#include "support/store_builders.h"
#include "system/files/locks.h"
#include "system/files/media_store.h"
#include "system/files/rescue.h"
#include "system/files/state_files.h"
#include "system/zones/zones.h"

namespace postq::test {

// A platform with one setting of every kind and a secret, whose answer a test chooses.
class SlatePlatform final : public Platform {
 public:
  PlatformTraits facts;
  Result<Identity> answer = Identity{"slate:anna", "anna@slate.example", "took a test"};
  std::vector<TimelineItem> timeline;
  mutable std::string token_seen;
  bool opens_session = false;                  // identify() saves what it made of the token
  mutable std::vector<std::string> redirects;  // of the sign-ins that began
  std::string right_code = "right";

  SlatePlatform() {
    facts.name = "slate";
    facts.title = "Slate";
    facts.settings = {{"path", "where it lies", true, false, true}, {"loud", "says more", false, true}};
    facts.secret = "key";
    facts.timeline = true;
  }

  const PlatformTraits& traits() const override { return facts; }
  Status check_settings(Account& account) const override {
    if (account.setting("path").empty()) return fail(ErrorKind::usage, "Slate needs --path: where it lies");
    return {};
  }
  // Only with facts.signs_in_browser.
  Result<SignIn> begin_sign_in(const Account&, const std::string& redirect_uri, const std::string& random_bytes,
                               PlatformContext&) const override {
    redirects.push_back(redirect_uri);
    SignIn begun;
    begun.open_url = "https://slate.example/authorize?state=st8";
    begun.keep = {{"state", Secret("st8")}, {"verifier", Secret(random_bytes)}};
    return begun;
  }
  Result<SecretValues> finish_sign_in(const Account&, const SignIn& begun, const std::string& redirect_uri,
                                      const std::string& code, PlatformContext&) const override {
    if (begun.keep.at("verifier").reveal().size() != 32 || redirect_uri != redirects.back()) {
      return fail(ErrorKind::bug, "that is another sign-in");
    }
    if (code != right_code) return fail(ErrorKind::sign_in, "slate.example says 400: no such code");
    return SecretValues{{"token", Secret("a key")}, {"refresh_token", Secret("another key")}};
  }
  Limits limits(const Account&) const override { return {}; }
  Result<std::string> body(const Account&, const ApprovedDelivery&, const PartContext&) const override {
    return std::string{};
  }
  std::string show(const Account&, const PreparedRequest&) const override { return {}; }
  Result<Identity> identify(const Account& account, PlatformContext& context) const override {
    if (!facts.secret.empty()) {
      POSTQ_TRY(auto values, context.secrets.load(account));
      token_seen = values.at("token").reveal();
      if (opens_session) {
        values["access_token"] = Secret("made of " + token_seen);
        POSTQ_CHECK(context.secrets.save(account, values));
      }
    }
    return answer;
  }
  Result<TimelineReading> read_timeline(const Account&, const TimelineRequest& request,
                                        PlatformContext&) const override {
    TimelineReading reading;
    reading.items = timeline;
    reading.complete = {request.from, kNoon};
    reading.full = true;
    return reading;
  }
  SendAnswer send(const Account&, const ApprovedDelivery&, const PreparedRequest&, PlatformContext&) const override {
    return {};
  }
};

class SlateOnly final : public Platforms {
 public:
  SlatePlatform slate;
  std::vector<const Platform*> all() const override { return {&slate}; }
  const Platform* find(std::string_view name) const override { return name == "slate" ? &slate : nullptr; }
};

// Keeps tokens in memory; none for an account that nobody saved one for.
class KeptInMemory final : public Secrets {
 public:
  std::map<std::string, SecretValues> kept;
  Result<SecretValues> load(const Account& account) override {
    const auto found = kept.find(account.name);
    if (found == kept.end()) return fail(ErrorKind::sign_in, account.name + " has no token");
    return found->second;
  }
  Status save(const Account& account, const SecretValues& values) override {
    kept[account.name] = values;
    return {};
  }
  Status remove(const Account& account) override {
    kept.erase(account.name);
    return {};
  }
};

// What a browser does, written down beforehand: it comes back at once, or never.
struct ScriptedBrowser {
  std::optional<std::map<std::string, std::string>> query;
  bool listening = false;
  bool cannot_listen = false;
  std::vector<std::string> opened;
  std::vector<std::string> pages;  // status and text
};

class ScriptedReturn final : public BrowserReturn {
 public:
  explicit ScriptedReturn(ScriptedBrowser& browser) : browser_(browser) { browser_.listening = true; }
  ScriptedReturn(const ScriptedReturn&) = delete;
  ScriptedReturn& operator=(const ScriptedReturn&) = delete;
  ~ScriptedReturn() override { browser_.listening = false; }
  const std::string& address() const override { return address_; }
  int descriptor() const override { return -1; }
  bool arrived() override { return browser_.query.has_value(); }
  const std::map<std::string, std::string>& query() const override { return *browser_.query; }
  void show(int status, const std::string& text) override {
    browser_.pages.push_back(std::to_string(status) + " " + text);
  }

 private:
  ScriptedBrowser& browser_;
  std::string address_ = "http://127.0.0.1:4321/callback";
};

// A machine whose programs answer as a test says, and whose files are a map.
class ScriptedMachine final : public Machine {
 public:
  std::string path = "/usr/bin/postq";
  std::map<std::string, std::string> files;
  std::map<std::string, FileFacts> facts;
  std::vector<std::string> ran;  // one command line each
  ScriptedBrowser browser;
  // What a program answers; by default there is none.
  std::function<Result<ProgramEnd>(const std::string& line)> program = [](const std::string& line) {
    return Result<ProgramEnd>(fail(ErrorKind::not_found, "there is no program " + line));
  };

  Result<std::string> own_path() const override { return path; }
  Result<std::string> absolute_path(std::string_view typed) const override {
    if (typed.starts_with("~/")) return "/home/anna" + std::string(typed.substr(1));
    if (typed.starts_with('/')) return std::string(typed);
    return "/here/" + std::string(typed);
  }
  Result<ProgramEnd> run(const std::vector<std::string>& words) override {
    std::string line;
    for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
    ran.push_back(line);
    return program(line);
  }
  Status write_file(const std::string& name, std::string_view bytes) override {
    files[name] = bytes;
    return {};
  }
  Result<bool> remove_file(const std::string& name) override { return files.erase(name) > 0; }
  std::optional<FileFacts> look_at(const std::string& name) const override {
    if (name == "/") return FileFacts{true, 0755, true, true, false};
    if (const auto known = facts.find(name); known != facts.end()) return known->second;
    if (files.contains(name)) return FileFacts{true, 0600, false, true, false};
    return std::nullopt;
  }
  std::string random_bytes(std::size_t count) const override { return std::string(count, 'r'); }
  Result<std::unique_ptr<BrowserReturn>> await_browser() override {
    if (browser.cannot_listen) return fail(ErrorKind::config, "can't listen on 127.0.0.1");
    return std::make_unique<ScriptedReturn>(browser);
  }
  Status open_in_browser(const std::string& address) override {
    browser.opened.push_back(address);
    return {};
  }
};

class SilentLog final : public Log {
 public:
  void info(std::string_view) override {}
  void warn(std::string_view) override {}
  void error(std::string_view) override {}
  std::string trouble() const override { return {}; }
};

class DeafHttp final : public HttpClient {
 public:
  HttpResult exchange(const HttpRequest&) override { return tl::unexpected<HttpFailure>(HttpFailure{}); }
};

// Everything outside for the commands that set up and stop: a real queue and a real state folder in a temporary home,
// and a machine that a test scripts. It is Sunday noon.
class SetupWorld final : public World {
 public:
  ScriptedTerminal person;
  SlateOnly known_platforms;
  KeptInMemory keys;
  ScriptedMachine box;
  Result<Config> settings = Config{};
  TimePoint clock = kNoon;
  bool fixed = false;
  std::map<std::string, std::string> variables;  // of the environment
  std::optional<Error> store_trouble;            // set: the database can't be opened

  SetupWorld() {
    auto pattern = (std::filesystem::temp_directory_path() / "postq-setup-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    settings->zone = "UTC";
    zones_ = make_zones();
    state_ = std::make_unique<StateFolder>(folder_ + "/state", folder_ + "/postq.db");
    media_ = std::make_unique<MediaFolder>(folder_ + "/media");
    rescue_ = std::make_unique<RescueFolder>(folder_ + "/state");
    locks_ = LockFolder(folder_ + "/state");
    StoreSettings wanted;
    wanted.path = folder_ + "/postq.db";
    wanted.mode = StoreSettings::create;
    wanted.new_uuid = [] { return std::string("0123456789abcdef0123456789abcdef"); };
    wanted.now = kNoon;
    auto opened = open_store(wanted);
    if (!opened) FAIL(opened.error().message);
    store_ = std::move(*opened);
    const auto identity = must(store_->identity());
    must(state_->write_store_id({identity.uuid, identity.epoch, state_->machine_id()}));
  }
  ~SetupWorld() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SetupWorld(const SetupWorld&) = delete;
  SetupWorld& operator=(const SetupWorld&) = delete;

  Store& queue() { return *store_; }
  StateFolder& state_folder() { return *state_; }
  const std::string& folder() const { return folder_; }

  Terminal& terminal() override { return person; }
  Result<Store*> store(StoreUse) override {
    if (store_trouble) return pass_on(*store_trouble);
    return store_.get();
  }
  Result<const Config*> config() override {
    if (!settings) return pass_on(settings.error());
    return &*settings;
  }
  const Platforms& platforms() override { return known_platforms; }
  Zones& zones() override { return *zones_; }
  Result<const Zone*> zone() override {
    if (!settings) return pass_on(settings.error());
    if (!settings->zone.empty()) return zones_->find(settings->zone);
    POSTQ_TRY(const auto kept, store_->zone());
    return kept.empty() ? &zones_->machine() : zones_->find(kept);
  }
  Result<MediaStore*> media() override { return media_.get(); }
  Result<Rescue*> rescue() override { return rescue_.get(); }
  Result<Locks*> locks() override { return &locks_; }
  Result<StateFiles*> state() override { return state_.get(); }
  Result<Secrets*> secrets() override { return &keys; }
  Result<HttpClient*> http() override { return &http_; }
  Log& log() override { return log_; }
  Result<Places> places() override {
    return Places{folder_ + "/config.toml", folder_ + "/postq.db", folder_, folder_ + "/state"};
  }
  Actor actor() override { return {"anna", false}; }
  TimePoint now() override { return clock; }
  bool clock_is_fixed() const override { return fixed; }
  std::chrono::nanoseconds since_boot() override { return std::chrono::seconds{1}; }
  std::string random_word(std::size_t length) override { return std::string(length, 'k'); }
  std::optional<std::string> environment(const std::string& name) override {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }
  bool interrupted() const override { return false; }
  Status run_command(const std::string&, const std::string&) override { return {}; }
  Result<std::string> read_file(const std::string& path) override {
    const auto found = box.files.find(path);
    if (found == box.files.end()) return fail(ErrorKind::not_found, "can't read " + path);
    return found->second;
  }
  Result<std::string> read_stdin() override { return std::string{}; }
  bool stdin_is_terminal() const override { return true; }
  Result<Machine*> machine() override { return &box; }
  Result<std::string> network_library() override { return std::string("libcurl/8"); }

 private:
  std::string folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Zones> zones_;
  std::unique_ptr<StateFolder> state_;
  std::unique_ptr<RescueFolder> rescue_;
  std::unique_ptr<MediaFolder> media_;
  LockFolder locks_{""};
  DeafHttp http_;
  SilentLog log_;
};

}  // namespace postq::test
