#include "sqlite/publishing/snapshots.h"

#include <algorithm>
#include <limits>
#include <set>

#include <postq/text/likeness.h>
#include <postq/text/text.h>

#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/trust.h"
#include "sqlite/people/waiting.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr std::size_t kMostTexts = 1000;                     // compared with a candidate; newest first
constexpr Seconds kIdenticalFor = std::chrono::minutes{10};  // identical texts this close are always held

Result<MixHistory> read_history(Database& db, AccountId account, const PolicySettings& settings, TimePoint now) {
  constexpr std::string_view kByHand = R"sql(
    SELECT created_at FROM timeline
     WHERE account_id = ?1 AND created_at > ?2
       AND ((counts_as = 'hand-written' AND (kind <> 'reply' OR ?3)) OR (kind = 'boost' AND why = 'boost' AND ?4))
     ORDER BY created_at)sql";
  constexpr std::string_view kScheduled = R"sql(
    SELECT public_at FROM deliveries INDEXED BY deliveries_public
     WHERE account_id = ?1 AND public_at > ?2 AND public_at IS NOT NULL AND origin = 'scheduled'
    UNION ALL
    SELECT created_at FROM timeline
     WHERE account_id = ?1 AND created_at > ?2 AND counts_as = 'scheduled' AND why IN ('client','copy','ghost')
    UNION ALL
    SELECT ?3 FROM deliveries INDEXED BY deliveries_open
     WHERE account_id = ?1 AND state = 'sending' AND public_at IS NULL
       AND origin = 'scheduled')sql";
  const TimePoint after = now - settings.window;
  MixHistory history;
  POSTQ_CHECK(db.each(kByHand, {account, after, settings.count_replies, settings.count_boosts},
                      [&](const Row& row) { history.by_hand.push_back(row.time(0)); }));
  POSTQ_CHECK(
      db.each(kScheduled, {account, after, now}, [&](const Row& row) { history.scheduled.push_back(row.time(0)); }));
  std::sort(history.scheduled.begin(), history.scheduled.end());  // three lists, each in order
  return history;
}

Status look_who_waits(Database& db, AccountId account, TimePoint too_long_before, Snapshot& snapshot) {
  constexpr std::size_t kNamed = 3;
  constexpr std::string_view kHandle = "SELECT handle FROM people WHERE account_id = ?1 AND person_id = ?2";
  POSTQ_TRY(const auto waiting, read_waiting(db, account));
  snapshot.people_waiting = static_cast<std::int64_t>(waiting.size());
  for (const auto& each : waiting) {
    if (each.since < too_long_before) ++snapshot.waiting_too_long;
    if (snapshot.longest_waiting.size() == kNamed) continue;
    POSTQ_TRY(auto handle, db.first(kHandle, {account, each.person}, [](const Row& row) { return row.text(0); }));
    snapshot.longest_waiting.push_back({each.item, std::move(handle).value_or(""), each.since});
  }
  return {};
}

}  // namespace

Result<Snapshot> read_snapshot(Database& db, const Account& account, const PolicySettings& settings, TimeRange day,
                               bool readable, TimePoint now) {
  constexpr auto kFarEnough = std::chrono::days{2};  // gaps are minutes or hours
  constexpr auto kClockSlack = std::chrono::minutes{15};
  const TimePoint window = now - settings.window;
  const TimePoint recent = now - kFarEnough;
  Snapshot snapshot;
  snapshot.account = account.name;
  snapshot.readable = readable;
  auto& mix = snapshot.mix;
  POSTQ_CHECK(db.each(kScheduledMix, {account.id, window, day.from, day.to}, [&](const Row& row) {
    snapshot.all_paused = row.flag(0);
    snapshot.paused_until = row.maybe_time(1);
    snapshot.limited_until = row.maybe_time(2);
    snapshot.sign_in_needed = row.flag(3);
    const auto claimed = row.integer(4);
    mix.scheduled = claimed + row.integer(5);
    snapshot.scheduled_today = static_cast<int>(claimed + row.integer(6));
    snapshot.last_scheduled_at = row.maybe_time(7);
    if (claimed > 0) snapshot.last_scheduled_at = now;  // it may be on its way this second
    snapshot.read_at = row.maybe_time(8);
    snapshot.in_doubt = row.flag(9);
    // A clock that was fixed or wrong told this time, so nobody knows how old the reading is.
    if (snapshot.read_at && *snapshot.read_at > now + kClockSlack) snapshot.read_at.reset();
  }));
  POSTQ_CHECK(look_who_waits(db, account.id, now - settings.answer_within, snapshot));
  // A scheduled post of another machine's shows on the timeline only.
  const TimePoint begin = std::min({window, recent, day.from - Seconds{1}});
  POSTQ_CHECK(db.each(kTimelineMix, {account.id, window, begin, day.from, day.to, recent}, [&](const Row& row) {
    mix.by_hand_posts = row.integer(0) - row.integer(1);
    if (settings.count_replies) mix.by_hand_answers = row.integer(1);
    if (settings.count_boosts) mix.by_hand_posts += row.integer(2);
    mix.scheduled += row.integer(3);
    snapshot.scheduled_today += static_cast<int>(row.integer(4));
    snapshot.last_scheduled_at = std::max(snapshot.last_scheduled_at, row.maybe_time(5));
  }));
  return snapshot;
}

