#include <postq/base/digest.h>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct Log {
  Queue queue;
  Account account = add_account(queue.store, "feed");
  PostDetail post = add_approved(queue.store, {.accounts = {account}});

  // The rows as somebody with another program may leave them.
  void forge(const std::string& sql) {
    queue.tamper("DROP TRIGGER events_no_update; DROP TRIGGER events_no_delete;" + sql);
  }
  std::vector<std::string> problems() { return must(queue.store.verify_events()).problems; }
};

}  // namespace

TEST_CASE("an event says who did what to which post when, always in the same bytes") {
  Log log;

  const auto events = must(log.queue.store.events(log.post.id, 10));

  REQUIRE(events.size() == 2);
  CHECK(events[0].chain == "queue");
  CHECK(events[1].chain == "feed");
  CHECK(events[1].kind == "approved");
  CHECK(events[1].at == kNoon);
  const std::string begin =
      R"({"chain":"feed","chain_no":2,"at":1795348800,"kind":"approved","post":1,"delivery":1,"actor":"ann","agent":false,)"
      R"("details":{"digest":")" +
      log.post.deliveries.front().delivery.digest.hex() + R"(","revision":1,"how":"review","reason":""}})";
  CHECK(events[1].body == begin);
}

TEST_CASE("each event's hash covers its body and the hash before it") {
  Log log;
  const auto first = must(log.queue.store.events(std::nullopt, 100)).front();
  CHECK(first.kind == "created");
  CHECK(first.hash == sha256(std::string(32, '\0') + first.body));

  const auto check = must(log.queue.store.verify_events());

  CHECK(check.problems.empty());
  CHECK(check.events == 4);
  REQUIRE(check.heads.size() == 2);
  CHECK(check.heads[0].first == "feed");
  CHECK(check.heads[0].second == must(log.queue.store.events(log.post.id, 1)).front().hash);
}

TEST_CASE("the newest events are asked for by number") {
  Log log;

  const auto events = must(log.queue.store.events(std::nullopt, 2));

  REQUIRE(events.size() == 2);
  CHECK(events[0].seq + 1 == events[1].seq);
  CHECK(events[1].kind == "approved");
}

TEST_CASE("an event that was changed, moved or taken out is found") {
  Log log;
  REQUIRE(log.problems().empty());

  SECTION("another body") {
    log.forge("UPDATE events SET body = replace(body, 'ann', 'eve') WHERE kind = 'approved'");
    CHECK(log.problems() == std::vector<std::string>{"event 4 (feed 2) was changed: its hash doesn't fit"});
  }
  SECTION("another time in the columns only") {
    log.forge("UPDATE events SET at = at + 1 WHERE kind = 'approved'");
    CHECK(log.problems() == std::vector<std::string>{"event 4 (feed 2) says something else than its columns"});
  }
  SECTION("another kind in the columns only") {
    log.forge("UPDATE events SET kind = 'rejected' WHERE kind = 'approved'");
    CHECK(log.problems().size() == 2);  // and the approval's event is none now
  }
  SECTION("one taken out") {
    log.forge("DELETE FROM events WHERE kind = 'account added'");
    CHECK(log.problems().size() == 3);  // the number is missing, and so is the link; nothing says who the account is
  }
  SECTION("another beginning") {
    log.forge("UPDATE events SET prev = zeroblob(32) WHERE kind = 'approved'");
    CHECK(log.problems().size() == 2);
  }
}

TEST_CASE("a change and its event come together") {
  Log log;
  log.queue.tamper("CREATE TRIGGER no_more_events BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END");

  CHECK_FALSE(log.queue.store.cancel({log.post.deliveries.front().delivery.id}, by_ann()));
  CHECK_FALSE(log.queue.store.pause_all("x", by_ann()));

  CHECK(delivery_on(log.queue.store, log.post.id, "feed").approved());
  CHECK_FALSE(must(log.queue.store.stop_state()).paused);
}
