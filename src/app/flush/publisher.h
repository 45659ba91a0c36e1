#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/flush/flush.h"
#include "app/flush/last_chance.h"
#include "app/sync/sync.h"
#include "app/sync/timeline_reader.h"
#include "app/sync/workers.h"

namespace postq {

// One pass over accounts: each is read, locked, settled, and sends what it may, at its own pace, so that a slow server
// keeps nobody else waiting. Only the thread that calls run() touches the store; what is ready together shares one
// commit.
class Publisher {
 public:
  // What the publisher needs, all of it alive while it runs. `config`, `zone` and the ports come up before it starts,
  // so that nothing can fail half-way for lack of them.
  struct Parts {
    World& world;
    Store& store;
    const Config& config;
    const Zone& zone;
    StateFiles& state;
    Locks& locks;
    PlatformContext context;
    const LastChances& chances;
  };

  Publisher(Parts parts, const FlushOptions& options, FlushReport& report);
  ~Publisher();

  Status run(const std::vector<Account>& accounts);

 private:
  struct Flight;  // a claimed delivery on its way

  // Where an account is in this run.
  enum class Stage : std::uint8_t {
    unread,      // to be read, without its lock
    reading,     //
    read,        // wants its lock
    settling,    // locked from here on; its lost attempts are looked for, one after the other
    ready,       // claims, as long as there is something
    uncredited,  // without its lock: what it saw first gives credit once all accounts are read
    done,
  };
  struct Turn {
    Account account;
    const Platform* platform = nullptr;
    Stage stage = Stage::read;
    std::unique_ptr<Lock> lock;
    std::chrono::nanoseconds waits_since{0};  // for its lock
    bool was_read = false;                    // its timeline, in this run, as far as it had to be
    std::int64_t gained = 0;                  // ... by hand, with that
    bool waits_for_others = false;            // what is next there goes together with what isn't ready yet
    bool is_settled = false;
    bool has_repeated = false;  // one repeat in a run
    std::deque<Claimed> lost;   // to be looked for
    std::optional<Seconds> clock_skew;
    TimePoint last_begun{};  // the second in which its last part began, and that part's place in it
    int last_place = 0;
  };

  // publisher_turns.cpp: accounts
  void begin(const std::vector<Account>& accounts);
  Stage first_stage(Turn& turn);
  Result<bool> must_be_read_first(const Turn& turn);
  void start_readings();
  Status start_reading(Turn& turn);
  void ask_for_clock(Turn& turn);
  void was_read(const TimelineRead& read);
  void go_for_lock(Turn& turn);
  Status take_locks();
  bool try_lock(Turn& turn);
  void lock_is_busy(Turn& turn);
  Status settle_and_open(const std::vector<AccountId>& locked);
  void open(Turn& turn);
  void end(Turn& turn);
  void end_idle_turns();
  void end_waiting_turns();
  void credit_what_was_read();
  bool is_any(Stage stage) const;
  bool is_any_to_be_read() const;
  bool is_under_way(const Turn& turn) const;
  bool waits_for_a_date(const Turn& turn) const;
  bool is_over(bool claimed_any) const;
  bool stopping();
  bool heeds_stop() const;  // whether the file STOP ends this run
  bool only_looks() const { return options_.only_look || options_.while_stopped; }
  bool is_late() const;  // the time of this run is over: nothing new begins
  void report_unreadable(const TimelineRead& read);
  void report_unheard(const TimelineRead& read);
  void report_withdrawn(const WithdrawnAnswer& answer);
  void tell_about_account(const Account& account, const Error& error, bool news);
  void look_at_clock(const Account& account, std::optional<Seconds> skew);
  Status look_at_queue_clock();

