#pragma once

#include <string_view>

// The statements that must stay fast at a million posts. A partial index is only used when the statement repeats the
// index's own condition; each index is named, or statistics that somebody gathered with ANALYZE lead to another one,
// and SQLite weighs all twelve. tests/sqlite/database/plans_test.cpp asks for the plan of each.
namespace postq::sqlite {

// The database about itself: uuid, epoch, paused_at, paused_reason, zone. One text for all who ask, since a statement
// that was prepared once is kept.

inline constexpr std::string_view kStoreRow = "SELECT uuid, epoch, paused_at, paused_reason, zone FROM store";

// The claim.

// ?1 account, ?2 now, ?3 whether those that missed their time are wanted, ?4 how many. What is written by hand goes
// with its author, or not at all. The last column: the own time of what may still miss it.
inline constexpr std::string_view kDue = R"sql(
  SELECT id, verdict, verdict_at, CASE WHEN wall_time IS NOT NULL AND missed_at IS NULL THEN not_before END
    FROM deliveries INDEXED BY deliveries_due
   WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2 AND paused = 0
     AND origin = 'scheduled'
     AND (missed_at IS NOT NULL) = ?3
   ORDER BY next_at, id LIMIT ?4)sql";

// ?1 delivery, ?2 now. The triggers look once more whether the approval is for exactly this content.
inline constexpr std::string_view kClaim = R"sql(
  UPDATE deliveries SET state = 'sending', verdict = NULL, verdict_at = ?2
   WHERE id = ?1 AND state = 'queued' AND approval_id IS NOT NULL)sql";

// ?1 account, ?2 now. The second: pending ones whose end has passed.
inline constexpr std::string_view kAnythingDue = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_due
                  WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2
                    AND paused = 0 AND origin = 'scheduled'))sql";
inline constexpr std::string_view kAnythingOver = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_until
                  WHERE state = 'queued' AND until_at IS NOT NULL AND until_at <= ?2 AND approval_id IS NULL
                    AND account_id = ?1))sql";
// ?1 account.
inline constexpr std::string_view kAnythingOpen = R"sql(
  SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_open
                  WHERE account_id = ?1 AND (state = 'sending' OR state = 'unconfirmed')))sql";

// ?1 delivery: what the log says went out of it.
inline constexpr std::string_view kAllSent = R"sql(
  SELECT count(*) FROM events INDEXED BY events_out
   WHERE (kind = 'sent' OR kind = 'part sent') AND delivery_id = ?1 AND kind = 'sent')sql";
// ?1 the account's chain: the events that say who it is and where, oldest first. The conditions are the index's own.
inline constexpr std::string_view kAccountEvents = R"sql(
  SELECT kind, body, prev, hash FROM events INDEXED BY events_accounts
   WHERE chain = ?1 AND (kind = 'account added' OR kind = 'signed in' OR kind = 'settings changed')
   ORDER BY chain_no)sql";
// ?1 account, ?2 the latest next try of interest, ?3 how old, ?4 how many: what may be overdue, whenever it is tried
// again.
inline constexpr std::string_view kOverdue = R"sql(
  SELECT id FROM deliveries INDEXED BY deliveries_due
   WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2
     AND not_before < ?3 AND wall_time IS NOT NULL AND missed_at IS NULL AND paused = 0 AND origin = 'scheduled'
   ORDER BY next_at, id LIMIT ?4)sql";

// ?1 account, ?2 since when: those whose time came, and that were told that they missed it.
inline constexpr std::string_view kTakenBack = R"sql(
  SELECT count(*) FROM deliveries INDEXED BY deliveries_missed
   WHERE state = 'queued' AND missed_at IS NOT NULL AND missed_at > ?2 AND next_at > ?2
     AND account_id = ?1 AND not_before > ?2 AND wall_time IS NOT NULL)sql";

