#include "app/workers.h"

#include <chrono>
#include <exception>
#include <system_error>

namespace postq {

namespace {

// What a job is to be followed by, or its exception, to be thrown where somebody can do something about it.
Workers::Finish finish_of(const Workers::Job& job) {
  try {
    return job();
  } catch (...) {
    return [problem = std::current_exception()] { std::rethrow_exception(problem); };
  }
}

}  // namespace

Workers::Workers(std::size_t most)
    : Workers(most, [](std::function<void()> call) { return std::thread(std::move(call)); }) {}

Workers::Workers(std::size_t most, StartThread start_thread) : most_(most), start_thread_(std::move(start_thread)) {
  threads_.reserve(most);
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    jobs_.clear();
  }
  job_ready_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Workers::start(Job job) {
  ++running_;
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (jobs_.size() > idle_ && working_ < most_) add_thread();
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

void Workers::run_one_here() {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    if (working_ > 0 || jobs_.empty()) return;
    job = std::move(jobs_.front());
    jobs_.pop_front();
  }
  Finish finish = finish_of(job);
  const std::lock_guard lock(mutex_);
  done_.push_back(std::move(finish));
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    job_ready_.wait(lock, [this] { return closing_ || !jobs_.empty() || working_ > most_; });
    --idle_;
    if (jobs_.empty() || working_ > most_) break;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Finish finish = finish_of(job);
    job = nullptr;  // what it holds goes before the coordinator hears of it
    lock.lock();
    done_.push_back(std::move(finish));
    job_done_.notify_one();
  }
  --working_;
  job_ready_.notify_one();  // what woke this one may have been meant for another
}

std::size_t Workers::finish_some() {
  run_one_here();
  std::vector<Finish> done;
  {
    std::unique_lock lock(mutex_);
    job_done_.wait_for(lock, std::chrono::milliseconds{100}, [this] { return !done_.empty(); });
    done.swap(done_);
  }
  running_ -= done.size();
  std::exception_ptr problem;
  for (const auto& finish : done) {
    try {
      finish();
    } catch (...) {
      if (!problem) problem = std::current_exception();  // what the others did is recorded first
    }
  }
  if (problem) std::rethrow_exception(problem);
  return done.size();
}

}  // namespace postq
