#include <postq/policy/reading.h>

#include "policy/builders.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::policy_test;

TEST_CASE("after a while without a flush nothing scheduled goes before the timeline was read") {
  const PolicySettings settings;
  const auto judged = [&](const Snapshot& account, const Candidate& candidate, std::optional<TimePoint> needed,
                          PastRules past = PastRules::no) {
    auto context = at(kNoon, settings);
    context.past = past;
    Judgement judgement;
    hold_until_read(judgement, account, candidate, context, needed);
    return judgement;
  };
  auto account = account_with(5, 0);
  account.read_at = kNoon - minutes{10};
  const auto needed = kNoon - minutes{5};
  const auto post = scheduled_for(kNoon);

  const auto held = judged(account, post, needed);
  CHECK_FALSE(held.allowed());
  CHECK(held.reach == Scope::account);
  CHECK(held.effect == Effect::none);
  CHECK(held.deciding()->rule == "reading");
  CHECK(held.deciding()->remedies.front().command == "postq sync bsky");

  CHECK(judged(account, post, std::nullopt).allowed());
  CHECK(judged(account, post, account.read_at).allowed());
  CHECK(judged(account, post, needed, PastRules::yes).allowed());
  auto by_hand = post;
  by_hand.origin = Origin::hand_written;
  CHECK(judged(account, by_hand, needed).allowed());
  auto unreadable = account;
  unreadable.readable = false;
  CHECK(judged(unreadable, post, needed).allowed());
  auto never_read = account;
  never_read.read_at.reset();
  CHECK_FALSE(judged(never_read, post, needed).allowed());
}

TEST_CASE("what another rule holds keeps that rule's reason") {
  const PolicySettings settings;
  auto judgement = judge(account_with(0, 0), scheduled_for(kNoon), at(kNoon, settings));
  REQUIRE(judgement.deciding()->rule == "ratio");
  const auto verdicts = judgement.verdicts.size();

  hold_until_read(judgement, account_with(0, 0), scheduled_for(kNoon), at(kNoon, settings), kNoon + minutes{1});

  CHECK(judgement.verdicts.size() == verdicts);
  CHECK(judgement.deciding()->rule == "ratio");
}
