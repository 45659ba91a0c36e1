#include "sqlite/database/faulty_disk.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

constexpr int kEveryCall = 60;  // more than any of these transactions makes

// The queue as the next process finds it.
void check_sound(const Folder& folder) {
  const auto store = must(open_store(settings_for(folder.file(), StoreSettings::existing)));
  CHECK(must(store->health(true)).problems.empty());
  CHECK(must(store->verify_events()).problems.empty());
}

bool holds(const Folder& folder, const std::string& key) {
  const auto store = must(open_store(settings_for(folder.file(), StoreSettings::existing)));
  return must(store->find_by_key(key)).has_value();
}

}  // namespace

TEST_CASE("whichever call of the disk fails, an add says what is true afterwards") {
  FaultyDisk disk;
  for (const auto call : {FaultyDisk::Call::write, FaultyDisk::Call::sync}) {
    for (const auto fault : {FaultyDisk::Fault::io_error, FaultyDisk::Fault::full}) {
      int failures = 0;
      for (int nth = 1; nth <= kEveryCall; ++nth) {
        Folder folder;
        Account account;
        bool stored = false;
        bool reached = false;
        {
          const auto store = must(open_store(settings_for(folder.file())));
          account = add_account(*store, "feed");
          disk.fail(call, nth, fault);
          const auto added = store->add_post(new_post({.accounts = {account}, .key = "mine"}), by_ann());
          reached = disk.failed();
          disk.heal();
          stored = added.has_value();
          if (!stored) {
            ++failures;
            CHECK(added.error().kind == ErrorKind::storage);
            CHECK(added.error().message.find(folder.file()) != std::string::npos);
          }
        }
        INFO("call " << nth);
        CHECK(holds(folder, "mine") == stored);
        check_sound(folder);
        if (!reached) break;  // the add makes fewer calls than that
      }
      CHECK(failures > 0);
    }
  }
}

TEST_CASE("a step that can't be stored leaves the step before it") {
  FaultyDisk disk;
  for (int nth = 1; nth <= kEveryCall; ++nth) {
    Folder folder;
    bool reached = false;
    {
      const auto store = must(open_store(settings_for(folder.file())));
      const auto account = add_account(*store, "feed");
      const auto post = add_approved(*store, {.accounts = {account}});
      const auto delivery = claim(*store, {account}).claimed.front().delivery;
      const auto attempt = must(begin(*store, delivery));
      Step step;
      step.results.push_back(sent(attempt, delivery));
      disk.fail(FaultyDisk::Call::write, nth);
      const auto done = store->commit(step, by_ann());
      reached = disk.failed();
      disk.heal();
      if (!done) CHECK(done.error().kind == ErrorKind::storage);
      const auto state = delivery_on(*store, post.id, "feed").state;
      CHECK(state == (done ? DeliveryState::sent : DeliveryState::sending));
    }
    check_sound(folder);
    if (!reached) break;
  }
}
