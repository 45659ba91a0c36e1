#include "system/files/media_store.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <postq/base/hex.h>

#include "support/catch.h"
#include "system/files/temporary_folder.h"

namespace postq {

namespace {

// Two colours, 2 by 1 pixels, and a comment that must not be published.
const std::string kStart = from_hex("47494638396102000100800000ff00000000ff");
const std::string kComment = std::string("\x21\xfe\x06") + "CANARY" + std::string(1, '\0');
const std::string kRest = from_hex("2c00000000020001000002024401003b");
const std::string kGif = kStart + kRest;
const std::string kGifWithComment = kStart + kComment + kRest;

Error error_of(MediaStore& store, const std::string& path) {
  const auto kept = store.keep(path);
  REQUIRE_FALSE(kept);
  return kept.error();
}

Result<std::string> read_all(MediaStore& store, const Digest& digest, std::size_t piece) {
  POSTQ_TRY(const auto reader, store.open(digest));
  std::string bytes;
  std::string buffer(piece, '\0');
  for (;;) {
    POSTQ_TRY(const auto count, reader->read(buffer.data(), buffer.size()));
    if (count == 0) return bytes;
    bytes.append(buffer, 0, count);
  }
}

}  // namespace

TEST_CASE("a picture is kept without its metadata, under its digest, for reading only") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};

  const auto kept = store.keep(folder.file("photo one.gif", kGifWithComment));

  REQUIRE(kept);
  CHECK(kept->digest == sha256(kGif));
  CHECK(kept->name == "photo one.gif");
  CHECK(kept->mime == "image/gif");
  CHECK(kept->bytes == static_cast<std::int64_t>(kGif.size()));
  CHECK(kept->width == 2);
  CHECK(kept->height == 1);
  const auto path = store.path_of(kept->digest);
  CHECK(path == folder / ("media/" + sha256(kGif).hex()));
  CHECK(bytes_of(path) == kGif);
  CHECK(mode_of(path) == 0400);
  CHECK(mode_of(folder / "media") == 0700);
  CHECK(files_in(folder / "media") == 1);
  CHECK(store.verify(kept->digest));
}

TEST_CASE("a picture can be read as it would be kept, and nothing is stored by that") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};

  const auto read = store.read(folder.file("photo one.gif", kGifWithComment));

  REQUIRE(read);
  CHECK(read->name == "photo one.gif");
  CHECK(read->bytes == kGif);
  CHECK_FALSE(std::filesystem::exists(folder / "media"));
  for (const auto& path : {folder / "gone.gif", folder.file("empty.gif", ""), folder.file("notes.gif", "a text")}) {
    const auto refused = store.read(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == error_of(store, path).message);
  }
}

TEST_CASE("the same picture is stored once, and a damaged copy is put right") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};
  const auto path = folder.file("a.gif", kGif);
  const auto first = store.keep(path);
  REQUIRE(first);

  REQUIRE(store.keep(path));
  CHECK(files_in(folder / "media") == 1);

  const auto stored = store.path_of(first->digest);
  std::filesystem::remove(stored);
  folder.file("media/" + first->digest.hex(), "damaged");
  REQUIRE(store.keep(path));
  CHECK(bytes_of(stored) == kGif);
}

