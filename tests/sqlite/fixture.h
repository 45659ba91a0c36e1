#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "sqlite/database/database.h"
#include "sqlite/open_store.h"
#include "support/catch.h"
#include "support/store_builders.h"

namespace postq::test {

// A folder of its own, gone with the test; in memory where there is such a place, because every commit is synced.
class Folder {
 public:
  Folder() {
    const bool in_memory = ::access("/dev/shm", W_OK) == 0;
    std::string pattern =
        (in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "postq-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name = "postq.db") const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline StoreSettings settings_for(const std::string& path, StoreSettings::Mode mode = StoreSettings::create) {
  StoreSettings settings;
  settings.path = path;
  settings.mode = mode;
  settings.new_uuid = [] { return std::string("uuid-of-the-test"); };
  settings.now = kNoon;
  return settings;
}

// A queue in a file, and a second connection to look (or tamper) at the rows.
struct Queue {
  Folder folder;
  std::unique_ptr<Store> owner = must(open_store(settings_for(folder.file())));
  Store& store = *owner;

  std::unique_ptr<sqlite::Database> rows() {
    return must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 1000));
  }
  std::int64_t count(std::string_view sql) { return must(rows()->integer(sql)); }
  void tamper(std::string_view sql) { must(rows()->script(sql)); }
  // What a hand with another program can do: it drops the triggers first, and puts them back.
  void harm(const std::string& sql) {
    std::string triggers;
    std::string drops;
    const auto other = this->rows();
    must(other->each("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", {}, [&](const sqlite::Row& row) {
      drops += "DROP TRIGGER " + row.text(0) + ";";
      triggers += row.text(1) + ";";
    }));
    must(other->script("PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0;" + drops + sql + ";" + triggers));
  }
  std::vector<std::string> problems(bool full = false) { return must(store.health(full)).problems; }
};

}  // namespace postq::test
