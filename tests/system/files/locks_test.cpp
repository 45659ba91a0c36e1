#include "system/files/locks.h"

#include <csignal>
#include <fstream>
#include <thread>

#include "support/catch.h"
#include "system/files/temporary_folder.h"

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
  pid_t process() const { return child_; }
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

TEST_CASE("a lock says who holds it and for how long, and nothing once it is free") {
  const TemporaryFolder folder;
  LockFolder locks{folder.path()};
  CHECK_FALSE(locks.holder("flush"));
  Holder holder{folder.path(), "flush"};

  const auto known = locks.holder("flush");
  REQUIRE(known);
  CHECK(known->process == holder.process());
  CHECK(known->held < std::chrono::minutes{1});

  holder.kill();
  CHECK_FALSE(locks.holder("flush"));  // its line still lies there
  auto mine = locks.lock("flush", kAtOnce);
  CHECK(locks.holder("flush")->process == ::getpid());
  mine->reset();
  CHECK_FALSE(locks.holder("flush"));
}

TEST_CASE("what a lock's file says is believed of a living process only, and never of the time to come") {
  const TemporaryFolder folder;
  LockFolder locks{folder.path()};
  const auto held = locks.lock("flush", kAtOnce);
  const auto write = [&](std::string text) {
    text.resize(41, ' ');
    std::ofstream(folder / "locks/flush.lock") << text << "\n";
  };

  write(std::to_string(::getpid()) + " 0");
  REQUIRE(locks.holder("flush"));  // since this machine's start
  CHECK(locks.holder("flush")->held.count() > 0);
  for (const char* const text : {"2147483647 0", "1 99999999999", "-1 0", "0 0", "x", "12", "", "7 y"}) {
    write(text);
    CAPTURE(text);
    CHECK_FALSE(locks.holder("flush"));
  }
  std::ofstream(folder / "locks/flush.lock") << "1 0\n";  // cut off
  CHECK_FALSE(locks.holder("flush"));
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