// ?1 account, ?2 the latest next try of interest: what kept it from being sent on, whether something that failed waits
// for its next try, whether an attempt is in doubt; when a pause ended, the last scheduled post, the last reading.
inline constexpr std::string_view kSendingKnown = R"sql(
  SELECT c.blocked_since, c.blocked_by, c.blocked_until,
         c.blocked_since IS NOT NULL AND EXISTS (
           SELECT 1 FROM deliveries INDEXED BY deliveries_due
            WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2
              AND tries > 0 AND origin = 'scheduled'),
         EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_open
                  WHERE account_id = ?1 AND state = 'unconfirmed' AND origin = 'scheduled'),
         c.resumed_at,
         (SELECT max(public_at) FROM deliveries INDEXED BY deliveries_public
           WHERE account_id = ?1 AND public_at IS NOT NULL AND origin = 'scheduled'),
         (SELECT read_at FROM cursors WHERE account_id = ?1 AND stream = 'timeline')
    FROM accounts c WHERE c.id = ?1)sql";

// ?1 since when, ?2 how long after its time is late.
inline constexpr std::string_view kSentLate = R"sql(
  SELECT count(*) FROM accounts c CROSS JOIN deliveries d INDEXED BY deliveries_public
                                     ON d.account_id = c.id AND d.public_at >= ?1 AND d.public_at IS NOT NULL
                                    AND d.origin = 'scheduled'
   WHERE d.wall_time IS NOT NULL AND d.public_at > d.not_before + ?2)sql";

// ?1 account.
inline constexpr std::string_view kSending = R"sql(
  SELECT id FROM deliveries INDEXED BY deliveries_open
   WHERE account_id = ?1 AND state = 'sending' ORDER BY id)sql";
inline constexpr std::string_view kUnconfirmed = R"sql(
  SELECT id FROM deliveries INDEXED BY deliveries_open
   WHERE account_id = ?1 AND state = 'unconfirmed' ORDER BY id)sql";

// ?1 account, ?2 since when, by our clock: posts that nothing here is known to have sent, for those that are about to
// go. One that may belong to an open attempt is that attempt's. The server's clock may be behind.
inline constexpr std::string_view kUnsentHere = R"sql(
  SELECT t.remote_id, t.created_at, t.kind, coalesce(t.reply_to, ''), t.text, t.why = 'copy',
         t.media
    FROM timeline t INDEXED BY timeline_unsent_here
   WHERE t.account_id = ?1 AND t.why <> 'receipt' AND t.explains IS NULL
     AND t.created_at >= ?2 + min(0, coalesce((SELECT clock_skew FROM cursors
                                                WHERE account_id = ?1 AND stream = 'timeline'), 0))
     AND t.kind <> 'boost' AND t.why <> 'open-attempt' AND t.why <> 'key'
     AND NOT EXISTS (SELECT 1 FROM parts r
                      WHERE r.account_id = t.account_id AND r.remote_id = t.remote_id AND r.remote_id IS NOT NULL)
   ORDER BY t.created_at)sql";

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

// ?1 account, ?2 the last instant outside the window, ?3 since when first seen: how many of those by hand are that new,
// and the answers among them.
inline constexpr std::string_view kFreshByHand = R"sql(
  SELECT count(*), count(*) FILTER (WHERE kind = 'reply') FROM timeline INDEXED BY timeline_count
   WHERE account_id = ?1 AND created_at > ?2 AND counts_as = 'hand-written' AND why = 'plain' AND first_seen_at >= ?3)sql";

// ?1 account, ?2 the last instant outside the window, ?3 and ?4 a day. The account's marks, which the caller may hold
// from before this transaction, and its scheduled posts: those claimed of which nothing is sent yet, those in the
// window, those of the day, and the last. Then when its timeline was read without a gap in the window, or as far as its
// server shows it.
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
         (SELECT read_at FROM cursors
           WHERE account_id = ?1 AND stream = 'timeline' AND (complete_from <= ?2 OR unpaged = 1)),
         EXISTS (SELECT 1 FROM attempts t INDEXED BY attempts_doubt
                  WHERE t.account_id = ?1 AND (t.outcome IS NULL OR t.outcome = 'unconfirmed') AND t.outcome IS NOT NULL
                    AND t.ended_at >= coalesce((SELECT complete_to FROM cursors
                                                 WHERE account_id = ?1 AND stream = 'timeline'), 0))
    FROM store s, accounts c WHERE c.id = ?1)sql";

// The texts that a new one is compared with: those under way, then newest first.

