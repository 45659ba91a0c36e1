#include "system/config/config_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <system_error>

#include "os/descriptor.h"

namespace postq {

namespace {

constexpr std::size_t kMaxBytes = 1024 * 1024;  // a person's settings; more is some other file

tl::unexpected<Error> cannot_read(const std::string& path, int reason) {
  return fail(ErrorKind::config, path + " can't be read: " + std::generic_category().message(reason));
}

Status check_writers(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) {
    return fail(ErrorKind::config, path + " is not a file", "name the configuration with --config FILE");
  }
  if (file.st_uid != ::geteuid() && file.st_uid != 0) {
    return fail(ErrorKind::config, path + " belongs to somebody else, who could change what postq may send",
                "chown \"$(id -un)\" '" + path + "'");
  }
  if ((file.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::config, "others may write to " + path + " and change what postq may send",
                "chmod go-w '" + path + "'");
  }
  return {};
}

// Who may rename in a folder can put another file in its place, unless the folder is sticky, as /tmp is.
Status check_folder(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return cannot_read(folder, errno);
  if ((status.st_mode & S_IWOTH) == 0 || (status.st_mode & S_ISVTX) != 0) return {};
  return fail(ErrorKind::config, "others may write to " + folder + " and put another configuration there",
              "chmod go-w '" + folder + "'");
}

}  // namespace

Result<std::optional<std::string>> read_config_file(const std::string& path) {
  // O_NONBLOCK: a FIFO in its place is refused instead of waited for.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return cannot_read(path, errno);
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return cannot_read(path, errno);
  POSTQ_CHECK(check_writers(path, status));
  POSTQ_CHECK(check_folder(path));

  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const auto count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kMaxBytes) {
      return fail(ErrorKind::config, path + " is larger than 1 MiB, so it is not a configuration of postq");
    }
  }
}

}  // namespace postq
