#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <postq/base/digest.h>
#include <postq/base/ids.h>
#include <postq/base/result.h>
#include <postq/time/time.h>

struct sqlite3;
struct sqlite3_stmt;

namespace postq::sqlite {

// One value to bind. Text and blobs are borrowed until the statement has run, or its rows are gone.
class Value {
 public:
  Value(std::nullptr_t) {}
  template <std::integral T>
  Value(T value) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(value)) {}
  template <typename Id>
  requires std::is_enum_v<Id> && std::same_as<std::underlying_type_t<Id>, std::int64_t> Value(Id id)
      : Value(number(id)) {}
  Value(TimePoint at) : Value(unix_seconds(at)) {}
  Value(std::string_view text) : kind_(Kind::text), bytes_(text) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(const Digest& digest) : kind_(Kind::blob), bytes_(digest.view()) {}
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(nullptr)) {}

  static Value blob(std::string_view bytes) {
    Value value(bytes);
    value.kind_ = Kind::blob;
    return value;
  }

 private:
  friend class Database;
  enum class Kind : std::uint8_t { null, integer, text, blob };
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  std::string_view bytes_;
};

// The values of ?1, ?2, ... in order, borrowed for one call.
class Values {
 public:
  Values(std::initializer_list<Value> values) : Values(values.begin(), values.size()) {}
  Values(const std::vector<Value>& values) : Values(values.data(), values.size()) {}
  const Value* begin() const { return first_; }
  const Value* end() const { return first_ + count_; }

 private:
  Values(const Value* first, std::size_t count) : first_(first), count_(count) {}
  const Value* first_;
  std::size_t count_;
};

// The row a query stands on; columns are counted from 0.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  bool flag(int column) const { return integer(column) != 0; }
  std::string_view view(int column) const;  // text or blob; until the next step
  std::string text(int column) const { return std::string(view(column)); }
  Digest digest(int column) const { return Digest::from_bytes(view(column)); }
  TimePoint time(int column) const { return time_point(integer(column)); }
  std::optional<TimePoint> maybe_time(int column) const;
  template <typename Id>
  Id id(int column) const {
    return Id{integer(column)};
  }

 private:
  sqlite3_stmt* statement_;
};

class Database;

// A running query. Its statement goes back to the database's cache when it ends.
class Rows {
 public:
  Rows(Database& database, sqlite3_stmt* statement) : database_(&database), statement_(statement) {}
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  Result<bool> next();  // false: no more rows
  Row row() const { return Row(statement_); }

 private:
  Database* database_;
  sqlite3_stmt* statement_;
};

// Rolled back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(&database) {}
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // After a failure other than try_later the changes may be durable all the same; the message says so.
  Status commit();
  // The same for a caller that looks again: the message says only what went wrong.
  Status try_commit();

 private:
  Database* database_;
};

template <typename T>
struct Unwrapped {
  using type = T;
};
template <typename T>
struct Unwrapped<Result<T>> {
  using type = T;
};
template <typename Read>
using ReadBy = typename Unwrapped<std::decay_t<std::invoke_result_t<Read, const Row&>>>::type;

// Statements differ in their length, or in the middle, or at the end: a hash of every byte was a twentieth of a claim.
struct StatementHash {
  std::size_t operator()(std::string_view sql) const;
};

// A connection. Every error says which file it is about.
class Database {
 public:
  enum class Access : std::uint8_t {
    read_write,
    immutable,  // reads a file that nobody can write: no locks, no -wal, no -shm
    memory,
  };
  static Result<std::unique_ptr<Database>> open(const std::string& path, Access access, int busy_timeout_ms);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements are kept prepared, by their text. What `values` borrow has to outlive the rows.
  Result<Rows> query(std::string_view sql, Values values);
  // Runs to the end; rows are dropped.
  Status run(std::string_view sql, Values values = std::initializer_list<Value>{});
  // `read` takes a const Row& and returns nothing or a Status.
  template <typename Read>
  Status each(std::string_view sql, Values values, Read&& read);
  // What `read` (which may return a Result) makes of the first row; nothing if there is none.
  template <typename Read>
  auto first(std::string_view sql, Values values, Read&& read) -> Result<std::optional<ReadBy<Read>>>;
  // The first column of the first row, 0 if there is none.
  Result<std::int64_t> integer(std::string_view sql, Values values = std::initializer_list<Value>{});
  // Statements without values: the schema and pragmas.
  Status script(std::string_view sql);

