#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <postq/policy/policy.h>
#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// Why something has not gone out (or when and where it did), and what a person can type about it.
struct Explanation {
  struct Moment {
    TimePoint at;
    std::string what;
  };

  std::string name;                   // "12@bsky", or an account's
  std::string standing;               // stable: "held", "to-review", "scheduled", ... see explain.cpp
  std::string headline;               // one or two sentences; they say the name
  std::string rule;                   // what holds it, when a rule does
  std::optional<TimePoint> earliest;  // when time alone lets it go, if that is known
  std::vector<std::pair<std::string, std::string>> facts;  // label and text, in order
  std::vector<Moment> history;                             // oldest first
  std::string remedies_title;
  std::vector<Remedy> remedies;    // best first
  std::vector<std::string> notes;  // what else there is to know
};

// For one delivery of the post.
Result<Explanation> explain(World& world, Store& store, const PostDetail& post, const DeliveryDetail& detail);

// For the account itself: what would hold a scheduled post now.
Result<Explanation> explain_account(World& world, Store& store, const Account& account);

}  // namespace postq
