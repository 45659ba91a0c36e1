#include "files/locks.h"

#include <fcntl.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

#include "files/bytes_on_disk.h"

namespace postq {

namespace {

constexpr mode_t kOwnerOnly = 0600;
// flock() has no timeout of its own. A person doesn't feel this; ten of them a second cost nothing.
constexpr std::chrono::milliseconds kLookAgain{20};

class HeldLock final : public Lock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {}

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
    POSTQ_TRY(auto held, try_once(folder_ + "/" + name + ".lock"));
    if (held) return held;
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) {
      return fail(ErrorKind::try_later, "another postq holds the lock " + name,
                  "try again when it is done; fuser -v " + quoted(folder_ + "/" + name + ".lock") + " names it");
    }
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kLookAgain));
  }
}

}  // namespace postq
