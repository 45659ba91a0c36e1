// The floor of add: open the database, insert the rows of one post with synchronous=FULL, exit. The rows are those that
// `postq add` writes for one account: post, content, delivery, part and event.
#include <unistd.h>

#include <cstdio>
#include <string>

#include <sqlite3.h>

namespace {

bool run(sqlite3* database, const std::string& sql) {
  return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) return 1;
  const std::string unique = std::to_string(getpid());
  const bool done =
      run(database, "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL; BEGIN IMMEDIATE") &&
      run(database,
          "INSERT INTO contents(digest, document, created_at) VALUES(randomblob(32), "
          "'{\"version\":1,\"platform\":\"feed\","
          "\"account\":\"site\",\"parts\":[{\"text\":\"A post of middling length, as people write them, " +
              unique + "\"}]}', 1)") &&
      run(database,
          "INSERT INTO posts(origin, client_key, request_digest, draft, author, created_at, changed_at) "
          "VALUES('scheduled', 'floor-" +
              unique +
              "' || hex(randomblob(8)), randomblob(32), '{\"version\":1,\"parts\":[{\"text\":\"A post of middling "
              "length, as people "
              "write them\"}]}', "
              "'anna', 1, 1)") &&
      run(database,
          "INSERT INTO deliveries(post_id, account_id, origin, digest) SELECT last_insert_rowid(), (SELECT id FROM "
          "accounts "
          "LIMIT 1), 'scheduled', (SELECT digest FROM contents LIMIT 1)") &&
      run(database,
          "INSERT INTO parts(delivery_id, n, account_id, fingerprint) SELECT last_insert_rowid(), 1, (SELECT id FROM "
          "accounts "
          "LIMIT 1), 12345") &&
      run(database,
          "INSERT INTO events(chain, chain_no, at, kind, body, prev, hash) SELECT 'queue', coalesce(max(chain_no), 0) "
          "+ 1, 1, "
          "'added', '{\"chain\":\"queue\",\"chain_no\":1,\"at\":1,\"kind\":\"added\",\"post\":1,\"actor\":\"anna\"}', "
          "zeroblob(32), randomblob(32) FROM events WHERE chain = 'queue'") &&
      run(database, "COMMIT");
  if (!done) {
    std::fprintf(stderr, "floor_add: %s\n", sqlite3_errmsg(database));
    return 1;
  }
  sqlite3_close(database);
  return 0;
}
