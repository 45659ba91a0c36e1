#include <unistd.h>

#include <fstream>
#include <sys/mount.h>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

// A small disk of its own, where the kernel lets us have one (as root).
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& options) {
    mounted_ = ::geteuid() == 0 && ::mount("postq-test", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  std::string file(const std::string& name = "postq.db") const { return folder_.file(name); }

  void make_read_only() const { REQUIRE(::mount("", folder_.path().c_str(), "", MS_REMOUNT | MS_RDONLY, "") == 0); }
  void fill() const {
    std::ofstream ballast(file("ballast"), std::ios::binary);
    const std::string block(4096, 'b');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }

 private:
  Folder folder_;
  bool mounted_ = false;
};

void make_queue_with_post(const std::string& path) {
  const auto store = must(open_store(settings_for(path)));
  const auto account = add_account(*store, "feed");
  add_post(*store, {.accounts = {account}});
}

}  // namespace

TEST_CASE("reading goes on where the disk is read-only, and writing says so") {
  const SmallDisk disk("size=4m");
  if (!disk.mounted()) return;
  make_queue_with_post(disk.file());
  disk.make_read_only();

  const auto store = must(open_store(settings_for(disk.file(), StoreSettings::read_only_ok)));

  CHECK(store->read_only());
  CHECK(must(store->list({})).size() == 1);
  CHECK(must(store->summary()).pending == 1);
  const auto write = store->set_zone("UTC", by_ann());
  REQUIRE_FALSE(write);
  CHECK(write.error().kind == ErrorKind::storage);
  CHECK(write.error().message.find("the file system is read-only") != std::string::npos);
}

TEST_CASE("a command that writes is refused at once where the disk is read-only") {
  const SmallDisk disk("size=4m");
  if (!disk.mounted()) return;
  make_queue_with_post(disk.file());
  disk.make_read_only();

  const auto store = open_store(settings_for(disk.file(), StoreSettings::create));

  const auto status = store ? (*store)->set_zone("UTC", by_ann()) : Status(pass_on(store.error()));
  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::storage);
  CHECK(status.error().message.find("the file system is read-only") != std::string::npos);
}

TEST_CASE("reading goes on where the disk is full, and an add says which file found no space") {
  const SmallDisk disk("size=1m");
  if (!disk.mounted()) return;
  make_queue_with_post(disk.file());
  disk.fill();

  const auto reader = must(open_store(settings_for(disk.file(), StoreSettings::read_only_ok)));
  CHECK(must(reader->list({})).size() == 1);
  const auto account = must(reader->account("feed"));
  const auto writer = open_store(settings_for(disk.file(), StoreSettings::create));
  const auto added = writer ? (*writer)->add_post(new_post({.accounts = {account}, .key = "key-2"}), by_ann())
                            : Result<Added>(pass_on(writer.error()));

  REQUIRE_FALSE(added);
  CHECK(added.error().kind == ErrorKind::storage);
  CHECK(added.error().message.find("no space left") != std::string::npos);
  CHECK(added.error().message.find(disk.file()) != std::string::npos);
}

TEST_CASE("a disk that fills up in the middle of an add leaves nothing half-written") {
  const SmallDisk disk("size=1m");
  if (!disk.mounted()) return;
  make_queue_with_post(disk.file());
  const auto store = must(open_store(settings_for(disk.file())));
  const auto account = must(store->account("feed"));

  std::int64_t posts = 1;
  Error error;
  for (int n = 0; n < 1000; ++n) {
    PostSpec spec{.texts = {std::string(20000, 'a')}, .accounts = {account}, .key = "big-" + std::to_string(n)};
    const auto added = store->add_post(new_post(spec), by_ann());
    if (!added) {
      error = added.error();
      break;
    }
    ++posts;
  }

  CHECK(error.kind == ErrorKind::storage);
  CHECK(error.message.find("no space left") != std::string::npos);
  const auto health = must(store->health(true));
  CHECK(health.problems.empty());
  CHECK(health.posts == posts);
  CHECK(must(store->verify_events()).problems.empty());
}

TEST_CASE("what an interrupted write left on a read-only disk is not passed over in silence") {
  const SmallDisk disk("size=4m");
  if (!disk.mounted()) return;
  make_queue_with_post(disk.file());
  std::ofstream(disk.file("postq.db-wal"), std::ios::binary) << std::string(8192, 'w');
  disk.make_read_only();

  const auto store = open_store(settings_for(disk.file(), StoreSettings::read_only_ok));

  REQUIRE_FALSE(store);
  CHECK(store.error().kind == ErrorKind::storage);
}
