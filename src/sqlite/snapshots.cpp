#include "sqlite/snapshots.h"

#include <algorithm>

#include <postq/core/text.h>

#include "sqlite/rows.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/statements.h"

namespace postq::sqlite {

namespace {

constexpr int kMostTexts = 1000;                             // compared with a candidate; newest first
constexpr Seconds kIdenticalFor = std::chrono::minutes{10};  // identical texts this close are always held

Result<MixCount> count_mix(Database& db, AccountId account, const PolicySettings& settings, TimePoint now) {
  const TimePoint after = now - settings.window;
  POSTQ_TRY(const auto timeline, db.first(kTimelineMix, {account, after}, [](const Row& row) {
    return MixCount{row.integer(0) - row.integer(1), row.integer(1), row.integer(2)};
  }));
  MixCount mix = timeline.value_or(MixCount{});
  if (!settings.count_replies) mix.by_hand_answers = 0;
  if (settings.count_boosts) {
    POSTQ_TRY(const auto boosts, db.integer(kBoosts, {account, after}));
    mix.by_hand_posts += boosts;
  }
  POSTQ_TRY(const auto sent, db.integer(kScheduledPublic, {account, after}));
  POSTQ_TRY(const auto claimed, db.integer(kScheduledClaimed, {account}));
  mix.scheduled += sent + claimed;
  return mix;
}

Result<std::optional<TimePoint>> last_scheduled(Database& db, AccountId account, TimePoint now) {
  // A claimed one may be on its way this second; another machine's shows on the timeline only.
  constexpr std::string_view kForeign = R"sql(
    SELECT max(created_at) FROM timeline
     WHERE account_id = ?1 AND created_at > ?2 AND counts_as = 'scheduled' AND why IN ('client','copy','ghost'))sql";
  constexpr auto kFarEnough = std::chrono::days{2};  // gaps are minutes or hours
  POSTQ_TRY(const auto claimed, db.integer(kScheduledClaimed, {account}));
  if (claimed > 0) return std::optional<TimePoint>{now};
  const auto read = [](const Row& row) { return row.maybe_time(0); };
  POSTQ_TRY(const auto own, db.first(kLastScheduled, {account}, read));
  POSTQ_TRY(const auto foreign, db.first(kForeign, {account, now - kFarEnough}, read));
  return std::max(own.value_or(std::nullopt), foreign.value_or(std::nullopt));
}

Result<int> count_scheduled_on(Database& db, AccountId account, TimeRange day) {
  constexpr std::string_view kCount = R"sql(
    SELECT (SELECT count(*) FROM deliveries
             WHERE account_id = ?1 AND public_at >= ?2 AND public_at < ?3 AND public_at IS NOT NULL
               AND origin = 'scheduled')
         + (SELECT count(*) FROM timeline
             WHERE account_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND counts_as = 'scheduled'
               AND why IN ('client','copy','ghost')))sql";
  POSTQ_TRY(const auto sent, db.integer(kCount, {account, day.from, day.to}));
  POSTQ_TRY(const auto claimed, db.integer(kScheduledClaimed, {account}));
  return static_cast<int>(sent + claimed);
}

// When the timeline was last read, if there is no gap over the window, and how far the clocks were apart.
Status read_reading(Database& db, AccountId account, TimePoint window_begin, Snapshot& snapshot) {
  constexpr std::string_view kReading = R"sql(
    SELECT CASE WHEN complete_from <= ?2 THEN read_at END, clock_skew
      FROM cursors WHERE account_id = ?1 AND stream = 'timeline')sql";
  return db.each(kReading, {account, window_begin}, [&](const Row& row) {
    snapshot.read_at = row.maybe_time(0);
    if (!row.is_null(1)) snapshot.clock_skew = Seconds{row.integer(1)};
  });
}

