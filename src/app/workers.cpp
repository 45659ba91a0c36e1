#include "app/workers.h"

#include <chrono>

namespace postq {

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
    if (jobs_.size() > idle_ && threads_.size() < most_) threads_.emplace_back([this] { work(); });
  }
  job_ready_.notify_one();
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    job_ready_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Finish finish = job();
    job = nullptr;  // what it holds goes before the coordinator hears of it
    lock.lock();
    done_.push_back(std::move(finish));
    job_done_.notify_one();
  }
}

std::size_t Workers::finish_some() {
  std::vector<Finish> done;
  {
    std::unique_lock lock(mutex_);
    job_done_.wait_for(lock, std::chrono::milliseconds{100}, [this] { return !done_.empty(); });
    done.swap(done_);
  }
  running_ -= done.size();
  for (const auto& finish : done) finish();
  return done.size();
}

}  // namespace postq
