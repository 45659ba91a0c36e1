#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// What may answer in the person's stead while they are asked.
struct IdleTask {
  int descriptor = -1;              // readable when answered() has something to look at
  std::function<bool()> answered;   // never waits; true: nothing has to be typed any more
  std::chrono::milliseconds limit;  // for the whole question
};

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

// How an editor ended that complained of nothing.
struct EditorEnd {
  std::string command;      // as the person named it: "code"
  bool at_once = false;     // sooner than anybody writes: its window may still be open
  std::string how_to_wait;  // what to type so that the next one stays: "export EDITOR='code --wait'"
};

// The person's side: screen, keys, editor. Everything written here was made visible before (visible_text).
class Terminal {
 public:
  virtual ~Terminal() = default;
  // A person may be there: stdin and stdout are terminals, and no agent runs us (POSTQ_AGENT).
  virtual bool person_present() const = 0;
  virtual bool plain() const = 0;   // screen readers, TERM=dumb: no rules or columns, answers by Enter
  virtual bool colour() const = 0;  // of standard output
  virtual bool colour_on_stderr() const = 0;
  virtual TerminalSize size() const = 0;

  virtual void out(std::string_view text) = 0;  // results: standard output; may be kept back until flush()
  virtual void say(std::string_view text) = 0;  // talk: standard error

  // One key without Enter ("y", "\n", "\x1b[A" for the arrow), or a word and Enter in plain mode. kind interrupted on
  // Ctrl-C, Ctrl-D and the end of input. The terminal's own modes are restored before it returns.
  virtual Result<std::string> read_key(std::string_view prompt) = 0;
  // A line, edited by the terminal itself. kind interrupted as above.
  virtual Result<std::string> read_line(std::string_view prompt) = 0;
  // The same without showing what is typed: for tokens. kind config where that can't be had.
  virtual Result<std::string> read_secret(std::string_view prompt);
  // The same; nothing when `meanwhile` answered first, or when its time ran out.
  virtual Result<std::optional<std::string>> read_secret_or(std::string_view prompt, const IdleTask& meanwhile);
  // Opens POSTQ_EDITOR, VISUAL or EDITOR (else sensible-editor, nano, vi) on the file. kind config if none runs,
  // interrupted if it ended with an error (`:cq`): what the file holds is then not meant.
  virtual Result<EditorEnd> edit_file(const std::string& path) = 0;

  // Writes what out() kept back and tells whether all of it arrived: kind storage when it didn't (a full disk). A
  // reader that went away (`postq list | head`) is no error. main asks once, at the end.
  virtual Status flush() { return {}; }
};

inline Result<std::string> Terminal::read_secret(std::string_view) {
  return fail(ErrorKind::config, "what is typed here can't be hidden", "--token-file FILE");
}

inline Result<std::optional<std::string>> Terminal::read_secret_or(std::string_view prompt, const IdleTask& meanwhile) {
  if (meanwhile.answered()) return std::optional<std::string>{};
  POSTQ_TRY(auto typed, read_secret(prompt));
  return std::optional(std::move(typed));
}

}  // namespace postq