Result<MixHistory> read_history(Database& db, AccountId account, const PolicySettings& settings, TimePoint now) {
  constexpr std::string_view kByHand = R"sql(
    SELECT created_at FROM timeline
     WHERE account_id = ?1 AND created_at > ?2
       AND ((counts_as = 'hand-written' AND (kind <> 'reply' OR ?3)) OR (kind = 'boost' AND why = 'boost' AND ?4))
     ORDER BY created_at)sql";
  constexpr std::string_view kScheduled = R"sql(
    SELECT public_at AS at FROM deliveries
     WHERE account_id = ?1 AND public_at > ?2 AND public_at IS NOT NULL AND origin = 'scheduled'
    UNION ALL
    SELECT created_at FROM timeline
     WHERE account_id = ?1 AND created_at > ?2 AND counts_as = 'scheduled' AND why IN ('client','copy','ghost')
    UNION ALL
    SELECT ?3 FROM deliveries
     WHERE account_id = ?1 AND state IN ('sending','unconfirmed') AND state = 'sending' AND public_at IS NULL
       AND origin = 'scheduled'
     ORDER BY at)sql";
  const TimePoint after = now - settings.window;
  MixHistory history;
  POSTQ_CHECK(db.each(kByHand, {account, after, settings.count_replies, settings.count_boosts},
                      [&](const Row& row) { history.by_hand.push_back(row.time(0)); }));
  POSTQ_CHECK(
      db.each(kScheduled, {account, after, now}, [&](const Row& row) { history.scheduled.push_back(row.time(0)); }));
  return history;
}

}  // namespace

Result<Snapshot> read_snapshot(Database& db, const Account& account, const PolicySettings& settings, TimeRange day,
                               bool readable, TimePoint now) {
  // The account's marks are read again: what the caller holds may be older than this transaction.
  constexpr std::string_view kMarks = R"sql(
    SELECT s.paused_at IS NOT NULL, c.paused_until, c.limited_until, c.sign_in_needed
      FROM store s, accounts c WHERE c.id = ?1)sql";
  Snapshot snapshot;
  snapshot.account = account.name;
  POSTQ_CHECK(db.each(kMarks, {account.id}, [&](const Row& row) {
    snapshot.all_paused = row.flag(0);
    snapshot.paused_until = row.maybe_time(1);
    snapshot.limited_until = row.maybe_time(2);
    snapshot.sign_in_needed = row.flag(3);
  }));
  POSTQ_TRY(snapshot.mix, count_mix(db, account.id, settings, now));
  snapshot.readable = readable;
  POSTQ_CHECK(read_reading(db, account.id, now - settings.window, snapshot));
  POSTQ_TRY(snapshot.last_scheduled_at, last_scheduled(db, account.id, now));
  POSTQ_TRY(snapshot.scheduled_today, count_scheduled_on(db, account.id, day));
  return snapshot;
}

Result<RecentTexts> RecentTexts::read(Database& db, AccountId account, const PolicySettings& settings, TimePoint now) {
  // Claimed ones without an intent yet have no public_at; they are on their way as well.
  constexpr std::string_view kRecent = R"sql(
    SELECT r.id, r.at, p.fingerprint, p.text_key FROM (
        SELECT id, public_at AS at FROM deliveries
         WHERE account_id = ?1 AND public_at > ?2 AND public_at IS NOT NULL AND origin = 'scheduled'
        UNION ALL
        SELECT id, public_at FROM deliveries
         WHERE account_id = ?1 AND public_at > ?2 AND public_at IS NOT NULL AND origin = 'hand-written'
        UNION ALL
        SELECT id, ?3 FROM deliveries
         WHERE account_id = ?1 AND state IN ('sending','unconfirmed') AND public_at IS NULL
        ORDER BY at DESC LIMIT ?4) r
      JOIN parts p ON p.delivery_id = r.id AND p.n = 1
     ORDER BY r.at DESC)sql";
  RecentTexts recent;
  const TimePoint after = now - std::max(settings.repeat_within, kIdenticalFor);
  POSTQ_CHECK(db.each(kRecent, {account, after, now, kMostTexts}, [&](const Row& row) {
    recent.texts_.push_back({row.id<DeliveryId>(0), row.time(1), row.integer(2), row.integer(3)});
  }));
  return recent;
}

