#include "system/files/machine_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <sys/stat.h>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kOthers = 0077;

bool is_ours(const struct stat& facts) {
  return facts.st_uid == ::geteuid() && (facts.st_mode & kOthers) == 0;
}

// O_NONBLOCK: a FIFO in its place must not hold anybody up.
Descriptor open_ours(const Descriptor& folder, const std::string& name, int flags) {
  Descriptor file{::openat(folder.number(), name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kFileMode)};
  struct stat facts {};
  const bool usable =
      file && ::fstat(file.number(), &facts) == 0 && S_ISREG(facts.st_mode) && is_ours(facts) && facts.st_nlink == 1;
  return usable ? std::move(file) : Descriptor{};
}

}  // namespace

Descriptor MachineFolder::open_folder() const {
  if (folder_.empty()) return {};
  Descriptor folder{::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat facts {};
  const bool usable = folder && ::fstat(folder.number(), &facts) == 0 && is_ours(facts);
  return usable ? std::move(folder) : Descriptor{};
}

std::optional<std::string> MachineFolder::read(const std::string& name) const {
  const auto folder = open_folder();
  if (!folder) return std::nullopt;
  const auto file = open_ours(folder, name, O_RDONLY);
  if (!file) return std::nullopt;
  std::array<char, kLongest + 1> buffer{};
  const auto got = ::pread(file.number(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return std::nullopt;
  return std::string{buffer.data(), static_cast<std::size_t>(got)};
}

bool MachineFolder::write(const std::string& name, std::string_view text) {
  assert(!name.empty() && name.find('/') == std::string::npos && text.size() <= kLongest);
  if (folder_.empty()) return false;
  ::mkdir(folder_.c_str(), kFolderMode);  // there already, or what opening it says
  const auto folder = open_folder();
  if (!folder) return false;
  const auto file = open_ours(folder, name, O_WRONLY | O_CREAT);
  if (!file) return false;
  std::string line{text};
  line.resize(kLongest, ' ');  // always as long, so that nothing of a longer one is left behind it
  line += '\n';
  return ::pwrite(file.number(), line.data(), line.size(), 0) == static_cast<ssize_t>(line.size());
}

Status MachineFolder::remove(const std::string& name) {
  const auto folder = open_folder();
  if (!folder || ::unlinkat(folder.number(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return disk_refused("remove", folder_ + "/" + name, errno);
}

}  // namespace postq
