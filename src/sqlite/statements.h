#pragma once

#include <string_view>

// The statements that must stay fast at a million posts. A partial index is only used when the statement repeats the
// index's own condition; each index is named, or statistics that somebody gathered with ANALYZE lead to another one,
// and SQLite weighs all twelve. tests/sqlite/plans_test.cpp asks for the plan of each.
namespace postq::sqlite {

// The database about itself: uuid, epoch, paused_at, paused_reason, zone. One text for all who ask, since a statement
// that was prepared once is kept.

inline constexpr std::string_view kStoreRow = "SELECT uuid, epoch, paused_at, paused_reason, zone FROM store";

// The claim.

// ?1 account, ?2 now, ?3 whether those that missed their time are wanted, ?4 how many.
inline constexpr std::string_view kDue = R"sql(
  SELECT d.id, d.verdict, d.verdict_at FROM deliveries d INDEXED BY deliveries_due
    JOIN approvals a ON a.id = d.approval_id AND a.delivery_id = d.id AND a.digest = d.digest
                    AND a.revision = d.revision AND a.verdict = 'approved'
   WHERE d.account_id = ?1 AND d.state = 'queued' AND d.approval_id IS NOT NULL AND d.next_at <= ?2 AND d.paused = 0
     AND (d.missed_at IS NOT NULL) = ?3
   ORDER BY d.next_at, d.id LIMIT ?4)sql";

// ?1 account, ?2 now. The second: pending ones whose end has passed.
inline constexpr std::string_view kAnythingDue = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_due
                  WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2
                    AND paused = 0))sql";
inline constexpr std::string_view kAnythingOver = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_until
                  WHERE state = 'queued' AND until_at IS NOT NULL AND until_at <= ?2 AND approval_id IS NULL
                    AND account_id = ?1))sql";
// ?1 account.
inline constexpr std::string_view kAnythingOpen = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_open
                  WHERE account_id = ?1 AND (state = 'sending' OR state = 'unconfirmed')))sql";

// ?1 account.
inline constexpr std::string_view kSending = R"sql(
  SELECT id FROM deliveries INDEXED BY deliveries_open
   WHERE account_id = ?1 AND state = 'sending' ORDER BY id)sql";
inline constexpr std::string_view kUnconfirmed = R"sql(
  SELECT id FROM deliveries INDEXED BY deliveries_open
   WHERE account_id = ?1 AND state = 'unconfirmed' ORDER BY id)sql";

// The mix.

// ?1 account, ?2 the last instant outside the window, ?3 where to begin to read, ?4 and ?5 a day, ?6 how far back the
// last scheduled one matters: in the window all by hand, the answers among them, boosts, and scheduled posts that no
// delivery here counts; of those also the ones of the day, and the last.
inline constexpr std::string_view kTimelineMix = R"sql(
  SELECT count(*) FILTER (WHERE counts_as = 'hand-written' AND created_at > ?2),
         count(*) FILTER (WHERE counts_as = 'hand-written' AND kind = 'reply' AND created_at > ?2),
         count(*) FILTER (WHERE kind = 'boost' AND why = 'boost' AND created_at > ?2),
         count(*) FILTER (WHERE counts_as = 'scheduled' AND why <> 'receipt' AND why <> 'key' AND created_at > ?2),
         count(*) FILTER (WHERE counts_as = 'scheduled' AND why <> 'receipt' AND why <> 'key'
                            AND created_at >= ?4 AND created_at < ?5),
         max(created_at) FILTER (WHERE counts_as = 'scheduled' AND why <> 'receipt' AND why <> 'key' AND created_at > ?6)
    FROM timeline WHERE account_id = ?1 AND created_at > ?3)sql";

// ?1 account, ?2 the last instant outside the window, ?3 and ?4 a day. The account's marks, which the caller may hold
// from before this transaction, and its scheduled posts: those claimed of which nothing is sent yet, those in the
// window, those of the day, and the last. Last, when its timeline was read without a gap in the window.
inline constexpr std::string_view kScheduledMix = R"sql(
  SELECT s.paused_at IS NOT NULL, c.paused_until, c.limited_until, c.sign_in_needed,
         (SELECT count(*) FROM deliveries INDEXED BY deliveries_open
           WHERE account_id = ?1 AND state = 'sending' AND public_at IS NULL AND origin = 'scheduled'),
         (SELECT count(*) FROM deliveries INDEXED BY deliveries_public
           WHERE account_id = ?1 AND public_at > ?2 AND public_at IS NOT NULL AND origin = 'scheduled'),
         (SELECT count(*) FROM deliveries INDEXED BY deliveries_public
           WHERE account_id = ?1 AND public_at >= ?3 AND public_at < ?4 AND public_at IS NOT NULL
             AND origin = 'scheduled'),
         (SELECT max(public_at) FROM deliveries INDEXED BY deliveries_public
           WHERE account_id = ?1 AND public_at IS NOT NULL AND origin = 'scheduled'),
         (SELECT read_at FROM cursors WHERE account_id = ?1 AND stream = 'timeline' AND complete_from <= ?2)
    FROM store s, accounts c WHERE c.id = ?1)sql";