TEST_CASE("each file that can't be taken is refused with its own reason") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media", 100};

  SECTION("missing") {
    const auto error = error_of(store, folder / "none.jpg");
    CHECK(error.kind == ErrorKind::not_found);
    CHECK(error.message == "there is no file " + folder / "none.jpg");
  }
  SECTION("a file where a folder should be") {
    CHECK(error_of(store, folder.file("a.gif", kGif) + "/b.gif").kind == ErrorKind::not_found);
  }
  SECTION("a link") {
    const auto path = folder.file("real.gif", kGif);
    std::filesystem::create_symlink(path, folder / "link.gif");
    const auto error = error_of(store, folder / "link.gif");
    CHECK(error.kind == ErrorKind::usage);
    CHECK(error.message == folder / "link.gif" + " is a link to " + path);
  }
  SECTION("links without end") {
    std::filesystem::create_directory_symlink(folder / "b", folder / "a");
    std::filesystem::create_directory_symlink(folder / "a", folder / "b");
    CHECK(error_of(store, folder / "a/c.gif").message == folder / "a/c.gif" + " leads through links without end");
  }
  SECTION("a folder") {
    CHECK(error_of(store, folder.path()).message == folder.path() + " is a folder");
  }
  SECTION("a pipe nobody writes to") {
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(error_of(store, folder / "pipe").message == folder / "pipe" + " is a pipe");
  }
  SECTION("a device") {
    CHECK(error_of(store, "/dev/zero").message == "/dev/zero is a device, not a file");
  }
  SECTION("a socket") {
    const auto path = folder / "socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(error_of(store, path).message == path + " is a socket or device, not a file");
    ::close(server);
  }
  SECTION("empty") {
    const auto error = error_of(store, folder.file("empty.png", ""));
    CHECK(error.kind == ErrorKind::usage);
    CHECK(error.message == folder / "empty.png" + " is empty");
  }
  SECTION("too large") {
    const auto error = error_of(store, folder.file("big.png", std::string(101, 'x')));
    CHECK(error.kind == ErrorKind::usage);
    CHECK(error.message == folder / "big.png" + " is too large: 101 bytes, and at most 100 bytes are taken");
  }
  SECTION("no picture") {
    const auto error = error_of(store, folder.file("notes.png", "just text"));
    CHECK(error.kind == ErrorKind::usage);
    CHECK(error.message == folder / "notes.png" + " is no picture or film that can be posted");
  }
  SECTION("a type nobody takes") {
    const auto error = error_of(store, folder.file("a.jpg", std::string("\0\0\0\x10"
                                                                        "ftypheic\0\0\0\0",
                                                                        16)));
    CHECK(error.message ==
          "can't take " + folder / "a.jpg" + ": it is HEIC, as phones write it, and not all who see it could open it");
    CHECK(error.hint.starts_with("heif-convert " + folder / "a.jpg" + " " + folder / "a.jpg.jpg" + " "));
  }
  SECTION("a claim of more pixels than there can be") {
    const auto error = error_of(
        store, folder.file("a.png", std::string("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\xff\xff\xff\xff\xff\xff\xff\xff"
                                                "\x08\6\0\0\0\0\0\0\0",
                                                33)));
    CHECK(error.message == "can't take " + folder / "a.png" + ": it claims to have 2147483647x2147483647 pixels");
  }
  SECTION("cut off") {
    const auto error = error_of(store, folder.file("a.gif", kGif.substr(0, 30)));
    CHECK(error.message.starts_with("can't take " + folder / "a.gif" + ": the GIF file is damaged: "));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "media"));
}

TEST_CASE("a large file is refused in megabytes") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};
  const auto path = folder.file("film.mp4", "");
  std::filesystem::resize_file(path, kMediaLimit + 1);

  CHECK(error_of(store, path).message == path + " is too large: 101 MB, and at most 100 MB are taken");
}

TEST_CASE("a file without permission is refused with what to type") {
  const TemporaryFolder folder;
  const auto path = folder.file("secret.gif", kGif, 0000);
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);

  CHECK(holds_without_rights(kNobody, [&] {
    MediaFolder store{folder / "media"};
    const auto kept = store.keep(path);
    return !kept && kept.error().kind == ErrorKind::config && kept.error().hint == "chmod u+r " + path;
  }));
}

TEST_CASE("a media folder that may not be made is a matter of configuration") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.gif", kGif, 0644);
  REQUIRE(::chmod(folder.path().c_str(), 0555) == 0);

  CHECK(holds_without_rights(kNobody, [&] {
    MediaFolder store{folder / "media"};
    const auto kept = store.keep(path);
    return !kept && kept.error().kind == ErrorKind::config;
  }));
  REQUIRE(::chmod(folder.path().c_str(), 0700) == 0);
}

