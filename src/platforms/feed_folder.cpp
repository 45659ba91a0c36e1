#include "platforms/feed_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <utility>

namespace postq {
namespace {

constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr std::string_view kTemporary = ".postq-";
constexpr std::array<const char*, 2> kSubfolders{"posts", "media"};
constexpr std::size_t kSyncedOneByOne = 16;  // more are synced with their whole file system: 5,000 pages in 1 s, not 30
constexpr std::size_t kBuffer = std::size_t{1} << 16;
constexpr std::int64_t kLargestFile = std::int64_t{1}
                                      << 28;  // of what is read whole: a feed.json beyond this is no feed
constexpr std::chrono::milliseconds kLockStep{20};

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }
  bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

// What the system said, as an error that says what to do.
tl::unexpected<Error> disk_error(const std::string& path, int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return fail(ErrorKind::storage, "no room to write " + path + ": " + std::strerror(code),
                  "make room on that disk; postq tries again at the next flush");
    case EACCES:
    case EPERM:
    case EROFS:
      return fail(ErrorKind::config, "can't write " + path + ": " + std::strerror(code),
                  "make the feed's folder writable for the user that runs postq");
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return fail(ErrorKind::config, "can't reach " + path + ": " + std::strerror(code),
                  "is its disk mounted? if it moved: postq account list shows where postq looks");
    default:
      return fail(ErrorKind::storage, "can't write " + path + ": " + std::strerror(code));
  }
}

Status write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return disk_error(path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// mkdir -p; folders made here are for everyone to read.
Status make_folders(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    return fail(ErrorKind::config, path + " is a file, not a folder", "give the feed a folder of its own with --path");
  }
  const std::size_t slash = path.find_last_of('/');
  if (slash != std::string::npos && slash > 0) POSTQ_CHECK(make_folders(path.substr(0, slash)));
  if (::mkdir(path.c_str(), kFolderMode) != 0 && errno != EEXIST) return disk_error(path, errno);
  if (::chmod(path.c_str(), kFolderMode) != 0) return disk_error(path, errno);
  return {};
}

Status sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return disk_error(path, errno);
  // Some network file systems can't sync a folder, and say so.
  if (::fsync(folder.get()) != 0 && errno != EINVAL && errno != ENOTSUP) return disk_error(path, errno);
  return {};
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

bool has_digest(const std::string& path, const Digest& digest) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return false;
  Sha256 hash;
  std::array<char, kBuffer> buffer;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return hash.finish() == digest;
    hash.update({buffer.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace

FeedFolder::FeedFolder(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

FeedFolder::FeedFolder(FeedFolder&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      staged_(std::exchange(other.staged_, {})) {}

FeedFolder::~FeedFolder() {
  for (const Staged& file : staged_) {
    if (!file.placed) ::unlink(file.temporary.c_str());
  }
  if (descriptor_ >= 0) ::close(descriptor_);  // and with it the lock
}

Result<FeedFolder> FeedFolder::open(const std::string& path, Missing missing, std::chrono::milliseconds patience) {
  if (missing == Missing::create) POSTQ_CHECK(make_folders(path));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return disk_error(path, errno);
  FeedFolder folder(path, descriptor);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) break;  // a file system without locks: the account's own lock has to do
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorKind::try_later, "another program is writing the feed in " + path, "try again in a moment");
    }
    std::this_thread::sleep_for(kLockStep);
  }
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return disk_error(path, errno);
  folder.remove_leftovers();
  return folder;
}

// Whoever has the lock knows that nobody else is writing: what lies around was left by a killed run.
void FeedFolder::remove_leftovers() const {
  for (const std::string& folder : {path_, full(kSubfolders[0]), full(kSubfolders[1])}) {
    DIR* listing = ::opendir(folder.c_str());
    if (listing == nullptr) continue;
    while (const dirent* entry = ::readdir(listing)) {
      if (std::string_view(entry->d_name).starts_with(kTemporary)) ::unlink((folder + "/" + entry->d_name).c_str());
    }
    ::closedir(listing);
  }
}

