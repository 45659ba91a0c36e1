#pragma once

#include "support/store_builders.h"

// What its author sends: one delivery at a time, and no flush claims it.
namespace postq::test {

inline Claims claim_by_hand(Store& store, PostId post, const Account& account, TimePoint now = kNoon) {
  const Rules rules;
  auto request = claim_request(rules, {account}, now);
  request.only = delivery_on(store, post, account.name).id;
  return must(store.claim(request, by_ann(now)));
}

// Claims, sends and records every part.
inline void send_by_hand(Store& store, PostId post, const Account& account, TimePoint now = kNoon) {
  for (const auto& claimed : claim_by_hand(store, post, account, now).claimed) {
    for (const auto& part : claimed.parts) {
      const auto attempt = must(begin(store, claimed.delivery, part.n, now));
      record(store, sent(attempt, claimed.delivery, part.n, now), now);
    }
  }
}

}  // namespace postq::test
