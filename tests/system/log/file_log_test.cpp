#include "system/log/file_log.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include "support/catch.h"

namespace {

using namespace postq;
namespace fs = std::filesystem;

constexpr TimePoint kNoon = time_point(1795435200);  // 2026-11-23T12:00:00Z

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "postq-log-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::unique_ptr<Log> log_at_noon(const std::string& path) {
  return make_file_log(path, [] { return kNoon; });
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("the log has a line per event with its time in UTC and its weight") {
  const Folder folder;
  const auto log = log_at_noon(folder.path("postq.log"));

  log->info("flush began");
  log->warn("bsky: 429, again in 90 s");
  log->error("12@mastodon: 422");

  CHECK(slurp(folder.path("postq.log")) ==
        "2026-11-23T12:00:00Z info flush began\n"
        "2026-11-23T12:00:00Z warning bsky: 429, again in 90 s\n"
        "2026-11-23T12:00:00Z error 12@mastodon: 422\n");
  CHECK(log->trouble().empty());
}

TEST_CASE("a log without lines makes no file") {
  const Folder folder;
  { const auto log = log_at_noon(folder.path("log/postq.log")); }

  CHECK_FALSE(fs::exists(folder.path("log")));
}

TEST_CASE("the log and its folder are private, whatever the umask") {
  const Folder folder;
  const auto before = ::umask(0);
  log_at_noon(folder.path("log/postq.log"))->info("hello");
  ::umask(before);

  CHECK(mode_of(folder.path("log")) == 0700);
  CHECK(mode_of(folder.path("log/postq.log")) == 0600);
}

TEST_CASE("what a server says can't fake a line of the log, nor steer a terminal that shows it") {
  const Folder folder;
  const auto log = log_at_noon(folder.path("postq.log"));

  log->error("answer: nope\n2026-11-23T12:00:00Z info all well\x1b[2J {} {0:s} %s %v");

  const auto lines = lines_of(folder.path("postq.log"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find('\x1b') == std::string::npos);
  CHECK(lines[0].find("{} {0:s} %s %v") != std::string::npos);
}

TEST_CASE("a log goes on where an earlier run left it") {
  const Folder folder;
  log_at_noon(folder.path("postq.log"))->info("first");
  log_at_noon(folder.path("postq.log"))->info("second");

  CHECK(lines_of(folder.path("postq.log")).size() == 2);
}

TEST_CASE("a full log makes room and keeps three old ones, all private") {
  const Folder folder;
  const auto log = log_at_noon(folder.path("postq.log"));
  const std::string line(64 * 1024, 'x');

  for (int i = 0; i < 100; ++i) log->info(line);  // more than 6 MiB

  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path(""))) {
    ++files;
    CHECK(entry.file_size() <= 1024 * 1024);
    CHECK(mode_of(entry.path().string()) == 0600);
  }
  CHECK(files == 4);
  CHECK(fs::exists(folder.path("postq.3.log")));
  CHECK(log->trouble().empty());
}

TEST_CASE("a log that can't be written never stops postq, and says why") {
  const Folder folder;
  std::ofstream(folder.path("file")) << "not a folder";
  const auto log = log_at_noon(folder.path("file/postq.log"));

  log->info("one");
  log->info("two");

  CHECK_FALSE(log->trouble().empty());
}

TEST_CASE("a disk that fills up under the log is told and not printed") {
  if (::access("/dev/full", W_OK) != 0) return;
  const Folder folder;
  fs::create_symlink("/dev/full", folder.path("postq.log"));
  const auto log = log_at_noon(folder.path("postq.log"));

  log->info("one");

  CHECK_FALSE(log->trouble().empty());
}

TEST_CASE("lines from several threads stay whole") {
  const Folder folder;
  const auto log = log_at_noon(folder.path("postq.log"));
  std::vector<std::thread> threads;

  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&log, n] {
      for (int i = 0; i < 100; ++i) log->info(std::string(40, static_cast<char>('a' + n)));
    });
  }
  for (auto& thread : threads) thread.join();

  const auto lines = lines_of(folder.path("postq.log"));
  CHECK(lines.size() == 400);
  for (const auto& line : lines) CHECK(line.size() == std::string("2026-11-23T12:00:00Z info ").size() + 40);
}
