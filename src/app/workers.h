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
// coordinator's thread (the only one that touches the store) when it asks for what is done. Where the system gives
// fewer threads than asked for, or none, the jobs wait for those there are, or run on the coordinator's: slower, and no
// less.
class Workers {
 public:
  using Finish = std::function<void()>;
  using Job = std::function<Finish()>;

  // Starts a thread that runs the call; throws std::system_error when the system gives none. Tests hand in their own.
  using StartThread = std::function<std::thread(std::function<void()>)>;

  explicit Workers(std::size_t most);
  Workers(std::size_t most, StartThread start_thread);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void start(Job job);
  bool busy() const { return running_ > 0; }
  // Waits until at least one job is done, or about 100 ms have passed so that a signal is noticed; then runs the
  // finishers of all that are done. Returns how many there were. What a job or a finisher throws is thrown here, once
  // the others have run.
  std::size_t finish_some();

 private:
  void work();
  void add_thread();
  void run_one_here();  // where there is no thread at all

  std::size_t most_;
  StartThread start_thread_;
  std::size_t running_ = 0;  // started and not finished; coordinator's thread only
  std::mutex mutex_;
  std::condition_variable job_ready_;
  std::condition_variable job_done_;
  std::deque<Job> jobs_;
  std::vector<Finish> done_;
  std::size_t working_ = 0;  // threads that take jobs
  std::size_t idle_ = 0;     // of those
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postq
