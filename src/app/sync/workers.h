#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <postq/base/result.h>

namespace postq {

// What an exception out of somebody's code says, as an error: too little memory passes, anything else is a bug.
Error error_of_exception(const std::exception_ptr& thrown);

// The result of `work`, or its exception as an error.
template <class Work>
auto guarded(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return tl::make_unexpected(error_of_exception(std::current_exception()));
  }
}

// Threads that run blocking calls. A job returns what the coordinator is to do with its result; that runs on the
// coordinator's thread (the only one that touches the store) when it asks for what is done. Where the system gives
// fewer threads than asked for, or none, the jobs wait for those there are, or run on the coordinator's: slower, and no
// less.
class Workers {
 public:
  using Finish = std::function<void()>;
  using Job = std::function<Finish()>;
  // Instead of the finisher of a job that threw; on the coordinator's thread.
  using Excuse = std::function<void(const Error&)>;

  // Patient jobs begin only where some threads are left for the urgent ones.
  enum class Rank : std::uint8_t { urgent, patient };

  // Starts a thread that runs the call; throws std::system_error when the system gives none. Tests hand in their own.
  using StartThread = std::function<std::thread(std::function<void()>)>;

  explicit Workers(std::size_t most);
  Workers(std::size_t most, StartThread start_thread);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Without an excuse, what the job throws is thrown by finish_some().
  void start(Job job, Excuse excuse = {}, Rank rank = Rank::urgent);
  bool busy() const { return running_ > 0; }
  // Waits until at least one job is done, or about 100 ms have passed so that a signal is noticed; then runs the
  // finishers of all that are done. Returns how many there were. What a job without an excuse or a finisher throws is
  // thrown here, once the others have run.
  std::size_t finish_some();

 private:
  struct Task {
    Job job;
    Excuse excuse;
    Rank rank = Rank::urgent;
  };
  // What a job left: what is to follow it, or its exception and who is to be told.
  struct Done {
    Finish finish;
    std::exception_ptr problem;
    Excuse excuse;
  };

  void work();
  void add_thread();
  void run_one_here();                                 // where there is no thread at all
  std::optional<Task> take(std::size_t most_patient);  // with the mutex held; nothing: none may begin
  std::size_t most_patient() const;                    // with the mutex held
  static Done done_by(Task& task);                     // runs it
  static void finish(const Done& done);                // on the coordinator's thread

  std::size_t most_;
  StartThread start_thread_;
  std::size_t running_ = 0;  // started and not finished; coordinator's thread only
  std::mutex mutex_;
  std::condition_variable job_ready_;
  std::condition_variable job_done_;
  std::deque<Task> urgent_;
  std::deque<Task> patient_;
  std::size_t patient_running_ = 0;
  std::vector<Done> done_;
  std::size_t working_ = 0;  // threads that take jobs
  std::size_t idle_ = 0;     // of those
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postq
