#include <unistd.h>

#include <fstream>
#include <sys/stat.h>

#include "sqlite/database/migrations.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;

namespace {

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  ::chmod(path.c_str(), 0600);
}

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Error why_not(const StoreSettings& settings) {
  const auto store = open_store(settings);
  REQUIRE_FALSE(store);
  return store.error();
}

}  // namespace

TEST_CASE("a new queue is readable by its owner only") {
  Folder folder;
  const auto mask = ::umask(0);

  must(open_store(settings_for(folder.file())));
  ::umask(mask);

  struct stat status {};
  REQUIRE(::stat(folder.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a queue opened again is the same queue") {
  Folder folder;
  must(open_store(settings_for(folder.file())));

  auto settings = settings_for(folder.file(), StoreSettings::existing);
  settings.new_uuid = [] { return std::string("another"); };
  const auto store = must(open_store(settings));

  CHECK(must(store->identity()).uuid == "uuid-of-the-test");
  CHECK_FALSE(store->read_only());
}

TEST_CASE("the queue is durable and trusts no file") {
  Folder folder;
  must(open_store(settings_for(folder.file())));
  auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
  must(must(database->begin_write()).commit());

  CHECK(must(database->integer("PRAGMA synchronous")) == 2);
  CHECK(must(database->integer("PRAGMA foreign_keys")) == 1);
  CHECK(must(database->integer("PRAGMA trusted_schema")) == 0);
  CHECK(must(database->integer("PRAGMA cell_size_check")) == 1);
  CHECK(must(database->first("PRAGMA journal_mode", {}, [](const sqlite::Row& row) { return row.text(0); })) == "wal");
  CHECK_FALSE(database->run("SELECT load_extension('x')"));
  CHECK_FALSE(database->run("SELECT \"not a column\""));
  CHECK_FALSE(database->run("ATTACH ':memory:' AS other"));
  CHECK_FALSE(database->script("PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = ''"));
}

TEST_CASE("a queue that was copied without WAL gets it back with the first write") {
  Folder folder;
  must(open_store(settings_for(folder.file())));
  {
    auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
    must(database->script("PRAGMA journal_mode = DELETE"));
  }

  auto store = must(open_store(settings_for(folder.file())));
  must(store->set_zone("UTC", by_ann()));

  auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
  CHECK(must(database->first("PRAGMA journal_mode", {}, [](const sqlite::Row& row) { return row.text(0); })) == "wal");
}

TEST_CASE("without a file reading says how to begin") {
  Folder folder;

  const auto error = why_not(settings_for(folder.file(), StoreSettings::read_only_ok));

  CHECK(error.kind == ErrorKind::not_found);
  CHECK(error.hint == "postq account add NAME --platform PLATFORM");
  CHECK(::access(folder.file().c_str(), F_OK) != 0);
}

TEST_CASE("an empty file becomes a queue only where one may be made") {
  Folder folder;
  write_file(folder.file(), "");

  CHECK(why_not(settings_for(folder.file(), StoreSettings::existing)).kind == ErrorKind::storage);
  CHECK(std::filesystem::file_size(folder.file()) == 0);
  CHECK(open_store(settings_for(folder.file(), StoreSettings::create)));
}

TEST_CASE("a queue whose making was interrupted is made again") {
  Folder folder;
  write_file(folder.file(), "");
  {
    auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
    must(database->script("PRAGMA journal_mode = WAL"));
  }
  REQUIRE(std::filesystem::file_size(folder.file()) > 0);

  CHECK(open_store(settings_for(folder.file())));
}

TEST_CASE("a file that is no database is left as it is") {
  Folder folder;
  const std::string diary(5000, 'x');
  write_file(folder.file(), diary);

  const auto error = why_not(settings_for(folder.file()));

  CHECK(error.kind == ErrorKind::storage);
  CHECK(error.hint == "postq doctor");
  CHECK(read_bytes(folder.file()) == diary);
}

TEST_CASE("another program's database is left as it is") {
  Folder folder;
  write_file(folder.file(), "");
  {
    auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
    must(database->script("PRAGMA application_id = 7; CREATE TABLE notes (text)"));
  }
  const auto before = read_bytes(folder.file());

  const auto error = why_not(settings_for(folder.file()));

  CHECK(error.kind == ErrorKind::storage);
  CHECK(error.message.find("not a queue") != std::string::npos);
  CHECK(read_bytes(folder.file()) == before);
}

TEST_CASE("another program's database without an application id is left as it is") {
  Folder folder;
  write_file(folder.file(), "");
  {
    auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
    must(database->script("CREATE TABLE notes (text)"));
  }

  CHECK(why_not(settings_for(folder.file())).message.find("not a queue") != std::string::npos);
}

TEST_CASE("a newer postq's queue is left as it is") {
  Folder folder;
  must(open_store(settings_for(folder.file())));
  {
    auto database = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 0));
    must(database->script("PRAGMA user_version = 99"));
  }

  const auto error = why_not(settings_for(folder.file()));

  CHECK(error.kind == ErrorKind::storage);
  CHECK(error.message.find("newer postq") != std::string::npos);
  CHECK(error.hint == "install the newer postq");
}

