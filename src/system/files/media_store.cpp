#include "system/files/media_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/stat.h>

#include <postq/media/media.h>

#include "system/files/bytes_on_disk.h"

namespace postq {

namespace {

constexpr mode_t kReadOnly = 0400;  // nobody edits what was approved by accident
constexpr std::size_t kMediaPiece = std::size_t{1} << 16;

std::string in_megabytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  return bytes < kMegabyte ? std::to_string(bytes) + " bytes"
                           : std::to_string((bytes + kMegabyte - 1) / kMegabyte) + " MB";
}

std::string target_of(const std::string& link) {
  std::array<char, 4096> target{};
  const auto size = ::readlink(link.c_str(), target.data(), target.size());
  return size < 0 ? std::string{} : std::string{target.data(), static_cast<std::size_t>(size)};
}

tl::unexpected<Error> cannot_open_media(const std::string& path, int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorKind::not_found, "there is no file " + path);
    case ELOOP: {
      // A link can be turned to another file between the check and the upload, and hides which file it means.
      const auto target = target_of(path);
      if (target.empty()) return fail(ErrorKind::usage, path + " leads through links without end");
      return fail(ErrorKind::usage, path + " is a link to " + target, "name the file itself");
    }
    case EACCES:
    case EPERM:
      return fail(ErrorKind::config, path + " can't be read: " + reason(error_number), "chmod u+r " + quoted(path));
    case ENXIO:
    case ENODEV:
      return fail(ErrorKind::usage, path + " is a socket or device, not a file");
    default:
      return disk_refused("read", path, error_number);
  }
}

Status check_kind(const std::string& path, mode_t mode) {
  if (S_ISREG(mode)) return {};
  if (S_ISDIR(mode)) return fail(ErrorKind::usage, path + " is a folder", "name the files in it, one --media each");
  if (S_ISFIFO(mode)) return fail(ErrorKind::usage, path + " is a pipe", "save it to a file first");
  return fail(ErrorKind::usage, path + " is a device, not a file");
}

// One open, one look, one read: what is checked is what is read, whatever happens to the name meanwhile.
Result<std::string> read_media(const std::string& path, std::uint64_t limit) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file) return cannot_open_media(path, errno);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return disk_refused("read", path, errno);
  POSTQ_CHECK(check_kind(path, facts.st_mode));
  const auto too_large = [&](std::uint64_t size) {
    return fail(ErrorKind::usage,
                path + " is too large: " + in_megabytes(size) + ", and at most " + in_megabytes(limit) + " are taken",
                "make it smaller first");
  };
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size > limit) return too_large(size);

  std::string bytes(static_cast<std::size_t>(size) + 1, '\0');  // one more, to see the end or that the file grew
  std::size_t filled = 0;
  for (;;) {
    const auto count = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_refused("read", path, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > limit) return too_large(filled);
    if (filled == bytes.size()) bytes.resize(filled + kMediaPiece);
  }
  bytes.resize(filled);
  if (bytes.empty()) return fail(ErrorKind::usage, path + " is empty");
  return bytes;
}

// Beside the file, or here where nothing can be written there: on a card, or in somebody else's folder.
std::string converted_name(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  return (::access(folder.c_str(), W_OK) == 0 ? path : name_of(path)) + ".jpg";
}

// `name` is for people.
Result<std::string> stripped_media(std::string_view bytes, const std::string& name,
                                   const std::optional<MediaInfo>& info) {
  if (!info) {
    return fail(ErrorKind::usage, name + " is no picture or film that can be posted",
                "JPEG, PNG, GIF, WebP, MP4 and MOV can");
  }
  // Whoever decodes such a picture would ask for that much memory.
  constexpr std::int64_t kMostPixels = 1'000'000'000;
  if (std::int64_t{info->width} * info->height > kMostPixels) {
    return fail(ErrorKind::usage,
                "can't take " + name + ": it claims to have " + std::to_string(info->width) + "x" +
                    std::to_string(info->height) + " pixels",
                "open it in an image program and save it again");
  }
  constexpr std::string_view kOfPhones[] = {"image/heic", "image/heif", "image/avif"};
  if (std::find(std::begin(kOfPhones), std::end(kOfPhones), info->mime) != std::end(kOfPhones)) {
    const auto format = info->mime == "image/avif" ? std::string("AVIF") : std::string("HEIC");
    return fail(
        ErrorKind::usage,
        "can't take " + name + ": it is " + format + ", as phones write it, and not all who see it could open it",
        "heif-convert " + quoted(name) + " " + quoted(converted_name(name)) +
            "    makes a JPEG of it (sudo apt install libheif-examples)");
  }
  auto stripped = strip_metadata(bytes, *info);
  if (!stripped) {
    auto error = std::move(stripped).error();
    error.message = "can't take " + name + ": " + error.message;
    return pass_on(std::move(error));
  }
  return stripped;
}

