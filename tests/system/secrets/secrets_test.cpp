// Where tokens are kept: private files, or what a command prints.
#include "system/secrets/secrets.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>

#include <postq/base/command_words.h>

#include "support/catch.h"
#include "system/secrets/token_command.h"

using namespace postq;

namespace {

class Bench {
 public:
  // Long enough for a machine that is busy with other things; who tests the deadline gives a short one.
  explicit Bench(std::chrono::milliseconds deadline = std::chrono::seconds{20}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-secrets-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    home = pattern;
    secrets = make_secrets({dir(), deadline, 1000});
    account.name = "mastodon";
    account.secret_from = SecretFrom::file;
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() {
    std::error_code ignored;
    std::filesystem::remove_all(home, ignored);
  }

  std::string dir() const { return home + "/secrets"; }
  std::string file() const { return dir() + "/mastodon.json"; }
  void write(const std::string& text, mode_t mode = 0600) const {
    ::mkdir(dir().c_str(), 0700);
    std::ofstream(file(), std::ios::binary) << text;
    ::chmod(file().c_str(), mode);
  }
  Error load_error() {
    const auto loaded = secrets->load(account);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message.find("s3cret") == std::string::npos);
    CHECK(loaded.error().hint.find("s3cret") == std::string::npos);
    return loaded.error();
  }
  Result<SecretValues> command(const std::string& line) {
    account.secret_from = SecretFrom::command;
    account.settings["token_command"] = line;
    return secrets->load(account);
  }
  std::string command_error(const std::string& line) {
    const auto loaded = command(line);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().kind == ErrorKind::config);
    CHECK((loaded.error().message + loaded.error().hint).find("s3cret") == std::string::npos);
    return loaded.error().message;
  }

  std::string home;
  std::unique_ptr<Secrets> secrets;
  Account account;
};

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

std::vector<std::string> split(std::string_view line) {
  const auto words = split_command(line);
  if (!words) return {"refused"};
  return *words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("a token that was kept is read back, from a file that is nobody else's") {
  Bench bench;
  const mode_t old = ::umask(0);

  REQUIRE(
      bench.secrets->save(bench.account, {{"token", Secret("s3cret \"1\"")}, {"refresh_token", Secret("caf\u00e9")}}));
  ::umask(old);

  CHECK(mode_of(bench.file()) == 0600);
  CHECK(mode_of(bench.dir()) == 0700);
  const auto values = bench.secrets->load(bench.account);
  REQUIRE(values);
  REQUIRE(values->size() == 2);
  CHECK(values->at("token").reveal() == "s3cret \"1\"");
  CHECK(values->at("refresh_token").reveal() == "caf\u00e9");
}

TEST_CASE("what an older postq kept for every queue is read, and stays as it is") {
  Bench bench;
  bench.write(R"({"token":"the other queue's"})");
  SecretsSettings apart;
  apart.dir = bench.home + "/secrets-1";
  apart.before = bench.dir();
  apart.before_is_shared = true;
  const auto secrets = make_secrets(apart);

  CHECK(secrets->load(bench.account).value().at("token").reveal() == "the other queue's");
  REQUIRE(secrets->save(bench.account, {{"token", Secret("its own")}}));
  CHECK(secrets->load(bench.account).value().at("token").reveal() == "its own");
  CHECK(bench.secrets->load(bench.account).value().at("token").reveal() == "the other queue's");
  REQUIRE(secrets->remove(bench.account));
  CHECK(bench.secrets->load(bench.account).value().at("token").reveal() == "the other queue's");

  // One whose token comes from a command may never have had a file: what lies there is the other queue's.
  bench.account.secret_from = SecretFrom::command;
  CHECK(secrets->load_kept(bench.account).value().empty());
  apart.before_is_shared = false;
  CHECK(make_secrets(apart)->load_kept(bench.account).value().size() == 1);
}

TEST_CASE("a new token replaces the old one whole, also after a run that was killed in the middle") {
  Bench bench;
  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("old")}, {"more", Secret("x")}}));
  std::ofstream(bench.file() + ".new") << "half of a s3c";

  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("new")}}));

  const auto values = bench.secrets->load(bench.account);
  REQUIRE(values);
  CHECK(values->size() == 1);
  CHECK(values->at("token").reveal() == "new");
  CHECK(std::distance(std::filesystem::directory_iterator(bench.dir()), {}) == 1);
}

