#include "system/files/locks.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

// flock() has no timeout of its own. A person doesn't feel this; ten of them a second cost nothing.
constexpr std::chrono::milliseconds kLookAgain{20};

// "4711 123456" and a line's end: the process, and when it took the lock on a clock that stands while the machine
// sleeps. Always as long, so that it is written over in place.
constexpr std::size_t kLineSize = 42;

std::int64_t seconds_running() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

// A full disk is no reason not to lock; then nobody knows since when.
void write_line(const Descriptor& file, std::string text) {
  text.resize(kLineSize - 1, ' ');
  text += '\n';
  (void)!::pwrite(file.number(), text.data(), text.size(), 0);
}

std::optional<LockHolder> read_line(const Descriptor& file) {
  std::array<char, kLineSize> text{};
  const auto size = ::pread(file.number(), text.data(), text.size(), 0);
  if (size != static_cast<ssize_t>(text.size())) return std::nullopt;
  std::int64_t process = 0;
  std::int64_t taken = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, process);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  if (std::from_chars(first.ptr + 1, end, taken).ec != std::errc{}) return std::nullopt;
  const auto held = seconds_running() - taken;
  if (process <= 0 || held < 0) return std::nullopt;  // of before the last start of the machine
  // One that was killed leaves its line behind, and the next holder needs a moment to write its own.
  if (::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH) return std::nullopt;
  return LockHolder{process, std::chrono::seconds{held}};
}

class HeldLock final : public Lock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {
    write_line(file_, std::to_string(::getpid()) + " " + std::to_string(seconds_running()));
  }
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;
  ~HeldLock() override { write_line(file_, ""); }

 private:
  Descriptor file_;  // closing it releases the lock
};

// Whether the open file is still the one that others will find under the name (somebody may have removed it).
bool is_still_named(const Descriptor& file, const std::string& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(file.number(), &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

// The lock, or nothing while somebody else holds it.
Result<std::unique_ptr<Lock>> try_once(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly)};
  if (!file) return disk_refused("open the lock", path, errno);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return nullptr;
    return disk_refused("lock", path, errno);
  }
  if (!is_still_named(file, path)) return nullptr;
  return std::make_unique<HeldLock>(std::move(file));
}

}  // namespace

LockFolder::LockFolder(const std::string& state_folder) : folder_(state_folder + "/locks") {}

Result<std::unique_ptr<Lock>> LockFolder::lock(const std::string& name, std::chrono::milliseconds timeout) {
  assert(!name.empty() && name.find('/') == std::string::npos);
  POSTQ_CHECK(make_folder(folder_));
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    POSTQ_TRY(auto held, try_once(path_of(name)));
    if (held) return held;
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) {
      return fail(ErrorKind::try_later, "another postq holds the lock " + name,
                  "try again when it is done; fuser -v " + quoted(path_of(name)) + " names it");
    }
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kLookAgain));
  }
}

std::optional<LockHolder> LockFolder::holder(const std::string& name) const {
  // Not asked of the kernel: to try the lock would be to hold it for a moment, and turn away who comes just then.
  const Descriptor file{::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!file) return std::nullopt;
  return read_line(file);
}

}  // namespace postq