class StoredFileReader final : public MediaReader {
 public:
  StoredFileReader(Descriptor file, std::uint64_t size, Digest digest, std::string path)
      : file_(std::move(file)), size_(size), digest_(digest), path_(std::move(path)) {}

  // The last bytes are handed out only when the hash of all of them is right: an upload whose last bytes never come is
  // no upload.
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (finished_ || size == 0) return 0;
    ssize_t count = 0;
    do {
      count = ::read(file_.number(), buffer, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return disk_refused("read", path_, errno);

    const auto got = static_cast<std::size_t>(count);
    hash_.update({buffer, got});
    done_ += got;
    if (got != 0 && done_ < size_) return got;
    finished_ = true;
    if (done_ != size_ || hash_.finish() != digest_) return damaged(path_);
    return got;
  }

  std::uint64_t size() const override { return size_; }

  static tl::unexpected<Error> damaged(const std::string& path) {
    return fail(ErrorKind::storage, "the stored media file " + path + " is damaged",
                "postq edit ID --media FILE --alt TEXT    add the file again");
  }

 private:
  Descriptor file_;
  std::uint64_t size_ = 0;
  Digest digest_;
  std::string path_;
  Sha256 hash_;
  std::uint64_t done_ = 0;
  bool finished_ = false;
};

}  // namespace

MediaFolder::MediaFolder(std::string folder, std::uint64_t limit) : folder_(std::move(folder)), limit_(limit) {}

std::string MediaFolder::path_of(const Digest& digest) const {
  return folder_ + "/" + digest.hex();
}

Result<StoredMedia> MediaFolder::keep(const std::string& path) {
  POSTQ_TRY(auto bytes, read_media(path, limit_));
  POSTQ_TRY(auto stored, keep_bytes(std::move(bytes), path));
  stored.name = name_of(path);
  return stored;
}

Result<MediaFile> MediaFolder::read(const std::string& path) {
  POSTQ_TRY(const auto bytes, read_media(path, limit_));
  POSTQ_TRY(auto stripped, stripped_media(bytes, path, inspect_media(bytes)));
  return MediaFile{name_of(path), std::move(stripped)};
}

Result<StoredMedia> MediaFolder::keep_bytes(std::string bytes, const std::string& name) {
  const auto info = inspect_media(bytes);
  POSTQ_TRY(const auto stripped, stripped_media(bytes, name, info));

  StoredMedia stored;
  stored.digest = sha256(stripped);
  stored.name = name;
  stored.mime = info->mime;
  stored.bytes = static_cast<std::int64_t>(stripped.size());
  stored.width = info->width;
  stored.height = info->height;
  stored.animated = info->animated;
  if (verify(stored.digest)) return stored;  // the same file was added before

  POSTQ_CHECK(make_folder(folder_));
  POSTQ_CHECK(atomic_write(path_of(stored.digest), stripped, kReadOnly));
  return stored;
}

Result<std::unique_ptr<MediaReader>> MediaFolder::open(const Digest& digest) {
  const auto path = path_of(digest);
  Descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file && errno == ENOENT) {
    return fail(ErrorKind::storage, "the stored media file " + path + " is gone",
                "postq edit ID --media FILE --alt TEXT    add the file again");
  }
  if (!file) return disk_refused("read", path, errno);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return disk_refused("read", path, errno);
  if (!S_ISREG(facts.st_mode)) return StoredFileReader::damaged(path);
  return std::make_unique<StoredFileReader>(std::move(file), static_cast<std::uint64_t>(facts.st_size), digest, path);
}

Status MediaFolder::verify(const Digest& digest) {
  POSTQ_TRY(const auto reader, open(digest));
  std::string piece(kMediaPiece, '\0');
  for (;;) {
    POSTQ_TRY(const auto count, reader->read(piece.data(), piece.size()));
    if (count == 0) return {};
  }
}

}  // namespace postq