Result<std::optional<std::string>> FeedFolder::read(const std::string& name) const {
  const std::string path = full(name);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) return std::optional<std::string>{};
    return disk_error(path, errno);
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return disk_error(path, errno);
  if (!S_ISREG(info.st_mode) || info.st_size > kLargestFile) {
    return fail(ErrorKind::config, path + " is no file that postq could have written", "move it away");
  }
  std::string bytes;
  std::array<char, kBuffer> buffer;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error(path, errno);
    if (got == 0) return std::optional<std::string>{std::move(bytes)};
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Status FeedFolder::make_folder_of(const std::string& name) {
  return name.find('/') == std::string::npos ? Status{} : make_folders(folder_of(full(name)));
}

template <typename Write>
Status FeedFolder::write_beside(const std::string& name, const Write& write) {
  POSTQ_CHECK(make_folder_of(name));
  const std::string path = full(name);
  std::string temporary = folder_of(path) + "/" + std::string(kTemporary) + std::to_string(staged_.size()) + ".tmp";
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (!file) return disk_error(path, errno);
  staged_.push_back({name, std::move(temporary), false});
  struct stat old {};
  const bool replaces = ::stat(path.c_str(), &old) == 0;
  if (::fchmod(file.get(), replaces ? old.st_mode & 0777U : kFileMode) != 0) return disk_error(path, errno);
  POSTQ_CHECK(write(file.get()));
  if (!file.close()) return disk_error(path, errno);
  return {};
}

Status FeedFolder::stage(const std::string& name, std::string_view bytes) {
  POSTQ_TRY(const auto old, read(name));
  if (old && *old == bytes) return {};
  return write_beside(name, [&](int descriptor) { return write_all(descriptor, bytes, full(name)); });
}

Status FeedFolder::stage_media(const std::string& name, const Digest& digest, MediaStore& media) {
  if (has_digest(full(name), digest)) return {};
  POSTQ_TRY(const auto reader, media.open(digest));
  return write_beside(name, [&](int descriptor) -> Status {
    std::array<char, kBuffer> buffer;
    for (;;) {
      POSTQ_TRY(const std::size_t got, reader->read(buffer.data(), buffer.size()));
      if (got == 0) return {};
      POSTQ_CHECK(write_all(descriptor, {buffer.data(), got}, full(name)));
    }
  });
}

// Before the first rename: what a power cut leaves is an old file or a whole new one.
Status FeedFolder::sync_staged() const {
  const bool one_by_one = staged_.size() <= kSyncedOneByOne;
  for (const Staged& file : staged_) {
    const Descriptor bytes(::open(file.temporary.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!bytes || (one_by_one && ::fsync(bytes.get()) != 0)) return disk_error(full(file.name), errno);
    if (one_by_one) continue;
    // The first of each folder stands for all of its file system.
    const bool first = std::none_of(staged_.data(), &file, [&](const Staged& earlier) {
      return folder_of(earlier.temporary) == folder_of(file.temporary);
    });
    if (first && ::syncfs(bytes.get()) != 0) return disk_error(full(file.name), errno);
  }
  return {};
}

Status FeedFolder::commit() {
  POSTQ_CHECK(sync_staged());
  for (Staged& file : staged_) {
    if (file.placed) continue;
    if (::rename(file.temporary.c_str(), full(file.name).c_str()) != 0) return disk_error(full(file.name), errno);
    file.placed = true;
  }
  return sync_folders();
}

Status FeedFolder::sync_folders() {
  std::vector<std::string> folders;
  for (const Staged& file : staged_) {
    std::string folder = folder_of(full(file.name));
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(std::move(folder));
  }
  if (!folders.empty() && std::find(folders.begin(), folders.end(), path_) == folders.end()) folders.push_back(path_);
  for (const std::string& folder : folders) POSTQ_CHECK(sync_folder(folder));
  return {};
}

bool FeedFolder::placed(const std::string& name) const {
  return std::any_of(staged_.begin(), staged_.end(),
                     [&](const Staged& file) { return file.name == name && file.placed; });
}

Status FeedFolder::remove(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (::unlink(full(name).c_str()) != 0 && errno != ENOENT) return disk_error(full(name), errno);
  }
  return {};
}

}  // namespace postq
