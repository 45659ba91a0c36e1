#pragma once

#include <string>

#include <postq/policy/policy.h>
#include <postq/ports/store.h>

namespace postq {

// How far the counts of an account may be relied on, in words that everybody who speaks of them shares.
struct Counting {
  bool in_part = false;    // its timeline was read, and not back to where the window begins
  std::string doubt;       // why they may not be relied on, see count_doubt(); empty: they may
  std::string leaves_out;  // what they lack all the same; empty: nothing
};

// `snapshot` with its reading as flush will find it, see expect_reading().
Result<Counting> counting_of(Store& store, const Account& account, const Snapshot& snapshot,
                             const RuleContext& context);

}  // namespace postq
