#include "platforms/feed/folder.h"

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
                  "is its disk mounted? if it moved:  postq account list    shows where postq looks");
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

Status sync_folder(int folder, const std::string& path) {
  // Some network file systems can't sync a folder, and say so.
  if (::fsync(folder) != 0 && errno != EINVAL && errno != ENOTSUP) return disk_error(path, errno);
  return {};
}

// What lies at a place where postq wants a file or a folder of its own.
tl::unexpected<Error> in_the_way(const std::string& path, mode_t mode) {
  if (S_ISLNK(mode)) {
    return fail(ErrorKind::config, path + " is a link, and postq follows none inside of a feed's folder",
                "put what it leads to in its place, or give the feed a folder of its own with --path");
  }
  if (S_ISREG(mode)) {
    return fail(ErrorKind::config, path + " is a file, not a folder", "give the feed a folder of its own with --path");
  }
  const std::string_view what = S_ISDIR(mode)    ? "folder"
                                : S_ISFIFO(mode) ? "pipe"
                                : S_ISSOCK(mode) ? "socket"
                                                 : "device";
  return fail(ErrorKind::config, path + " is a " + std::string(what) + ", no file that postq could have written",
              "move it away");
}

// The same by what is there, where opening it said only that it isn't what was wanted.
tl::unexpected<Error> why_not_opened(int folder, const std::string& name, const std::string& path, int code) {
  struct stat info {};
  const bool odd = code == ELOOP || code == ENOTDIR || code == ENXIO || code == ENODEV;
  if (odd && ::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return in_the_way(path, info.st_mode);
  return disk_error(path, code);
}

}  // namespace

FeedFolder::FeedFolder(std::string path, Descriptor folder) : path_(std::move(path)), folder_(std::move(folder)) {}

FeedFolder::FeedFolder(FeedFolder&& other) noexcept
    : path_(std::move(other.path_)),
      folder_(std::move(other.folder_)),
      subfolders_(std::move(other.subfolders_)),
      staged_(std::exchange(other.staged_, {})) {}

FeedFolder::~FeedFolder() {
  for (const Staged& file : staged_) {
    if (!file.placed) ::unlinkat(file.place.folder, file.temporary.c_str(), 0);
  }
}  // closing the folder gives up the lock

