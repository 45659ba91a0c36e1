#include "secrets/token_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/wait.h>
#include <utility>

#include <postq/core/command_words.h>

#include "secrets/descriptor.h"

namespace postq {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{20};  // how often to see whether it has ended without closing its output

struct SpawnActions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  SpawnActions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

std::vector<char*> clean_environment() {
  std::vector<char*> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("POSTQ_")) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

// A command that runs in a process group of its own.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (status_) return;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  // Its wait status once it has ended.
  std::optional<int> ended() {
    if (status_) return status_;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    return status_;
  }

 private:
  pid_t pid_;
  std::optional<int> status_;
};

int spawn(std::vector<std::string>& words, int output, pid_t& pid) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<char*> environment = clean_environment();
  SpawnActions actions;
  posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions.files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions.files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&actions.attributes, &none);
  posix_spawnattr_setsigdefault(&actions.attributes, &defaults);
  posix_spawnattr_setpgroup(&actions.attributes, 0);
  posix_spawnattr_setflags(&actions.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return ::posix_spawnp(&pid, words.front().c_str(), &actions.files, &actions.attributes, arguments.data(),
                        environment.data());
}

// Takes what the pipe holds right now; false at its end.
bool drain(int pipe, std::string& output, std::size_t most) {
  std::array<char, 4096> buffer;
  while (output.size() <= most) {
    const ssize_t got = ::read(pipe, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

Result<Secret> run_token_command(std::string_view line, const TokenCommandLimits& limits) {
  auto split = split_command(line);
  if (!split) return fail(ErrorKind::config, "a quote in the token command isn't closed");
  auto& words = *split;
  if (words.empty() || words.front().empty()) return fail(ErrorKind::config, "the token command is empty");
  const std::string name = words.front();
  const auto failed = [&name](const std::string& why) {
    return fail(ErrorKind::config, "the token command " + name + " " + why, "run it yourself to see what it says");
  };
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed(std::string("can't be started: ") + std::strerror(errno));
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  ::fcntl(reading.get(), F_SETFL, O_NONBLOCK);

  const auto deadline = Clock::now() + limits.deadline;
  pid_t pid = 0;
  if (const int code = spawn(words, writing.get(), pid); code != 0) {
    return failed(std::string("can't be started: ") + std::strerror(code));
  }
  Child child(pid);
  writing.reset(-1);

  std::string output;
  bool open = true;
  while (!child.ended()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      return failed("got no answer in " + std::to_string(limits.deadline.count() / 1000) + " s");
    }
    pollfd wanted{open ? reading.get() : -1, POLLIN, 0};
    ::poll(&wanted, 1, static_cast<int>(std::min(left, kLook).count()));
    open = open && drain(reading.get(), output, limits.output);
    if (output.size() > limits.output) return failed("prints more than a token");
  }
  if (open) drain(reading.get(), output, limits.output);

  const int status = *child.ended();
  if (WIFSIGNALED(status)) return failed("was stopped by signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return failed("ended with exit code " + std::to_string(WEXITSTATUS(status)));
  if (output.size() > limits.output) return failed("prints more than a token");
  if (!output.empty() && output.back() == '\n') output.pop_back();
  if (output.empty()) return failed("prints nothing");
  return Secret(std::move(output));
}

}  // namespace postq
