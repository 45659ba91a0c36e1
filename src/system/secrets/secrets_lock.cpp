#include "system/secrets/secrets_lock.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

#include "os/descriptor.h"

namespace postq {
namespace {

using Clock = std::chrono::steady_clock;

// flock() has no timeout of its own; a refresh takes much longer than this.
constexpr std::chrono::milliseconds kLookAgain{20};

class HeldLock final : public SecretsLock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;  // closing it releases the lock
};

// Removing an account removes the file: a lock on one that nobody finds any more keeps nobody out.
bool is_still_named(int file, const std::string& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(file, &held) == 0 && ::lstat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

}  // namespace

Result<std::unique_ptr<SecretsLock>> lock_secrets(const std::string& path, const std::string& account,
                                                  std::chrono::milliseconds patience) {
  const auto give_up_at = Clock::now() + patience;
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return fail(ErrorKind::config, "can't lock " + path + ": " + std::strerror(errno));
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
      if (is_still_named(file.number(), path)) return std::make_unique<HeldLock>(std::move(file));
    } else if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail(ErrorKind::config, "can't lock " + path + ": " + std::strerror(errno));
    }
    const auto left = give_up_at - Clock::now();
    if (left <= Clock::duration::zero()) {
      return fail(ErrorKind::try_later, "another postq is signing in to " + account, "try again when it is done");
    }
    std::this_thread::sleep_for(std::min<Clock::duration>(left, kLookAgain));
  }
}

}  // namespace postq
