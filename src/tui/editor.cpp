#include "tui/editor.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <postq/core/command_words.h>

#include "os/child.h"

namespace postq {

namespace {

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

ChildEnd run(const std::vector<std::string>& words) {
  const KeepModes keep;
  return run_on_terminal(words);
}

// No process can be had right now: with another editor that would be no different.
bool may_pass(const ChildEnd& end) {
  return end.number == EAGAIN || end.number == ENOMEM;
}

Status judge(const std::string& name, const ChildEnd& end) {
  if (end.how == ChildEnd::How::not_started) {
    const bool later = may_pass(end);
    return fail(later ? ErrorKind::try_later : ErrorKind::config,
                "the editor '" + name + "' can't be run: " + std::strerror(end.number),
                later ? "try again in a moment" : "export EDITOR=nano");
  }
  if (end.succeeded()) return {};
  const auto how =
      (end.how == ChildEnd::How::signalled ? "by signal " : "with exit code ") + std::to_string(end.number);
  return fail(ErrorKind::interrupted, "the editor '" + name + "' ended " + how + ", so nothing was changed");
}

}  // namespace

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
    return judge(name, run(*split));
  }
  for (const char* name : {"sensible-editor", "nano", "vi"}) {
    const auto end = run({name, path});
    if (end.how != ChildEnd::How::not_started || may_pass(end)) return judge(name, end);
  }
  return fail(ErrorKind::config, "no editor found: neither sensible-editor, nano nor vi is installed",
              "export EDITOR=NAME");
}

}  // namespace postq
