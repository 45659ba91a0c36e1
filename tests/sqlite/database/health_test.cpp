#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

struct Sick {
  Queue queue;
  Account account = add_account(queue.store, "feed");
  PostDetail sent_post = add_approved(queue.store, {.accounts = {account}, .key = "sent"});

  Sick() {
    send_all(queue.store, account);
    add_approved(queue.store, {.texts = {"doubtful"}, .accounts = {account}, .key = "doubtful"});
    const auto delivery = claim(queue.store, {account}).claimed.front().delivery;
    record(queue.store, result_of(must(begin(queue.store, delivery)), delivery, Outcome::unconfirmed));
    add_approved(queue.store, {.texts = {"approved"}, .accounts = {account}, .key = "approved"});
  }
  void harm(const std::string& sql) { queue.harm(sql); }
  bool finds(const std::string& sentence) {
    for (const auto& problem : queue.problems()) {
      if (problem.find(sentence) != std::string::npos) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a sound queue has nothing to report") {
  Sick sick;

  const auto health = must(sick.queue.store.health(true));

  CHECK(health.problems.empty());
  CHECK(health.posts == 3);
  CHECK(health.schema_version == 4);
  CHECK(health.path == sick.queue.folder.file());
}

TEST_CASE("doctor finds what triggers would have refused") {
  struct Harm {
    std::string sql;
    std::string found;
  };
  for (const auto& [sql, found] : {
           Harm{"UPDATE deliveries SET approval_id = 1 WHERE id = 3", "3@feed is on its way without an approval"},
           Harm{"UPDATE deliveries SET revision = 9 WHERE id = 1", "1@feed is on its way without an approval"},
           Harm{"UPDATE deliveries SET state = 'queued' WHERE id = 1", "1@feed has all its receipts and is not sent"},
           Harm{"UPDATE deliveries SET state = 'queued' WHERE id = 2",
                "2@feed has an unconfirmed attempt and is not unconfirmed"},
           Harm{"UPDATE attempts SET outcome = 'absent' WHERE delivery_id = 2",
                "2@feed is unconfirmed without an unconfirmed attempt"},
           Harm{"UPDATE attempts SET outcome = NULL WHERE delivery_id = 2",
                "2@feed has a request in the air and is not being sent"},
           Harm{"DROP INDEX attempts_in_air; UPDATE attempts SET outcome = NULL", "feed has more than one request"},
           Harm{"UPDATE parts SET remote_id = NULL, sent_at = NULL WHERE delivery_id = 1",
                "1@feed is sent and lacks a receipt"},
           Harm{"UPDATE deliveries SET public_at = 5 WHERE id = 3", "3@feed counts as public, and nothing of it is"},
           Harm{"UPDATE deliveries SET public_at = NULL WHERE id = 1", "1@feed is public, at least in part"},
           Harm{"DELETE FROM parts WHERE delivery_id = 3", "3@feed has no parts"},
           Harm{"DELETE FROM timeline", "1@feed has a receipt that the timeline doesn't know"},
           Harm{"UPDATE approvals SET event_seq = 1 WHERE delivery_id = 3",
                "3@feed has an approval or rejection without"},
           Harm{"UPDATE approvals SET revision = 2 WHERE delivery_id = 3",
                "3@feed has an approval or rejection without"},
           Harm{"DELETE FROM contents WHERE digest = (SELECT digest FROM deliveries WHERE id = 3)",
                "points at a missing row of contents"},
           Harm{"DROP INDEX deliveries_due", "the index deliveries_due of the database is missing"},
           Harm{"CREATE TRIGGER evil AFTER INSERT ON posts BEGIN DELETE FROM parts; END",
                "the database has a trigger evil that postq didn't make"},
           Harm{"CREATE VIEW peek AS SELECT 1", "the database has a view peek that postq didn't make"},
       }) {
    Sick sick;
    sick.harm(sql);
    INFO(sql);
    CHECK(sick.finds(found));
  }
}

TEST_CASE("doctor misses a dropped trigger no more than a changed one") {
  Sick sick;
  sick.queue.tamper(
      "DROP TRIGGER events_no_delete; DROP TRIGGER events_no_update;"
      "CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END");

  CHECK(sick.finds("the trigger events_no_delete of the database is missing"));
  CHECK(sick.finds("the trigger events_no_update of the database is missing or was changed"));
}