TEST_CASE("a queue that others can write is not opened") {
  Folder folder;
  must(open_store(settings_for(folder.file())));
  for (const mode_t mode : {0620U, 0602U, 0666U}) {
    ::chmod(folder.file().c_str(), mode);

    const auto error = why_not(settings_for(folder.file()));

    CHECK(error.kind == ErrorKind::config);
    CHECK(error.hint == "chmod 600 " + folder.file());
  }
}

TEST_CASE("another user's queue is not opened, not even by root") {
  Folder folder;
  must(open_store(settings_for(folder.file())));
  if (::geteuid() != 0 || ::chown(folder.file().c_str(), 65534, 65534) != 0) return;  // only root can give files away

  const auto error = why_not(settings_for(folder.file()));

  CHECK(error.kind == ErrorKind::config);
  CHECK(error.message.find("belongs to nobody") != std::string::npos);
  CHECK(error.hint.find("sudo -u nobody postq") != std::string::npos);
}

TEST_CASE("a path is a path, never a URI") {
  Folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());

  for (const std::string path : {"file:x?mode=memory", ":memory:", "a%20b.db"}) {
    auto store = open_store(settings_for(path));

    CHECK(store);
    CHECK(std::filesystem::exists(folder.path() + "/" + path));
  }
  std::filesystem::current_path(before);
}

TEST_CASE("a folder is no queue") {
  Folder folder;

  CHECK(why_not(settings_for(folder.path())).kind == ErrorKind::storage);
}

TEST_CASE("a damaged page is reported and never repaired by force") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  for (int n = 0; n < 200; ++n) {
    add_post(queue.store, {.texts = {std::string(500, 'a')}, .accounts = {account}, .key = std::to_string(n)});
  }
  queue.owner.reset();
  {
    std::fstream file(queue.folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    // The schema stays readable; tables behind it don't.
    for (std::streamoff page = 60; page < 75; ++page) {
      file.seekp(page * 4096);
      file << std::string(4096, '\xAA');
    }
  }
  auto store = must(open_store(settings_for(queue.folder.file(), StoreSettings::existing)));

  const auto health = must(store->health(true));

  REQUIRE_FALSE(health.problems.empty());
  CHECK(health.problems.front().find("damaged") != std::string::npos);
  ErrorKind kind = ErrorKind::bug;
  for (std::int64_t id = 1; id <= 200; ++id) {
    const auto post = store->post(PostId{id});
    if (!post) kind = post.error().kind;
  }
  CHECK(kind == ErrorKind::storage);
}

TEST_CASE("somebody else's write lock means try later") {
  Queue queue;
  auto other = queue.rows();
  const auto held = must(other->begin_write());
  auto settings = settings_for(queue.folder.file());
  settings.busy_timeout_ms = 1;
  const auto store = must(open_store(settings));

  const auto status = store->set_zone("UTC", by_ann());

  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::try_later);
  CHECK(status.error().message == "another postq is writing to the queue");
  CHECK(store->accounts());  // readers don't wait
}

TEST_CASE("a queue that is replaced under a running postq gets no more writes") {
  Queue queue;
  std::filesystem::rename(queue.folder.file(), queue.folder.file("moved.db"));

  const auto status = queue.store.set_zone("UTC", by_ann());

  REQUIRE_FALSE(status);
  CHECK(status.error().kind == ErrorKind::storage);
  CHECK(status.error().message.find("was moved or replaced") != std::string::npos);
}

TEST_CASE("reading goes on where the folder can't be written") {
  if (::geteuid() != 0) return;  // only root can become somebody who may not write
  Folder folder;
  {
    const auto store = must(open_store(settings_for(folder.file())));
    add_post(*store, {.accounts = {add_account(*store, "feed")}});
  }
  constexpr uid_t kNobody = 65534;
  REQUIRE(::chown(folder.file().c_str(), kNobody, kNobody) == 0);
  ::chmod(folder.path().c_str(), 0555);
  REQUIRE(::seteuid(kNobody) == 0);

  auto store = open_store(settings_for(folder.file(), StoreSettings::read_only_ok));
  const auto posts = store ? must((*store)->list({})).size() : 0;
  const auto write = store ? (*store)->set_zone("UTC", by_ann()) : Status();
  const auto refused = open_store(settings_for(folder.file(), StoreSettings::create));
  const auto refused_write = refused ? (*refused)->set_zone("UTC", by_ann()) : Status(pass_on(refused.error()));
  REQUIRE(::seteuid(0) == 0);

  CHECK(posts == 1);
  REQUIRE_FALSE(write);
  CHECK(write.error().kind == ErrorKind::storage);
  CHECK(write.error().message.find("can only be read") != std::string::npos);
  REQUIRE_FALSE(refused_write);
  CHECK(refused_write.error().message.find(folder.file()) != std::string::npos);
}
