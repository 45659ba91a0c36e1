#include "sqlite/items_fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

TEST_CASE("a mention waits until an own post that replies to it is read") {
  Inbox inbox;
  CHECK(inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)}).fresh == 1);
  const auto waiting = must(inbox.store.items({}));
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.front().said.person.handle == "@mira");
  CHECK(waiting.front().waits());

  inbox.read_own("own-1", "m1", kNoon);

  CHECK(must(inbox.store.items({})).empty());
  const auto item = must(inbox.store.item(waiting.front().id));
  CHECK(item.state == ItemState::answered);
  CHECK(item.answered_by == "own-1");
  CHECK(item.settled_at == kNoon);
}