TEST_CASE("a stored file is read back in pieces of any size") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};
  const auto kept = store.keep(folder.file("a.gif", kGif));
  REQUIRE(kept);

  for (const std::size_t piece : {1U, 7U, 34U, 35U, 1000U}) CHECK(read_all(store, kept->digest, piece).value() == kGif);
  CHECK(store.open(kept->digest).value()->size() == kGif.size());
}

TEST_CASE("bytes from the network are checked and kept as those of a file") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};

  const auto kept = store.keep_bytes(kGif, "preview picture of example.org");

  REQUIRE(kept);
  CHECK(kept->name == "preview picture of example.org");
  CHECK(kept->digest == store.keep(folder.file("a.gif", kGif))->digest);
  CHECK(read_all(store, kept->digest, 10).value() == kGif);
  const auto text = store.keep_bytes("<html>", "preview picture of example.org");
  REQUIRE_FALSE(text);
  CHECK(text.error().message.starts_with("preview picture of example.org is no picture"));
}

TEST_CASE("the last bytes of a damaged file are never handed out") {
  const TemporaryFolder folder;
  MediaFolder store{folder / "media"};
  const auto kept = store.keep(folder.file("a.gif", kGif));
  REQUIRE(kept);
  auto damaged = kGif;
  damaged[3] ^= 1;
  const auto stored = store.path_of(kept->digest);
  std::filesystem::remove(stored);

  SECTION("a flipped bit") {
    folder.file("media/" + kept->digest.hex(), damaged);
    const auto reader = store.open(kept->digest);
    REQUIRE(reader);
    std::string buffer(10, '\0');
    std::size_t handed_out = 0;
    auto count = (*reader)->read(buffer.data(), buffer.size());
    for (; count && *count > 0; count = (*reader)->read(buffer.data(), buffer.size())) handed_out += *count;
    REQUIRE_FALSE(count);
    CHECK(count.error().kind == ErrorKind::storage);
    CHECK(count.error().message == "the stored media file " + stored + " is damaged");
    CHECK(handed_out < kGif.size());
    CHECK_FALSE(store.verify(kept->digest));
  }
  SECTION("bytes missing or added") {
    folder.file("media/" + kept->digest.hex(), kGif + "more");
    CHECK_FALSE(read_all(store, kept->digest, 10));
    folder.file("media/" + kept->digest.hex(), kGif.substr(0, 20));
    CHECK_FALSE(read_all(store, kept->digest, 10));
    folder.file("media/" + kept->digest.hex(), "");
    CHECK_FALSE(read_all(store, kept->digest, 10));
  }
  SECTION("cut off while it is read") {
    const auto path = folder.file("media/" + kept->digest.hex(), kGif);
    const auto reader = store.open(kept->digest);
    std::filesystem::resize_file(path, 5);
    std::string buffer(100, '\0');
    REQUIRE((*reader)->read(buffer.data(), buffer.size()).value() == 5);
    CHECK_FALSE((*reader)->read(buffer.data(), buffer.size()));
  }
  SECTION("gone") {
    const auto reader = store.open(kept->digest);
    REQUIRE_FALSE(reader);
    CHECK(reader.error().kind == ErrorKind::storage);
    CHECK(reader.error().message == "the stored media file " + stored + " is gone");
  }
  SECTION("a folder or link in its place") {
    std::filesystem::create_directory(stored);
    CHECK(store.verify(kept->digest).error().kind == ErrorKind::storage);
    std::filesystem::remove(stored);
    std::filesystem::create_symlink(folder / "a.gif", stored);
    CHECK(store.verify(kept->digest).error().kind == ErrorKind::storage);
  }
}

}  // namespace postq
