#include "system/machine/machine.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "support/catch.h"

using namespace postq;

namespace {

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "postq-machine-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a program's output and status come back") {
  const auto machine = make_machine();

  const auto end = machine->run({"sh", "-c", "echo out; echo err >&2; exit 7"});

  REQUIRE(end);
  CHECK(end->output == "out\nerr\n");
  CHECK(end->status == 7);
  CHECK_FALSE(end->succeeded());
}

TEST_CASE("a program's words are not read by a shell") {
  const auto machine = make_machine();

  const auto end = machine->run({"printf", "%s|", "a b", "$HOME", "*"});

  REQUIRE(end);
  CHECK(end->output == "a b|$HOME|*|");
}

TEST_CASE("a program has no input to wait for") {
  const auto machine = make_machine();

  const auto end = machine->run({"cat"});

  REQUIRE(end);
  CHECK(end->output.empty());
  CHECK(end->succeeded());
}

TEST_CASE("a program that isn't there is told apart from one that fails") {
  const auto machine = make_machine();

  const auto end = machine->run({"postq-no-such-program"});

  REQUIRE_FALSE(end);
  CHECK(end.error().kind == ErrorKind::not_found);
  CHECK(end.error().message.find("postq-no-such-program") != std::string::npos);
}

TEST_CASE("a program that hangs is killed with all it started") {
  const auto machine = make_machine({std::chrono::milliseconds{200}});
  const auto begin = std::chrono::steady_clock::now();

  const auto end = machine->run({"sh", "-c", "sleep 30 & sleep 30"});

  REQUIRE_FALSE(end);
  CHECK(end.error().kind == ErrorKind::config);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
}

TEST_CASE("a program that closes its output and stays is killed too") {
  const auto machine = make_machine({std::chrono::milliseconds{200}});
  const auto begin = std::chrono::steady_clock::now();

  const auto end = machine->run({"sh", "-c", "exec >&- 2>&-; sleep 30"});

  REQUIRE_FALSE(end);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
}

TEST_CASE("what a program says is cut at 64 KiB") {
  const auto machine = make_machine();

  const auto end = machine->run({"sh", "-c", "head -c 1000000 /dev/zero"});

  REQUIRE(end);
  CHECK(end->succeeded());
  CHECK(end->output.size() <= std::size_t{70'000});
}

TEST_CASE("a file is written whole, private, with the folders above it") {
  const Folder folder;
  const auto machine = make_machine();
  const auto path = folder.file("a/b/postq.timer");

  REQUIRE(machine->write_file(path, "first"));
  REQUIRE(machine->write_file(path, "second"));

  CHECK(text_of(path) == "second");
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
}

TEST_CASE("a file below a file can't be written, and the message names it") {
  const Folder folder;
  const auto machine = make_machine();
  REQUIRE(machine->write_file(folder.file("plain"), ""));

  const auto written = machine->write_file(folder.file("plain/postq.timer"), "x");

  REQUIRE_FALSE(written);
  CHECK(written.error().message.find("plain") != std::string::npos);
}

TEST_CASE("removing tells whether there was something") {
  const Folder folder;
  const auto machine = make_machine();
  REQUIRE(machine->write_file(folder.file("here"), ""));

  CHECK(machine->remove_file(folder.file("here")).value());
  CHECK_FALSE(machine->remove_file(folder.file("here")).value());
  CHECK_FALSE(machine->remove_file(folder.file("no/such/folder")).value());
}

TEST_CASE("paths as typed become absolute") {
  const auto machine = make_machine();
  const auto here = std::filesystem::current_path().string();
  const char* const home = std::getenv("HOME");
  REQUIRE(home != nullptr);

  CHECK(machine->absolute_path("/srv/www/../feed").value() == "/srv/feed");
  CHECK(machine->absolute_path("site").value() == here + "/site");
  CHECK(machine->absolute_path("~/site").value() ==
        std::filesystem::path(std::string(home) + "/site").lexically_normal());
  CHECK(machine->absolute_path("~other/site").value() == here + "/~other/site");
}

TEST_CASE("a file's facts are its owner, its mode and its kind") {
  const Folder folder;
  const auto machine = make_machine();
  REQUIRE(machine->write_file(folder.file("secret"), ""));

  const auto facts = machine->look_at(folder.file("secret"));

  REQUIRE(facts);
  CHECK(facts->ours);
  CHECK(facts->mode == 0600U);
  CHECK_FALSE(facts->is_folder);
  CHECK(machine->look_at(folder.file("."))->is_folder);
  CHECK_FALSE(machine->look_at(folder.file("missing")));
}

TEST_CASE("the program knows its own path") {
  const auto machine = make_machine();

  const auto path = machine->own_path();

  REQUIRE(path);
  CHECK(path->ends_with("postq_machine_tests"));
}

TEST_CASE("random bytes differ and have the length asked for") {
  const auto machine = make_machine();

  CHECK(machine->random_bytes(32).size() == 32);
  CHECK(machine->random_bytes(32) != machine->random_bytes(32));
  CHECK(machine->random_bytes(0).empty());
}