TEST_CASE("an account without a token wants a sign-in") {
  Bench bench;
  CHECK(bench.load_error().kind == ErrorKind::sign_in);  // no folder
  bench.write("{}");
  bench.account.name = "other";
  CHECK(bench.load_error().kind == ErrorKind::sign_in);  // no file
  bench.account.secret_from = SecretFrom::none;
  const Error error = bench.load_error();
  CHECK(error.message == "other has no token");
  CHECK(error.hint == "postq account login other");
}

TEST_CASE("a token that was removed is gone, and removing it again is fine") {
  Bench bench;
  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("s3cret")}}));

  CHECK(bench.secrets->remove(bench.account));
  CHECK(bench.secrets->remove(bench.account));

  CHECK(bench.load_error().kind == ErrorKind::sign_in);
}

TEST_CASE("a token file that others can read or write is refused with the command that mends it") {
  Bench bench;
  for (const mode_t mode : {0640U, 0620U, 0604U, 0602U, 0610U, 0644U, 0666U, 0777U}) {
    bench.write(R"({"token":"s3cret"})", mode);
    const Error error = bench.load_error();
    CHECK(error.kind == ErrorKind::config);
    CHECK(error.message == bench.file() + " is open to other users");
    CHECK(error.hint == "chmod 600 " + bench.file());
  }
  bench.write(R"({"token":"s3cret"})", 0400);
  CHECK(bench.secrets->load(bench.account));
}

TEST_CASE("a folder of tokens that others can enter is refused, for reading and writing") {
  Bench bench;
  bench.write(R"({"token":"s3cret"})");
  for (const mode_t mode : {0755U, 0770U, 0777U, 0701U}) {
    ::chmod(bench.dir().c_str(), mode);
    const Error error = bench.load_error();
    CHECK(error.kind == ErrorKind::config);
    CHECK(error.hint == "chmod 700 " + bench.dir());
    CHECK_FALSE(bench.secrets->save(bench.account, {{"token", Secret("s3cret")}}));
  }
}

TEST_CASE("a token file of another user is refused") {
  if (::geteuid() != 0) return;  // only root can give a file away
  Bench bench;
  bench.write(R"({"token":"s3cret"})");
  REQUIRE(::chown(bench.file().c_str(), 65'534, 65'534) == 0);

  const Error error = bench.load_error();

  CHECK(error.kind == ErrorKind::config);
  CHECK(error.message == bench.file() + " belongs to another user");
}

TEST_CASE("a token file that is a link, a folder or a FIFO is refused") {
  Bench bench;
  bench.write("{}");
  std::filesystem::rename(bench.file(), bench.home + "/elsewhere");
  std::filesystem::create_symlink(bench.home + "/elsewhere", bench.file());
  CHECK(bench.load_error().message == bench.file() + " is a link");

  // A link that stands there is replaced, never written through.
  REQUIRE(bench.secrets->save(bench.account, {{"token", Secret("s3cret")}}));
  CHECK_FALSE(std::filesystem::is_symlink(bench.file()));
  CHECK(std::filesystem::file_size(bench.home + "/elsewhere") == 2);

  std::filesystem::remove(bench.file());
  std::filesystem::create_directory(bench.file());
  CHECK(bench.load_error().kind == ErrorKind::config);
  std::filesystem::remove(bench.file());
  REQUIRE(::mkfifo(bench.file().c_str(), 0600) == 0);
  CHECK(bench.load_error().kind == ErrorKind::config);
}

