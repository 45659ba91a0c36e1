#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/world.h"
#include "platforms/platforms.h"
#include "sqlite/open_store.h"
#include "support/catch.h"
#include "support/scripted_http.h"
#include "support/scripted_terminal.h"
#include "support/store_builders.h"
#include "system/files/locks.h"
#include "system/files/media_store.h"
#include "system/files/rescue.h"
#include "system/files/state_files.h"
#include "system/zones/zones.h"

namespace postq::test {

// A log that keeps what it is told.
class KeptLog final : public Log {
 public:
  std::vector<std::string> lines;
  void info(std::string_view text) override { lines.emplace_back(text); }
  void warn(std::string_view text) override { lines.emplace_back(text); }
  void error(std::string_view text) override { lines.emplace_back(text); }
  std::string trouble() const override { return {}; }
};

// Secrets in memory, by account name.
class KeptSecrets final : public Secrets {
 public:
  std::map<std::string, SecretValues> values;
  Result<SecretValues> load(const Account& account) override { return values[account.name]; }
  Status save(const Account& account, const SecretValues& secret) override {
    values[account.name] = secret;
    return {};
  }
  Status remove(const Account& account) override {
    values.erase(account.name);
    return {};
  }
};

// Everything outside for a test of src/app: a folder of its own with the real queue, state files, locks, rescue and
// media; real zones and platforms; a scripted person and network; a clock that stands where the test puts it (kNoon).
class TestWorld : public World {
 public:
  ScriptedTerminal person;
  postq::testing::ScriptedHttp network;
  KeptSecrets kept_secrets;
  KeptLog kept_log;
  Config settings;
  Actor who{"ann", false};
  Actor whose_home = who;
  TimePoint clock = kNoon;
  bool fixed_clock = false;
  bool stopped_by_signal = false;
  std::map<std::string, std::string> environment_variables;
  std::map<std::string, std::string> files;  // what read_file finds
  std::string standard_input;
  const Platforms* known_platforms = &all_platforms();
  std::vector<std::pair<std::string, std::string>> commands_run;  // with their input

  TestWorld() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::filesystem::create_directories(folder_ + "/state");
    settings.zone = "UTC";
    zones_ = make_zones();
    store_ = open_another();
    state_ = std::make_unique<StateFolder>(folder_ + "/state", folder_ + "/postq.db");
    locks_ = std::make_unique<LockFolder>(folder_ + "/state");
    rescue_ = std::make_unique<RescueFolder>(folder_ + "/state", RescueFolder::elsewhere_by_default(),
                                             std::function<void(const std::string&)>(),
                                             [this] { return who == whose_home ? std::nullopt : std::optional(who); });
    media_ = std::make_unique<MediaFolder>(folder_ + "/media");
  }
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;
  ~TestWorld() override {
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
    wanted.now = kNoon;
    return must(open_store(wanted));
  }

  Store& queue() { return *store_; }
  const std::string& folder() const { return folder_; }
  StateFiles& state_files() { return *state_; }

  // An account whose timeline can be read (a feed into a folder here), or one that can never be.
  Account readable_account(const std::string& name) { return add(name, "feed", {{"path", folder_ + "/" + name}}); }
  Account unreadable_account(const std::string& name) {
    return add(name, "webhook", {{"url", "http://127.0.0.1:9/" + name}, {"allow_private", "yes"}});
  }

  // Something by hand that the account's timeline shows.
  void write_by_hand(const Account& account, TimePoint at, const std::string& text = "good morning") {
    TimelineReading reading;
    TimelineItem item;
    item.remote_id = "by-hand-" + std::to_string(++words_);
    item.created_at = at;
    item.text = text;
    reading.items.push_back(item);
    reading.complete = {clock - std::chrono::days{30}, clock};
    must(store_->store_timeline(account.id, reading, audit()));
  }

  Terminal& terminal() override { return person; }
  Result<Store*> store(StoreUse) override { return store_.get(); }
  Result<const Config*> config() override { return &settings; }
  const Platforms& platforms() override { return *known_platforms; }
  Zones& zones() override { return *zones_; }
  Result<const Zone*> zone() override { return zones_->find(settings.zone); }
  Result<MediaStore*> media() override { return media_.get(); }
  Result<Rescue*> rescue() override { return rescue_.get(); }
  Result<Locks*> locks() override { return locks_.get(); }
  Result<StateFiles*> state() override { return state_.get(); }
  Result<Secrets*> secrets() override { return &kept_secrets; }
  Result<HttpClient*> http() override { return &network; }
  Log& log() override { return kept_log; }
  Result<Places> places() override {
    return Places{folder_ + "/config.toml", folder_ + "/postq.db", folder_, folder_ + "/state"};
  }
  Actor actor() override { return who; }
  TimePoint now() override { return clock; }
  bool clock_is_fixed() const override { return fixed_clock; }
  std::chrono::nanoseconds since_boot() override { return std::chrono::seconds{1}; }
  std::string random_word(std::size_t length) override {
    const auto number = std::to_string(++words_);
    return number + std::string(length - std::min(length, number.size()), 'k');
  }
  std::optional<std::string> environment(const std::string& name) override {
    const auto found = environment_variables.find(name);
    if (found == environment_variables.end()) return std::nullopt;
    return found->second;
  }
  bool interrupted() const override { return stopped_by_signal; }
  Status run_command(const std::string& command, const std::string& input) override {
    commands_run.emplace_back(command, input);
    return {};
  }
  Result<std::string> read_file(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) return fail(ErrorKind::not_found, "can't read " + path + ": No such file or directory");
    return found->second;
  }
  Result<std::string> read_stdin() override { return standard_input; }
  bool stdin_is_terminal() const override { return person.person; }

 private:
  Account add(const std::string& name, const std::string& platform, Settings wanted) {
    NewAccount added;
    added.account.name = name;
    added.account.platform = platform;
    added.account.settings = std::move(wanted);
    const auto* const known = known_platforms->find(platform);
    REQUIRE(known != nullptr);
    must(known->check_settings(added.account));
    must(store_->add_account(added, audit()));
    return must(store_->account(name));
  }

  std::string folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Zones> zones_;
  std::unique_ptr<StateFolder> state_;
  std::unique_ptr<LockFolder> locks_;
  std::unique_ptr<RescueFolder> rescue_;
  std::unique_ptr<MediaFolder> media_;
  int words_ = 0;
};

}  // namespace postq::test
