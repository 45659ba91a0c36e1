#pragma once

#include <string_view>

// The statements that must stay fast at a million posts. tests/sqlite/plans_test.cpp asks SQLite for the plan of each
// and names the index it must use; a partial index is only used when the statement repeats the index's own condition.
namespace postq::sqlite {

// The claim.

// ?1 account, ?2 now, ?3 whether those that missed their time are wanted, ?4 how many.
inline constexpr std::string_view kDue = R"sql(
  SELECT d.id, d.verdict, d.verdict_at FROM deliveries d
    JOIN approvals a ON a.id = d.approval_id AND a.delivery_id = d.id AND a.digest = d.digest
                    AND a.revision = d.revision AND a.verdict = 'approved'
   WHERE d.account_id = ?1 AND d.state = 'queued' AND d.approval_id IS NOT NULL AND d.next_at <= ?2 AND d.paused = 0
     AND (d.missed_at IS NOT NULL) = ?3
   ORDER BY d.next_at, d.id LIMIT ?4)sql";

// ?1 account, ?2 now. The second: pending ones whose end has passed.
inline constexpr std::string_view kAnythingDue = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries
                  WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2
                    AND paused = 0))sql";
inline constexpr std::string_view kAnythingOver = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries
                  WHERE state = 'queued' AND until_at IS NOT NULL AND until_at <= ?2 AND approval_id IS NULL
                    AND account_id = ?1))sql";
// ?1 account.
inline constexpr std::string_view kAnythingOpen = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries WHERE account_id = ?1 AND state IN ('sending','unconfirmed')))sql";

// ?1 account.
inline constexpr std::string_view kSending = R"sql(
  SELECT id FROM deliveries
   WHERE account_id = ?1 AND state IN ('sending','unconfirmed') AND state = 'sending' ORDER BY id)sql";
inline constexpr std::string_view kUnconfirmed = R"sql(
  SELECT id FROM deliveries
   WHERE account_id = ?1 AND state IN ('sending','unconfirmed') AND state = 'unconfirmed' ORDER BY id)sql";

// The mix.

// ?1 account, ?2 the last instant outside the window: all by hand, the answers among them, and scheduled posts that no
// delivery here counts. Ten thousand rows take a millisecond; sums of four conditions took five.
inline constexpr std::string_view kTimelineMix = R"sql(
  SELECT count(*) FILTER (WHERE counts_as = 'hand-written'),
         count(*) FILTER (WHERE counts_as = 'hand-written' AND kind = 'reply'),
         count(*) FILTER (WHERE counts_as = 'scheduled' AND why <> 'receipt' AND why <> 'key')
    FROM timeline WHERE account_id = ?1 AND created_at > ?2)sql";
inline constexpr std::string_view kBoosts = R"sql(
  SELECT count(*) FROM timeline WHERE account_id = ?1 AND created_at > ?2 AND kind = 'boost' AND why = 'boost')sql";
// ?1 account, ?2 as above.
inline constexpr std::string_view kScheduledPublic = R"sql(
  SELECT count(*) FROM deliveries
   WHERE account_id = ?1 AND public_at > ?2 AND public_at IS NOT NULL AND origin = 'scheduled')sql";
// ?1 account: claimed, and nothing sent yet.
inline constexpr std::string_view kScheduledClaimed = R"sql(
  SELECT count(*) FROM deliveries
   WHERE account_id = ?1 AND state IN ('sending','unconfirmed') AND state = 'sending' AND public_at IS NULL
     AND origin = 'scheduled')sql";
// ?1 account.
inline constexpr std::string_view kLastScheduled = R"sql(
  SELECT max(public_at) FROM deliveries
   WHERE account_id = ?1 AND public_at IS NOT NULL AND origin = 'scheduled')sql";

// Every flush: what wall times mean today; equal ones stand side by side.

inline constexpr std::string_view kTimed = R"sql(
  SELECT id, wall_time, zone, not_before FROM deliveries WHERE state = 'queued' AND wall_time IS NOT NULL
   ORDER BY wall_time, zone)sql";

// Status: counts stop at a cap.

// ?1 the cap.
inline constexpr std::string_view kCountPending = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'queued' AND approval_id IS NULL LIMIT ?1))sql";
inline constexpr std::string_view kCountApproved = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'queued' AND approval_id IS NOT NULL LIMIT ?1))sql";
inline constexpr std::string_view kCountMissed = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries
                         WHERE state = 'queued' AND missed_at IS NOT NULL AND approval_id IS NULL LIMIT ?1))sql";
inline constexpr std::string_view kCountFailed = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'failed' LIMIT ?1))sql";
inline constexpr std::string_view kCountUnconfirmed = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries
                         WHERE state IN ('sending','unconfirmed') AND state = 'unconfirmed' LIMIT ?1))sql";
inline constexpr std::string_view kFirstPending = R"sql(
  SELECT post_id FROM deliveries WHERE state = 'queued' AND approval_id IS NULL ORDER BY next_at, id LIMIT 1)sql";

// Lists: each arm is in order by an index, and SQLite merges them.

inline constexpr std::string_view kPendingArm =
    "SELECT id, next_at FROM deliveries WHERE state = 'queued' AND approval_id IS NULL";
inline constexpr std::string_view kApprovedArm =
    "SELECT id, next_at FROM deliveries WHERE state = 'queued' AND approval_id IS NOT NULL";
inline constexpr std::string_view kMissedArm =
    "SELECT id, next_at FROM deliveries WHERE state = 'queued' AND missed_at IS NOT NULL";
inline constexpr std::string_view kFailedArm = "SELECT id, next_at FROM deliveries WHERE state = 'failed'";
inline constexpr std::string_view kOpenArm =
    "SELECT id, next_at FROM deliveries WHERE state IN ('sending','unconfirmed')";

}  // namespace postq::sqlite
