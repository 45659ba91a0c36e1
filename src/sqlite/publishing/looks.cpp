#include <postq/time/time.h>

#include "sqlite/database/rows.h"
#include "sqlite/events/trust.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/timeline/traces.h"

namespace postq::sqlite {

namespace {

constexpr Seconds kBefore = std::chrono::minutes{5};    // a server's clock may be behind
constexpr Seconds kDeadline = std::chrono::minutes{5};  // of a request whose end nobody saw

struct Repeating {
  DeliveryId delivery{};
  bool in_doubt = false;
  bool scheduled = true;
  bool paused = false;
  bool approved = false;
  std::optional<TimePoint> until;
  bool all_paused = false;
  std::optional<TimePoint> account_paused;
};

Result<std::optional<Repeating>> read_repeating(Database& db, AttemptId attempt) {
  // The approval by the same join as the claim's.
  constexpr std::string_view kRepeating = R"sql(
    SELECT d.id, d.state = 'unconfirmed' AND t.outcome = 'unconfirmed', d.origin = 'scheduled', d.paused,
           a.id IS NOT NULL, d.until_at, s.paused_at IS NOT NULL, c.paused_until
      FROM store s, attempts t JOIN deliveries d ON d.id = t.delivery_id JOIN accounts c ON c.id = d.account_id
      LEFT JOIN approvals a ON a.id = d.approval_id AND a.delivery_id = d.id AND a.digest = d.digest
                           AND a.revision = d.revision AND a.verdict = 'approved'
     WHERE t.id = ?1)sql";
  return db.first(kRepeating, {attempt}, [](const Row& row) {
    return Repeating{row.id<DeliveryId>(0), row.flag(1),       row.flag(2), row.flag(3),
                     row.flag(4),           row.maybe_time(5), row.flag(6), row.maybe_time(7)};
  });
}

}  // namespace

Status SqliteStore::may_repeat(AttemptId attempt, const AuditContext& audit) {
  POSTQ_TRY(const auto found, read_repeating(db_, attempt));
  if (!found) {
    return fail(ErrorKind::not_found, "there is no attempt " + std::to_string(number(attempt)), "postq doctor");
  }
  POSTQ_TRY(const auto delivery, load_delivery(db_, found->delivery));
  const std::string name = name_of(delivery);
  const std::string show = "postq show " + text_of(delivery.post);
  if (!found->in_doubt) return fail(ErrorKind::refused, name + " is not unconfirmed any more", show);
  if (!found->scheduled) {
    return fail(ErrorKind::refused, name + " was sent by hand: only its author sends it again", show);
  }
  if (!found->approved) return fail(ErrorKind::refused, name + " is not what was approved", show);
  if (found->paused) return fail(ErrorKind::refused, name + " is paused", "postq resume " + name);
  if (found->all_paused) return fail(ErrorKind::refused, "everything is paused", "postq resume");
  if (found->account_paused && audit.now < *found->account_paused) {
    return fail(ErrorKind::refused, delivery.account_name + " is paused", "postq resume " + delivery.account_name);
  }
  if (found->until && *found->until <= audit.now) {
    return fail(ErrorKind::refused, "the end of " + name + " has passed", "postq why " + name);
  }
  POSTQ_TRY(const auto doubt, repeat_doubt(db_, delivery));
  if (!doubt.empty()) return fail(ErrorKind::refused, name + ": " + doubt, "postq log --verify");
  return {};
}

Result<Look> SqliteStore::look_for(DeliveryId delivery, int part) {
  constexpr std::string_view kTimes = R"sql(
    SELECT min(started_at), max(coalesce(ended_at, started_at + ?3)), max(account_id) FROM attempts
     WHERE delivery_id = ?1 AND part = ?2 HAVING count(*) > 0)sql";
  // A receipt makes its row at once, whatever the row's reason is: of a later part, or of a direct message.
  constexpr std::string_view kExplained = R"sql(
    SELECT remote_id FROM timeline t INDEXED BY timeline_count
     WHERE account_id = ?1 AND created_at >= ?2
       AND (first_seen_at < ?3
            OR EXISTS (SELECT 1 FROM parts r WHERE r.account_id = t.account_id AND r.remote_id = t.remote_id
                                               AND r.remote_id IS NOT NULL))
    UNION
    SELECT s.remote_id FROM second_receipts s JOIN deliveries d ON d.id = s.delivery_id
     WHERE d.account_id = ?1 AND s.sent_at >= ?2)sql";
  Look look;
  POSTQ_TRY(const auto account, db_.first(kTimes, {delivery, part, kDeadline.count()}, [&look](const Row& row) {
    look.from = row.time(0);
    look.until = row.time(1);
    return row.id<AccountId>(2);
  }));
  if (!account) return look;
  POSTQ_CHECK(db_.each(kExplained, {*account, look.from - kBefore, look.from},
                       [&look](const Row& row) { look.explained.push_back(row.text(0)); }));
  POSTQ_TRY(auto shown, shown_by_list(db_, *account));
  look.visibilities_seen = std::move(shown.visibilities);
  return look;
}

}  // namespace postq::sqlite