Result<FeedFolder> FeedFolder::open(const std::string& path, Missing missing, std::chrono::milliseconds patience) {
  if (missing == Missing::create) POSTQ_CHECK(make_folders(path));
  Descriptor opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return disk_error(path, errno);
  FeedFolder folder(path, std::move(opened));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(folder.folder_.number(), LOCK_EX | LOCK_NB) != 0) {
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

Result<int> FeedFolder::subfolder(const std::string& name, Missing missing) const {
  if (const auto known = subfolders_.find(name); known != subfolders_.end()) return known->second.number();
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const int above = folder_.number();
  Descriptor opened(::openat(above, name.c_str(), kFlags));
  if (!opened && errno == ENOENT) {
    if (missing == Missing::refuse) return -1;
    if (::mkdirat(above, name.c_str(), kFolderMode) != 0 && errno != EEXIST) return disk_error(full(name), errno);
    opened = Descriptor(::openat(above, name.c_str(), kFlags));
    // Whatever the umask: the folder is for everyone to read.
    if (opened && ::fchmod(opened.number(), kFolderMode) != 0) return disk_error(full(name), errno);
  }
  if (!opened) return why_not_opened(above, name, full(name), errno);
  return subfolders_.emplace(name, std::move(opened)).first->second.number();
}

Result<std::optional<FeedFolder::Place>> FeedFolder::place_of(const std::string& name, Missing missing) const {
  const auto slash = name.find('/');
  if (slash == std::string::npos) return Place{folder_.number(), name};
  POSTQ_TRY(const int folder, subfolder(name.substr(0, slash), missing));
  if (folder < 0) return std::optional<Place>{};
  return Place{folder, name.substr(slash + 1)};
}

// Whoever has the lock knows that nobody else is writing: what lies around was left by a killed run.
void FeedFolder::remove_leftovers() const {
  std::vector<int> folders{folder_.number()};
  for (const char* const name : kSubfolders) {
    if (const auto folder = subfolder(name, Missing::refuse); folder && *folder >= 0) folders.push_back(*folder);
  }
  for (const int folder : folders) {
    const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const listing = again < 0 ? nullptr : ::fdopendir(again);
    if (listing == nullptr) {
      if (again >= 0) ::close(again);
      continue;
    }
    while (const dirent* entry = ::readdir(listing)) {
      if (std::string_view(entry->d_name).starts_with(kTemporary)) ::unlinkat(folder, entry->d_name, 0);
    }
    ::closedir(listing);
  }
}

Result<Descriptor> FeedFolder::open_file(const std::string& name) const {
  POSTQ_TRY(const auto place, place_of(name, Missing::refuse));
  if (!place) return Descriptor{};
  // Without O_NONBLOCK the open of a pipe would wait for somebody who writes into it.
  Descriptor file(
      ::openat(place->folder, place->file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY));
  if (!file && errno == ENOENT) return Descriptor{};
  if (!file) return why_not_opened(place->folder, place->file, full(name), errno);
  struct stat info {};
  if (::fstat(file.number(), &info) != 0) return disk_error(full(name), errno);
  if (!S_ISREG(info.st_mode)) return in_the_way(full(name), info.st_mode);
  if (info.st_size > kLargestFile) {
    return fail(ErrorKind::config, full(name) + " is larger than anything that postq writes", "move it away");
  }
  return file;
}

Result<std::optional<std::string>> FeedFolder::read(const std::string& name) const {
  POSTQ_TRY(const auto file, open_file(name));
  if (!file) return std::optional<std::string>{};
  std::string bytes;
  std::array<char, kBuffer> buffer;
  for (;;) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error(full(name), errno);
    if (got == 0) return std::optional<std::string>{std::move(bytes)};
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<bool> FeedFolder::has_digest(const std::string& name, const Digest& digest) const {
  POSTQ_TRY(const auto file, open_file(name));
  if (!file) return false;
  Sha256 hash;
  std::array<char, kBuffer> buffer;
  for (;;) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;  // it is written anew
    if (got == 0) return hash.finish() == digest;
    hash.update({buffer.data(), static_cast<std::size_t>(got)});
  }
}

template <typename Write>
Status FeedFolder::write_beside(const std::string& name, const Write& write) {
  POSTQ_TRY(const auto place, place_of(name, Missing::create));
  const std::string temporary = std::string(kTemporary) + std::to_string(staged_.size()) + ".tmp";
  Descriptor file(
      ::openat(place->folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (!file) return disk_error(full(name), errno);
  staged_.push_back({name, *place, temporary, false});
  struct stat old {};
  const bool replaces = ::fstatat(place->folder, place->file.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  const mode_t mode = replaces && S_ISREG(old.st_mode) ? old.st_mode & 0777U : kFileMode;
  if (::fchmod(file.number(), mode) != 0) return disk_error(full(name), errno);
  POSTQ_CHECK(write(file.number()));
  if (!file.close()) return disk_error(full(name), errno);
  return {};
}

Status FeedFolder::stage(const std::string& name, std::string_view bytes) {
  POSTQ_TRY(const auto old, read(name));
  if (old && *old == bytes) return {};
  return write_beside(name, [&](int descriptor) { return write_all(descriptor, bytes, full(name)); });
}

Status FeedFolder::stage_media(const std::string& name, const Digest& digest, MediaStore& media) {
  POSTQ_TRY(const bool there, has_digest(name, digest));
  if (there) return {};
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
    const Descriptor bytes(::openat(file.place.folder, file.temporary.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!bytes || (one_by_one && ::fsync(bytes.number()) != 0)) return disk_error(full(file.name), errno);
    if (one_by_one) continue;
    // The first of each folder stands for all of its file system.
    const bool first = std::none_of(staged_.data(), &file,
                                    [&](const Staged& earlier) { return earlier.place.folder == file.place.folder; });
    if (first && ::syncfs(bytes.number()) != 0) return disk_error(full(file.name), errno);
  }
  return {};
}

Status FeedFolder::commit() {
  POSTQ_CHECK(sync_staged());
  for (Staged& file : staged_) {
    if (file.placed) continue;
    const Place& place = file.place;
    if (::renameat(place.folder, file.temporary.c_str(), place.folder, place.file.c_str()) != 0) {
      return disk_error(full(file.name), errno);
    }
    file.placed = true;
  }
  return sync_folders();
}

Status FeedFolder::sync_folders() const {
  for (const auto& [name, folder] : subfolders_) {
    const bool written = std::any_of(staged_.begin(), staged_.end(), [number = folder.number()](const Staged& file) {
      return file.place.folder == number;
    });
    if (written) POSTQ_CHECK(sync_folder(folder.number(), full(name)));
  }
  return staged_.empty() ? Status{} : sync_folder(folder_.number(), path_);
}

bool FeedFolder::placed(const std::string& name) const {
  return std::any_of(staged_.begin(), staged_.end(),
                     [&](const Staged& file) { return file.name == name && file.placed; });
}

Status FeedFolder::remove(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    POSTQ_TRY(const auto place, place_of(name, Missing::refuse));
    if (place && ::unlinkat(place->folder, place->file.c_str(), 0) != 0 && errno != ENOENT) {
      return disk_error(full(name), errno);
    }
  }
  return {};
}

}  // namespace postq
