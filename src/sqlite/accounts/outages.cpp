#include "sqlite/accounts/outages.h"

#include "sqlite/database/statements.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr Seconds kLongestWait = std::chrono::days{1};  // until the next try, however often one failed
constexpr Seconds kOnTime = std::chrono::minutes{5};

std::string_view word_of(Block block) {
  switch (block) {
    case Block::limited:
      return "limited";
    case Block::sign_in:
      return "sign-in";
    case Block::no_flush:
    case Block::paused:
    case Block::unreachable:
    case Block::unreadable:
      break;
  }
  return "unreachable";
}

Block block_from(std::string_view word) {
  if (word == "limited") return Block::limited;
  return word == "sign-in" ? Block::sign_in : Block::unreachable;
}

constexpr std::string_view kOver = R"sql(
  UPDATE accounts SET blocked_since = NULL, blocked_until = NULL, blocked_by = ''
   WHERE id = ?1 AND blocked_since IS NOT NULL)sql";

}  // namespace

Status note_outage(Database& db, AccountId account, Block by, std::optional<TimePoint> until, TimePoint now) {
  constexpr std::string_view kBlocked = R"sql(
    UPDATE accounts SET blocked_since = coalesce(blocked_since, ?4), blocked_by = ?2, blocked_until = ?3
     WHERE id = ?1)sql";
  return db.run(kBlocked, {account, word_of(by), until, now});
}

Status note_answer(Database& db, AccountId account) {
  return db.run(kOver, {account});
}

Result<SendingKnown> SqliteStore::sending_known(AccountId account, TimePoint now) {
  POSTQ_TRY(auto known, db_.first(kSendingKnown, {account, now + kLongestWait}, [](const Row& row) {
    SendingKnown found;
    found.outage.since = row.maybe_time(0);
    found.outage.by = block_from(row.view(1));
    found.outage.until = row.maybe_time(2);
    found.outage.retrying = row.flag(3);
    found.outage.in_doubt = row.flag(4);
    found.resumed_at = row.maybe_time(5);
    found.last_scheduled_at = row.maybe_time(6);
    found.read_at = row.maybe_time(7);
    return found;
  }));
  return known.value_or(SendingKnown{});
}

Status SqliteStore::end_outage(AccountId account) {
  return db_.run(kOver, {account});
}

Result<std::int64_t> SqliteStore::sent_late(TimePoint since) {
  return db_.integer(kSentLate, {since, kOnTime.count()});
}

}  // namespace postq::sqlite
