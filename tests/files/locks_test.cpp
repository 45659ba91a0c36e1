#include "files/locks.h"

#include <csignal>
#include <thread>

#include "files/temporary_folder.h"
#include "support/catch.h"

namespace postq {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAtOnce{0};

// A process that holds a lock until it is killed.
class Holder {
 public:
  Holder(const std::string& state, const std::string& name) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      LockFolder locks{state};
      const auto held = locks.lock(name, kAtOnce);
      const char answer = held ? 'y' : 'n';
      (void)!::write(ready[1], &answer, 1);
      for (;;) ::pause();
    }
    char answer = 'n';
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    REQUIRE(answer == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() { kill(); }
  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  pid_t child_ = 0;
};

}  // namespace

TEST_CASE("a lock keeps others out until it goes") {
  const TemporaryFolder folder;
  LockFolder locks{folder / "state"};
  auto first = locks.lock("flush", kAtOnce);
  REQUIRE(first);
  CHECK(mode_of(folder / "state/locks/flush.lock") == 0600);

  const auto second = locks.lock("flush", kAtOnce);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::try_later);
  CHECK(second.error().message == "another postq holds the lock flush");
  CHECK(locks.lock("account-1", kAtOnce));

  first->reset();
  CHECK(locks.lock("flush", kAtOnce));
}

TEST_CASE("a lock is released by the death of its holder") {
  const TemporaryFolder folder;
  LockFolder locks{folder.path()};
  Holder holder{folder.path(), "flush"};
  REQUIRE_FALSE(locks.lock("flush", kAtOnce));

  holder.kill();

  CHECK(locks.lock("flush", kAtOnce));
}

TEST_CASE("who waits for a lock gets it when it is free, or an answer when the time is up") {
  const TemporaryFolder folder;
  LockFolder locks{folder.path()};
  Holder holder{folder.path(), "flush"};
  const auto start = std::chrono::steady_clock::now();

  CHECK_FALSE(locks.lock("flush", milliseconds{30}));
  CHECK(std::chrono::steady_clock::now() - start >= milliseconds{30});

  std::thread killer{[&] { holder.kill(); }};
  CHECK(locks.lock("flush", milliseconds{5000}));
  killer.join();
}

TEST_CASE("a lock file that was removed does not let two in") {
  const TemporaryFolder folder;
  LockFolder locks{folder.path()};
  const auto held = locks.lock("flush", kAtOnce);
  REQUIRE(held);
  const auto path = folder / "locks/flush.lock";
  std::filesystem::remove(path);

  const auto next = locks.lock("flush", kAtOnce);

  CHECK(next);  // a new file: those who come from now on meet there
  CHECK_FALSE(locks.lock("flush", kAtOnce));
}

TEST_CASE("a lock that can't be opened is a storage error") {
  const TemporaryFolder folder;
  LockFolder locks{folder.path()};
  std::filesystem::create_directories(folder / "locks/flush.lock");

  CHECK(locks.lock("flush", kAtOnce).error().kind == ErrorKind::storage);

  std::filesystem::create_symlink(folder / "elsewhere", folder / "locks/other.lock");
  CHECK(locks.lock("other", kAtOnce).error().kind == ErrorKind::storage);
}

}  // namespace postq
