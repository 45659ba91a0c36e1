#pragma once

#include <map>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// When something could last have been sent on an account, which the rule `late` asks: what the queue has recorded of
// failures, and when a flush last came to its end, which marks in the state folder tell. Without these, the last post
// that went out stands for the last flush: rather too long a gap than none.

// As it was before this run: what works again now was no chance before.
Result<LastChance> last_chance(const StateFiles& state, Store& store, const Account& account,
                               const PolicySettings& settings, TimePoint now);

// How long runs of flush that nobody watches usually lie apart; zero: not known.
Seconds usual_wait(const StateFiles& state);

// Fills in what the rule `late` needs: for why, review, dry run and simulate; the claim counts for itself. With a clock
// that somebody fixed to look ahead, flush is taken to come by all the time.
Status expect_flush(World& world, Store& store, const Account& account, const PolicySettings& settings,
                    Snapshot& snapshot);

// Remembers whether the account's timeline can't be read for want of a sign-in.
void note_why_unreadable(StateFiles& state, const Account& account, ErrorKind kind);

// The chances of a flush's accounts, read before it reads or settles anything. An outage that is over, and during which
// nothing was left undone, is forgotten, so that a later one isn't taken for the same.
class LastChances {
 public:
  static Result<LastChances> read(World& world, Store& store, const std::vector<Account>& accounts);
  void tell(const Account& account, Snapshot& snapshot) const;

 private:
  std::map<AccountId, LastChance> chances_;
  TimePoint read_at_{};
  Seconds usual_wait_{};
};

// A flush came to its end: everything due on all accounts could be tried, or on one. `watched`: by a person, whose runs
// say nothing of how often the timer's come.
struct FinishedRun {
  TimePoint began;
  std::string account;  // empty: all
  bool watched = false;
};
void remember_run(World& world, StateFiles& state, const FinishedRun& run);

// A flush came by while the file STOP was there.
void remember_stop(World& world, StateFiles& state);

}  // namespace postq
