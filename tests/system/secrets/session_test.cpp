// Sessions: what is kept beside a token, and who may replace it.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "system/secrets/secrets.h"

using namespace postq;

namespace {

class SessionBench {
 public:
  SessionBench() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-session-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    home = pattern;
    secrets = open();
    account.name = "bsky";
    account.secret_from = SecretFrom::file;
  }
  SessionBench(const SessionBench&) = delete;
  SessionBench& operator=(const SessionBench&) = delete;
  ~SessionBench() {
    std::error_code ignored;
    std::filesystem::remove_all(home, ignored);
  }

  std::unique_ptr<Secrets> open(std::chrono::milliseconds patience = std::chrono::seconds{20}) const {
    return make_secrets({home + "/secrets", std::chrono::seconds{5}, 1000, patience});
  }
  void use_command(const std::string& line) {
    account.secret_from = SecretFrom::command;
    account.settings["token_command"] = line;
  }
  std::string file() const {
    std::ifstream in(home + "/secrets/bsky.json", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string home;
  std::unique_ptr<Secrets> secrets;
  Account account;
};

// One refresh as an adapter does it: whoever comes second finds the new token and leaves it.
bool refresh(Secrets& secrets, const Account& account, const std::string& old_token) {
  const auto held = secrets.lock(account);
  if (!held) return false;
  auto values = secrets.load_kept(account);
  if (!values || (*values)["access_token"].reveal() != old_token) return false;
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  (*values)["access_token"] = Secret("new");
  return secrets.save(account, *values).has_value();
}

}  // namespace

TEST_CASE("a session is kept beside the token") {
  SessionBench bench;
  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("typed")}, {"access_token", Secret("made")}}));

  const auto loaded = bench.secrets->load(bench.account);

  REQUIRE(loaded);
  CHECK(loaded->at("token").reveal() == "typed");
  CHECK(loaded->at("access_token").reveal() == "made");
}

TEST_CASE("where a command gives the token, the session goes to the file and the token doesn't") {
  SessionBench bench;
  bench.use_command("echo given");
  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("given")}, {"access_token", Secret("made")}}));

  CHECK(bench.file() == "{\"access_token\":\"made\"}\n");
  const auto loaded = bench.secrets->load(bench.account);
  REQUIRE(loaded);
  CHECK(loaded->at("token").reveal() == "given");
  CHECK(loaded->at("access_token").reveal() == "made");
}

TEST_CASE("a session that still holds needs no command") {
  SessionBench bench;
  bench.use_command("sh -c 'touch " + bench.home + "/ran; echo given'");
  REQUIRE(bench.secrets->save(bench.account, {{"access_token", Secret("made")}}));

  const auto kept = bench.secrets->load_kept(bench.account);

  REQUIRE(kept);
  CHECK(kept->size() == 1);
  CHECK(kept->at("access_token").reveal() == "made");
  CHECK_FALSE(std::filesystem::exists(bench.home + "/ran"));
}

TEST_CASE("an account of which nothing is kept has an empty session, not an error") {
  SessionBench bench;
  CHECK(bench.secrets->load_kept(bench.account)->empty());
  bench.use_command("false");
  CHECK(bench.secrets->load_kept(bench.account)->empty());
  bench.account.secret_from = SecretFrom::none;
  CHECK(bench.secrets->load_kept(bench.account)->empty());
}

TEST_CASE("of many threads one refreshes, and the others find the new token") {
  SessionBench bench;
  REQUIRE(bench.secrets->save(bench.account, {{"access_token", Secret("old")}}));
  std::atomic<int> refreshed = 0;
  std::vector<std::thread> threads;

  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { refreshed += refresh(*bench.secrets, bench.account, "old") ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();

  CHECK(refreshed == 1);
  CHECK(bench.secrets->load_kept(bench.account)->at("access_token").reveal() == "new");
}

TEST_CASE("of two processes one refreshes, and the other finds the new token") {
  SessionBench bench;
  REQUIRE(bench.secrets->save(bench.account, {{"access_token", Secret("old")}}));
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(refresh(*bench.open(), bench.account, "old") ? 1 : 0);
    children.push_back(child);
  }

  int refreshed = 0;
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    refreshed += WEXITSTATUS(status);
  }

  CHECK(refreshed == 1);
}

TEST_CASE("a lock that somebody keeps is given up on, by name") {
  SessionBench bench;
  const auto held = bench.secrets->lock(bench.account);
  REQUIRE(held);

  const auto second = bench.open(std::chrono::milliseconds{30})->lock(bench.account);

  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::try_later);
  CHECK(second.error().message == "another postq is signing in to bsky");
  Account other = bench.account;
  other.name = "elsewhere";
  CHECK(bench.open(std::chrono::milliseconds{30})->lock(other));
}

TEST_CASE("a dead process holds no lock") {
  SessionBench bench;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto held = bench.secrets->lock(bench.account);
    ::_exit(held ? 0 : 1);  // without a destructor, as when it is killed
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);

  CHECK(bench.open(std::chrono::milliseconds{0})->lock(bench.account));
}

TEST_CASE("a lock is held on the file that others find, also when the account was removed meanwhile") {
  SessionBench bench;
  auto held = bench.secrets->lock(bench.account);
  REQUIRE(held);
  REQUIRE(bench.secrets->remove(bench.account));

  const auto next = bench.open(std::chrono::milliseconds{30})->lock(bench.account);
  REQUIRE(next);
  const auto third = bench.open(std::chrono::milliseconds{30})->lock(bench.account);

  CHECK_FALSE(third);
}

TEST_CASE("a lock can't be turned to another file by a link") {
  SessionBench bench;
  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("typed")}}));
  std::filesystem::create_symlink("/etc/hostname", bench.home + "/secrets/bsky.lock");

  const auto held = bench.secrets->lock(bench.account);

  REQUIRE_FALSE(held);
  CHECK(held.error().kind == ErrorKind::config);
}