  // publisher_looks.cpp: lost attempts
  Status find_lost(Turn& turn);
  void settle_next(Turn& turn);
  bool settle_one(Turn& turn, const Claimed& claimed);
  const Attempt* attempt_to_settle(const Claimed& claimed);  // nullptr: none, or not now
  bool may_still_repeat(const Claimed& claimed) const;
  bool repeats(const Claimed& claimed, const Attempt& attempt) const;
  // What became of a repeat that is harmless.
  enum class Repeated : std::uint8_t {
    asked,      // the server was
    not_now,    // a later run may
    forbidden,  // by a pause, or a doubt about it
  };
  Repeated repeat(Turn& turn, const Claimed& claimed, const Attempt& attempt, const ApprovedDelivery& approved);
  bool look(Turn& turn, const Claimed& claimed, const Attempt& attempt, const ApprovedDelivery& approved);
  void ask_whether_out(Turn& turn, const Attempt& attempt, const ApprovedDelivery& approved, Look wanted,
                       const std::function<void(const Settlement&)>& done);
  void leave_to_a_person(const Claimed& claimed, const Attempt& attempt);
  static std::string hint_for(const Delivery& delivery, const std::vector<std::string>& candidates);
  bool store_settled(const AttemptResult& result);
  void settled(const Claimed& claimed, const Attempt& attempt, const SendAnswer& answer, const Settlement& found);
  void tell_sign_in_needed(const std::string& account, const Error& error);
  static std::optional<FlushEvent> deviation_event(const Delivery& delivery, const Deviation& deviation);
  const Attempt* attempt_to_look_for(const Flight& flight) const;  // nullptr: nothing of this part can be out
  void look_first(Flight& flight, const Attempt& attempt);
  void looked_first(Flight& flight, const Attempt& attempt, const Settlement& found);
  void found_first(Flight& flight, AttemptId attempt, const Settlement& found);
  void found_older(Flight& flight, AttemptId attempt, const Settlement& found);

  // publisher.cpp: claim, prepare, intent, send, record
  Status claim(bool& claimed_any);
  ClaimRequest claim_request();
  Judgement judge_in_run(const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context,
                         AccountId account);
  bool is_any_coming(const std::string& blocked_by) const;
  Result<bool> waits_for_credit(const Turn& turn);
  Status leave_the_uncredited();
  void take_off(Claimed claimed);
  Status mark_store();
  void report_held(const Held& held);
  void mark_asked_for(FlushEvent& event, const Verdict& verdict) const;
  void begin_part(Flight& flight);
  void prepare(Flight& flight);
  void prepared(Flight& flight, Result<Prepared> result);
  void send(Flight& flight);
  void answered(Flight& flight, const SendAnswer& answer);
  void go_on_behind(Flight& flight, const Receipt& receipt);
  AttemptResult result_of(Flight& flight, const SendAnswer& answer);
  void fold_failure(Flight& flight, const SendAnswer& answer, AttemptResult& result);
  void give_back(Flight& flight, const Error& error, std::optional<TimePoint> ask_again_at);
  void give_back_limited(Flight& flight, const Error& error, TimePoint until);
  void give_back_untried(DeliveryId delivery, const std::string& why);
  PlatformContext outside_to_send() const;
  Status commit_step();
  Result<CommitResult> commit_apart(const Step& step);
  void ask_again(AccountId account);
  void land(Flight& flight);
  Status named_trouble() const;
  void give_back_the_unbegun();
  void tell(FlushEvent event);
  const Account& account_of(const Delivery& delivery) const;
  const Platform& platform_of(const Delivery& delivery) const;

  Parts parts_;
  const FlushOptions& options_;
  FlushReport& report_;
  std::chrono::nanoseconds begun_{0};
  std::map<AccountId, Turn> turns_;
  std::vector<AccountId> order_;    // in which they begin
  std::vector<AccountId> idle_;     // ready to be asked what may go
  std::vector<AccountId> waiting_;  // ... once something lands, or another account is ready
  std::map<DeliveryId, std::unique_ptr<Flight>> flights_;
  Step step_;                             // results and intents that wait for the next commit
  std::vector<DeliveryId> starting_;      // whose intents are in step_, in order
  std::vector<FlushEvent> after_commit_;  // told once the step is durable
  std::vector<DeliveryId> landing_;       // finished with the step
  bool asked_once_ = false;               // with options_.only
  bool marked_ = false;                   // the state folder knows that this run sends
  Status trouble_;                        // of the store, met in a finisher
  TimelineReader reader_;
  Workers workers_;  // last: its threads end before what they use
};

}  // namespace postq
