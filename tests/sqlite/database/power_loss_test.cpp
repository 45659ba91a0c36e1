#include <fstream>

#include "sqlite/database/faulty_disk.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

// What was promised, and after how many changes of the disk.
struct Promise {
  std::size_t after = 0;
  std::string key;
  DeliveryState state = DeliveryState::queued;
};

// A short life of a queue on a disk that remembers it: posts are added, approved, sent and edited, and the store is
// opened anew in between, since its last connection writes the log back into the file.
std::vector<Promise> live(const FaultyDisk& disk, const Folder& folder) {
  std::vector<Promise> promises;
  const auto promise = [&](const std::string& key, DeliveryState state) {
    promises.push_back({disk.changes().size(), key, state});
  };
  for (const std::string round : {"first", "second"}) {
    const auto store = must(open_store(settings_for(folder.file())));
    const auto account = round == "first" ? add_account(*store, "feed") : must(store->account("feed"));
    add_post(*store, {.texts = {"pending " + round}, .accounts = {account}, .key = round + "-pending"});
    promise(round + "-pending", DeliveryState::queued);
    add_approved(*store, {.texts = {"part one of " + round, "part two"}, .accounts = {account}, .key = round});
    promise(round, DeliveryState::queued);
    send_all(*store, account);
    promise(round, DeliveryState::sent);
  }
  return promises;
}

// A folder with these files, and nothing else.
struct Remains {
  Folder folder;
  explicit Remains(const std::map<std::string, std::string>& files) {
    for (const auto& [path, bytes] : files) {
      const auto name = path.substr(path.rfind('/') + 1);
      std::ofstream(folder.file().substr(0, folder.file().rfind('/') + 1) + name, std::ios::binary) << bytes;
    }
    if (std::filesystem::exists(folder.file())) {
      std::filesystem::permissions(folder.file(), std::filesystem::perms(0600));
    }
  }
};

void check_kept(Store& store, const std::vector<Promise>& promises, std::size_t count) {
  CHECK(must(store.health(true)).problems.empty());
  CHECK(must(store.verify_events()).problems.empty());
  std::map<std::string, DeliveryState> last;
  for (const auto& promise : promises) {
    if (promise.after <= count) last[promise.key] = promise.state;
  }
  for (const auto& [key, state] : last) {
    INFO(key);
    const auto post = must(store.find_by_key(key));
    REQUIRE(post);
    const auto now = must(store.post(*post)).deliveries.front().delivery.state;
    // What came after the last promise may be there or not.
    const bool goes_on =
        state == DeliveryState::queued && (now == DeliveryState::sending || now == DeliveryState::sent);
    CHECK((now == state || goes_on));
  }
}

}  // namespace

TEST_CASE("whenever the power is cut, what was promised is there and the queue is whole") {
  FaultyDisk disk;
  const Folder folder;
  const auto promises = live(disk, folder);
  REQUIRE(promises.size() == 6);
  const auto total = disk.changes().size();
  REQUIRE(total > 50);

  std::size_t cuts = 0;
  const auto is_sync = [&](std::size_t at) { return disk.changes()[at].kind == FaultyDisk::Change::Kind::sync; };
  for (std::size_t count = promises.front().after; count <= total; ++count) {
    // Between two syncs the last moment has the most that may be lost.
    const bool synced = is_sync(count - 1);
    if (!synced && count < total && !is_sync(count)) continue;
    for (const auto kept :
         {FaultyDisk::Kept::none, FaultyDisk::Kept::every_other_write, FaultyDisk::Kept::half_of_the_last}) {
      if (synced && kept != FaultyDisk::Kept::none) continue;
      INFO("after " << count << " of " << total << " changes");
      const Remains remains(disk.after_power_loss(count, kept));

      const auto store = must(open_store(settings_for(remains.folder.file(), StoreSettings::existing)));

      check_kept(*store, promises, count);
      ++cuts;
    }
  }
  CHECK(cuts > 50);
}
