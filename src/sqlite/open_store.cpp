#include "sqlite/open_store.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "sqlite/database/secrets_out.h"
#include "sqlite/opening.h"
#include "sqlite/sqlite_store.h"

namespace postq {

namespace sqlite {

namespace {

constexpr std::int64_t kFirstWithoutSecrets = 4;

std::string user_name(uid_t user) {
  const auto* entry = ::getpwuid(user);
  return entry == nullptr ? "user " + std::to_string(user) : std::string(entry->pw_name);
}

struct FileState {
  bool exists = false;
  bool empty = true;
};

// Another user's queue is left alone even by root: a root-owned -wal would lock its owner out.
Result<FileState> check_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return FileState{};
    return fail(ErrorKind::storage, "can't open " + path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::storage, path + " is not a file");
  if (status.st_uid != ::geteuid()) {
    const auto owner = user_name(status.st_uid);
    return fail(ErrorKind::config, path + " belongs to " + owner + ", and this is " + user_name(::geteuid()),
                "sudo -u " + owner + " postq ..., or: chown " + user_name(::geteuid()) + " " + path);
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::config, "other users can write " + path, "chmod 600 " + path);
  }
  return FileState{true, status.st_size == 0};
}

Status make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno != EEXIST) {
    return fail(ErrorKind::storage, "can't make " + path + ": " + std::strerror(errno));
  }
  if (file >= 0) ::close(file);
  return {};
}

Error no_queue(const std::string& path) {
  return {
      ErrorKind::not_found, "there is no queue at " + path + " yet", "postq account add NAME --platform PLATFORM", {}};
}

// The first read. Only here it shows whether the file is a database, and whether SQLite can work on this disk at all.
Result<std::unique_ptr<Database>> open_and_read(const std::string& path, Database::Access access, int busy_timeout_ms,
                                                FileVersion& version, int& code) {
  POSTQ_TRY(auto database, Database::open(path, access, busy_timeout_ms));
  auto read = read_version(*database);
  code = database->last_code();
  if (!read) return pass_on(std::move(read).error());
  version = *read;
  return database;
}

Error why_read_only(const std::string& path) {
  struct statvfs disk {};
  const bool known = ::statvfs(path.c_str(), &disk) == 0;
  if (known && (disk.f_flag & ST_RDONLY) != 0) {
    return {ErrorKind::storage, "the file system is read-only: " + path + " can't be written", {}, {}};
  }
  if (known && disk.f_bavail == 0) {
    return {ErrorKind::storage, "no space left to write " + path, "free some space, then type it again", {}};
  }
  return {ErrorKind::storage, path + " can only be read: its folder can't be written", {}, {}};
}

// What an interrupted write left must be read with locks and a writable folder; without it the file alone is complete.
bool has_wal(const std::string& path) {
  struct stat status {};
  return ::stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

bool can_write_beside(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return ::access(folder.c_str(), W_OK) == 0 && ::access(path.c_str(), W_OK) == 0;
}

Status check_version(Database& db, const FileVersion& version, std::span<const Migration> migrations,
                     const StoreSettings& settings, const TakeSecrets& take) {
  const auto& path = db.path();
  const auto known = static_cast<std::int64_t>(migrations.size());
  if (version.application_id == 0 && version.user_version == 0 && settings.mode == StoreSettings::create) {
    // Empty, or left so by a process that died while it made the tables.
    POSTQ_TRY(const auto tables, db.integer("SELECT count(*) FROM sqlite_master"));
    if (tables == 0) return create_schema(db, migrations, settings.new_uuid(), settings.now);
  }
  if (version.application_id != kApplicationId) {
    return fail(ErrorKind::storage, path + " is not a queue of postq's, so it is left alone",
                "name another file with --db");
  }
  if (version.user_version > known) {
    return fail(ErrorKind::storage,
                path + " was made by a newer postq (its version is " + std::to_string(version.user_version) +
                    ", this one knows " + std::to_string(known) + ")",
                "install the newer postq");
  }
  if (version.user_version < known && version.user_version < kFirstWithoutSecrets && take) {
    // Before the copy beside it is made, so that they aren't in that either.
    POSTQ_CHECK(take_secrets_out(db, take, settings.now));
  }
  if (version.user_version < known) return migrate(db, migrations, version.user_version);
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> open_database(const StoreSettings& settings, std::span<const Migration> migrations,
                                                const TakeSecrets& take) {
  POSTQ_TRY(const auto file, check_file(settings.path));
  if (settings.mode == StoreSettings::create) {
    if (!file.exists) POSTQ_CHECK(make_file(settings.path));
  } else if (!file.exists) {
    return pass_on(no_queue(settings.path));
  } else if (file.empty) {
    return fail(ErrorKind::storage, settings.path + " is empty, not a queue of postq's",
                "look for a backup of it\nto begin anew:  postq doctor --forget-queue");
  }

  FileVersion version;
  int code = 0;
  auto database = open_and_read(settings.path, Database::Access::read_write, settings.busy_timeout_ms, version, code);
  const bool nothing_to_recover = !has_wal(settings.path);
  if (!database && Database::is_about_the_disk(code) && settings.mode == StoreSettings::read_only_ok &&
      nothing_to_recover) {
    database = open_and_read(settings.path, Database::Access::immutable, settings.busy_timeout_ms, version, code);
    if (database) (*database)->refuse_writes(why_read_only(settings.path));
  } else if (database && (*database)->is_read_only()) {
    // The log's files were there, so SQLite could go on without making any.
    (*database)->refuse_writes(why_read_only(settings.path));
  } else if (!database && Database::is_about_the_disk(code) && !can_write_beside(settings.path)) {
    return pass_on(why_read_only(settings.path));
  }
  if (!database) return database;
  POSTQ_CHECK(check_version(**database, version, migrations, settings, take));
  return database;
}

}  // namespace sqlite

Result<std::unique_ptr<Store>> open_store(const StoreSettings& settings) {
  return open_store(settings, {});
}

Result<std::unique_ptr<Store>> open_store(const StoreSettings& settings, const TakeSecrets& take) {
  POSTQ_TRY(auto database, sqlite::open_database(settings, sqlite::known_migrations(), take));
  return std::make_unique<sqlite::SqliteStore>(std::move(database));
}

Result<std::unique_ptr<Store>> open_memory_store(const StoreSettings& settings) {
  POSTQ_TRY(auto database, sqlite::Database::open("memory", sqlite::Database::Access::memory, 0));
  POSTQ_CHECK(create_schema(*database, sqlite::known_migrations(), settings.new_uuid(), settings.now));
  return std::make_unique<sqlite::SqliteStore>(std::move(database));
}

}  // namespace postq
