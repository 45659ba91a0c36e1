#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/flush.h"
#include "app/sync.h"
#include "app/workers.h"

namespace postq {

// The part of a flush that sends: claim, prepare, intent, send, record, for accounts whose locks are held. Accounts go
// in parallel, each strictly in order; only the thread that calls run() touches the store.
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
    Outside outside;
  };

  Publisher(Parts parts, const FlushOptions& options, FlushReport& report);
  ~Publisher();

  // Looks for lost attempts of these accounts, as their platforms allow.
  Status settle(const std::vector<Account>& accounts);
  // Reads the timelines of those accounts that can be read, and what people say to them.
  Status read_timelines(const std::vector<Account>& accounts);
  // Claims and sends until nothing more may go.
  Status run(const std::vector<Account>& accounts);

 private:
  struct Flight;  // a claimed delivery on its way

  Status claim(bool& claimed_any);
  Status mark_store();
  void report_held(const Held& held);
  void prepare(Flight& flight);
  void prepared(Flight& flight, Result<Prepared> result);
  void send(Flight& flight);
  void answered(Flight& flight, const SendAnswer& answer);
  AttemptResult result_of(Flight& flight, const SendAnswer& answer);
  void fold_failure(Flight& flight, const SendAnswer& answer, AttemptResult& result);
  void give_back(Flight& flight, const Error& error, std::optional<TimePoint> ask_again_at);
  void give_back_limited(Flight& flight, const Error& error, TimePoint until);
  Status commit_step();
  void ask_again(AccountId account);
  void land(Flight& flight);
  Status named_trouble() const;
  void look_at_clock(const std::string& account, std::optional<Seconds> skew);
  bool stopping();
  void report_unreadable(const TimelineRead& read);
  Result<std::vector<Claimed>> lost_deliveries(const std::vector<AccountId>& ids);
  const Attempt* attempt_to_settle(const Claimed& claimed);  // nullptr: none, or not now
  bool repeats(const Claimed& claimed, const Attempt& attempt);
  void report_unheard(const TimelineRead& read);
  void report_withdrawn(const WithdrawnAnswer& answer);
  void settled(const Claimed& claimed, const Attempt& attempt, const SendAnswer& answer, const std::string& looked);
  void tell_sign_in_needed(const std::string& account, const Error& error);
  void tell(FlushEvent event);
  const Account& account_of(const Delivery& delivery) const;
  const Platform& platform_of(const Delivery& delivery) const;

  Parts parts_;
  const FlushOptions& options_;
  FlushReport& report_;
  std::map<AccountId, Account> accounts_;
  std::vector<AccountId> idle_;     // their turn goes on
  std::vector<AccountId> waiting_;  // ... once something lands
  std::set<AccountId> left_alone_;  // their platforms asked for it while lost attempts were looked for
  std::set<AccountId> unread_;      // whose timelines could not be read in this run
  std::map<DeliveryId, std::unique_ptr<Flight>> flights_;
  Step step_;                             // results and intents that wait for the next commit
  std::vector<DeliveryId> starting_;      // whose intents are in step_, in order
  std::vector<FlushEvent> after_commit_;  // told once the step is durable
  std::vector<DeliveryId> landing_;       // finished with the step
  bool asked_once_ = false;               // with options_.only
  bool marked_ = false;                   // the state folder knows that this run sends
  Status trouble_;                        // of the store, met in a finisher
  Workers workers_;                       // last: its threads end before what they use
};

}  // namespace postq
