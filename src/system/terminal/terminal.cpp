#include "system/terminal/terminal.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <sys/ioctl.h>

#include "system/terminal/editor.h"
#include "system/terminal/raw_mode.h"

namespace postq {

namespace {

using Clock = std::chrono::steady_clock;

// A bare Escape and the start of an arrow key look the same until more follows; over ssh that may take a moment.
constexpr int kEscapeWaitMs = 100;
constexpr std::size_t kKeptBack = std::size_t{1} << 16;
constexpr std::size_t kLineLimit = std::size_t{1} << 20;
constexpr std::string_view kPasteBegins = "\x1b[200~";
constexpr std::string_view kPasteEnds = "\x1b[201~";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_terminal(int stream) {
  return isatty(stream) == 1;
}

bool dumb() {
  const auto term = environment("TERM");
  return term.empty() || term == "dumb";
}

bool wants_colour(const TerminalSettings& settings, int stream) {
  if (settings.color == "always") return true;
  if (settings.color == "never" || !environment("NO_COLOR").empty()) return false;
  const auto forced = environment("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return is_terminal(stream) && !dumb();
}

int positive(const std::string& text, int otherwise) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && value > 0 && value < 10'000 ? value : otherwise;
}

// errno of the first write that failed; 0 when all of it was taken.
int write_all(int stream, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = write(stream, text.data(), text.size());
    if (wrote > 0) {
      text.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (wrote < 0 && errno == EAGAIN) {
      pollfd room{stream, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (wrote < 0 && errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

tl::unexpected<Error> interrupted() {
  return fail(ErrorKind::interrupted, "");
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

// How many bytes follow the first one of a UTF-8 sequence.
int bytes_behind(unsigned char first) {
  if (first >= 0xF0) return 3;
  if (first >= 0xE0) return 2;
  return first >= 0xC2 ? 1 : 0;
}

class RealTerminal final : public Terminal {
 public:
  explicit RealTerminal(const TerminalSettings& settings)
      : agent_(!environment("POSTQ_AGENT").empty()),
        plain_(environment("POSTQ_PLAIN") == "1" || settings.ui == "plain" || dumb()),
        colour_(wants_colour(settings, STDOUT_FILENO)),
        colour_on_stderr_(wants_colour(settings, STDERR_FILENO)),
        out_is_terminal_(is_terminal(STDOUT_FILENO)) {}
  ~RealTerminal() override { write_kept(); }
  RealTerminal(const RealTerminal&) = delete;
  RealTerminal& operator=(const RealTerminal&) = delete;

  bool person_present() const override { return !agent_ && out_is_terminal_ && is_terminal(STDIN_FILENO); }
  bool plain() const override { return plain_; }
  bool colour() const override { return colour_; }
  bool colour_on_stderr() const override { return colour_on_stderr_; }

  TerminalSize size() const override {
    const TerminalSize otherwise{positive(environment("COLUMNS"), 80), positive(environment("LINES"), 24)};
    winsize window{};
    if (!out_is_terminal_) return otherwise;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return otherwise;
    return {window.ws_col, window.ws_row};
  }

  void out(std::string_view text) override {
    kept_ += text;
    if (out_is_terminal_ || kept_.size() >= kKeptBack) write_kept();
  }

  void say(std::string_view text) override {
    write_kept();
    write_all(STDERR_FILENO, text);  // nobody is left to tell when this fails
  }

  Result<std::string> read_key(std::string_view prompt) override {
    if (plain_ || !is_terminal(STDIN_FILENO)) return read_word(prompt);
    // All is set before the question is there: whoever answers or interrupts at once is understood.
    SignalWatch watch;
    auto key = Result<std::string>("");
    {
      RawMode raw;
      ask(prompt);
      key = read_raw_key(prompt, raw, watch);
    }
    const bool printable = key && !key->empty() && static_cast<unsigned char>(key->front()) > ' ' && *key != "\x7f";
    ask(printable ? *key + "\n" : "\n");
    return key;
  }

  Result<std::string> read_line(std::string_view prompt) override {
    SignalWatch watch;
    ask(prompt);
    return read_cooked_line(prompt, watch);
  }

  Result<std::string> read_secret(std::string_view prompt) override {
    SignalWatch watch;
    RawMode hidden(ECHO);
    ask(prompt);
    auto line = read_cooked_line(prompt, watch, &hidden);
    ask("\n");  // the one that was typed was not shown
    return line;
  }

  Result<std::optional<std::string>> read_secret_or(std::string_view prompt, const IdleTask& meanwhile) override {
    SignalWatch watch;
    RawMode hidden(ECHO);
    ask(prompt);
    auto line = read_cooked_line_or(prompt, watch, &hidden, &meanwhile);
    ask("\n");
    if (line && !*line) tcflush(STDIN_FILENO, TCIFLUSH);  // half a line that was meant for us is not for what runs next
    return line;
  }

  Result<EditorEnd> edit_file(const std::string& path) override {
    write_kept();
    return run_editor(path);
  }

  Status flush() override {
    write_kept();
    if (problem_ == 0 || problem_ == EPIPE) return {};
    return fail(ErrorKind::storage, problem_ == EBADF
                                        ? "can't write the output: standard output is closed"
                                        : "can't write the output: " + std::string(std::strerror(problem_)));
  }

 private:
  void write_kept() {
    if (problem_ == 0 && !kept_.empty()) problem_ = write_all(STDOUT_FILENO, kept_);
    kept_.clear();
  }

  // Prompts go where the person looks: never into a pipe or a file that takes the results.
  void ask(std::string_view text) {
    write_kept();
    write_all(out_is_terminal_ ? STDOUT_FILENO : STDERR_FILENO, text);
  }

  Result<std::string> read_word(std::string_view prompt) {
    SignalWatch watch;
    tcflush(STDIN_FILENO, TCIFLUSH);  // an answer is to what was asked, not typed ahead; no-op for a pipe
    ask(prompt);
    POSTQ_TRY(const auto line, read_cooked_line(prompt, watch));
    const auto word = trimmed(line);
    return word.empty() ? "\n" : word;
  }

  // One byte; nothing at the end of the input.
  static std::optional<char> read_byte() {
    char byte = 0;
    ssize_t got = 0;
    do got = read(STDIN_FILENO, &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got != 1) return std::nullopt;
    return byte;
  }

  Result<std::string> read_cooked_line(std::string_view prompt, SignalWatch& watch, RawMode* hidden = nullptr) {
    POSTQ_TRY(auto line, read_cooked_line_or(prompt, watch, hidden, nullptr));
    return line.value_or("");  // without a meanwhile there always is one
  }

  // Nothing when somebody else answered first, or when the time ran out.
  Result<std::optional<std::string>> read_cooked_line_or(std::string_view prompt, SignalWatch& watch, RawMode* hidden,
                                                         const IdleTask* meanwhile) {
    std::string line;
    const auto end = Clock::now() + (meanwhile == nullptr ? std::chrono::milliseconds{0} : meanwhile->limit);
    for (;;) {
      const int left = meanwhile == nullptr ? -1 : milliseconds_until(end);
      switch (watch.wait(hidden, left, meanwhile == nullptr ? -1 : meanwhile->descriptor)) {
        case Waited::resumed:
          ask(prompt);
          continue;
        case Waited::interrupted:
          ask("\n");
          return interrupted();
        case Waited::other:
          if (meanwhile == nullptr || !meanwhile->answered()) continue;
          return std::optional<std::string>{};
        case Waited::timeout:
          return std::optional<std::string>{};
        case Waited::readable:
          break;
      }
      const auto byte = read_byte();
      if (!byte) return interrupted();
      if (*byte == '\n') return std::optional(std::move(line));
      if (line.size() >= kLineLimit) return fail(ErrorKind::usage, "the line is longer than 1 MiB");
      line += *byte;
    }
  }

  // The next byte of a key that has begun; nothing when it doesn't come soon.
  static std::optional<char> read_soon(RawMode& raw, SignalWatch& watch) {
    if (watch.wait(&raw, kEscapeWaitMs) != Waited::readable) return std::nullopt;
    return read_byte();
  }

  Result<std::string> read_raw_key(std::string_view prompt, RawMode& raw, SignalWatch& watch) {
    for (;;) {
      const auto waited = watch.wait(&raw, -1);
      if (waited == Waited::interrupted) return interrupted();
      if (waited == Waited::resumed) {
        ask(prompt);
        continue;
      }
      const auto first = read_byte();
      if (!first || *first == '\x03' || *first == '\x04') return interrupted();
      std::string key(1, *first == '\r' ? '\n' : *first);
      if (*first == '\x1b') return read_escape(std::move(key), raw, watch);
      for (int more = bytes_behind(static_cast<unsigned char>(*first)); more > 0; --more) {
        const auto next = read_soon(raw, watch);
        if (!next) break;
        key += *next;
      }
      return key;
    }
  }

  // CSI and SS3 sequences as one key. A paste is no answer: it is read to its end and given as its opening mark.
  Result<std::string> read_escape(std::string key, RawMode& raw, SignalWatch& watch) {
    auto next = read_soon(raw, watch);
    if (!next) return key;
    key += *next;
    if (*next != '[' && *next != 'O') return key;
    while ((next = read_soon(raw, watch))) {
      key += *next;
      if (*next >= '\x40' && *next <= '\x7e') break;
    }
    if (key != kPasteBegins) return key;
    std::string pasted;
    while ((next = read_soon(raw, watch))) {
      pasted += *next;
      if (pasted.size() >= kPasteEnds.size() &&
          std::string_view(pasted).substr(pasted.size() - kPasteEnds.size()) == kPasteEnds)
        break;
    }
    return key;
  }

  bool agent_;
  bool plain_;
  bool colour_;
  bool colour_on_stderr_;
  bool out_is_terminal_;
  std::string kept_;
  int problem_ = 0;  // errno of the first write to standard output that failed
};

}  // namespace

std::unique_ptr<Terminal> make_terminal(const TerminalSettings& settings) {
  return std::make_unique<RealTerminal>(settings);
}

}  // namespace postq
