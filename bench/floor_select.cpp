// The floor of list, show, status and an idle flush: open the database, run one SELECT, exit.
#include <cstdio>

#include <sqlite3.h>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) return 1;
  if (sqlite3_prepare_v2(database, "SELECT id, draft FROM posts ORDER BY id DESC LIMIT 1", -1, &statement, nullptr) !=
          SQLITE_OK ||
      sqlite3_step(statement) != SQLITE_ROW) {
    return 1;
  }
  std::printf("%lld\n", static_cast<long long>(sqlite3_column_int64(statement, 0)));
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return 0;
}
