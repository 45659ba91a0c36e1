#include "sqlite/attribution.h"

#include <algorithm>
#include <array>

#include <postq/core/text.h>

namespace postq::sqlite {

namespace {

// Programs that post for people who aren't there, as timelines name them, in lower case; postq elsewhere is one.
constexpr std::array<std::string_view, 20> kSchedulers{
    "postq",        "buffer",        "hootsuite", "postiz",    "mixpost", "fedica",   "typefully",
    "later",        "sprout social", "publer",    "ifttt",     "zapier",  "make",     "socialbee",
    "missinglettr", "dlvr.it",       "echofeed",  "feed2toot", "tootbot", "mastofeed"};

constexpr Seconds kCopyWithin = std::chrono::hours{24};
constexpr Seconds kBefore = std::chrono::minutes{5};    // a server's clock may be behind
constexpr Seconds kDeadline = std::chrono::minutes{5};  // of a request whose end nobody saw
constexpr Seconds kAfter = std::chrono::minutes{15};

struct Attribution {
  CountsAs counts_as = CountsAs::hand_written;
  std::string_view why = "plain";
};

struct Item {
  std::string remote_id;
  TimePoint created_at{};
  TimelineKind kind = TimelineKind::post;
  std::string client;
  std::string visibility;
  std::int64_t fingerprint = 0;
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_scheduler(std::string_view client) {
  return std::find(kSchedulers.begin(), kSchedulers.end(), lower_case(client)) != kSchedulers.end();
}

CountsAs counts_as(Origin origin) {
  return origin == Origin::scheduled ? CountsAs::scheduled : CountsAs::hand_written;
}

// The texts an item may be a trace of, read once for a whole reading.
class Traces {
 public:
  static Result<Traces> read(Database& db, AccountId account, TimePoint from, TimePoint to) {
    // Deliveries of this account that are in doubt are left to the attempts below: the item may be the post itself.
    constexpr std::string_view kScheduled = R"sql(
      SELECT d.public_at, p.fingerprint
        FROM accounts c
        JOIN deliveries d ON d.account_id = c.id AND d.public_at >= ?2 AND d.public_at <= ?3 AND d.public_at IS NOT NULL
                         AND d.origin = 'scheduled'
        JOIN parts p ON p.delivery_id = d.id AND p.fingerprint <> 0
       WHERE NOT (d.account_id = ?1 AND EXISTS (SELECT 1 FROM attempts t
                   WHERE t.delivery_id = d.id AND (t.outcome IS NULL OR t.outcome = 'unconfirmed'))))sql";
    constexpr std::string_view kAbsent = R"sql(
      SELECT t.started_at, p.fingerprint FROM attempts t
        JOIN parts p ON p.delivery_id = t.delivery_id AND p.n = t.part AND p.fingerprint <> 0
       WHERE t.account_id = ?1 AND t.started_at >= ?2 AND t.started_at <= ?3 AND t.outcome = 'absent')sql";
    constexpr std::string_view kOpen = R"sql(
      SELECT t.started_at, p.fingerprint, coalesce(t.ended_at, t.started_at + ?2) FROM attempts t
        JOIN parts p ON p.delivery_id = t.delivery_id AND p.n = t.part
       WHERE t.account_id = ?1 AND (t.outcome IS NULL OR t.outcome = 'unconfirmed'))sql";
    Traces traces;
    const auto into = [](std::vector<Trace>& list) {
      return [&list](const Row& row) { list.push_back({row.time(0), row.integer(1)}); };
    };
    const TimePoint first = from - kCopyWithin;
    const TimePoint last = to + kCopyWithin;
    POSTQ_CHECK(db.each(kScheduled, {account, first, last}, into(traces.scheduled_)));
    POSTQ_CHECK(db.each(kAbsent, {account, first, last}, into(traces.absent_)));
    POSTQ_CHECK(db.each(kOpen, {account, kDeadline.count()}, [&](const Row& row) {
      traces.open_.push_back({row.time(0), row.integer(1), row.time(2)});
    }));
    return traces;
  }

  bool is_copy(const Item& item) const {
    return std::any_of(scheduled_.begin(), scheduled_.end(), [&](const Trace& trace) {
      return item.created_at >= trace.at - kCopyWithin && item.created_at <= trace.at + kCopyWithin &&
             nearly_same(item.fingerprint, trace.fingerprint);
    });
  }
  bool is_ghost(const Item& item) const {
    return std::any_of(absent_.begin(), absent_.end(), [&](const Trace& trace) {
      return item.created_at >= trace.at - kBefore && nearly_same(item.fingerprint, trace.fingerprint);
    });
  }
  // It may be the post of a request whose answer is not there.
  bool may_be_in_doubt(const Item& item) const {
    return std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
      const bool too_short_to_tell = item.fingerprint == 0 || open.fingerprint == 0;
      return item.created_at >= open.started_at - kBefore && item.created_at <= open.until + kAfter &&
             (too_short_to_tell || nearly_same(item.fingerprint, open.fingerprint));
    });
  }

 private:
  struct Trace {
    TimePoint at{};
    std::int64_t fingerprint = 0;
  };
  struct Open {
    TimePoint started_at{};
    std::int64_t fingerprint = 0;
    TimePoint until{};
  };
  std::vector<Trace> scheduled_;
  std::vector<Trace> absent_;
  std::vector<Open> open_;
};

