#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace postq {

// Threads that run blocking calls. A job returns what the coordinator is to do with its result; that runs on the
// coordinator's thread (the only one that touches the store) when it asks for what is done.
class Workers {
 public:
  using Finish = std::function<void()>;
  using Job = std::function<Finish()>;

  explicit Workers(std::size_t most) : most_(most) {}
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void start(Job job);
  bool busy() const { return running_ > 0; }
  // Waits until at least one job is done, or about 100 ms have passed so that a signal is noticed; then runs the
  // finishers of all that are done. Returns how many there were.
  std::size_t finish_some();

 private:
  void work();

  const std::size_t most_;
  std::size_t running_ = 0;  // started and not finished; coordinator's thread only
  std::mutex mutex_;
  std::condition_variable job_ready_;
  std::condition_variable job_done_;
  std::deque<Job> jobs_;
  std::vector<Finish> done_;
  std::size_t idle_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postq
