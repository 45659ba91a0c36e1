// How long a key is kept where servers know it for an hour, and how they take it.
#include "platforms/mastodon/fixture.h"

using namespace postq;
using namespace postq::testing;
using namespace std::chrono_literals;

namespace {

using Software = FakeMastodon::Software;

Attempt attempt_with(const std::string& key, TimePoint at, Outcome outcome) {
  Attempt attempt;
  attempt.part = 1;
  attempt.key = key;
  attempt.started_at = at;
  attempt.ended_at = at;
  attempt.outcome = outcome;
  attempt.answered = true;
  return attempt;
}

}  // namespace

TEST_CASE("Mastodon's key is kept for 45 minutes from its first use, by every copy of the database") {
  MastodonBench bench;
  const ApprovedDelivery delivery = bench.delivery(draft_of({"hello"}));
  std::vector<Attempt> earlier;
  const auto key = [&](TimePoint now) { return bench.mastodon.request_key(bench.account, delivery, 1, earlier, now); };
  const std::string first = key(kNow);
  CHECK(first == key(kNow + 30s));

  for (const auto outcome : {Outcome::not_sent, Outcome::refused, Outcome::absent, Outcome::unconfirmed}) {
    earlier.push_back(attempt_with(first, kNow + 10min, outcome));
    CHECK(key(kNow + 54min) == first);
  }
  const std::string second = key(kNow + 55min);
  CHECK(second != first);
  earlier.push_back(attempt_with(second, kNow + 55min, Outcome::not_sent));
  CHECK(key(kNow + 99min) == second);
  CHECK(key(kNow + 100min) != second);
  CHECK(key(kNow + 100min) != first);
  CHECK(bench.mastodon.request_key(bench.account, delivery, 2, earlier, kNow) != first);
  CHECK(bench.mastodon.request_key(bench.account, bench.delivery(draft_of({"other"})), 1, earlier, kNow) != first);
}

TEST_CASE("Pixelfed gets a new key after a definite refusal, and keeps it while it may have been taken") {
  MastodonBench bench(Software::pixelfed);
  const ApprovedDelivery delivery = bench.delivery(draft_of({"hello"}));
  const auto key = [&](const std::vector<Attempt>& earlier) {
    return bench.mastodon.request_key(bench.account, delivery, 1, earlier, kNow + 1min);
  };
  const std::string first = key({});

  for (const auto outcome : {Outcome::not_sent, Outcome::unconfirmed}) {
    CHECK(key({attempt_with(first, kNow, outcome)}) == first);
  }
  for (const auto outcome : {Outcome::refused, Outcome::absent}) {
    CHECK(key({attempt_with(first, kNow, outcome)}) != first);
  }
}

TEST_CASE("a kept key with new pictures brings the first post back, also when its pictures had expired") {
  MastodonBench bench;
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft);
  PartContext facts;
  facts.now = bench.now;
  facts.key = bench.mastodon.request_key(bench.account, delivery, 1, {}, bench.now);
  const auto send = [&] {
    facts.uploads = bench.mastodon.prepare(bench.account, delivery, facts, bench.context)->uploads;
    const PreparedRequest outgoing{1, 1, facts.key, *bench.mastodon.body(bench.account, delivery, facts)};
    return bench.mastodon.send(bench.account, delivery, outgoing, bench.context);
  };
  bench.server.after_creating(Behaviour::answer(429, "{}").with("Retry-After", "5"));
  REQUIRE(send().outcome == Outcome::not_sent);
  const std::string used = facts.uploads[0].remote_ref;

  const SendAnswer again = send();

  CHECK(facts.uploads[0].remote_ref != used);
  REQUIRE(again.outcome == Outcome::sent);
  CHECK(again.receipt.remote_id == bench.server.statuses[0].id);
  CHECK(bench.server.statuses.size() == 1);
}