// ?1 delivery.
inline constexpr std::string_view kQueuedTwin = R"sql(
  SELECT p.delivery_id FROM parts own JOIN parts p INDEXED BY parts_waiting
      ON p.account_id = own.account_id AND p.text_key = own.text_key AND p.delivery_id < ?1
     AND p.n = 1 AND p.sent_at IS NULL AND p.text_key <> 0
    JOIN deliveries d ON d.id = p.delivery_id
   WHERE own.delivery_id = ?1 AND own.n = 1 AND d.state = 'queued'
   ORDER BY p.delivery_id DESC LIMIT 1)sql";

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
                         WHERE state = 'queued' AND approval_id IS NULL AND origin = 'scheduled' LIMIT ?1))sql";
inline constexpr std::string_view kCountApproved = R"sql(
  SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_approved
                         WHERE state = 'queued' AND approval_id IS NOT NULL LIMIT ?1))sql";
// Exact: a count reads nothing but an index, in ten nanoseconds a row. What waits for its author stands among the
// others there, and is counted for itself.
inline constexpr std::string_view kCountToDo =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_todo WHERE state = 'queued' AND approval_id IS NULL";
inline constexpr std::string_view kCountReleased =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_approved WHERE state = 'queued' AND approval_id IS NOT NULL";
// How many posts the deliveries are of, which no index tells.
inline constexpr std::string_view kCountPosts = R"sql(
  SELECT (SELECT count(DISTINCT post_id) FROM deliveries INDEXED BY deliveries_todo
           WHERE state = 'queued' AND approval_id IS NULL AND origin = 'scheduled'),
         (SELECT count(DISTINCT post_id) FROM deliveries INDEXED BY deliveries_missed
           WHERE state = 'queued' AND missed_at IS NOT NULL AND approval_id IS NULL),
         (SELECT count(DISTINCT post_id) FROM deliveries INDEXED BY deliveries_approved
           WHERE state = 'queued' AND approval_id IS NOT NULL AND origin = 'scheduled'))sql";
inline constexpr std::string_view kCountUnsent =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_unsent WHERE state = 'queued' AND origin = 'hand-written'";
inline constexpr std::string_view kCountMissed =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_missed WHERE state = 'queued' AND missed_at IS NOT NULL AND "
    "approval_id IS NULL";
inline constexpr std::string_view kCountFailed =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_failed WHERE state = 'failed'";
inline constexpr std::string_view kCountUnconfirmed =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_open WHERE state = 'unconfirmed'";
inline constexpr std::string_view kCountSending =
    "SELECT count(*) FROM deliveries INDEXED BY deliveries_open WHERE state = 'sending'";
inline constexpr std::string_view kFirstPending = R"sql(
  SELECT post_id FROM deliveries INDEXED BY deliveries_todo
   WHERE state = 'queued' AND approval_id IS NULL AND origin = 'scheduled' ORDER BY next_at, id LIMIT 1)sql";

// Lists: each arm is in order by an index, and SQLite merges them.

inline constexpr std::string_view kPendingArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_todo WHERE state = 'queued' AND approval_id IS NULL";
inline constexpr std::string_view kApprovedArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_approved WHERE state = 'queued' AND approval_id IS NOT "
    "NULL";
inline constexpr std::string_view kMissedArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_missed WHERE state = 'queued' AND missed_at IS NOT NULL";
inline constexpr std::string_view kUnsentArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_unsent WHERE state = 'queued' AND origin = "
    "'hand-written'";
inline constexpr std::string_view kFailedArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_failed WHERE state = 'failed'";
inline constexpr std::string_view kOpenArm =
    "SELECT id, next_at FROM deliveries INDEXED BY deliveries_open WHERE (state = 'sending' OR state = 'unconfirmed')";

// What people say.

// ?1 account: what waits there for an answer, the longest first. Who said two things comes twice.
inline constexpr std::string_view kWaiting = R"sql(
  SELECT id, created_at, person_id FROM items INDEXED BY items_open
   WHERE account_id = ?1 AND waits = 1 ORDER BY created_at, id)sql";
inline constexpr std::string_view kCountHeard = R"sql(
  SELECT count(*) FROM accounts c CROSS JOIN items i INDEXED BY items_open ON i.account_id = c.id AND i.waits = 0
   WHERE c.removed_at IS NULL)sql";
// ?1 since when.
inline constexpr std::string_view kAnswerTimes = R"sql(
  SELECT settled_at - created_at FROM items INDEXED BY items_settled
   WHERE settled_at >= ?1 AND state = 'answered' AND kind <> 'heard')sql";
