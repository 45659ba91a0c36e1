#include "tui/editor.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sys/wait.h>
#include <vector>

#include <postq/core/command_words.h>

namespace postq {

namespace {

std::vector<std::string> environment_for_editor() {
  std::vector<std::string> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    if (!names_a_secret(pair.substr(0, pair.find('=')))) kept.emplace_back(pair);
  }
  return kept;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (auto& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

// The editor draws on the terminal also when our own output goes into a pipe: ID=$(postq add --edit).
void attach_terminal() {
  if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) return;
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) return;
  dup2(terminal, STDIN_FILENO);
  dup2(terminal, STDOUT_FILENO);
}

// Only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* argv, char* const* environment, int report) {
  attach_terminal();
  for (const int signal : {SIGINT, SIGQUIT, SIGPIPE, SIGTSTP}) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(argv[0], argv, environment);
  const int problem = errno;
  [[maybe_unused]] const auto told = write(report, &problem, sizeof problem);
  _exit(127);
}

// Ctrl-C in the editor is the editor's.
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

class KeepModes {
 public:
  KeepModes() : known_(tcgetattr(STDIN_FILENO, &before_) == 0) {}
  ~KeepModes() {
    if (known_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  KeepModes(const KeepModes&) = delete;
  KeepModes& operator=(const KeepModes&) = delete;

 private:
  termios before_{};
  bool known_;
};

struct Ended {
  int start_problem = 0;  // errno of exec; 0: it ran
  int status = 0;         // as from waitpid
};

std::optional<Ended> run(std::vector<std::string> words) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return std::nullopt;
  auto environment = environment_for_editor();
  const auto argv = pointers(words);
  const auto envp = pointers(environment);
  const IgnoreInterrupts ignore;
  const KeepModes keep;
  const pid_t child = fork();
  if (child == 0) become(argv.data(), envp.data(), report[1]);
  close(report[1]);
  if (child < 0) {
    close(report[0]);
    return std::nullopt;
  }
  Ended ended;
  ssize_t got = 0;
  do got = read(report[0], &ended.start_problem, sizeof ended.start_problem);
  while (got < 0 && errno == EINTR);
  if (got <= 0) ended.start_problem = 0;
  close(report[0]);
  while (waitpid(child, &ended.status, 0) < 0 && errno == EINTR) {
  }
  return ended;
}

Status judge(const std::string& name, const Ended& ended) {
  if (ended.start_problem != 0) {
    return fail(ErrorKind::config, "the editor '" + name + "' can't be run: " + std::strerror(ended.start_problem),
                "export EDITOR=nano");
  }
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0) return {};
  const auto how = WIFSIGNALED(ended.status) ? "by signal " + std::to_string(WTERMSIG(ended.status))
                                             : "with exit code " + std::to_string(WEXITSTATUS(ended.status));
  return fail(ErrorKind::interrupted, "the editor '" + name + "' ended " + how + ", so nothing was changed");
}

}  // namespace

bool names_a_secret(std::string_view variable) {
  for (const std::string_view mark : {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "API_KEY",
                                      "APIKEY", "ACCESS_KEY", "PRIVATE_KEY"}) {
    if (variable.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

Status run_editor(const std::string& path) {
  for (const char* variable : {"POSTQ_EDITOR", "VISUAL", "EDITOR"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    auto split = split_command(value);
    if (!split || split->empty()) {
      return fail(ErrorKind::config, std::string(variable) + " can't be read as a command: " + value,
                  "export " + std::string(variable) + "=nano");
    }
    const std::string name = split->front();
    split->push_back(path);
    const auto ended = run(std::move(*split));
    if (!ended) return fail(ErrorKind::try_later, "the editor can't be started: " + std::string(std::strerror(errno)));
    return judge(name, *ended);
  }
  for (const char* name : {"sensible-editor", "nano", "vi"}) {
    const auto ended = run({name, path});
    if (!ended) return fail(ErrorKind::try_later, "the editor can't be started: " + std::string(std::strerror(errno)));
    if (ended->start_problem == 0) return judge(name, *ended);
  }
  return fail(ErrorKind::config, "no editor found: neither sensible-editor, nano nor vi is installed",
              "export EDITOR=NAME");
}

}  // namespace postq