Result<std::optional<Earlier>> RecentTexts::find(Database& db, DeliveryId delivery) const {
  constexpr std::string_view kFirstPart = "SELECT fingerprint, text_key FROM parts WHERE delivery_id = ?1 AND n = 1";
  std::optional<Earlier> earlier;
  if (texts_.empty()) return earlier;
  Text own;
  POSTQ_CHECK(db.each(kFirstPart, {delivery}, [&](const Row& row) {
    own.fingerprint = row.integer(0);
    own.text_key = row.integer(1);
  }));
  for (const auto& text : texts_) {
    if (text.delivery == delivery) continue;
    if (own.text_key != 0 && text.text_key == own.text_key) return std::optional{Earlier{text.delivery, text.at, true}};
    if (!earlier && nearly_same(text.fingerprint, own.fingerprint)) earlier = Earlier{text.delivery, text.at, false};
  }
  return earlier;
}

Result<Candidate> read_candidate(Database& db, DeliveryId delivery, const RecentTexts& recent) {
  constexpr std::string_view kCandidate = R"sql(
    SELECT d.post_id, c.name, d.origin, d.wall_time IS NOT NULL, d.not_before, d.next_at, d.until_at, a.at, d.missed_at,
           d.verdict_at, p.created_at, d.paused, d.media_without_alt,
           EXISTS (SELECT 1 FROM parts r WHERE r.delivery_id = d.id AND r.remote_id IS NOT NULL)
      FROM deliveries d JOIN accounts c ON c.id = d.account_id JOIN posts p ON p.id = d.post_id
      LEFT JOIN approvals a ON a.id = d.approval_id
     WHERE d.id = ?1)sql";
  POSTQ_TRY(auto found, db.first(kCandidate, {delivery}, [&](const Row& row) {
    Candidate candidate;
    candidate.delivery = delivery;
    candidate.post = row.id<PostId>(0);
    candidate.account = row.text(1);
    candidate.origin = origin_from_word(row.view(2)).value_or(Origin::scheduled);
    candidate.own_time = row.flag(3);
    candidate.not_before = row.time(4);
    candidate.next_at = row.time(5);
    candidate.until = row.maybe_time(6);
    candidate.approved_at = row.maybe_time(7);
    candidate.missed_at = row.maybe_time(8);
    candidate.tried_at = row.maybe_time(9);
    candidate.created_at = row.maybe_time(10);
    candidate.paused = row.flag(11);
    candidate.media_without_alt = static_cast<int>(row.integer(12));
    candidate.started = row.flag(13);
    // What the rules said before it was due is no attempt to send it.
    if (candidate.tried_at && *candidate.tried_at < candidate.not_before) candidate.tried_at.reset();
    return candidate;
  }));
  if (!found) {
    return fail(ErrorKind::not_found, "there is no delivery " + std::to_string(number(delivery)), "postq list");
  }
  POSTQ_TRY(found->earlier, recent.find(db, delivery));
  return *std::move(found);
}

Result<Snapshot> SqliteStore::snapshot(const Account& account, const PolicySettings& settings, TimeRange day,
                                       bool readable, bool with_history, TimePoint now) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(auto snapshot, read_snapshot(db_, account, settings, day, readable, now));
  if (with_history) {
    POSTQ_TRY(snapshot.history, read_history(db_, account.id, settings, now));
  }
  return snapshot;
}

Result<Candidate> SqliteStore::candidate(DeliveryId delivery, const PolicySettings& settings, TimePoint now) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto loaded, load_delivery(db_, delivery));
  POSTQ_TRY(const auto recent, RecentTexts::read(db_, loaded.account, settings, now));
  return read_candidate(db_, delivery, recent);
}

Result<std::vector<Candidate>> SqliteStore::queued_candidates(AccountId account, bool approved_only,
                                                              const PolicySettings& settings, TimePoint now) {
  constexpr std::string_view kQueued = R"sql(
    SELECT id FROM deliveries
     WHERE account_id = ?1 AND state IN ('queued','sending','unconfirmed','failed') AND state = 'queued'
       AND (approval_id IS NOT NULL OR NOT ?2)
     ORDER BY next_at, id)sql";
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto recent, RecentTexts::read(db_, account, settings, now));
  std::vector<Candidate> candidates;
  POSTQ_CHECK(db_.each(kQueued, {account, approved_only}, [&](const Row& row) -> Status {
    POSTQ_TRY(auto candidate, read_candidate(db_, row.id<DeliveryId>(0), recent));
    candidates.push_back(std::move(candidate));
    return {};
  }));
  return candidates;
}

}  // namespace postq::sqlite
