#include "sqlite/timeline/traces.h"

#include <algorithm>
#include <set>

#include <postq/text/likeness.h>
#include <postq/text/text.h>

#include "sqlite/database/statements.h"
#include "sqlite/posts/contents.h"

namespace postq::sqlite {

namespace {

constexpr Seconds kCopyWithin = std::chrono::hours{24};
constexpr Seconds kBefore = std::chrono::minutes{5};    // a server's clock may be behind
constexpr Seconds kDeadline = std::chrono::minutes{5};  // of a request whose end nobody saw
constexpr Seconds kAfter = std::chrono::minutes{15};

}  // namespace

Result<Traces> Traces::read(Database& db, AccountId account, TimePoint from, TimePoint to) {
  // Deliveries of this account that are in doubt are left to the attempts below: the item may be the post itself.
  constexpr std::string_view kScheduled = R"sql(
    SELECT d.public_at, p.fingerprint, p.text_key,
           (SELECT json_extract(k.document, '$.parts[' || (p.n - 1) || '].text') FROM contents k
             WHERE k.digest = d.digest AND json_valid(k.document))
      FROM accounts c
      JOIN deliveries d ON d.account_id = c.id AND d.public_at >= ?2 AND d.public_at <= ?3 AND d.public_at IS NOT NULL
                       AND d.origin = 'scheduled'
      JOIN parts p ON p.delivery_id = d.id AND p.text_key <> 0
     WHERE NOT (d.account_id = ?1 AND EXISTS (SELECT 1 FROM attempts t
                 WHERE t.delivery_id = d.id AND (t.outcome IS NULL OR t.outcome = 'unconfirmed'))))sql";
  constexpr std::string_view kAbsent = R"sql(
    SELECT t.started_at, p.fingerprint, p.text_key FROM attempts t
      JOIN parts p ON p.delivery_id = t.delivery_id AND p.n = t.part AND p.text_key <> 0
     WHERE t.account_id = ?1 AND t.started_at >= ?2 AND t.started_at <= ?3 AND t.outcome = 'absent')sql";
  constexpr std::string_view kOpen = R"sql(
    SELECT t.started_at, p.fingerprint, p.text_key, coalesce(t.ended_at, t.started_at + ?2) FROM attempts t
      JOIN parts p ON p.delivery_id = t.delivery_id AND p.n = t.part
     WHERE t.account_id = ?1 AND (t.outcome IS NULL OR t.outcome = 'unconfirmed'))sql";
  Traces traces;
  const auto text = [](const Row& row) { return Text{row.integer(1), row.integer(2)}; };
  const auto into = [&text](std::vector<Trace>& list) {
    return [&list, &text](const Row& row) { list.push_back({row.time(0), text(row)}); };
  };
  const TimePoint first = from - kCopyWithin;
  const TimePoint last = to + kCopyWithin;
  POSTQ_CHECK(db.each(kScheduled, {account, first, last}, [&traces](const Row& row) {
    traces.scheduled_.push_back({row.time(0), {row.integer(1), row.integer(2), row.text(3)}});
  }));
  POSTQ_CHECK(db.each(kForeign, {first, last}, [&traces](const Row& row) {
    traces.scheduled_.push_back({row.time(0), {row.integer(1), text_key(row.view(2)), row.text(2)}});
  }));
  POSTQ_CHECK(db.each(kAbsent, {account, first, last}, into(traces.absent_)));
  POSTQ_CHECK(db.each(kOpen, {account, kDeadline.count()}, [&](const Row& row) {
    traces.open_.push_back({row.time(0), row.time(3), text(row)});
  }));
  return traces;
}

Traces Traces::of(const std::vector<SeenItem>& foreign) {
  Traces traces;
  for (const auto& item : foreign) {
    traces.scheduled_.push_back({item.created_at, {item.fingerprint, item.key, item.text}});
  }
  return traces;
}

bool Traces::Text::is_like(const SeenItem& item) const {
  if (fingerprint != 0 && item.fingerprint != 0 && (key == 0 || key != item.key)) {
    // The fingerprints of two short texts may be near by chance, and who wrote by hand would lose the credit.
    const bool both_known = !words.empty() && !item.text.empty();
    return nearly_same(fingerprint, item.fingerprint) && (!both_known || share_words(words, item.text));
  }
  return key != 0 && key == item.key;
}

