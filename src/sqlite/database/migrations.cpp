#include "sqlite/database/migrations.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sqlite/archive/archive.h"
#include "sqlite/database/schema.h"
#include "sqlite/events/event_log.h"

namespace postq::sqlite {

namespace {

// user_version can't be bound; it is a number of ours.
Status set_version(Database& db, std::size_t version) {
  return db.script("PRAGMA user_version = " + std::to_string(version));
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!synced) return fail(ErrorKind::storage, "can't write " + path + ": " + std::strerror(why));
  return {};
}

// Complete or absent: written under another name first.
Status back_up_beside(Database& db, std::int64_t version) {
  const std::string target = db.path() + ".backup-v" + std::to_string(version);
  const std::string draft = target + "." + std::to_string(::getpid());
  ::unlink(draft.c_str());
  POSTQ_CHECK(db.copy_to(draft));
  auto synced = sync(draft, O_RDONLY);
  if (synced && std::rename(draft.c_str(), target.c_str()) != 0) {
    synced = fail(ErrorKind::storage, "can't write " + target + ": " + std::strerror(errno));
  }
  if (!synced) {
    ::unlink(draft.c_str());
    return synced;
  }
  return sync(folder_of(target), O_RDONLY | O_DIRECTORY);
}

}  // namespace

std::span<const Migration> known_migrations() {
  static const std::array kMigrations{Migration{kSchemaV1}, Migration{kSchemaV2}, Migration{kSchemaV3, fill_archive},
                                      Migration{kSchemaV4, set_letters_apart}};
  return kMigrations;
}

Result<FileVersion> read_version(Database& db) {
  FileVersion version;
  POSTQ_TRY(version.user_version, db.integer("PRAGMA user_version"));
  POSTQ_TRY(version.application_id, db.integer("PRAGMA application_id"));
  return version;
}

Status create_schema(Database& db, std::span<const Migration> migrations, const std::string& uuid, TimePoint now) {
  POSTQ_TRY(auto transaction, db.begin_write());
  // Another process may have been faster.
  POSTQ_TRY(const auto version, db.integer("PRAGMA user_version"));
  if (version != 0) return {};
  for (const auto& migration : migrations) POSTQ_CHECK(db.script(migration.sql));
  POSTQ_CHECK(db.script("PRAGMA application_id = " + std::to_string(kApplicationId)));
  POSTQ_CHECK(set_version(db, migrations.size()));
  POSTQ_CHECK(db.run("INSERT INTO store (id, uuid, epoch) VALUES (1, ?1, 1)", {uuid}));
  POSTQ_CHECK(append(db, {kQueueChain, "created", {}, {}, JsonObject().text("uuid", uuid)}, {{"postq", false}, now}));
  return transaction.commit();
}

Status migrate(Database& db, std::span<const Migration> migrations, std::int64_t version) {
  POSTQ_CHECK(back_up_beside(db, version));
  for (auto next = static_cast<std::size_t>(version); next < migrations.size(); ++next) {
    POSTQ_TRY(auto transaction, db.begin_write());
    // Another process may have taken this step while this one waited.
    POSTQ_TRY(const auto reached, db.integer("PRAGMA user_version"));
    if (static_cast<std::size_t>(reached) > next) continue;
    POSTQ_CHECK(db.script(migrations[next].sql));
    if (migrations[next].fill != nullptr) POSTQ_CHECK(migrations[next].fill(db));
    POSTQ_CHECK(set_version(db, next + 1));
    POSTQ_CHECK(transaction.commit());
  }
  return {};
}

}  // namespace postq::sqlite