// ?1 account, ?2 since when, ?3 how many: own posts under which somebody may have said something, newest first.
inline constexpr std::string_view kOwnPosts = R"sql(
  SELECT remote_id, created_at, coalesce(replies_read, 0), coalesce(replies, 0) FROM timeline INDEXED BY timeline_count
   WHERE account_id = ?1 AND created_at >= ?2 AND deleted_at IS NULL AND kind <> 'reply' AND kind <> 'boost'
   ORDER BY created_at DESC LIMIT ?3)sql";
// ?1 account, ?2 since when, ?3 how many.
inline constexpr std::string_view kStillOpen = R"sql(
  SELECT i.remote_id, i.person_id, p.handle, p.name, i.ignored, i.created_at, i.reply_to, i.conversation, i.text,
         i.warning, i.visibility, i.language, i.url, i.mentions, 0
    FROM items i INDEXED BY items_open CROSS JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id
   WHERE i.account_id = ?1 AND i.waits = 1 AND i.created_at >= ?2 ORDER BY i.created_at, i.id LIMIT ?3)sql";

// The archive: newest first is the order of its rowids.

// ?1 the words.
inline constexpr std::string_view kArchive = "SELECT rowid FROM archive WHERE archive MATCH ?1 ORDER BY rowid DESC";
// ?1 account, ?2 when: what the account said then, what others said (?3 whose handle or name has this in it).
inline constexpr std::string_view kOwnAt = R"sql(
  SELECT t.remote_id, t.text, d.post_id, coalesce(r.url, '') FROM timeline t INDEXED BY timeline_count
    LEFT JOIN parts r ON r.account_id = t.account_id AND r.remote_id = t.remote_id AND r.remote_id IS NOT NULL
    LEFT JOIN deliveries d ON d.id = r.delivery_id
   WHERE t.account_id = ?1 AND t.created_at = ?2 AND t.deleted_at IS NULL AND t.kind <> 'boost')sql";
inline constexpr std::string_view kSaidAt = R"sql(
  SELECT i.remote_id, i.text, i.id, i.url, p.handle
    FROM items i INDEXED BY items_time CROSS JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id
   WHERE i.account_id = ?1 AND i.created_at = ?2 AND i.deleted_at IS NULL
     AND (?3 = '' OR instr(lower(p.handle), lower(?3)) OR instr(lower(p.name), lower(?3))))sql";

// Statistics.

// ?1 from, ?2 to. What was deleted is left out, unless it counts all the same. Only what was sent from here can have
// gone past the rules.
inline constexpr std::string_view kOwnFacts = R"sql(
  SELECT t.account_id, t.created_at, t.counts_as, t.kind,
         CASE WHEN t.why = 'receipt' AND t.counts_as = 'scheduled' THEN (
              SELECT d.post_id FROM parts r JOIN deliveries d ON d.id = r.delivery_id
                JOIN events e INDEXED BY events_post ON e.post_id = d.post_id
               WHERE r.account_id = t.account_id AND r.remote_id = t.remote_id AND r.remote_id IS NOT NULL
                 AND e.delivery_id = d.id AND e.kind = 'sent-past-rules' LIMIT 1) END,
         t.remote_id, t.likes, t.replies, t.boosts
    FROM accounts c CROSS JOIN timeline t INDEXED BY timeline_count ON t.account_id = c.id
   WHERE t.created_at >= ?1 AND t.created_at < ?2 AND (t.deleted_at IS NULL OR t.counts_as = 'scheduled')
   ORDER BY c.id, t.created_at)sql";
// ?1 from, ?2 to. Who deleted a question that nobody answered doesn't ask it.
inline constexpr std::string_view kItemFacts = R"sql(
  SELECT i.account_id, i.created_at, i.person_id, p.handle, i.kind, i.state, i.settled_at
    FROM accounts c CROSS JOIN items i INDEXED BY items_time ON i.account_id = c.id
   CROSS JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id
   WHERE i.created_at >= ?1 AND i.created_at < ?2 AND i.kind <> 'heard' AND i.kind <> 'around' AND i.ignored = 0
     AND (i.deleted_at IS NULL OR i.state <> 'open')
   ORDER BY c.id, i.created_at)sql";

}  // namespace postq::sqlite