bool Traces::is_copy(const SeenItem& item) const {
  return std::any_of(scheduled_.begin(), scheduled_.end(), [&](const Trace& trace) {
    // What was seen before the other was out is no copy of it.
    return item.first_seen_at >= trace.at - kBefore && item.created_at >= trace.at - kCopyWithin &&
           item.created_at <= trace.at + kCopyWithin && trace.text.is_like(item);
  });
}

std::pair<TimePoint, TimePoint> Traces::of_copies() const {
  const auto [first, last] = std::minmax_element(scheduled_.begin(), scheduled_.end(),
                                                 [](const Trace& a, const Trace& b) { return a.at < b.at; });
  if (first == scheduled_.end()) return {};
  return {first->at - kCopyWithin, last->at + kCopyWithin};
}

bool Traces::is_ghost(const SeenItem& item) const {
  return std::any_of(absent_.begin(), absent_.end(), [&](const Trace& trace) {
    return item.created_at >= trace.at - kBefore && trace.text.is_like(item);
  });
}

bool Traces::may_be_in_doubt(const SeenItem& item) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
    const bool too_short_to_tell = item.fingerprint == 0 || open.text.fingerprint == 0;
    return item.created_at >= open.started_at - kBefore && item.created_at <= open.until + kAfter &&
           (too_short_to_tell || open.text.is_like(item));
  });
}

Result<Shown> shown_by_list(Database& db, AccountId account) {
  constexpr std::int64_t kMostLookedAt = 500;
  constexpr std::string_view kSeen = R"sql(
    SELECT DISTINCT coalesce(visibility, ''), kind = 'reply' OR kind = 'own-reply' FROM (
      SELECT account_id, remote_id, visibility, kind, first_seen_at, last_seen_at
        FROM timeline INDEXED BY timeline_count
       WHERE account_id = ?1 AND kind <> 'boost' ORDER BY created_at DESC LIMIT ?2) t
     WHERE last_seen_at > first_seen_at
        OR NOT EXISTS (SELECT 1 FROM parts r WHERE r.account_id = t.account_id AND r.remote_id = t.remote_id
                                               AND r.remote_id IS NOT NULL))sql";
  std::set<std::string> visibilities;
  Shown shown;
  POSTQ_CHECK(db.each(kSeen, {account, kMostLookedAt}, [&](const Row& row) {
    if (!row.view(0).empty()) visibilities.insert(row.text(0));
    shown.answers = shown.answers || row.flag(1);
  }));
  shown.visibilities.assign(visibilities.begin(), visibilities.end());
  return shown;
}

Result<Sighting> sighting_of(Database& db, const Attempt& attempt) {
  constexpr std::string_view kWords = "SELECT fingerprint, text_key FROM parts WHERE delivery_id = ?1 AND n = ?2";
  constexpr std::string_view kAround = R"sql(
    SELECT remote_id, fingerprint, text, why, deleted_at IS NOT NULL FROM timeline INDEXED BY timeline_count
     WHERE account_id = ?1 AND created_at >= ?2 AND created_at <= ?3 AND kind <> 'boost')sql";
  Traces::Text sent;
  POSTQ_CHECK(db.each(kWords, {attempt.delivery, attempt.part}, [&sent](const Row& row) {
    sent = {row.integer(0), row.integer(1)};
  }));
  std::optional<Sighting> by_key;
  Sighting by_words = Sighting::never;
  const TimePoint until = attempt.ended_at.value_or(attempt.started_at + kDeadline) + kAfter;
  POSTQ_CHECK(db.each(kAround, {attempt.account, attempt.started_at - kBefore, until}, [&](const Row& row) {
    const auto seen = row.flag(4) ? Sighting::gone : Sighting::there;
    const std::string id = row.text(0);
    if (!attempt.key.empty() && (id == attempt.key || id.ends_with("/" + attempt.key))) by_key = seen;
    // These are known to be others.
    if (row.view(3) == "receipt" || row.view(3) == "key") return;
    SeenItem item;
    item.fingerprint = row.integer(1);
    item.key = text_key(row.view(2));
    if (sent.is_like(item) && by_words != Sighting::there) by_words = seen;
  }));
  return by_key.value_or(by_words);
}