struct Chosen {
  Origin origin = Origin::scheduled;
  int part = 1;
  std::string_view why;
};

Result<std::optional<Chosen>> find_own(Database& db, AccountId account, const std::string& remote_id) {
  constexpr std::string_view kByReceipt = R"sql(
    SELECT d.origin, p.n FROM parts p JOIN deliveries d ON d.id = p.delivery_id
     WHERE p.account_id = ?1 AND p.remote_id = ?2 AND p.remote_id IS NOT NULL)sql";
  // On some platforms the request key is the last piece of the id. An attempt that was thought absent and shows up all
  // the same is a ghost: nothing else counts it.
  constexpr std::string_view kByKey = R"sql(
    SELECT d.origin, t.part, d.public_at IS NULL FROM attempts t JOIN deliveries d ON d.id = t.delivery_id
     WHERE t.account_id = ?1 AND t.idem_key IN (?2, ?3) ORDER BY t.id DESC LIMIT 1)sql";
  const auto origin = [](const Row& row) { return origin_from_word(row.view(0)).value_or(Origin::scheduled); };
  POSTQ_TRY(auto found, db.first(kByReceipt, {account, remote_id}, [&](const Row& row) {
    return Chosen{origin(row), static_cast<int>(row.integer(1)), "receipt"};
  }));
  if (found) return found;
  const auto slash = remote_id.rfind('/');
  const std::string last = slash == std::string::npos ? remote_id : remote_id.substr(slash + 1);
  return db.first(kByKey, {account, remote_id, last}, [&](const Row& row) {
    return Chosen{origin(row), static_cast<int>(row.integer(1)), row.flag(2) ? "ghost" : "key"};
  });
}

Result<Attribution> attribute(Database& db, AccountId account, const Item& item, const Traces& traces) {
  POSTQ_TRY(const auto own, find_own(db, account, item.remote_id));
  if (own) {
    if (own->part > 1) return Attribution{CountsAs::nothing, "own-thread"};
    return Attribution{counts_as(own->origin), own->why};
  }
  if (item.kind == TimelineKind::boost) return Attribution{CountsAs::nothing, "boost"};
  if (item.kind == TimelineKind::own_reply) return Attribution{CountsAs::nothing, "own-thread"};
  if (item.visibility == "direct") return Attribution{CountsAs::nothing, "direct"};
  if (is_scheduler(item.client)) return Attribution{CountsAs::scheduled, "client"};
  if (traces.is_copy(item)) return Attribution{CountsAs::scheduled, "copy"};
  if (traces.is_ghost(item)) return Attribution{CountsAs::scheduled, "ghost"};
  if (traces.may_be_in_doubt(item)) return Attribution{CountsAs::undecided, "open-attempt"};
  return Attribution{};
}

constexpr std::string_view kUpsert = R"sql(
  INSERT INTO timeline (account_id, remote_id, created_at, counts_as, why, kind, reply_to, client, visibility, text,
                        fingerprint, first_seen_at, last_seen_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ''), nullif(?8, ''), nullif(?9, ''), ?10, ?11, ?12, ?12)
  ON CONFLICT DO UPDATE SET counts_as = excluded.counts_as, why = excluded.why, kind = excluded.kind,
         text = excluded.text, fingerprint = excluded.fingerprint, last_seen_at = excluded.last_seen_at,
         deleted_at = NULL)sql";

struct Known {
  bool settled = false;  // nothing about it can change by being seen again
};