TEST_CASE("a broken token file is told without a word of what is in it") {
  Bench bench;
  for (const char* text : {"", "s3cret", "{\"token\":\"s3cret", "[\"s3cret\"]", "{\"token\":1}", "{\"s3cret\":null}"}) {
    bench.write(text);
    INFO(text);
    const Error error = bench.load_error();
    CHECK(error.kind == ErrorKind::config);
    CHECK(error.message == bench.file() + " isn't a JSON object of strings");
  }
  bench.write("{\"token\":\"" + std::string(70'000, 'x') + "\"}");
  CHECK(bench.load_error().message == bench.file() + " is too large for a token");
}

TEST_CASE("a name that isn't an account's reaches no file") {
  Bench bench;
  bench.account.name = "../mastodon";
  CHECK(bench.load_error().kind == ErrorKind::usage);
  CHECK_FALSE(bench.secrets->save(bench.account, {}));
  CHECK_FALSE(bench.secrets->remove(bench.account));
}

TEST_CASE("a command line is split by quotes and backslashes, and nothing is expanded") {
  CHECK(split("pass show mastodon") == Words{"pass", "show", "mastodon"});
  CHECK(split("  a\t b  ") == Words{"a", "b"});
  CHECK(split("a 'b c' \"d e\" f\\ g") == Words{"a", "b c", "d e", "f g"});
  CHECK(split("a'b'\"c\"d ''") == Words{"abcd", ""});
  CHECK(split(R"(a "x\"y\\z\n" 'p\q')") == Words{"a", "x\"y\\z\\n", "p\\q"});
  CHECK(split("a $HOME ~ `id` $(id) ; | > &") == Words{"a", "$HOME", "~", "`id`", "$(id)", ";", "|", ">", "&"});
  CHECK(split("a\\") == Words{"a\\"});
  CHECK(split("a 'b") == Words{"refused"});
  CHECK(split("a \"b\\\"") == Words{"refused"});
  CHECK(split("").empty());
  CHECK(split(" \t").empty());
  CHECK(split("'' a") == Words{"", "a"});
}

TEST_CASE("what a command prints is the token, less one newline") {
  Bench bench;
  const auto token = [&](const std::string& line) {
    const auto values = bench.command(line);
    return values ? values->at("token").reveal() : "error: " + values.error().message;
  };
  CHECK(token("printf 'tok en\\n'") == "tok en");
  CHECK(token("printf 'token\\n\\n'") == "token\n");
  CHECK(token("printf token") == "token");
}

TEST_CASE("a command gets no input, no shell and nothing of POSTQ_") {
  Bench bench;
  ::setenv("POSTQ_NOW", "s3cret", 1);
  ::setenv("OTHER_NAME", "seen", 1);
  const auto environment = bench.command("sh -c 'env | grep -c ^POSTQ_; echo $OTHER_NAME; cat'");
  ::unsetenv("POSTQ_NOW");
  ::unsetenv("OTHER_NAME");

  REQUIRE(environment);
  CHECK(environment->at("token").reveal() == "0\nseen");
  CHECK(bench.command("echo $HOME")->at("token").reveal() == "$HOME");
}

TEST_CASE("a command that fails is told by its account and first word, never by what it says") {
  Bench bench;
  CHECK(bench.command_error("sh -c 'echo s3cret; echo s3cret >&2; exit 3' s3cret") ==
        "mastodon: the token command sh ended with exit code 3");
  CHECK(bench.command_error("/no/such/program s3cret") ==
        "mastodon: the token command /no/such/program can't be started: No such file or directory");
  CHECK(bench.command_error("true s3cret") == "mastodon: the token command true prints nothing");
  CHECK(bench.command_error("echo") == "mastodon: the token command echo prints nothing");
  CHECK(bench.command_error("sh -c 'kill -9 $$'") == "mastodon: the token command sh was stopped by signal 9");
  CHECK(bench.command_error("yes s3cret") == "mastodon: the token command yes prints more than a token");
  CHECK(bench.command_error("sh -c 'head -c 1001 /dev/zero'") ==
        "mastodon: the token command sh prints more than a token");
  CHECK(bench.command_error("") == "mastodon: the token command is empty");
}

TEST_CASE("a command that doesn't end is killed with everything it started") {
  Bench bench{std::chrono::milliseconds{300}};
  const std::string marker = bench.home + "/pid";
  const auto began = std::chrono::steady_clock::now();

  const auto loaded = bench.command("sh -c 'sleep 60 & echo $! > " + marker + "; echo s3cret; wait'");

  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find("got no answer in") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
  pid_t started = 0;
  std::ifstream(marker) >> started;
  REQUIRE(started > 0);
  // Gone, or a zombie that only waits for init; the kernel may need a moment.
  std::string state;
  for (int look = 0; look < 100; ++look) {
    std::ifstream stat("/proc/" + std::to_string(started) + "/stat");
    std::string pid;
    std::string name;
    state = "Z";
    stat >> pid >> name >> state;
    if (state == "Z") break;
    ::usleep(10'000);
  }
  CHECK(state == "Z");
}

TEST_CASE("a command may leave something running behind, as agents do") {
  Bench bench;

  const auto loaded = bench.command("sh -c 'sleep 1 & echo token'");

  REQUIRE(loaded);
  CHECK(loaded->at("token").reveal() == "token");
}

TEST_CASE("a token can't be kept for an account whose token comes from a command") {
  Bench bench;
  bench.account.secret_from = SecretFrom::command;

  const Status saved = bench.secrets->save(bench.account, {{"token", Secret("s3cret")}});

  REQUIRE_FALSE(saved);
  CHECK(saved.error().kind == ErrorKind::config);
  CHECK_FALSE(std::filesystem::exists(bench.dir()));
}
