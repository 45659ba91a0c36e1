#pragma once

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <sys/wait.h>

#include <postq/ports/terminal.h>

#include "support/catch.h"
#include "system/terminal/terminal.h"

namespace postq::test {

constexpr int kPatienceMs = 10'000;  // only a failing test waits that long

// A program under a terminal of its own. What it returns comes back by a pipe, what it prints by the terminal.
class UnderTerminal {
 public:
  using Program = std::function<std::string(Terminal&)>;

  explicit UnderTerminal(const Program& program, const std::map<std::string, std::string>& environment = {},
                         const TerminalSettings& settings = {}) {
    REQUIRE(::pipe(answer_) == 0);
    winsize size{};
    size.ws_col = 72;
    size.ws_row = 20;
    char name[64];
    // The shell stays between the terminal and the program: without it a stop would be ignored, as for orphans.
    shell_ = ::forkpty(&master_, name, nullptr, &size);
    REQUIRE(shell_ >= 0);
    if (shell_ == 0) be_shell(program, environment, settings);
    ::close(answer_[1]);
    slave_ = ::open(name, O_RDWR | O_NOCTTY);  // keeps the modes readable when the program is gone
    REQUIRE(slave_ >= 0);
    program_ = std::stoi(read_line());
    REQUIRE(program_ > 0);  // 0 would mean this very process to kill()
  }
  UnderTerminal(const UnderTerminal&) = delete;
  UnderTerminal& operator=(const UnderTerminal&) = delete;
  ~UnderTerminal() {
    if (program_ > 0) ::kill(program_, SIGKILL);
    ::kill(shell_, SIGKILL);
    ::waitpid(shell_, nullptr, 0);
    for (const int each : {master_, slave_, answer_[0]}) ::close(each);
  }

  // Waits until the screen shows it, behind what was waited for before.
  bool shows(const std::string& text) {
    while (screen_.find(text, seen_) == std::string::npos) {
      pollfd input{master_, POLLIN, 0};
      if (::poll(&input, 1, kPatienceMs) <= 0) return false;
      char buffer[4096];
      const auto got = ::read(master_, buffer, sizeof buffer);
      if (got <= 0) return false;
      screen_.append(buffer, static_cast<std::size_t>(got));
    }
    seen_ = screen_.find(text, seen_) + text.size();
    return true;
  }
  void type(const std::string& keys) {
    REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  // The next line that the program's end or its shell reported: "answer: ...", "stopped", "signal 15", "exit 0".
  std::string read_line() {
    std::string line;
    char byte = 0;
    for (;;) {
      pollfd input{answer_[0], POLLIN, 0};
      if (::poll(&input, 1, kPatienceMs) <= 0 || ::read(answer_[0], &byte, 1) != 1) return line + "(nothing came)";
      if (byte == '\n') return line;
      line += byte;
    }
  }
  const std::string& screen() const { return screen_; }
  void signal(int number) const { ::kill(program_, number); }
  bool is_raw() const { return (modes().c_lflag & ICANON) == 0; }
  bool echoes() const { return (modes().c_lflag & ECHO) != 0; }
  // Waits for a change that nothing announces.
  bool becomes_raw(bool raw) const {
    for (int tries = 0; tries < kPatienceMs; ++tries) {
      if (is_raw() == raw) return true;
      ::usleep(1000);
    }
    return false;
  }

 private:
  termios modes() const {
    termios now{};
    ::tcgetattr(slave_, &now);
    return now;
  }

  void report(const std::string& line) const {
    const auto text = line + "\n";
    if (::write(answer_[1], text.data(), text.size()) < 0) ::_exit(4);
  }

  [[noreturn]] void be_shell(const Program& program, const std::map<std::string, std::string>& environment,
                             const TerminalSettings& settings) const {
    ::setenv("TERM", "xterm", 1);
    for (const auto* const name : {"NO_COLOR", "CLICOLOR_FORCE", "POSTQ_PLAIN", "POSTQ_AGENT", "COLUMNS", "LINES",
                                   "POSTQ_EDITOR", "VISUAL", "EDITOR"}) {
      ::unsetenv(name);
    }
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::signal(SIGTTOU, SIG_IGN);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      ::tcsetpgrp(STDIN_FILENO, ::getpid());
      ::signal(SIGTTOU, SIG_DFL);
      report(std::to_string(::getpid()));
      const auto terminal = make_terminal(settings);
      report("answer: " + program(*terminal));
      ::_exit(0);
    }
    for (;;) {
      int status = 0;
      if (::waitpid(child, &status, WUNTRACED) < 0) ::_exit(5);
      if (WIFSTOPPED(status)) {
        report("stopped");
        continue;
      }
      report(WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                 : "exit " + std::to_string(WEXITSTATUS(status)));
      ::pause();  // until the test is over: the terminal stays open
    }
  }

  int master_ = -1;
  int slave_ = -1;
  int answer_[2] = {-1, -1};
  pid_t shell_ = -1;
  pid_t program_ = -1;
  std::string screen_;
  std::size_t seen_ = 0;
};

// A key in letters: "y", "<1b>[A", "interrupted".
inline std::string spelled(const Result<std::string>& key) {
  if (!key) return key.error().kind == ErrorKind::interrupted ? "interrupted" : "failed: " + key.error().message;
  std::string out;
  constexpr const char* kHex = "0123456789abcdef";
  for (const char c : *key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      out += std::string("<") + kHex[byte >> 4] + kHex[byte & 15] + ">";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace postq::test