Status record_item(Database& db, AccountId account, const TimelineItem& seen, const Traces& traces, TimePoint now) {
  constexpr std::string_view kKnown = R"sql(
    SELECT counts_as <> 'undecided' AND deleted_at IS NULL FROM timeline WHERE account_id = ?1 AND remote_id = ?2)sql";
  constexpr std::string_view kSeenAgain =
      "UPDATE timeline SET last_seen_at = ?3, text = ?4 WHERE account_id = ?1 AND remote_id = ?2";
  constexpr std::string_view kParent = "SELECT count(*) FROM timeline WHERE account_id = ?1 AND remote_id = ?2";
  POSTQ_TRY(const auto known,
            db.first(kKnown, {account, seen.remote_id}, [](const Row& row) { return Known{row.flag(0)}; }));
  // An edit doesn't make it a new post.
  if (known && known->settled) return db.run(kSeenAgain, {account, seen.remote_id, now, seen.text});

  Item item{seen.remote_id,  std::min(seen.created_at, now), seen.kind, seen.client,
            seen.visibility, fingerprint(seen.text)};
  if (item.kind == TimelineKind::reply && !seen.reply_to.empty()) {
    POSTQ_TRY(const auto own_parent, db.integer(kParent, {account, seen.reply_to}));
    if (own_parent != 0) item.kind = TimelineKind::own_reply;
  }
  POSTQ_TRY(const auto whose, attribute(db, account, item, traces));
  return db.run(kUpsert, {account, item.remote_id, item.created_at, word(whose.counts_as), whose.why, word(item.kind),
                          seen.reply_to, item.client, item.visibility, seen.text, item.fingerprint, now});
}

}  // namespace

Status record_receipt_row(Database& db, const Delivery& delivery, int part, const Receipt& receipt,
                          std::string_view text, TimePoint now) {
  constexpr std::string_view kAbout = R"sql(
    SELECT json_extract(k.document, '$.reply_to') IS NOT NULL, coalesce(json_extract(k.document, '$.visibility'), ''),
           p.fingerprint
      FROM parts p, contents k WHERE p.delivery_id = ?1 AND p.n = ?2 AND k.digest = ?3)sql";
  bool answer = false;
  std::string visibility;
  std::int64_t print = 0;
  POSTQ_CHECK(db.each(kAbout, {delivery.id, part, delivery.digest}, [&](const Row& row) {
    answer = row.flag(0);
    visibility = row.text(1);
    print = row.integer(2);
  }));
  Attribution whose{counts_as(delivery.origin), "receipt"};
  auto kind = answer ? TimelineKind::reply : TimelineKind::post;
  if (part > 1) {
    whose = {CountsAs::nothing, "own-thread"};
    kind = TimelineKind::own_reply;
  } else if (visibility == "direct") {
    whose = {CountsAs::nothing, "direct"};
  }
  return db.run(kUpsert, {delivery.account, receipt.remote_id, std::min(receipt.sent_at, now), word(whose.counts_as),
                          whose.why, word(kind), "", "", visibility, text, print, now});
}

Status record_items(Database& db, AccountId account, const std::vector<TimelineItem>& items, TimePoint now) {
  if (items.empty()) return {};
  // Parents before their answers.
  auto ordered = items;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
  POSTQ_TRY(const auto traces, Traces::read(db, account, ordered.front().created_at, ordered.back().created_at));
  for (const auto& item : ordered) POSTQ_CHECK(record_item(db, account, item, traces, now));
  return {};
}

Status keep_ghosts(Database& db, AccountId account, const std::string& key) {
  constexpr std::string_view kGhosts = R"sql(
    UPDATE timeline SET why = 'ghost'
     WHERE account_id = ?1 AND why = 'key' AND (remote_id = ?2 OR substr(remote_id, -length(?2) - 1) = '/' || ?2))sql";
  return db.run(kGhosts, {account, key});
}

Status look_again(Database& db, AccountId account, TimePoint now) {
  constexpr std::string_view kUndecided = R"sql(
    SELECT remote_id, created_at, kind, client, visibility, fingerprint FROM timeline
     WHERE account_id = ?1 AND counts_as = 'undecided' ORDER BY created_at)sql";
  constexpr std::string_view kDecide =
      "UPDATE timeline SET counts_as = ?3, why = ?4 WHERE account_id = ?1 AND remote_id = ?2";
  std::vector<Item> items;
  POSTQ_CHECK(db.each(kUndecided, {account}, [&](const Row& row) {
    const auto kind = row.view(2) == word(TimelineKind::reply)   ? TimelineKind::reply
                      : row.view(2) == word(TimelineKind::quote) ? TimelineKind::quote
                                                                 : TimelineKind::post;
    items.push_back({row.text(0), row.time(1), kind, row.text(3), row.text(4), row.integer(5)});
  }));
  if (items.empty()) return {};
  POSTQ_TRY(const auto traces,
            Traces::read(db, account, items.front().created_at, std::max(items.back().created_at, now)));
  for (const auto& item : items) {
    POSTQ_TRY(const auto whose, attribute(db, account, item, traces));
    if (whose.counts_as == CountsAs::undecided) continue;
    POSTQ_CHECK(db.run(kDecide, {account, item.remote_id, word(whose.counts_as), whose.why}));
  }
  return {};
}

}  // namespace postq::sqlite
