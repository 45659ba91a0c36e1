#include <fstream>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

// One sent delivery and one approved one, and a connection that plays a mistaken program.
struct Rows {
  Queue queue;
  Account account = add_account(queue.store, "feed");
  PostDetail sent_post = add_approved(queue.store, {.accounts = {account}, .key = "sent"});
  PostDetail approved_post;
  std::unique_ptr<sqlite::Database> rows;

  Rows() {
    send_all(queue.store, account);
    approved_post = add_approved(queue.store, {.accounts = {account}, .key = "approved"});
    rows = queue.rows();
  }
  std::string refusal_of(std::string_view sql) {
    const auto status = rows->script(sql);
    return status ? "" : status.error().message;
  }
};

}  // namespace

TEST_CASE("the schema is the one that was agreed on") {
  Queue queue;
  std::string schema;
  must(queue.rows()->each("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name", {},
                          [&](const sqlite::Row& row) { schema += row.text(0) + ";\n\n"; }));

  std::ifstream file(std::string(POSTQ_SOURCE_DIR) + "/tests/sqlite/database/golden_schema.sql");
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  // After a change on purpose: run this test with POSTQ_UPDATE_GOLDEN=1 and read the difference.
  if (::getenv("POSTQ_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(std::string(POSTQ_SOURCE_DIR) + "/tests/sqlite/database/golden_schema.sql") << schema;
  } else {
    CHECK(schema == golden);
  }
}

TEST_CASE("the triggers refuse what no code of postq may do") {
  Rows fixture;
  struct Forbidden {
    std::string_view sql;
    std::string_view says;
  };
  for (const auto& [sql, says] : {
           Forbidden{"UPDATE events SET body = '{}' WHERE seq = 1", "events are append-only"},
           Forbidden{"DELETE FROM events WHERE seq = 1", "events are append-only"},
           Forbidden{"UPDATE approvals SET person = 'eve'", "approvals are append-only"},
           Forbidden{"DELETE FROM approvals", "approvals are append-only"},
           Forbidden{"UPDATE contents SET document = '{}'", "contents are immutable"},
           Forbidden{"DELETE FROM contents", "contents are kept"},
           Forbidden{"UPDATE posts SET origin = 'hand-written' WHERE id = 2", "origin is fixed"},
           Forbidden{"UPDATE deliveries SET origin = 'hand-written' WHERE id = 2",
                     "origin, post and account are fixed"},
           Forbidden{"UPDATE deliveries SET post_id = 1 WHERE id = 2", "origin, post and account are fixed"},
           Forbidden{"UPDATE accounts SET remote_id = 'somebody-else'", "an account keeps its identity"},
           Forbidden{"UPDATE accounts SET platform = 'webhook'", "an account keeps its identity"},
           Forbidden{"UPDATE deliveries SET until_at = 5 WHERE id = 2", "what was approved changes only"},
           Forbidden{"UPDATE deliveries SET until_at = 5, approval_id = NULL WHERE id = 2", "raises the revision"},
           Forbidden{"UPDATE deliveries SET until_at = 5, revision = revision + 1, approval_id = NULL WHERE id = 1",
                     "what was approved changes only"},
           Forbidden{"UPDATE deliveries SET approval_id = NULL WHERE id = 2", "raises the revision"},
           Forbidden{"UPDATE deliveries SET revision = 0, approval_id = NULL WHERE id = 2", "raises the revision"},
           Forbidden{"UPDATE deliveries SET approval_id = 1, revision = 2 WHERE id = 2", "no approval of this content"},
           Forbidden{"UPDATE deliveries SET revision = revision + 1 WHERE id = 2", "no approval of this content"},
           Forbidden{"UPDATE deliveries SET state = 'queued' WHERE id = 1", "no such change of state"},
           Forbidden{"UPDATE deliveries SET state = 'sent', public_at = 1 WHERE id = 2", "no such change of state"},
           Forbidden{"INSERT INTO deliveries (post_id, account_id, origin, state, digest, public_at) "
                     "SELECT 2, 1, 'scheduled', 'sent', digest, 1 FROM deliveries LIMIT 1",
                     "a delivery is born queued and pending"},
       }) {
    INFO(sql);
    CHECK(fixture.refusal_of(sql).find(says) != std::string::npos);
  }
}

TEST_CASE("the tables refuse rows that make no sense") {
  Rows fixture;
  for (const std::string_view sql : {
           "UPDATE accounts SET secret_from = 'memory'",
           "UPDATE deliveries SET next_at = not_before - 1 WHERE id = 2",
           "UPDATE deliveries SET public_at = NULL WHERE id = 1",
           "UPDATE deliveries SET paused = 2 WHERE id = 2",
           "UPDATE posts SET draft = 'no json' WHERE id = 2",
           "UPDATE parts SET remote_id = 'x' WHERE delivery_id = 2",
           "INSERT INTO store (id, uuid, epoch) VALUES (2, 'x', 1)",
           "INSERT INTO accounts (name, platform, created_at) VALUES ('feed', 'feed', 1)",
           "INSERT INTO parts (delivery_id, n, account_id, remote_id, sent_at) VALUES (2, 2, 1, 'remote-1-1', 1)",
           ("INSERT INTO approvals (delivery_id, digest, revision, verdict, how, person, at, event_seq) "
            "SELECT 2, digest, 1, 'rejected', 'review', 'ann', 1, 1 FROM deliveries WHERE id = 2"),
           ("INSERT INTO attempts (delivery_id, part, account_id, idem_key, request, started_at, outcome) "
            "VALUES (2, 1, 1, 'k', x'00', 1, 'sent')"),
           "INSERT INTO media (digest, mime, bytes, added_at) VALUES (x'00', 'image/png', 1, 1)",
       }) {
    INFO(sql);
    CHECK(fixture.refusal_of(sql).find("constraint failed") != std::string::npos);
  }
}

TEST_CASE("an account has one request in the air at most") {
  Rows fixture;
  const auto attempt = [](int part) {
    return "INSERT INTO attempts (delivery_id, part, account_id, idem_key, request, started_at) VALUES (" +
           std::to_string(part) + ", 1, 1, 'k', x'00', 1)";
  };

  CHECK(fixture.refusal_of(attempt(1)).empty());
  CHECK(fixture.refusal_of(attempt(2)).find("UNIQUE") != std::string::npos);
}