bool add_claimed(Snapshot& snapshot, const Delivery& claimed, TimePoint now) {
  if (claimed.public_at) return false;
  if (claimed.origin != Origin::scheduled) return true;
  snapshot.count_scheduled(now);
  return true;
}

Result<RecentTexts> RecentTexts::read(Database& db, AccountId account, const PolicySettings& settings, TimePoint now) {
  RecentTexts recent;
  recent.db_ = &db;
  const TimePoint after = now - std::max(settings.repeat_within, kIdenticalFor);
  POSTQ_CHECK(db.each(kRecentTexts, {account, after, now, kMostTexts}, [&](const Row& row) {
    recent.texts_.push_back({row.id<DeliveryId>(0), row.time(1), row.integer(2), row.integer(3)});
  }));
  return recent;
}

void RecentTexts::add(const Asking& claimed, TimePoint now) {
  texts_.insert(texts_.begin(), {claimed.delivery.id, now, claimed.first_part.fingerprint, claimed.text_key});
  if (texts_.size() > kMostTexts) texts_.pop_back();
}

namespace {

// The first parts of both; nothing is said of a content that can't be read.
Result<bool> share_words(Database& db, DeliveryId one, DeliveryId other) {
  constexpr std::string_view kTexts = R"sql(
    SELECT coalesce(json_extract(k.document, '$.parts[0].text'), '') FROM deliveries d
      JOIN contents k ON k.digest = d.digest AND json_valid(k.document) WHERE d.id = ?1)sql";
  const auto text = [](const Row& row) { return row.text(0); };
  POSTQ_TRY(const auto first, db.first(kTexts, {one}, text));
  POSTQ_TRY(const auto second, db.first(kTexts, {other}, text));
  return !first || !second || postq::share_words(*first, *second);
}

}  // namespace

Result<std::optional<RecentPost>> RecentTexts::find(DeliveryId delivery, std::int64_t fingerprint,
                                                    std::int64_t text_key) const {
  std::optional<RecentPost> earlier;
  for (const auto& text : texts_) {
    if (text.delivery == delivery) continue;
    if (text_key != 0 && text.text_key == text_key) {
      earlier = RecentPost{text.delivery, text.at, true, {}};
      break;
    }
    if (earlier || !nearly_same(text.fingerprint, fingerprint)) continue;
    POSTQ_TRY(const bool alike, share_words(*db_, delivery, text.delivery));
    if (alike) earlier = RecentPost{text.delivery, text.at, false, {}};
  }
  if (!earlier) return earlier;
  constexpr std::string_view kPost = "SELECT post_id FROM deliveries WHERE id = ?1";
  POSTQ_TRY(const auto post, db_->integer(kPost, {earlier->delivery}));
  earlier->post = PostId{post};
  return earlier;
}

namespace {

constexpr std::string_view kThis = " WHERE d.id = ?1";
// ?1 account, ?2 whether only approved ones are wanted, ?3 the last time of interest.
constexpr std::string_view kQueued = R"sql(
   WHERE d.account_id = ?1 AND d.state <> 'sent' AND d.state <> 'cancelled' AND d.state <> 'expired'
     AND d.state = 'queued' AND (d.approval_id IS NOT NULL OR NOT ?2) AND d.next_at <= ?3
   ORDER BY d.next_at, d.id)sql";
// Parts go in order: with a receipt for the first one, it was begun.
constexpr std::string_view kAskingColumns = R"sql(
       , p.created_at, p.together, d.media_without_alt, r.text_key, p.answers IS NOT NULL,
         r.n, r.fingerprint, r.remote_id, r.remote_ref, r.url, r.sent_at,
         a.id, a.delivery_id, a.digest, a.revision, a.verdict, a.how, a.person, a.reason, a.at)sql";
constexpr std::string_view kClaimColumns = R"sql(
       , EXISTS (SELECT 1 FROM parts o WHERE o.delivery_id = d.id AND o.n = 2),
         EXISTS (SELECT 1 FROM attempts o WHERE o.delivery_id = d.id),
         t.document, e.kind, e.delivery_id, e.body, e.prev, e.hash,
         (SELECT count(*) FROM events o INDEXED BY events_out
           WHERE (o.kind = 'sent' OR o.kind = 'part sent') AND o.delivery_id = d.id))sql";
