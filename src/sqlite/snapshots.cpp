#include "sqlite/snapshots.h"

#include <algorithm>
#include <limits>

#include <postq/core/text.h>

#include "sqlite/rows.h"
#include "sqlite/sqlite_store.h"
#include "sqlite/statements.h"

namespace postq::sqlite {

namespace {

constexpr std::size_t kMostTexts = 1000;                     // compared with a candidate; newest first
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

// When the timeline was last read, if there is no gap over the window.
Status read_reading(Database& db, AccountId account, TimePoint window_begin, Snapshot& snapshot) {
  constexpr std::string_view kReading = R"sql(
    SELECT CASE WHEN complete_from <= ?2 THEN read_at END
      FROM cursors WHERE account_id = ?1 AND stream = 'timeline')sql";
  return db.each(kReading, {account, window_begin}, [&](const Row& row) { snapshot.read_at = row.maybe_time(0); });
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

bool add_claimed(Snapshot& snapshot, const Delivery& claimed, TimePoint now) {
  if (claimed.public_at) return false;
  if (claimed.origin != Origin::scheduled) return true;
  ++snapshot.mix.scheduled;
  ++snapshot.scheduled_today;
  snapshot.last_scheduled_at = now;
  return true;
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

Status RecentTexts::add(Database& db, DeliveryId claimed, TimePoint now) {
  constexpr std::string_view kFirstPart = "SELECT fingerprint, text_key FROM parts WHERE delivery_id = ?1 AND n = 1";
  POSTQ_TRY(const auto text, db.first(kFirstPart, {claimed}, [&](const Row& row) {
    return Text{claimed, now, row.integer(0), row.integer(1)};
  }));
  if (!text) return {};
  texts_.insert(texts_.begin(), *text);
  if (texts_.size() > kMostTexts) texts_.pop_back();
  return {};
}

std::optional<Earlier> RecentTexts::find(DeliveryId delivery, std::int64_t fingerprint, std::int64_t text_key) const {
  std::optional<Earlier> earlier;
  for (const auto& text : texts_) {
    if (text.delivery == delivery) continue;
    if (text_key != 0 && text.text_key == text_key) return Earlier{text.delivery, text.at, true};
    if (!earlier && nearly_same(text.fingerprint, fingerprint)) earlier = Earlier{text.delivery, text.at, false};
  }
  return earlier;
}

namespace {

constexpr std::string_view kThis = " WHERE d.id = ?1";
// ?1 account, ?2 whether only approved ones are wanted, ?3 the last time of interest.
constexpr std::string_view kQueued = R"sql(
   WHERE d.account_id = ?1 AND d.state <> 'sent' AND d.state <> 'cancelled' AND d.state <> 'expired'
     AND d.state = 'queued' AND (d.approval_id IS NOT NULL OR NOT ?2) AND d.next_at <= ?3
   ORDER BY d.next_at, d.id)sql";
constexpr std::string_view kCandidate = R"sql(
  SELECT d.id, d.post_id, c.name, d.origin, d.wall_time IS NOT NULL, d.not_before, d.next_at, d.until_at, a.at,
         d.missed_at, d.verdict_at, p.created_at, d.paused, d.media_without_alt,
         EXISTS (SELECT 1 FROM parts o WHERE o.delivery_id = d.id AND o.remote_id IS NOT NULL),
         r.fingerprint, r.text_key
    FROM deliveries d JOIN accounts c ON c.id = d.account_id JOIN posts p ON p.id = d.post_id
    JOIN parts r ON r.delivery_id = d.id AND r.n = 1
    LEFT JOIN approvals a ON a.id = d.approval_id)sql";

Candidate candidate_in(const Row& row, const RecentTexts& recent) {
  Candidate candidate;
  candidate.delivery = row.id<DeliveryId>(0);
  candidate.post = row.id<PostId>(1);
  candidate.account = row.text(2);
  candidate.origin = origin_from_word(row.view(3)).value_or(Origin::scheduled);
  candidate.own_time = row.flag(4);
  candidate.not_before = row.time(5);
  candidate.next_at = row.time(6);
  candidate.until = row.maybe_time(7);
  candidate.approved_at = row.maybe_time(8);
  candidate.missed_at = row.maybe_time(9);
  candidate.tried_at = row.maybe_time(10);
  candidate.created_at = row.maybe_time(11);
  candidate.paused = row.flag(12);
  candidate.media_without_alt = static_cast<int>(row.integer(13));
  candidate.started = row.flag(14);
  // What the rules said before it was due is no attempt to send it.
  if (candidate.tried_at && *candidate.tried_at < candidate.not_before) candidate.tried_at.reset();
  candidate.earlier = recent.find(candidate.delivery, row.integer(15), row.integer(16));
  return candidate;
}

}  // namespace

Result<Candidate> read_candidate(Database& db, DeliveryId delivery, const RecentTexts& recent) {
  constexpr auto& kById = joined<kCandidate, kThis>;
  POSTQ_TRY(auto found, db.first(kById, {delivery}, [&](const Row& row) { return candidate_in(row, recent); }));
  if (!found) {
    return fail(ErrorKind::not_found, "there is no delivery " + std::to_string(number(delivery)), "postq list");
  }
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
                                                              std::optional<TimePoint> until,
                                                              const PolicySettings& settings, TimePoint now) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto recent, RecentTexts::read(db_, account, settings, now));
  std::vector<Candidate> candidates;
  const auto last = until ? unix_seconds(*until) : std::numeric_limits<std::int64_t>::max();
  POSTQ_CHECK(db_.each(joined<kCandidate, kQueued>, {account, approved_only, last},
                       [&](const Row& row) { candidates.push_back(candidate_in(row, recent)); }));
  return candidates;
}

Result<PostId> SqliteStore::post_of(DeliveryId delivery) {
  POSTQ_TRY(const auto post, db_.first("SELECT post_id FROM deliveries WHERE id = ?1", {delivery},
                                       [](const Row& row) { return row.id<PostId>(0); }));
  if (!post)
    return fail(ErrorKind::not_found, "there is no delivery " + std::to_string(number(delivery)), "postq list");
  return *post;
}

}  // namespace postq::sqlite