namespace {

std::string_view last_piece(std::string_view id) {
  while (!id.empty() && id.back() == '/') id.remove_suffix(1);
  return id.substr(id.rfind('/') + 1);
}

// A page is named after its post's id; a shorter piece could stand anywhere.
bool names(std::string_view url, std::string_view remote_id) {
  constexpr std::size_t kShortest = 4;
  const auto piece = last_piece(remote_id);
  return piece.size() >= kShortest && last_piece(url) == piece;
}

bool bears(std::string_view remote_id, std::string_view key) {
  return !key.empty() && (remote_id == key || last_piece(remote_id) == key);
}

}  // namespace

Result<std::string> post_meant(Database& db, const Attempt& attempt, std::string_view url) {
  constexpr std::string_view kWords = "SELECT fingerprint, text_key FROM parts WHERE delivery_id = ?1 AND n = ?2";
  constexpr std::string_view kSince = R"sql(
    SELECT remote_id, fingerprint, text, created_at FROM timeline INDEXED BY timeline_count
     WHERE account_id = ?1 AND created_at >= ?2 AND kind <> 'boost' AND why <> 'receipt' AND deleted_at IS NULL)sql";
  Traces::Text sent;
  POSTQ_CHECK(db.each(kWords, {attempt.delivery, attempt.part}, [&sent](const Row& row) {
    sent = {row.integer(0), row.integer(1)};
  }));
  const TimePoint until = attempt.ended_at.value_or(attempt.started_at + kDeadline) + kAfter;
  std::string certain;
  std::vector<std::string> alike;
  POSTQ_CHECK(db.each(kSince, {attempt.account, attempt.started_at - kBefore}, [&](const Row& row) {
    std::string id = row.text(0);
    if (names(url, id) || (url.empty() && bears(id, attempt.key))) {
      certain = std::move(id);
      return;
    }
    SeenItem item;
    item.fingerprint = row.integer(1);
    item.key = text_key(row.view(2));
    if (url.empty() && row.time(3) <= until && sent.is_like(item)) alike.push_back(std::move(id));
  }));
  if (!certain.empty()) return certain;
  return alike.size() == 1 ? alike.front() : std::string();
}

bool Unnamed::is_of(const SeenItem& item) const {
  if (item.kind == TimelineKind::boost || item.created_at < receipt.sent_at - kBefore) return false;
  if (!receipt.url.empty()) return names(receipt.url, item.remote_id);
  return item.created_at <= receipt.sent_at + kDeadline + kAfter && text.is_like(item);
}

Result<std::vector<Unnamed>> unnamed_receipts(Database& db, AccountId account, TimePoint from) {
  // A key stands alone, and an id that is an address is the one that a person gave.
  constexpr std::string_view kUnnamed = R"sql(
    SELECT p.delivery_id, p.n, p.remote_id, coalesce(p.remote_ref, ''), coalesce(p.url, ''), p.sent_at, t.idem_key,
           p.fingerprint, p.text_key
      FROM parts p INDEXED BY parts_texts JOIN attempts t ON t.delivery_id = p.delivery_id AND t.part = p.n
     WHERE p.n = 1 AND p.account_id = ?1 AND p.sent_at >= ?2 AND p.sent_at IS NOT NULL AND t.outcome = 'sent'
       AND (p.remote_id = p.url OR (p.url IS NULL AND p.remote_id = t.idem_key)))sql";
  std::vector<Unnamed> all;
  POSTQ_CHECK(db.each(kUnnamed, {account, from - kDeadline - kAfter}, [&](const Row& row) {
    all.push_back({row.id<DeliveryId>(0),
                   static_cast<int>(row.integer(1)),
                   {row.text(2), row.text(3), row.text(4), row.time(5)},
                   row.text(6),
                   {row.integer(7), row.integer(8)}});
  }));
  return all;
}

}  // namespace postq::sqlite
