// What the author of a post by hand gets looked up before it goes out.
#include "app/compose/compose.h"

#include "app/review_world.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::test;

namespace {

struct ByHand {
  ByHand() {
    world.known_platforms.paper.facts.resolves = true;
    world.add_account("site");
  }
  Result<Composed> composed() {
    ComposeRequest request;
    request.text = "Thanks @mira";
    request.to = {"site"};
    request.origin = Origin::hand_written;
    return compose(world, world.queue(), request);
  }
  ReviewWorld world;
};

}  // namespace

TEST_CASE("what a post by hand mentions is looked up before it is queued, and stays what it is") {
  ByHand by_hand;
  by_hand.world.known_platforms.paper.mention_target = "did:paper:mira";
  auto composed = by_hand.composed();
  REQUIRE(composed);
  REQUIRE_FALSE(composed->contents[0].content.resolved);

  REQUIRE(resolve_all(by_hand.world, *composed));
  const auto added = enqueue(by_hand.world, by_hand.world.queue(), *composed, {});

  REQUIRE(added);
  const auto stored = content_from_document(by_hand.world.delivery(added->post).document);
  REQUIRE(stored);
  CHECK(stored->resolved);
  REQUIRE(stored->parts[0].facets.size() == 1);
  CHECK(stored->parts[0].facets[0].target == "did:paper:mira");
  CHECK(composed->contents[0].digest == sha256(composed->contents[0].document));
}

TEST_CASE("a post by hand whose mention can't be looked up now isn't queued half") {
  ByHand by_hand;
  auto composed = by_hand.composed();
  REQUIRE(composed);

  const Status status = resolve_all(by_hand.world, *composed);

  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::try_later);
  CHECK(status.error().message == "paper.example can't be reached");
}

TEST_CASE("a post with nothing to look up contacts nobody") {
  ByHand by_hand;
  by_hand.world.known_platforms.paper.facts.resolves = false;
  auto composed = by_hand.composed();
  REQUIRE(composed);

  REQUIRE(resolve_all(by_hand.world, *composed));

  CHECK(by_hand.world.known_platforms.paper.resolved == 0);
}

TEST_CASE("a post by hand that became too long by what was looked up is known to be") {
  ByHand by_hand;
  by_hand.world.known_platforms.paper.mention_target = "did:paper:mira";
  by_hand.world.known_platforms.paper.mention_first = "@tom@ruby.social ";
  by_hand.world.known_platforms.paper.text_on["site"] = 20;
  auto composed = by_hand.composed();
  REQUIRE(composed);
  REQUIRE(composed->fits());

  REQUIRE(resolve_all(by_hand.world, *composed));

  CHECK_FALSE(composed->fits());
  CHECK(composed->contents[0].length == 29);
}
