#include "app/sync/workers.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <string>
#include <system_error>

namespace postq {

Error error_of_exception(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    return {ErrorKind::try_later, "there is too little memory for it now", {}, {}};
  } catch (const std::exception& exception) {
    return {ErrorKind::bug, std::string("postq went wrong: ") + exception.what(), "please report this", {}};
  } catch (...) {
    return {ErrorKind::bug, "postq went wrong", "please report this", {}};
  }
}

Workers::Workers(std::size_t most)
    : Workers(most, [](std::function<void()> call) { return std::thread(std::move(call)); }) {}

Workers::Workers(std::size_t most, StartThread start_thread) : most_(most), start_thread_(std::move(start_thread)) {
  threads_.reserve(most);
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    urgent_.clear();
    patient_.clear();
  }
  job_ready_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Workers::start(Job job, Excuse excuse, Rank rank) {
  ++running_;
  {
    const std::lock_guard lock(mutex_);
    auto& jobs = rank == Rank::urgent ? urgent_ : patient_;
    jobs.push_back({std::move(job), std::move(excuse), rank});
    done_.reserve(running_);  // a worker must not fail at handing over what it did
    if (urgent_.size() + patient_.size() > idle_ && working_ < most_) add_thread();
  }
  job_ready_.notify_one();
}

// A limit of the user or of a container is no reason not to send: half of what there is does it. The other half is left
// to the library that looks up hosts, which needs threads, too.
void Workers::add_thread() {
  try {
    threads_.push_back(start_thread_([this] { work(); }));
    ++working_;
  } catch (const std::system_error&) {
    most_ = working_ / 2;
    job_ready_.notify_all();
  }
}

// A slow server keeps a thread for as long as it is read; something is always left for what is to be sent.
std::size_t Workers::most_patient() const {
  return std::max<std::size_t>(1, most_ - most_ / 5);
}

std::optional<Workers::Task> Workers::take(std::size_t most_patient) {
  const bool patient = urgent_.empty();
  auto& jobs = patient ? patient_ : urgent_;
  if (jobs.empty() || (patient && patient_running_ >= most_patient)) return std::nullopt;
  std::optional<Task> task = std::move(jobs.front());
  jobs.pop_front();
  if (patient) ++patient_running_;
  return task;
}

// Memory may be what is missing, so an exception is only handed over: the coordinator, who can do something about it,
// puts it into words.
Workers::Done Workers::done_by(Task& task) {
  Done done;
  try {
    done.finish = task.job();
  } catch (...) {
    done.problem = std::current_exception();
    done.excuse = std::move(task.excuse);
  }
  task.job = nullptr;  // what it holds goes before the coordinator hears of it
  return done;
}

void Workers::finish(const Done& done) {
  if (!done.problem) return done.finish();
  if (!done.excuse) std::rethrow_exception(done.problem);
  done.excuse(error_of_exception(done.problem));
}

void Workers::run_one_here() {
  std::optional<Task> task;
  {
    const std::lock_guard lock(mutex_);
    if (working_ > 0) return;
    task = take(std::numeric_limits<std::size_t>::max());
  }
  if (!task) return;
  auto done = done_by(*task);
  const std::lock_guard lock(mutex_);
  if (task->rank == Rank::patient) --patient_running_;
  done_.push_back(std::move(done));
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    std::optional<Task> task;
    job_ready_.wait(lock, [&] {
      if (closing_ || working_ > most_) return true;
      task = take(most_patient());
      return task.has_value();
    });
    --idle_;
    if (!task) break;
    lock.unlock();
    auto done = done_by(*task);
    lock.lock();
    done_.push_back(std::move(done));
    if (task->rank == Rank::patient) --patient_running_;
    job_ready_.notify_one();  // a patient one may begin now
    job_done_.notify_one();
  }
  --working_;
  job_ready_.notify_one();  // what woke this one may have been meant for another
}

std::size_t Workers::finish_some() {
  run_one_here();
  std::vector<Done> done;
  {
    std::unique_lock lock(mutex_);
    job_done_.wait_for(lock, std::chrono::milliseconds{100}, [this] { return !done_.empty(); });
    done.swap(done_);
    done_.reserve(running_);
  }
  running_ -= done.size();
  std::exception_ptr problem;
  for (const auto& each : done) {
    try {
      finish(each);
    } catch (...) {
      if (!problem) problem = std::current_exception();  // what the others did is recorded first
    }
  }
  if (problem) std::rethrow_exception(problem);
  return done.size();
}

}  // namespace postq
