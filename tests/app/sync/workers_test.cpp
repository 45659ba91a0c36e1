#include "app/sync/workers.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

#include "support/catch.h"

using namespace postq;

namespace {

// A system that gives so many threads and no more.
Workers::StartThread only(int threads) {
  return [left = threads](std::function<void()> call) mutable {
    if (left-- <= 0) throw std::system_error(EAGAIN, std::generic_category(), "no thread");
    return std::thread(std::move(call));
  };
}

// The numbers of the jobs whose finishers ran, and on how many threads the jobs did.
struct Outcome {
  std::set<int> finished;
  std::set<std::thread::id> threads;
};

Outcome run_ten(Workers& workers) {
  Outcome outcome;
  std::mutex mutex;
  for (int number = 0; number < 10; ++number) {
    workers.start([&, number]() -> Workers::Finish {
      const std::lock_guard lock(mutex);
      outcome.threads.insert(std::this_thread::get_id());
      return [&outcome, number] { outcome.finished.insert(number); };
    });
  }
  while (workers.busy()) workers.finish_some();
  return outcome;
}

}  // namespace

TEST_CASE("where the system gives no thread, the jobs run on the coordinator's") {
  Workers workers(64, only(0));

  const auto outcome = run_ten(workers);

  CHECK(outcome.finished.size() == 10);
  CHECK(outcome.threads == std::set{std::this_thread::get_id()});
}

TEST_CASE("where the system gives fewer threads than wanted, those do it all") {
  Workers workers(64, only(2));

  const auto outcome = run_ten(workers);

  CHECK(outcome.finished.size() == 10);
  CHECK(outcome.threads.size() <= 2);
}

TEST_CASE("where threads are short, half of them are left to others") {
  Workers workers(64, only(6));
  std::mutex mutex;
  std::size_t at_once = 0;
  std::size_t most_at_once = 0;
  const auto job = [&]() -> Workers::Finish {
    {
      const std::lock_guard lock(mutex);
      most_at_once = std::max(most_at_once, ++at_once);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
    const std::lock_guard lock(mutex);
    --at_once;
    return [] {};
  };
  for (int number = 0; number < 7; ++number) workers.start(job);  // the seventh thread isn't given
  while (workers.busy()) workers.finish_some();
  most_at_once = 0;

  for (int number = 0; number < 20; ++number) workers.start(job);
  while (workers.busy()) workers.finish_some();

  CHECK(most_at_once >= 1);
  CHECK(most_at_once <= 3);
}

TEST_CASE("a finisher may start the next job, with threads and without") {
  for (const int threads : {0, 1, 4}) {
    Workers workers(4, only(threads));
    int steps = 0;
    std::function<void()> next = [&] {
      if (++steps < 5) workers.start([&]() -> Workers::Finish { return next; });
    };
    workers.start([&]() -> Workers::Finish { return next; });

    while (workers.busy()) workers.finish_some();

    CHECK(steps == 5);
  }
}

TEST_CASE("what a job throws comes to the coordinator, and the others are done") {
  for (const int threads : {0, 2}) {
    Workers workers(2, only(threads));
    std::atomic<int> done = 0;
    workers.start([]() -> Workers::Finish { throw std::runtime_error("this one"); });
    workers.start([&]() -> Workers::Finish { return [&] { ++done; }; });

    int thrown = 0;
    while (workers.busy()) {
      try {
        workers.finish_some();
      } catch (const std::runtime_error&) {
        ++thrown;
      }
    }

    CHECK(thrown == 1);
    CHECK(done == 1);
  }
}

TEST_CASE("a job that threw has its excuse told instead of its finisher, on the coordinator's thread") {
  Workers workers(2);
  std::string told;
  const auto coordinator = std::this_thread::get_id();
  workers.start([]() -> Workers::Finish { throw std::runtime_error("no such thing"); },
                [&](const Error& error) {
                  CHECK(std::this_thread::get_id() == coordinator);
                  told = error.message;
                });
  workers.start([]() -> Workers::Finish { throw std::bad_alloc(); },
                [&](const Error& error) { CHECK(error.kind == ErrorKind::try_later); });

  while (workers.busy()) workers.finish_some();

  CHECK(told == "postq went wrong: no such thing");
}

TEST_CASE("patient jobs that take long leave a thread for an urgent one") {
  std::promise<void> end;
  const auto ended = end.get_future().share();
  Workers workers(5);
  int patient = 0;
  bool urgent = false;
  for (int n = 0; n < 8; ++n) {
    workers.start(
        [ended, &patient]() -> Workers::Finish {
          ended.wait();
          return [&patient] { ++patient; };
        },
        [](const Error&) {}, Workers::Rank::patient);
  }
  workers.start([&urgent]() -> Workers::Finish { return [&urgent] { urgent = true; }; }, [](const Error&) {});

  for (int n = 0; n < 50 && !urgent; ++n) workers.finish_some();

  CHECK(urgent);
  CHECK(patient == 0);
  end.set_value();
  while (workers.busy()) workers.finish_some();
  CHECK(patient == 8);
}
