#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

TEST_CASE("a post goes from add to sent, and every step is an event") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");

  const auto post = add_post(queue.store, {.texts = {"hello"}, .accounts = {account}});
  CHECK(post.deliveries.front().delivery.pending());
  approve(queue.store, post.id);
  const auto claims = claim(queue.store, {account});
  REQUIRE(claims.claimed.size() == 1);
  const auto& claimed = claims.claimed.front();
  CHECK(claimed.delivery.state == DeliveryState::sending);
  CHECK(ApprovedDelivery::open(claimed.delivery, claimed.document, claimed.approval, account).has_value());
  const auto attempt = must(begin(queue.store, claimed.delivery));
  record(queue.store, sent(attempt, claimed.delivery));

  const auto detail = must(queue.store.post(post.id)).deliveries.front();
  CHECK(detail.delivery.state == DeliveryState::sent);
  CHECK(detail.delivery.public_at == kNoon);
  REQUIRE(detail.parts.front().receipt);
  CHECK(detail.parts.front().receipt->url == "https://example.org/remote-1-1");
  std::vector<std::string> kinds;
  for (const auto& event : must(queue.store.events(post.id, 50))) kinds.push_back(event.kind);
  CHECK(kinds == std::vector<std::string>{"added", "approved", "claimed", "attempt", "sent"});
  CHECK(must(queue.store.verify_events()).problems.empty());
  CHECK(queue.problems(true).empty());
}
