#include "os/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>

#include "os/descriptor.h"

namespace postq {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{20};          // how often to see whether it has ended without closing its output
constexpr milliseconds kQuickLook{1};      // once it has closed it
constexpr milliseconds kDeathTakes{1000};  // what hangs in a disk that is gone dies later than this, or never

// What postq itself ignores or handles, and what an editor needs.
constexpr std::array kSignals{SIGPIPE, SIGXFSZ, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCHLD};

enum class Place : std::uint8_t { own_group, own_session, our_group };

struct Streams {
  int input = -1;  // -1: /dev/null
  int output = -1;
  int errors = -1;
};

class Spawning {
 public:
  Spawning() {
    posix_spawn_file_actions_init(&files_);
    posix_spawnattr_init(&attributes_);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
  ~Spawning() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  void stream(int wanted, int given) {
    if (given < 0) {
      posix_spawn_file_actions_addopen(&files_, wanted, "/dev/null", wanted == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
    } else if (given != wanted) {
      posix_spawn_file_actions_adddup2(&files_, given, wanted);
    }
  }

  // Also what whoever started postq left open in it.
  void close_the_rest() { posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1); }

  void signals_and_place(Place place) {
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int signal : kSignals) sigaddset(&defaults, signal);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (place == Place::own_group) flags |= POSIX_SPAWN_SETPGROUP;
    if (place == Place::own_session) flags |= POSIX_SPAWN_SETSID;
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }

  int start(std::vector<std::string> words, std::vector<std::string> environment, pid_t& pid) const {
    const auto argv = pointers(words);
    const auto envp = pointers(environment);
    return ::posix_spawnp(&pid, words.front().c_str(), &files_, &attributes_, argv.data(), envp.data());
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    for (auto& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    return list;
  }

  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

// 0, or errno.
int spawn(const std::vector<std::string>& words, const Streams& streams, Place place, OwnVariables own, pid_t& pid) {
  if (words.empty() || words.front().empty()) return ENOENT;
  Spawning spawning;
  spawning.stream(STDIN_FILENO, streams.input);
  spawning.stream(STDOUT_FILENO, streams.output);
  spawning.stream(STDERR_FILENO, streams.errors);
  spawning.close_the_rest();
  spawning.signals_and_place(place);
  const int problem = spawning.start(words, environment_for_child(own), pid);
  if (problem != ENOEXEC || words.front().find('/') == std::string::npos) return problem;
  auto script = words;  // one without a first line that names its interpreter
  script.insert(script.begin(), "/bin/sh");
  return spawning.start(std::move(script), environment_for_child(own), pid);
}

ChildEnd not_started(int problem) {
  return {ChildEnd::How::not_started, problem, {}};
}

ChildEnd end_of(int status) {
  if (WIFSIGNALED(status)) return {ChildEnd::How::signalled, WTERMSIG(status), {}};
  return {ChildEnd::How::exited, WEXITSTATUS(status), {}};
}

// A running child and the process group that it leads. The group's number stays taken for as long as one of its
// processes has not been waited for, so that kill() can't hit anybody else.
class Group {
 public:
  explicit Group(pid_t leader) : leader_(leader) {}
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group() {
    if (!over_) kill_all();
  }

  // How its leader ended, as from waitpid.
  std::optional<int> leader_ended() {
    if (status_) return status_;
    int status = 0;
    const pid_t ended = ::waitpid(leader_, &status, WNOHANG);
    if (ended == leader_) status_ = status;
    if (ended < 0 && errno == ECHILD) status_ = 127 << 8;  // somebody else waited for it
    return status_;
  }

  // Whether nothing of it runs any more. What its leader left behind has become our own child (see adopt_orphans).
  bool all_ended() {
    if (!leader_ended()) return false;
    for (;;) {
      const pid_t ended = ::waitpid(-leader_, nullptr, WNOHANG);
      if (ended > 0 || (ended < 0 && errno == EINTR)) continue;
      return ended < 0;
    }
  }

  void leave_alone() { over_ = true; }

  void kill_all() {
    over_ = true;
    if (status_ && all_ended()) return;
    ::kill(-leader_, SIGKILL);
    const auto until = Clock::now() + kDeathTakes;
    while (!all_ended() && Clock::now() < until) std::this_thread::sleep_for(kQuickLook);
  }

 private:
  pid_t leader_;
  std::optional<int> status_;
  bool over_ = false;
};

// What a child leaves behind becomes ours instead of init's, so that we can wait for it.
void adopt_orphans() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

// Our ends of a child's input and output.
class Talk {
 public:
  Talk(Descriptor to_child, Descriptor from_child, const ChildOrder& order)
      : to_child_(std::move(to_child)), from_child_(std::move(from_child)), order_(order), left_(order.input) {
    if (left_.empty()) to_child_.close();
  }

  bool is_open() const { return from_child_ || to_child_; }
  bool said_too_much() const { return order_.more_is_wrong && output_.size() > order_.most_output; }

  // Waits until the child says something, takes something, or the time is up.
  void wait(milliseconds time) {
    std::array<pollfd, 2> ends{pollfd{from_child_.number(), POLLIN, 0}, pollfd{to_child_.number(), POLLOUT, 0}};
    ::poll(ends.data(), ends.size(), static_cast<int>(time.count()));
    write_some();
    read_some();
  }

  std::string take_output() {
    read_some();
    return std::move(output_);
  }

 private:
  void write_some() {
    while (to_child_) {
      const ssize_t wrote = ::write(to_child_.number(), left_.data(), left_.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0 && errno == EAGAIN) return;
      if (wrote > 0) left_.remove_prefix(static_cast<std::size_t>(wrote));
      if (wrote <= 0 || left_.empty()) to_child_.close();  // it doesn't want the rest: how it ends is what counts
    }
  }

  // What is there right now, and not all that a child without end has to say.
  void read_some() {
    std::array<char, 4096> buffer;
    for (std::size_t taken = 0; from_child_ && taken <= order_.most_output && !said_too_much();) {
      const ssize_t got = ::read(from_child_.number(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        from_child_.close();
        return;
      }
      taken += static_cast<std::size_t>(got);
      if (output_.size() <= order_.most_output) output_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  Descriptor to_child_;
  Descriptor from_child_;
  const ChildOrder& order_;
  std::string_view left_;
  std::string output_;
};

struct Pipe {
  Descriptor reading;
  Descriptor writing;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    reading = Descriptor(ends[0]);
    writing = Descriptor(ends[1]);
    return true;
  }
};

void never_wait(const Descriptor& file) {
  if (file) ::fcntl(file.number(), F_SETFL, O_NONBLOCK);
}

// Nothing: it is over. Else why it has to be stopped.
std::optional<ChildEnd::How> follow(Group& group, Talk& talk, const ChildOrder& order, Clock::time_point deadline) {
  const auto over = [&] {
    return order.over == ChildOrder::Over::when_all_ended ? group.all_ended() : group.leader_ended().has_value();
  };
  while (!over()) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return ChildEnd::How::too_late;
    if (order.give_up && order.give_up()) return ChildEnd::How::given_up;
    const bool ends_now = !talk.is_open() && !group.leader_ended();
    talk.wait(std::min(left, ends_now ? kQuickLook : kLook));
    if (talk.said_too_much()) return ChildEnd::How::said_too_much;
  }
  return std::nullopt;
}

// Ctrl-C in an editor is the editor's.
class IgnoreInterrupts {
 public:
  IgnoreInterrupts() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &interrupt_);
    sigaction(SIGQUIT, &ignore, &quit_);
  }
  ~IgnoreInterrupts() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
  }
  IgnoreInterrupts(const IgnoreInterrupts&) = delete;
  IgnoreInterrupts& operator=(const IgnoreInterrupts&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction quit_ {};
};

}  // namespace

ChildEnd run_child(const ChildOrder& order) {
  const auto deadline = Clock::now() + order.deadline;
  Pipe input;
  Pipe output;
  if (!output.open() || (!order.input.empty() && !input.open())) return not_started(errno);
  never_wait(input.writing);
  never_wait(output.reading);
  if (order.over == ChildOrder::Over::when_all_ended) adopt_orphans();

  Streams streams{input.reading.number(), output.writing.number(), output.writing.number()};
  if (order.errors == ChildOrder::Errors::dropped) streams.errors = -1;
  pid_t pid = 0;
  if (const int problem = spawn(order.words, streams, Place::own_group, order.own_variables, pid); problem != 0) {
    return not_started(problem);
  }
  Group group(pid);
  input.reading.close();
  output.writing.close();
  Talk talk(std::move(input.writing), std::move(output.reading), order);

  if (const auto stopped = follow(group, talk, order, deadline)) {
    group.kill_all();
    return {*stopped, 0, talk.take_output()};
  }
  group.leave_alone();
  ChildEnd end = end_of(*group.leader_ended());
  end.output = talk.take_output();
  if (end.output.size() > order.most_output) {
    if (order.more_is_wrong) end.how = ChildEnd::How::said_too_much;
    end.output.resize(order.most_output);
  }
  return end;
}

ChildEnd run_on_terminal(const std::vector<std::string>& words) {
  Streams streams{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  Descriptor terminal;
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1) {
    // It draws on the terminal also when our own output goes into a pipe: ID=$(postq add --edit).
    terminal = Descriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (terminal) streams.input = streams.output = terminal.number();
  }
  const IgnoreInterrupts ignore;
  pid_t pid = 0;
  if (const int problem = spawn(words, streams, Place::our_group, OwnVariables::kept, pid); problem != 0) {
    return not_started(problem);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return not_started(errno);
  }
  return end_of(status);
}

ChildEnd start_detached(const std::vector<std::string>& words) {
  pid_t pid = 0;
  const int problem = spawn(words, {}, Place::own_session, OwnVariables::kept, pid);
  return problem == 0 ? ChildEnd{} : not_started(problem);
}

}  // namespace postq
