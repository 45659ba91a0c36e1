#include "system/terminal/editor.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <postq/base/command_words.h>

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

// Programs with windows of their own that come back at once unless they are told to stay.
struct Windowed {
  std::string_view name;
  std::string_view waits;
};
constexpr std::array kWindowed{
    Windowed{"code", "--wait"},     Windowed{"code-insiders", "--wait"}, Windowed{"codium", "--wait"},
    Windowed{"vscodium", "--wait"}, Windowed{"cursor", "--wait"},        Windowed{"windsurf", "--wait"},
    Windowed{"zed", "--wait"},      Windowed{"zeditor", "--wait"},       Windowed{"subl", "--wait"},
    Windowed{"atom", "--wait"},     Windowed{"mate", "--wait"},          Windowed{"gedit", "--wait"},
    Windowed{"xed", "--wait"},      Windowed{"pluma", "--wait"},         Windowed{"idea", "--wait"},
    Windowed{"kate", "--block"},    Windowed{"gvim", "--nofork"},        Windowed{"mvim", "--nofork"},
};
// Those that stay in the terminal are left within a second by who has changed their mind.
constexpr std::array<std::string_view, 18> kInTerminal{"vi",    "vim", "nvim",  "view", "nano",   "pico",
                                                       "micro", "hx",  "helix", "kak",  "joe",    "jed",
                                                       "mg",    "ne",  "ed",    "ex",   "mcedit", "emacs"};
constexpr std::chrono::seconds kNobodyWrites{2};  // nobody opens an editor, writes and saves in less

// `command` is the variable's value.
EditorEnd end_of(std::string_view variable, const std::string& command, const std::string& name,
                 std::chrono::steady_clock::duration took) {
  const auto program = name.substr(name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1);
  const auto* const known =
      std::find_if(kWindowed.begin(), kWindowed.end(), [&](const Windowed& each) { return each.name == program; });
  const std::string waits(known == kWindowed.end() ? "--wait" : known->waits);
  const bool told = known != kWindowed.end() && command.find(waits) != std::string::npos;
  EditorEnd end;
  end.command = command;
  const bool stays = std::find(kInTerminal.begin(), kInTerminal.end(), program) != kInTerminal.end();
  end.at_once = !stays && (took < kNobodyWrites || (known != kWindowed.end() && !told));
  end.how_to_wait = "export " + std::string(variable) + "=" + quoted_word(command + (told ? "" : " " + waits));
  return end;
}

// An editor that most have, and not the one that failed.
std::string another_editor(std::string_view variable, std::string_view name) {
  return "export " + std::string(variable) + "=" + (name.ends_with("nano") ? "vi" : "nano");
}

// `variable` named it.
Result<EditorEnd> judge(std::string_view variable, const std::string& name, const ChildEnd& end) {
  if (end.how == ChildEnd::How::not_started) {
    const bool later = may_pass(end);
    return fail(later ? ErrorKind::try_later : ErrorKind::config,
                "the editor '" + name + "' can't be run: " + std::strerror(end.number),
                later ? "try again in a moment" : another_editor(variable, name));
  }
  // One that stays in the terminal and ends well is done.
  if (end.succeeded()) return EditorEnd{name, false, {}};
  const auto how =
      (end.how == ChildEnd::How::signalled ? "by signal " : "with exit code ") + std::to_string(end.number);
  return fail(ErrorKind::interrupted, "the editor '" + name + "' ended " + how + ", so nothing was changed");
}

}  // namespace

Result<EditorEnd> run_editor(const std::string& path) {
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
    const auto begun = std::chrono::steady_clock::now();
    auto ended = judge(variable, name, run(*split));
    if (ended) ended = end_of(variable, value, name, std::chrono::steady_clock::now() - begun);
    return ended;
  }
  for (const char* name : {"sensible-editor", "nano", "vi"}) {
    const auto end = run({name, path});
    if (end.how != ChildEnd::How::not_started || may_pass(end)) return judge("EDITOR", name, end);
  }
  return fail(ErrorKind::config, "no editor found: neither sensible-editor, nano nor vi is installed",
              "export EDITOR=NAME");
}

}  // namespace postq
