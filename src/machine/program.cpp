#include "machine/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/wait.h>
#include <thread>

namespace postq {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostOutput = std::size_t{1} << 16;

Result<pid_t> start(const std::vector<std::string>& words, int output) {
  std::vector<std::string> copies = words;  // posix_spawn wants them writable
  std::vector<char*> argv;
  for (auto& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own, so that what it starts ends with it; SIGPIPE as programs expect it.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int problem = posix_spawnp(&child, argv.front(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem == 0) return child;
  if (problem == ENOENT) return fail(ErrorKind::not_found, "there is no program " + words.front());
  return fail(ErrorKind::config, "can't run " + words.front() + ": " + std::strerror(problem));
}

// Everything it says until it closes its output; false when the deadline came first.
bool read_all(int input, Clock::time_point deadline, std::string& text) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{input, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = read(input, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    if (text.size() < kMostOutput) text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

constexpr auto kBetweenLooks = std::chrono::milliseconds{5};

int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Its status; nothing when the deadline came first: a program may close its output and stay.
std::optional<int> wait_for(pid_t child, Clock::time_point deadline) {
  int status = 0;
  for (;;) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status_of(status);
    if (ended < 0 && errno != EINTR) return 127;
    if (Clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

void kill_all(pid_t child) {
  kill(-child, SIGKILL);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<ProgramEnd> run_program(const std::vector<std::string>& words, std::chrono::milliseconds deadline) {
  if (words.empty() || words.front().empty()) return fail(ErrorKind::bug, "no program to run");
  const auto until = Clock::now() + deadline;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorKind::storage, std::string("no pipe: ") + std::strerror(errno));
  const auto child = start(words, ends[1]);
  close(ends[1]);
  if (!child) {
    close(ends[0]);
    return pass_on(child.error());
  }
  ProgramEnd end;
  std::optional<int> status;
  if (read_all(ends[0], until, end.output)) status = wait_for(*child, until);
  close(ends[0]);
  if (status) {
    end.status = *status;
    return end;
  }
  kill_all(*child);
  return fail(ErrorKind::config,
              words.front() + " gave no answer within " + std::to_string(deadline.count() / 1000) + " s");
}

}  // namespace postq
