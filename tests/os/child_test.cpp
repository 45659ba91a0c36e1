#include "os/child.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/catch.h"

using namespace postq;

namespace {

using How = ChildEnd::How;
using std::chrono::milliseconds;
using std::chrono::seconds;

// As main does it: what doesn't read its input must not end the one who writes.
const bool kNoBrokenPipes = std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;

class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "postq-child-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

ChildOrder shell(const std::string& line, milliseconds deadline = seconds{20}) {
  ChildOrder order;
  order.words = {"sh", "-c", line};
  order.deadline = deadline;
  return order;
}

ChildOrder to_the_end(const std::string& line, milliseconds deadline = seconds{20}) {
  auto order = shell(line, deadline);
  order.over = ChildOrder::Over::when_all_ended;
  return order;
}

// The number that a child wrote into the file.
pid_t process_in(const std::string& path) {
  pid_t process = 0;
  std::ifstream(path) >> process;
  REQUIRE(process > 1);
  return process;
}

// It is there, and not dead and waiting for somebody to bury it.
bool is_alive(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string number;
  std::string name;
  std::string state = "gone";
  stat >> number >> name >> state;
  return state != "gone" && state != "Z";
}

bool is_dead(pid_t process) {
  for (int look = 0; look < 200 && is_alive(process); ++look) ::usleep(5'000);
  return !is_alive(process);
}

}  // namespace

TEST_CASE("a child's input, output and status are what was agreed") {
  auto order = shell("cat; echo said; echo wrong >&2; exit 3");
  order.input = "asked ";

  const auto end = run_child(order);

  CHECK(end.how == How::exited);
  CHECK(end.number == 3);
  CHECK(end.output == "asked said\nwrong\n");
  order.errors = ChildOrder::Errors::dropped;
  CHECK(run_child(order).output == "asked said\n");
  CHECK(run_child(shell("kill -9 $$")).how == How::signalled);
}

TEST_CASE("a program that isn't there was not started") {
  ChildOrder order;
  order.words = {"postq-no-such-program"};

  CHECK(run_child(order).how == How::not_started);
  CHECK(run_child(order).number == ENOENT);
  order.words.clear();
  CHECK(run_child(order).how == How::not_started);
  CHECK(start_detached({"postq-no-such-program"}).number == ENOENT);
  CHECK(run_on_terminal({"postq-no-such-program"}).number == ENOENT);
}

TEST_CASE("a child that reads nothing of a long input holds nobody up") {
  REQUIRE(kNoBrokenPipes);
  auto order = shell("exec <&-; exit 0");
  order.input = std::string(std::size_t{1} << 20, 'x');
  CHECK(run_child(order).succeeded());

  order = shell("sleep 60", milliseconds{200});
  order.input = std::string(std::size_t{1} << 20, 'x');
  CHECK(run_child(order).how == How::too_late);
}

TEST_CASE("a child that talks without end is heard up to the limit") {
  auto order = shell("head -c 1000000 /dev/zero");
  order.most_output = 5000;
  CHECK(run_child(order).succeeded());
  CHECK(run_child(order).output.size() == 5000);

  order = shell("yes");
  order.more_is_wrong = true;
  CHECK(run_child(order).how == How::said_too_much);
}

TEST_CASE("what a child started is killed with it at the deadline, whoever holds the pipes") {
  const Folder folder;
  const auto late = run_child(shell("sleep 60 & echo $! > " + folder / "one" + "; wait", milliseconds{300}));
  CHECK(late.how == How::too_late);
  CHECK(is_dead(process_in(folder / "one")));

  // It has ended itself; what it left behind has our pipe.
  const auto left = run_child(to_the_end("sleep 60 & echo $! > " + folder / "two", milliseconds{300}));
  CHECK(left.how == How::too_late);
  CHECK(is_dead(process_in(folder / "two")));

  // The same without the pipe, and with signals ignored.
  const auto deaf = run_child(
      to_the_end("trap '' TERM HUP INT; (sleep 60) >/dev/null 2>&1 </dev/null & echo $! > " + folder / "three",
                 milliseconds{300}));
  CHECK(deaf.how == How::too_late);
  CHECK(is_dead(process_in(folder / "three")));
}

TEST_CASE("who works on in the background is waited for where that is asked, and left alone where it isn't") {
  const Folder folder;
  const std::string mailer = "(sleep 0.2; echo sent > " + folder / "sent" + ") & exit 0";

  CHECK(run_child(to_the_end(mailer)).succeeded());
  CHECK(text_of(folder / "sent") == "sent\n");

  std::filesystem::remove(folder / "sent");
  CHECK(run_child(shell(mailer)).succeeded());
  for (int look = 0; look < 400 && !std::filesystem::exists(folder / "sent"); ++look) ::usleep(5'000);
  CHECK(std::filesystem::exists(folder / "sent"));
}

TEST_CASE("whoever waits may give up, and the child is gone") {
  const Folder folder;
  auto order = to_the_end("echo $$ > " + folder / "pid" + "; sleep 60");
  order.give_up = [&] { return std::filesystem::exists(folder / "pid") && !text_of(folder / "pid").empty(); };

  CHECK(run_child(order).how == How::given_up);
  CHECK(is_dead(process_in(folder / "pid")));
}

TEST_CASE("a child has three open files, no secret, and signals as programs expect them") {
  const int careless = ::dup(STDIN_FILENO);  // not closed on exec
  ::setenv("DEMO_TOKEN", "canary", 1);
  std::signal(SIGXFSZ, SIG_IGN);
  const auto end = run_child(shell("ls /proc/self/fd | wc -l; env; grep SigIgn /proc/self/status"));
  std::signal(SIGXFSZ, SIG_DFL);
  ::unsetenv("DEMO_TOKEN");
  ::close(careless);

  CHECK(end.output.substr(0, 2) == "4\n");  // and the folder that ls reads
  CHECK(end.output.find("canary") == std::string::npos);
  CHECK(end.output.find("PATH=") != std::string::npos);
  const auto ignored = end.output.find("SigIgn:\t");
  REQUIRE(ignored != std::string::npos);
  const auto mask = std::stoull(end.output.substr(ignored + 8), nullptr, 16);
  // Others may be ignored by whoever started us: nohup, for one.
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM}) CHECK((mask >> (signal - 1) & 1U) == 0);
}

TEST_CASE("a script without a first line runs in sh") {
  const Folder folder;
  std::ofstream(folder / "plain") << "echo \"ran with $1\"\n";
  std::filesystem::permissions(folder / "plain", std::filesystem::perms::owner_all);
  ChildOrder order;
  order.words = {folder / "plain", "a b"};

  CHECK(run_child(order).output == "ran with a b\n");
}

TEST_CASE("a browser has a session of its own and is never waited for") {
  const Folder folder;
  std::ofstream(folder / "browser") << "#!/bin/sh\nps -o sid= -p $$ > " << folder / "sid.new"
                                    << "; echo $$ > " << folder / "pid"
                                    << "; mv " << folder / "sid.new"
                                    << " " << folder / "sid"
                                    << "; exec sleep 60\n";
  std::filesystem::permissions(folder / "browser", std::filesystem::perms::owner_all);

  CHECK(start_detached({folder / "browser"}).how != How::not_started);

  for (int look = 0; look < 1000 && !std::filesystem::exists(folder / "sid"); ++look) ::usleep(5'000);
  const pid_t browser = process_in(folder / "pid");
  CHECK(process_in(folder / "sid") == browser);
  CHECK(run_child(to_the_end("true")).succeeded());  // it isn't one of those that are waited for
  CHECK(is_alive(browser));
  ::kill(browser, SIGKILL);
}
