#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"
#include "sqlite/events/event_log.h"
#include "sqlite/publishing/snapshots.h"

namespace postq::sqlite {

// One claim for many accounts, inside the caller's write transaction. It reads, asks the pure rules, and does what they
// say; it writes only what changed.
class ClaimRun {
 public:
  ClaimRun(Database& db, const ClaimRequest& request, const AuditContext& audit)
      : db_(db), request_(request), events_(db, audit) {}

  Result<Claims> all();

 private:
  // An account's turn: what its rules need, and how far it got.
  struct Turn {
    Account account;
    const PolicySettings* settings = nullptr;
    Judge judge;
    RecentTexts recent;
    std::optional<Snapshot> snapshot;       // kept up to date with each claim
    std::optional<Judgement> account_hold;  // it ended the turn
    int under_way = 0;                      // sending, this run's among them
    bool waits = false;                     // for an account that is busy; it ended the turn
    std::string doubt;                      // why nothing of it goes
  };
  struct Due {
    DeliveryId id{};
    std::string remembered;  // the rule that held it the last time
    std::optional<TimePoint> remembered_at;
    std::optional<TimePoint> own_time;  // nothing: it has none, or has been told that it missed it
  };

  // The other deliveries of a post that goes together.
  struct Siblings {
    std::vector<DeliveryId> ids;
    std::string blocked_by;  // what keeps them from going, in words
    bool is_busy = false;    // another post is on its way to one of their accounts
  };

  Result<Turn*> turn_of(AccountId account);
  Result<const Snapshot*> snapshot_of(Turn& turn);
  Status take_turn(AccountId account);
  Result<std::vector<Due>> due_deliveries(AccountId account, bool missed);
  Result<std::vector<Asking>> overdue_of(Turn& turn);
  Status take_back_overdue(Turn& turn);
  Status remember_the_rest(const Turn& turn);
  Status expire_pending(Turn& turn);
  Status consider(Turn& turn, const Due& due);
  Status consider_only(Turn& turn, Asking asking);
  Status decide(Turn& turn, Asking asking, const Siblings& with);

  Result<bool> is_out_already(const Asking& asking, const Siblings& with);
  Result<std::string> doubt_of(const Turn& turn, const Asking& asking);
  Result<std::optional<Damaged>> damaged_sibling(const Delivery& delivery);
  Status take_back(const Delivery& delivery, const std::string& why);

  Result<Siblings> siblings_of(const Delivery& delivery);
  bool is_of_this_run(AccountId account) const;
  Result<std::string> why_not_now(const Delivery& sibling);

  bool has_room(const Turn& turn) const { return !turn.account_hold && turn.under_way < request_.per_account; }
  bool is_to_be_told(const Turn& turn, const Due& due) const;
  bool is_fresh(std::optional<TimePoint> remembered_at) const;
  Status apply(const Delivery& delivery, const Judgement& judgement);
  Status hold(Turn& turn, const Delivery& delivery, Judgement judgement);
  Status claim(Turn& turn, Asking asking, Judgement judgement);

  Database& db_;
  const ClaimRequest& request_;
  EventWriter events_;
  std::map<AccountId, Turn> turns_;
  std::set<DeliveryId> claimed_;
  Claims claims_;
};

}  // namespace postq::sqlite
