#include "system/files/last_words.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>

namespace postq::last_words {

namespace {

// Everything here is read by a signal handler: plain memory and the system's own calls.
struct Held {
  const char* bytes = nullptr;
  std::size_t size = 0;

  void replace(std::string_view text) {
    size = 0;
    bytes = text.data();
    size = text.size();
  }
};

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kSpare = std::size_t{64} << 10;  // the stack that failed may be full

Held typed;
Held read_so_far;
std::array<char, kLongestPath> folder{};
std::array<char, kLongestPath> author{};
std::array<char, kLongestPath> saved{};
std::array<char, kSpare> spare_stack;
volatile sig_atomic_t speaking = 0;

void copy(const std::string& path, std::array<char, kLongestPath>& into) {
  if (path.size() < into.size()) std::memcpy(into.data(), path.c_str(), path.size() + 1);
}

void write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t put = ::write(file, bytes, size);
    if (put <= 0) return;
    bytes += put;
    size -= static_cast<std::size_t>(put);
  }
}

// A path put together without memory of its own.
class Path {
 public:
  Path& add(const char* text) {
    for (; *text != '\0' && size_ + 1 < text_.size(); ++text) text_[size_++] = *text;
    return *this;
  }
  Path& add(long number, int digits) {
    std::array<char, 24> reversed{};
    int count = 0;
    do {
      reversed[static_cast<std::size_t>(count++)] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0 && count < 20);
    while (count < digits) reversed[static_cast<std::size_t>(count++)] = '0';
    while (count > 0 && size_ + 1 < text_.size()) text_[size_++] = reversed[static_cast<std::size_t>(--count)];
    return *this;
  }
  const char* text() const { return text_.data(); }
  std::size_t size() const { return size_; }

 private:
  std::array<char, kLongestPath + 64> text_{};
  std::size_t size_ = 0;
};

// The names of rescue files are times, so that the newest is found: YYYYMMDD-HHMMSS, and the process where two fall
// together.
void add_stamp(Path& path, time_t now) {
  long days = now / 86'400;
  const long seconds = now % 86'400;
  // The civil calendar from a count of days, in years that begin in March.
  days += 719'468;
  const long era = days / 146'097;
  const long day_of_era = days - era * 146'097;
  const long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const long month = (5 * day_of_year + 2) / 153;
  const long day = day_of_year - (153 * month + 2) / 5 + 1;
  const long real_month = month < 10 ? month + 3 : month - 9;
  const long year = year_of_era + era * 400 + (real_month <= 2 ? 1 : 0);
  path.add(year, 4).add(real_month, 2).add(day, 2).add("-");
  path.add(seconds / 3600, 2).add(seconds / 60 % 60, 2).add(seconds % 60, 2);
}

// The rescue folder and the two above it, as far as they are missing.
void make_folders() {
  std::array<char, kLongestPath> path = folder;
  std::array<std::size_t, 3> ends{};
  std::size_t count = 0;
  for (std::size_t at = std::strlen(path.data()); at > 1 && count < ends.size(); --at) {
    if (path[at] == '/' || path[at] == '\0') ends[count++] = at;
  }
  while (count > 0) {
    const std::size_t end = ends[--count];
    const char kept = path[end];
    path[end] = '\0';
    ::mkdir(path.data(), 0700);
    path[end] = kept;
  }
}

void say(const char* text) {
  write_all(STDERR_FILENO, text, std::strlen(text));
}

void say_where(const char* path) {
  say("postq: it ended before its time\n  your text is safe:  ");
  say(path);
  say("\n  go on with it:  postq add --recover ");
  say(path);
  say("\n");
}

bool write_to(const char* where, time_t now) {
  for (long number = 1; number < 100; ++number) {
    Path path;
    path.add(where).add("/");
    if (where != folder.data()) path.add("postq-rescue-");
    add_stamp(path, now);
    if (number > 1) path.add("-").add(number, 1);
    path.add(author.data()).add(".md");
    const int file = ::open(path.text(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) continue;
    if (file < 0) return false;
    write_all(file, typed.bytes, typed.size);
    if (typed.size > 0 && read_so_far.size > 0) write_all(file, "\n", 1);
    write_all(file, read_so_far.bytes, read_so_far.size);
    const bool safe = ::fsync(file) == 0;
    ::close(file);
    say_where(path.text());
    return safe;
  }
  return false;
}

void on_fault(int number) {
  speak();
  // Again, with what the system does by itself: the status and the core stay what they would have been.
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  sigaction(number, &usual, nullptr);
  raise(number);
}

void watch_for_faults() {
  static bool watching = false;
  if (watching) return;
  watching = true;
  stack_t stack{};
  stack.ss_sp = spare_stack.data();
  stack.ss_size = spare_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = on_fault;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
    struct sigaction before {};
    // A sanitizer watches some of them itself, and says more.
    if (sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_DFL &&
        (before.sa_flags & SA_SIGINFO) == 0) {
      sigaction(number, &action, nullptr);
    }
  }
}

}  // namespace

void keep_in(const std::string& rescue_folder, const std::string& mark) {
  copy(rescue_folder, folder);
  copy(mark, author);
}

void hold_typed(std::string_view text) {
  typed.replace(text);
  if (typed.size > 0) watch_for_faults();
}

void hold_read(std::string_view text) {
  read_so_far.replace(text);
  if (read_so_far.size > 0) watch_for_faults();
}

void is_saved(const std::string& path) {
  copy(path, saved);
  typed.replace({});
  read_so_far.replace({});
}

bool speak() {
  if (speaking != 0) return false;
  speaking = 1;
  if (typed.size + read_so_far.size == 0) {
    const bool lies_there = saved[0] != '\0' && ::access(saved.data(), F_OK) == 0;
    if (lies_there) say_where(saved.data());
    return lies_there;
  }
  const time_t now = ::time(nullptr);
  make_folders();
  return (folder[0] != '\0' && write_to(folder.data(), now)) || write_to("/var/tmp", now) || write_to("/tmp", now);
}

}  // namespace postq::last_words