  Result<Transaction> begin_read();
  Result<Transaction> begin_write();  // takes the write lock at once, so that it never fails half-way for a lock

  std::int64_t last_id() const;
  std::int64_t changes() const;  // rows changed by the last statement
  const std::string& path() const { return path_; }

  // Closes and opens the file again: what a failed commit left behind is only known then.
  Status reopen();
  // What begin_write() answers from now on.
  void refuse_writes(Error why) { no_writes_ = std::move(why); }
  bool refuses_writes() const { return no_writes_.has_value(); }
  // It was to be written, and the disk let it only be read.
  bool is_read_only() const;
  // The copy is complete and synced, or absent. The file at `target` must not exist or be empty.
  Status copy_to(const std::string& target);
  // The library's extended code of the last failure, and the system's.
  int last_code() const { return last_code_; }
  int last_errno() const { return last_errno_; }
  // The code says that the file couldn't be opened, locked or written, not that its content is wrong.
  static bool is_about_the_disk(int code);

 private:
  friend class Rows;
  friend class Transaction;
  Database() = default;
  Status connect();
  void disconnect();
  Result<sqlite3_stmt*> take(std::string_view sql);
  void give_back(sqlite3_stmt* statement);
  bool bind(sqlite3_stmt* statement, Values values);
  Error error(int code);
  void roll_back();

  std::string path_;
  Access access_ = Access::read_write;
  int busy_timeout_ms_ = 0;
  sqlite3* handle_ = nullptr;
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  std::unordered_map<std::string_view, Prepared, StatementHash> prepared_;  // the key is the statement's own text
  std::optional<Error> no_writes_;
  bool durable_ = false;
  int last_code_ = 0;
  int last_errno_ = 0;
};

template <typename Read>
Status Database::each(std::string_view sql, Values values, Read&& read) {
  POSTQ_TRY(auto rows, query(sql, values));
  for (;;) {
    POSTQ_TRY(const bool more, rows.next());
    if (!more) return {};
    if constexpr (std::is_void_v<std::invoke_result_t<Read, const Row&>>) {
      read(rows.row());
    } else {
      POSTQ_CHECK(read(rows.row()));
    }
  }
}

template <typename Read>
auto Database::first(std::string_view sql, Values values, Read&& read) -> Result<std::optional<ReadBy<Read>>> {
  using Found = std::optional<ReadBy<Read>>;
  POSTQ_TRY(auto rows, query(sql, values));
  POSTQ_TRY(const bool more, rows.next());
  if (!more) return Found{};
  if constexpr (std::is_same_v<ReadBy<Read>, std::decay_t<std::invoke_result_t<Read, const Row&>>>) {
    return Found{read(rows.row())};
  } else {
    POSTQ_TRY(auto value, read(rows.row()));
    return Found{std::move(value)};
  }
}

// Statements made of pieces at compile time: joined<kSelectDelivery, kById>.
template <const std::string_view&... Pieces>
struct Joined {
  static constexpr auto bytes = [] {
    std::array<char, (Pieces.size() + ... + 0)> all{};
    std::size_t at = 0;
    const auto append = [&](std::string_view piece) {
      for (const char c : piece) all[at++] = c;
    };
    (append(Pieces), ...);
    return all;
  }();
};
template <const std::string_view&... Pieces>
constexpr std::string_view joined{Joined<Pieces...>::bytes.data(), Joined<Pieces...>::bytes.size()};

}  // namespace postq::sqlite
