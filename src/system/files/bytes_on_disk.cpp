#include "system/files/bytes_on_disk.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>

namespace postq {

namespace {

constexpr mode_t kOwnerOnlyFolder = 0700;
constexpr std::size_t kPiece = std::size_t{1} << 16;

// A temporary file beside its goal, because rename() doesn't cross file systems. Removed unless it took its place.
class Replacement {
 public:
  static Result<Replacement> create(const std::string& goal) {
    auto path = folder_of(goal) + "/." + name_of(goal) + ".XXXXXX";
    const int number = ::mkostemp(path.data(), O_CLOEXEC);
    if (number < 0) return disk_refused("write", goal, errno);
    return Replacement{goal, std::move(path), Descriptor{number}};
  }
  Replacement(Replacement&& other) noexcept
      : goal_(std::move(other.goal_)), path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}
  Replacement& operator=(Replacement&&) = delete;
  ~Replacement() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  const Descriptor& file() const { return file_; }

  Status take_place() {
    if (::rename(path_.c_str(), goal_.c_str()) != 0) return disk_refused("write", goal_, errno);
    path_.clear();
    return {};
  }

 private:
  Replacement(std::string goal, std::string path, Descriptor file)
      : goal_(std::move(goal)), path_(std::move(path)), file_(std::move(file)) {}

  std::string goal_;
  std::string path_;
  Descriptor file_;
};

tl::unexpected<Error> cannot_open(const std::string& path, int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR) {
    return fail(ErrorKind::not_found, "there is no file " + path);
  }
  if (error_number == EACCES || error_number == EPERM) {
    return fail(ErrorKind::config, path + " can't be read: " + reason(error_number), "chmod u+r " + quoted(path));
  }
  return disk_refused("read", path, error_number);
}

}  // namespace

std::string reason(int error_number) {
  return std::system_category().message(error_number);
}

tl::unexpected<Error> disk_refused(std::string_view step, const std::string& path, int error_number) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  const bool limited = error_number == EFBIG;  // setrlimit(2), or a file system of small files
  return fail(ErrorKind::storage, "can't " + std::string{step} + " " + path + ": " + reason(error_number),
              full      ? "df -h " + quoted(folder_of(path))
              : limited ? "ulimit -f unlimited"
                        : "");
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:,@%=";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted_word = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted_word += "'\\''";
    } else {
      quoted_word += c;
    }
  }
  return quoted_word + "'";
}

Status write_all(const Descriptor& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_refused("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_file(const Descriptor& file, const std::string& path) {
  if (::fsync(file.number()) != 0) return disk_refused("write", path, errno);
  return {};
}

Status sync_folder(const std::string& path) {
  const Descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder) return disk_refused("open", path, errno);
  // Some network file systems don't know how to sync a folder and say EINVAL; there is nothing more to do there.
  if (::fsync(folder.number()) != 0 && errno != EINVAL) return disk_refused("write", path, errno);
  return {};
}

Status atomic_write(const std::string& path, std::string_view bytes, mode_t mode) {
  POSTQ_TRY(auto replacement, Replacement::create(path));
  POSTQ_CHECK(write_all(replacement.file(), bytes, path));
  if (::fchmod(replacement.file().number(), mode) != 0) return disk_refused("write", path, errno);
  POSTQ_CHECK(sync_file(replacement.file(), path));
  POSTQ_CHECK(replacement.take_place());
  return sync_folder(folder_of(path));
}

Result<std::string> read_file(const std::string& path, std::uint64_t limit) {
  // Without O_NONBLOCK the open of a FIFO would wait for a writer that may never come.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file) return cannot_open(path, errno);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return disk_refused("read", path, errno);
  if (!S_ISREG(facts.st_mode)) return fail(ErrorKind::usage, path + " is not a regular file");

  // What the file is said to hold and one byte to see its end; a small mark is read in one small piece.
  const auto piece = std::min(static_cast<std::size_t>(facts.st_size) + 1, kPiece);
  std::string bytes;
  for (;;) {
    const auto at = bytes.size();
    bytes.resize(at + piece);
    const auto count = ::read(file.number(), bytes.data() + at, piece);
    if (count < 0 && errno != EINTR) return disk_refused("read", path, errno);
    bytes.resize(at + static_cast<std::size_t>(count < 0 ? 0 : count));
    if (bytes.size() > limit) {
      return fail(ErrorKind::usage, path + " is too large: more than " + std::to_string(limit) + " bytes");
    }
    if (count == 0) return bytes;
  }
}

Status make_folder(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0) {
    if (S_ISDIR(facts.st_mode)) return {};
    return fail(ErrorKind::config, path + " is in the way: it is not a folder");
  }
  if (errno == ENOENT && path != folder_of(path)) POSTQ_CHECK(make_folder(folder_of(path)));
  // Another postq may have made it meanwhile.
  if (::mkdir(path.c_str(), kOwnerOnlyFolder) == 0 || errno == EEXIST) return {};
  if (errno == EACCES || errno == EPERM || errno == ENOTDIR || errno == ELOOP) {
    return fail(ErrorKind::config, "can't make the folder " + path + ": " + reason(errno));
  }
  return disk_refused("make the folder", path, errno);
}

}  // namespace postq
