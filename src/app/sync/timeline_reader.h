#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/sync/sync.h"
#include "app/sync/workers.h"

namespace postq {

// What an account's timeline is asked for, fixed before its thread starts.
struct TimelineQuestion {
  Account account;
  const Platform* platform = nullptr;
  TimelineRequest request;
  std::vector<std::string> schedulers;
};

// On any thread.
Result<TimelineReading> ask_for_timeline(const TimelineQuestion& question, PlatformContext& context);

// Reads accounts on the threads of `workers`, each as read_timelines() says, and stores what they bring on the
// coordinator's. `told` hears once of each account that was started, unless the store is in trouble.
class TimelineReader {
 public:
  // All of it alive while the workers run.
  struct Parts {
    World& world;
    Store& store;
    const Config& config;
    StateFiles& state;
    PlatformContext context;
    Workers& workers;
  };
  using Told = std::function<void(const TimelineRead&)>;

  TimelineReader(Parts parts, Told told, ReadOptions options)
      : parts_(std::move(parts)), told_(std::move(told)), options_(std::move(options)) {}

  // Errors are the store's.
  Status start(const Account& account);
  const Status& trouble() const { return trouble_; }  // of the store, met while something was stored

 private:
  Result<TimelineQuestion> question_for(const Account& account, const Platform& platform);
  Status leave_alone(const Account& account);
  void finish(const Account& account, std::chrono::nanoseconds until, const Result<TimelineReading>& reading);
  Status go_on_with_items(TimelineRead read, std::chrono::nanoseconds until);
  Status store_reading(TimelineRead& read, const TimelineReading& reading);
  Result<TimelineCount> count(const Account& account);
  std::chrono::nanoseconds end_of_time() const;
  template <class Ask>
  auto within(std::chrono::nanoseconds until, const Ask& ask);
  void keep(Status status);

  Parts parts_;
  Told told_;
  ReadOptions options_;
  Status trouble_;
};

}  // namespace postq
