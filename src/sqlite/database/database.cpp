#include "sqlite/database/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>

#include <sqlite3.h>

#include "sqlite/database/json_check.h"

namespace postq::sqlite {

namespace {

constexpr int kLengthLimit = 64 * 1024 * 1024;  // of one value: far above any draft, far below what hurts
constexpr std::size_t kMostKept = 128;          // prepared statements kept; there are fewer constants than that

bool is_disk_full(int code, int system_code) {
  return (code & 0xFF) == SQLITE_FULL || system_code == ENOSPC || system_code == EDQUOT;
}

std::string percent_encoded(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

// SQLite as Debian builds it reads a path that begins with "file:" as a URI; a path that begins with / or . is a path.
std::string plain_path(const std::string& path) {
  return !path.empty() && path.front() == '/' ? path : "./" + path;
}

std::string absolute_path(const std::string& path) {
  if (!path.empty() && path.front() == '/') return path;
  std::array<char, 4096> folder{};
  if (::getcwd(folder.data(), folder.size()) == nullptr) return path;
  return std::string(folder.data()) + "/" + path;
}

// SQLite 3.40 takes its own json_valid for unsafe in a CHECK where the schema isn't trusted; this one says it is safe.
void json_valid(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(values[0]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
  sqlite3_result_int(context, bytes != nullptr && is_json({bytes, size}) ? 1 : 0);
}

}  // namespace

bool Row::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Row::view(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<TimePoint> Row::maybe_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::size_t StatementHash::operator()(std::string_view sql) const {
  const auto eight_at = [sql](std::size_t at) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, sql.data() + at, std::min(sizeof bytes, sql.size() - at));
    return bytes;
  };
  const std::size_t last = sql.size() < sizeof(std::uint64_t) ? 0 : sql.size() - sizeof(std::uint64_t);
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // Fibonacci hashing: Knuth, TAOCP vol. 3, 6.4
  return ((eight_at(last) + sql.size()) * kSpread + eight_at(sql.size() / 2)) * kSpread >> 7;
}

Rows::Rows(Rows&& other) noexcept : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

Rows::~Rows() {
  if (statement_ != nullptr) database_->give_back(statement_);
}

Result<bool> Rows::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return pass_on(database_->error(code));
}

Transaction::~Transaction() {
  if (database_ != nullptr) database_->roll_back();
}

Status Transaction::commit() {
  auto done = try_commit();
  if (!done && done.error().kind != ErrorKind::try_later) {
    done.error().message += "; whether the last change was stored is not known";
  }
  return done;
}

Status Transaction::try_commit() {
  auto* database = std::exchange(database_, nullptr);
  auto done = database->run("COMMIT");
  if (!done) database->roll_back();
  return done;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access, int busy_timeout_ms) {
  std::unique_ptr<Database> database(new Database);
  database->path_ = path;
  database->access_ = access;
  database->busy_timeout_ms_ = busy_timeout_ms;
  POSTQ_CHECK(database->connect());
  return database;
}

Database::~Database() {
  disconnect();
}

Status Database::connect() {
  // Nobody asks how much memory SQLite uses; keeping count takes a mutex at every allocation.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  // A small command reads a dozen pages; room for twenty at once is memory that the system has to find and clear.
  [[maybe_unused]] static const int one_by_one = sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
  int code = SQLITE_OK;
  switch (access_) {
    case Access::read_write:
      code = sqlite3_open_v2(plain_path(path_).c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
      break;
    case Access::immutable:
      code = sqlite3_open_v2(("file:" + percent_encoded(absolute_path(path_)) + "?immutable=1").c_str(), &handle_,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
      break;
    case Access::memory:
      code = sqlite3_open_v2(":memory:", &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                             nullptr);
      break;
  }
  if (code != SQLITE_OK) {
    auto why = error(code);
    disconnect();
    return pass_on(std::move(why));
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_timeout_ms_);
  // A file that somebody prepared must not run anything: no functions from triggers or views, no writable schema, no
  // extensions, no other databases.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_create_function_v2(handle_, "json_valid", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                             json_valid, nullptr, nullptr, nullptr);
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, kLengthLimit);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  // Each command is a process of its own: the log's files stay (the log emptied) when the last one closes, instead of
  // being made, synced into the folder and deleted by each. A seventh of the time of a small command.
  int keep = 1;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  sqlite3_exec(handle_, "PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 0", nullptr, nullptr, nullptr);
  return {};
}

void Database::disconnect() {
  for (const auto& [sql, kept] : prepared_) sqlite3_finalize(kept.statement);
  prepared_.clear();
  sqlite3_close(handle_);
  handle_ = nullptr;
  durable_ = false;
}

bool Database::is_read_only() const {
  return sqlite3_db_readonly(handle_, "main") == 1;
}

Status Database::reopen() {
  disconnect();
  return connect();
}

Result<sqlite3_stmt*> Database::take(std::string_view sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end() && !found->second.in_use) {
    found->second.in_use = true;
    return found->second.statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return pass_on(error(code));
  if (found == prepared_.end() && prepared_.size() < kMostKept) {
    prepared_.emplace(sqlite3_sql(statement), Prepared{statement, true});
  }
  return statement;
}

void Database::give_back(sqlite3_stmt* statement) {
  const auto kept = prepared_.find(sqlite3_sql(statement));
  if (kept == prepared_.end() || kept->second.statement != statement) {
    sqlite3_finalize(statement);
    return;
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  kept->second.in_use = false;
}

bool Database::bind(sqlite3_stmt* statement, Values values) {
  int place = 0;
  int code = SQLITE_OK;
  for (const auto& value : values) {
    ++place;
    const auto* bytes = value.bytes_.data() == nullptr ? "" : value.bytes_.data();
    switch (value.kind_) {
      case Value::Kind::null:
        code = sqlite3_bind_null(statement, place);
        break;
      case Value::Kind::integer:
        code = sqlite3_bind_int64(statement, place, value.integer_);
        break;
      case Value::Kind::text:
        code = sqlite3_bind_text64(statement, place, bytes, value.bytes_.size(), SQLITE_STATIC, SQLITE_UTF8);
        break;
      case Value::Kind::blob:
        code = sqlite3_bind_blob64(statement, place, bytes, value.bytes_.size(), SQLITE_STATIC);
        break;
    }
    if (code != SQLITE_OK) return false;
  }
  assert(place == sqlite3_bind_parameter_count(statement));
  return true;
}

Result<Rows> Database::query(std::string_view sql, Values values) {
  POSTQ_TRY(auto* statement, take(sql));
  Rows rows(*this, statement);
  if (!bind(statement, values)) return pass_on(error(sqlite3_errcode(handle_)));
  return rows;
}

Status Database::run(std::string_view sql, Values values) {
  POSTQ_TRY(auto rows, query(sql, values));
  for (;;) {
    POSTQ_TRY(const bool more, rows.next());
    if (!more) return {};
  }
}

Result<std::int64_t> Database::integer(std::string_view sql, Values values) {
  POSTQ_TRY(auto rows, query(sql, values));
  POSTQ_TRY(const bool found, rows.next());
  return found ? rows.row().integer(0) : 0;
}

Status Database::script(std::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return pass_on(error(code));
  return {};
}

Result<Transaction> Database::begin_read() {
  POSTQ_CHECK(run("BEGIN"));
  return Transaction(*this);
}

Result<Transaction> Database::begin_write() {
  if (no_writes_) return pass_on(*no_writes_);
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0) {
    return fail(ErrorKind::storage, path_ + " was moved or replaced while postq was using it",
                "nothing was written; type it again");
  }
  if (!durable_ && access_ == Access::read_write) {
    // Without FULL a power cut may forget what was sent. WAL is kept in the file, except that a copy made by VACUUM
    // INTO comes without it.
    POSTQ_CHECK(script("PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL"));
    durable_ = true;
  }
  POSTQ_CHECK(run("BEGIN IMMEDIATE"));
  return Transaction(*this);
}

// Many failures have rolled back already; asking again would only replace the error that matters.
void Database::roll_back() {
  if (sqlite3_get_autocommit(handle_) == 0) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::is_about_the_disk(int code) {
  const int primary = code & 0xFF;
  return primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR || primary == SQLITE_READONLY || primary == SQLITE_FULL;
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

Status Database::copy_to(const std::string& target) {
  // The file exists before SQLite opens it, because SQLite would make it as readable as the umask allows.
  const int file = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return fail(ErrorKind::storage, "can't write " + target + ": " + std::strerror(errno));
  ::close(file);
  // VACUUM attaches its target, and runs the schema's own expressions; it writes nothing but the copy.
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 1);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
  auto done = run("VACUUM INTO ?1", {plain_path(target)});
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  if (!done) ::unlink(target.c_str());
  return done;
}

Error Database::error(int code) {
  const std::string text = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
  last_code_ = code;
  last_errno_ = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  if ((code & 0xFF) == SQLITE_IOERR && last_errno_ == EFBIG) {
    return {ErrorKind::storage,
            path_ + " may not grow: the size of files is limited here (File too large)",
            "ulimit -f unlimited, then type it again",
            {}};
  }
  if (is_disk_full(code, (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN ? last_errno_ : 0)) {
    return {ErrorKind::storage, "no space left to write " + path_, "free some space, then type it again", {}};
  }
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::try_later, "another postq is writing to the queue", "try again in a moment", {}};
    case SQLITE_READONLY:
      return {ErrorKind::storage, "the file system is read-only: " + path_ + " can't be written", {}, {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorKind::storage, path_ + " is damaged or not a database (" + text + ")", "postq doctor", {}};
    case SQLITE_CANTOPEN:
      return {ErrorKind::storage,
              "can't open " + path_ + ": " + (last_errno_ != 0 ? std::string(std::strerror(last_errno_)) : text),
              {},
              {}};
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
      return {ErrorKind::bug, "the queue refused a change: " + text, "please report this", {}};
    default:
      return {ErrorKind::storage, "can't read or write " + path_ + ": " + text, "postq doctor", {}};
  }
}

}  // namespace postq::sqlite