constexpr std::string_view kAskingTables = R"sql(
    FROM deliveries d JOIN accounts c ON c.id = d.account_id JOIN posts p ON p.id = d.post_id
    LEFT JOIN parts r ON r.delivery_id = d.id AND r.n = 1
    LEFT JOIN approvals a ON a.id = d.approval_id)sql";
constexpr std::string_view kClaimTables = R"sql(
    LEFT JOIN contents t ON t.digest = d.digest LEFT JOIN events e ON e.seq = a.event_seq)sql";
constexpr int kBeyondDelivery = kDeliveryColumnCount;
constexpr int kFirstPart = kBeyondDelivery + 5;
constexpr int kApproval = kFirstPart + kPartColumnCount;
constexpr int kForClaim = kApproval + kApprovalColumnCount;
constexpr int kProof = kForClaim + 3;

Result<Asking> asking_in(const Row& row, const RecentTexts& recent) {
  Asking asking;
  POSTQ_TRY(asking.delivery, read_delivery(row));
  asking.together = row.flag(kBeyondDelivery + 1);
  asking.text_key = row.integer(kBeyondDelivery + 3);
  asking.first_part = read_part(row, kFirstPart);
  if (!row.is_null(kApproval)) asking.approval = read_approval_from(row, kApproval);
  const auto& delivery = asking.delivery;
  auto& candidate = asking.candidate;
  candidate.delivery = delivery.id;
  candidate.post = delivery.post;
  candidate.account = delivery.account_name;
  candidate.origin = delivery.origin;
  candidate.own_time = delivery.schedule.wall.has_value();
  candidate.not_before = delivery.schedule.not_before;
  candidate.next_at = delivery.next_at;
  candidate.until = delivery.schedule.until;
  if (asking.approval) candidate.approved_at = asking.approval->at;
  candidate.missed_at = delivery.missed_at;
  candidate.tries = delivery.tries;
  candidate.created_at = row.maybe_time(kBeyondDelivery);
  candidate.paused = delivery.paused;
  candidate.media_without_alt = static_cast<int>(row.integer(kBeyondDelivery + 2));
  candidate.answers = row.flag(kBeyondDelivery + 4);
  candidate.started = asking.first_part.receipt.has_value();
  POSTQ_TRY(candidate.earlier, recent.find(delivery.id, asking.first_part.fingerprint, asking.text_key));
  return asking;
}

}  // namespace

Result<Asking> read_asking(Database& db, DeliveryId delivery, const RecentTexts& recent) {
  constexpr auto& kById = joined<kDeliveryColumns, kAskingColumns, kClaimColumns, kAskingTables, kClaimTables, kThis>;
  POSTQ_TRY(auto found, db.first(kById, {delivery}, [&](const Row& row) -> Result<Asking> {
    POSTQ_TRY(auto asking, asking_in(row, recent));
    asking.more_parts = row.flag(kForClaim);
    asking.attempted = row.flag(kForClaim + 1);
    if (!row.is_null(kForClaim + 2)) asking.document = row.text(kForClaim + 2);
    if (asking.approval) asking.doubt = approval_doubt(row, kProof, asking.delivery, *asking.approval);
    asking.told_sent = row.integer(kProof + kProofColumnCount);
    return asking;
  }));
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
  POSTQ_TRY(auto asking, read_asking(db_, delivery, recent));
  return std::move(asking.candidate);
}

Result<std::vector<Candidate>> SqliteStore::queued_candidates(AccountId account, bool approved_only,
                                                              std::optional<TimePoint> until,
                                                              const PolicySettings& settings, TimePoint now) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto recent, RecentTexts::read(db_, account, settings, now));
  std::vector<Candidate> candidates;
  const auto last = until ? unix_seconds(*until) : std::numeric_limits<std::int64_t>::max();
  constexpr auto& kAll = joined<kDeliveryColumns, kAskingColumns, kAskingTables, kQueued>;
  POSTQ_CHECK(db_.each(kAll, {account, approved_only, last}, [&](const Row& row) -> Status {
    POSTQ_TRY(auto asking, asking_in(row, recent));
    candidates.push_back(std::move(asking.candidate));
    return {};
  }));
  return candidates;
}

Result<std::optional<Delivery>> SqliteStore::queued_twin(DeliveryId delivery) {
  std::vector<DeliveryId> found;
  POSTQ_CHECK(db_.each(kQueuedTwin, {delivery}, [&](const Row& row) { found.push_back(row.id<DeliveryId>(0)); }));
  if (found.empty()) return std::optional<Delivery>{};
  POSTQ_TRY(auto twin, load_delivery(db_, found.front()));
  return std::optional{std::move(twin)};
}

Result<Delivery> SqliteStore::delivery(DeliveryId delivery) {
  return load_delivery(db_, delivery);
}

}  // namespace postq::sqlite