// The texts that a new one is compared with: those under way, then newest first.

// ?1 account, ?2 since when, ?3 now, ?4 how many.
inline constexpr std::string_view kRecentTexts = R"sql(
  SELECT p.delivery_id, coalesce(d.public_at, ?3), p.fingerprint, p.text_key
    FROM deliveries d INDEXED BY deliveries_open JOIN parts p ON p.delivery_id = d.id AND p.n = 1
   WHERE d.account_id = ?1 AND (d.state = 'sending' OR d.state = 'unconfirmed') AND p.sent_at IS NULL
  UNION ALL
  SELECT * FROM (SELECT delivery_id, sent_at, fingerprint, text_key FROM parts INDEXED BY parts_texts
                  WHERE account_id = ?1 AND sent_at > ?2 AND n = 1 AND sent_at IS NOT NULL
                  ORDER BY sent_at DESC LIMIT ?4))sql";

// The texts that an item of a timeline may be a copy of, besides those of deliveries.

// ?1 from, ?2 to: what other schedulers posted, on all accounts.
inline constexpr std::string_view kForeign = R"sql(
  SELECT created_at, fingerprint, text FROM timeline INDEXED BY timeline_foreign
   WHERE created_at >= ?1 AND created_at <= ?2 AND why = 'client')sql";
// ?1 from, ?2 to: what counts as by hand because nothing said otherwise, on all accounts.
inline constexpr std::string_view kPlain = R"sql(
  SELECT t.remote_id, t.created_at, t.kind, t.visibility, t.text, t.fingerprint, t.first_seen_at, t.account_id
    FROM accounts c CROSS JOIN timeline t INDEXED BY timeline_count
                            ON t.account_id = c.id AND t.created_at >= ?1 AND t.created_at <= ?2
                           AND t.counts_as = 'hand-written' AND t.why = 'plain')sql";

// Every flush: what wall times mean today; equal ones stand side by side.

inline constexpr std::string_view kTimed = R"sql(
  SELECT id, wall_time, zone, not_before FROM deliveries INDEXED BY deliveries_timed
   WHERE state = 'queued' AND wall_time IS NOT NULL
   ORDER BY wall_time, zone)sql";

// Status: counts stop at a cap.

// ?1 the cap.
inline constexpr std::string_view kCountPending = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_todo
                         WHERE state = 'queued' AND approval_id IS NULL LIMIT ?1))sql";
inline constexpr std::string_view kCountApproved = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_approved
                         WHERE state = 'queued' AND approval_id IS NOT NULL LIMIT ?1))sql";
inline constexpr std::string_view kCountMissed = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_missed
                         WHERE state = 'queued' AND missed_at IS NOT NULL AND approval_id IS NULL LIMIT ?1))sql";
inline constexpr std::string_view kCountFailed = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_failed WHERE state = 'failed' LIMIT ?1))sql";
inline constexpr std::string_view kCountUnconfirmed = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_open
                         WHERE state = 'unconfirmed' LIMIT ?1))sql";
inline constexpr std::string_view kFirstPending = R"sql(
  SELECT post_id FROM deliveries INDEXED BY deliveries_todo
   WHERE state = 'queued' AND approval_id IS NULL ORDER BY next_at, id LIMIT 1)sql";

// Lists: each arm is in order by an index, and SQLite merges them.

inline constexpr std::string_view kPendingArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_todo WHERE state = 'queued' AND approval_id IS NULL";
inline constexpr std::string_view kApprovedArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_approved WHERE state = 'queued' AND approval_id IS NOT "
    "NULL";
inline constexpr std::string_view kMissedArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_missed WHERE state = 'queued' AND missed_at IS NOT NULL";
inline constexpr std::string_view kFailedArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_failed WHERE state = 'failed'";
inline constexpr std::string_view kOpenArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_open WHERE (state = 'sending' OR state = 'unconfirmed')";

}  // namespace postq::sqlite
