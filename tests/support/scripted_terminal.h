#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <postq/ports/terminal.h>

namespace postq::test {

// A person whose answers are written down beforehand. When they run out, the input has ended.
class ScriptedTerminal final : public Terminal {
 public:
  bool person = true;
  bool is_plain = false;
  bool has_colour = false;
  TerminalSize extent{80, 24};
  std::deque<std::string> keys;     // for read_key
  std::deque<std::string> lines;    // for read_line
  std::deque<std::string> secrets;  // for read_secret; never on the screen
  // What the editor makes of a file; without one it ends with an error.
  std::function<Status(const std::string& path)> editor;
  EditorEnd editor_end{"ed", false, "export EDITOR='ed --wait'"};
  bool time_runs_out = false;  // read_secret_or is answered by nobody
  // Called whenever a key or a line is waited for.
  std::function<void()> while_waiting;

  std::string output;  // standard output
  std::string talk;    // standard error
  std::string screen;  // both, and the prompts, as a person sees them
  std::vector<std::string> prompts;

  // What is on the screen since the last call.
  std::string take_screen() { return std::exchange(screen, {}); }

  bool person_present() const override { return person; }
  bool plain() const override { return is_plain; }
  bool colour() const override { return has_colour; }
  bool colour_on_stderr() const override { return has_colour; }
  TerminalSize size() const override { return extent; }
  void out(std::string_view text) override {
    output += text;
    screen += text;
  }
  void say(std::string_view text) override {
    talk += text;
    screen += text;
  }
  Result<std::string> read_key(std::string_view prompt) override { return next(keys, prompt); }
  Result<std::string> read_line(std::string_view prompt) override { return next(lines, prompt); }
  Result<std::string> read_secret(std::string_view prompt) override {
    prompts.emplace_back(prompt);
    screen += prompt;
    screen += "\n";
    if (secrets.empty()) return fail(ErrorKind::interrupted, "");
    auto answer = secrets.front();
    secrets.pop_front();
    return answer;
  }
  Result<std::optional<std::string>> read_secret_or(std::string_view prompt, const IdleTask& meanwhile) override {
    if (!time_runs_out) return Terminal::read_secret_or(prompt, meanwhile);
    prompts.emplace_back(prompt);
    return std::optional<std::string>{};
  }
  Result<EditorEnd> edit_file(const std::string& path) override {
    if (!editor) return fail(ErrorKind::config, "no editor found");
    return editor(path).map([this] { return editor_end; });
  }

 private:
  Result<std::string> next(std::deque<std::string>& answers, std::string_view prompt) {
    prompts.emplace_back(prompt);
    screen += prompt;
    if (while_waiting) while_waiting();
    if (answers.empty()) return fail(ErrorKind::interrupted, "");
    auto answer = answers.front();
    answers.pop_front();
    screen += answer + "\n";
    return answer;
  }
};

}  // namespace postq::test
