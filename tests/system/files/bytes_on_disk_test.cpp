#include "system/files/bytes_on_disk.h"

#include <csignal>
#include <sys/resource.h>

#include "support/catch.h"
#include "system/files/temporary_folder.h"

namespace postq {

TEST_CASE("a file is replaced as a whole, with its mode") {
  const TemporaryFolder folder;
  const auto path = folder.file("token", "old", 0644);

  REQUIRE(atomic_write(path, "new", 0600));

  CHECK(bytes_of(path) == "new");
  CHECK(mode_of(path) == 0600);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a replacement takes the place of a link, not of what it leads to") {
  const TemporaryFolder folder;
  const auto target = folder.file("target", "theirs");
  std::filesystem::create_symlink(target, folder / "link");

  REQUIRE(atomic_write(folder / "link", "ours", 0600));

  CHECK(bytes_of(target) == "theirs");
  CHECK(bytes_of(folder / "link") == "ours");
}

TEST_CASE("a write that the disk refuses leaves the old file and nothing else") {
  const TemporaryFolder folder;
  const auto path = folder.file("kept", "old");

  CHECK(holds_without_rights(::geteuid(), [&] {
    // A file size limit stands in for a full disk: the first bytes are written, the rest is refused.
    const rlimit limit{1000, 1000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto written = atomic_write(path, std::string(5000, 'x'), 0600);
    return !written && written.error().kind == ErrorKind::storage;
  }));
  CHECK(bytes_of(path) == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a write into a missing folder or over a folder is a storage error that names the file") {
  const TemporaryFolder folder;
  CHECK(atomic_write(folder / "none/file", "x", 0600).error().message ==
        "can't write " + folder / "none/file" + ": No such file or directory");

  std::filesystem::create_directories(folder / "full/inner");
  CHECK(atomic_write(folder / "full", "x", 0600).error().kind == ErrorKind::storage);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("reading stops at the limit, and only regular files are read") {
  const TemporaryFolder folder;
  CHECK(read_file(folder.file("small", "12345"), 5).value() == "12345");
  CHECK(read_file(folder.file("large", "123456"), 5).error().kind == ErrorKind::usage);
  CHECK(read_file("/dev/zero", 5).error().kind == ErrorKind::usage);
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(read_file(folder / "pipe", 5).error().kind == ErrorKind::usage);
  CHECK(read_file(folder / "none", 5).error().kind == ErrorKind::not_found);

  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  folder.file("closed", "x", 0000);
  CHECK(holds_without_rights(kNobody, [&] {
    const auto bytes = read_file(folder / "closed", 5);
    return !bytes && bytes.error().kind == ErrorKind::config && bytes.error().hint == "chmod u+r " + folder / "closed";
  }));
}

TEST_CASE("a full disk's error says how to see it") {
  const auto error = disk_refused("write", "/data/file", ENOSPC).value();
  CHECK(error.kind == ErrorKind::storage);
  CHECK(error.message == "can't write /data/file: No space left on device");
  CHECK(error.hint == "df -h /data");
}

TEST_CASE("paths are taken apart and quoted for a shell") {
  CHECK(folder_of("/a/b") == "/a");
  CHECK(folder_of("/a") == "/");
  CHECK(folder_of("a") == ".");
  CHECK(name_of("/a/b") == "b");
  CHECK(name_of("b") == "b");
  CHECK(quoted("/a/b.md") == "/a/b.md");
  CHECK(quoted("/a b") == "'/a b'");
  CHECK(quoted("it's") == "'it'\\''s'");
  CHECK(quoted("").size() == 2);
}

}  // namespace postq
