#include "sqlite/timeline/attribution.h"

#include <algorithm>

#include <postq/text/text.h>

#include "sqlite/archive/archive.h"
#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/people/answers.h"
#include "sqlite/posts/contents.h"
#include "sqlite/publishing/already_out.h"
#include "sqlite/timeline/traces.h"

namespace postq::sqlite {

namespace {

struct Attribution {
  CountsAs counts_as = CountsAs::hand_written;
  std::string_view why = "plain";
};

CountsAs counts_as(Origin origin) {
  return origin == Origin::scheduled ? CountsAs::scheduled : CountsAs::hand_written;
}

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

Result<Attribution> attribute(Database& db, AccountId account, const SeenItem& item, const Traces& traces) {
  POSTQ_TRY(const auto own, find_own(db, account, item.remote_id));
  if (own) {
    if (own->part > 1) return Attribution{CountsAs::nothing, "own-thread"};
    if (item.visibility == "direct") return Attribution{CountsAs::nothing, "direct"};
    return Attribution{counts_as(own->origin), own->why};
  }
  if (item.kind == TimelineKind::boost) return Attribution{CountsAs::nothing, "boost"};
  // Its thread counts once; as a source of copies each part of another scheduler's does.
  if (item.kind == TimelineKind::own_reply) {
    return Attribution{CountsAs::nothing, item.by_scheduler ? "client" : "own-thread"};
  }
  if (item.visibility == "direct") return Attribution{CountsAs::nothing, "direct"};
  if (item.by_scheduler) return Attribution{CountsAs::scheduled, "client"};
  if (traces.is_copy(item)) return Attribution{CountsAs::scheduled, "copy"};
  if (traces.is_ghost(item)) return Attribution{CountsAs::scheduled, "ghost"};
  if (traces.may_be_in_doubt(item)) return Attribution{CountsAs::undecided, "open-attempt"};
  return Attribution{};
}

// ?1 account, ?2 id.
constexpr std::string_view kDecide = R"sql(
  UPDATE timeline SET counts_as = ?3, why = ?4, kind = ?5, deleted_at = NULL WHERE account_id = ?1 AND remote_id = ?2)sql";

Status insert(Database& db, AccountId account, const SeenItem& item, const TimelineItem& seen, const Attribution& whose,
              TimePoint now) {
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO timeline (account_id, remote_id, created_at, counts_as, why, kind, reply_to, client, visibility, text,
                          fingerprint, media, first_seen_at, last_seen_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ''), nullif(?8, ''), nullif(?9, ''), ?10, ?11, ?12, ?13, ?13))sql";
  return db.run(kInsert, {account, item.remote_id, item.created_at, word(whose.counts_as), whose.why, word(item.kind),
                          seen.reply_to, seen.client, item.visibility, item.text, item.fingerprint, seen.media, now});
}

SeenItem as_first_seen(const TimelineItem& seen, TimePoint now) {
  return {seen.remote_id,
          std::min(seen.created_at, now),
          now,
          seen.kind,
          seen.visibility,
          seen.by_scheduler,
          seen.text,
          fingerprint(seen.text),
          text_key(seen.text)};
}

// What a row says of an item as it was when it was first seen.
struct Known {
  CountsAs counts_as = CountsAs::nothing;
  std::string why;
  bool deleted = false;
  bool answers = false;  // the row says what it replies to
  SeenItem item;
};

constexpr std::string_view kKnown = R"sql(
  SELECT remote_id, created_at, kind, visibility, text, fingerprint, first_seen_at, counts_as, why,
         deleted_at IS NOT NULL, reply_to IS NOT NULL
    FROM timeline WHERE account_id = ?1 AND remote_id = ?2)sql";

// The first seven columns of kKnown.
SeenItem read_seen(const Row& row) {
  SeenItem item;
  item.remote_id = row.text(0);
  item.created_at = row.time(1);
  item.kind = timeline_kind_from_word(row.view(2)).value_or(TimelineKind::post);
  item.visibility = row.text(3);
  item.text = row.text(4);
  item.fingerprint = row.integer(5);
  item.first_seen_at = row.time(6);
  item.key = text_key(item.text);
  return item;
}

Known read_known(const Row& row) {
  Known known;
  known.item = read_seen(row);
  known.counts_as = counts_as_from_word(row.view(7)).value_or(CountsAs::nothing);
  known.why = row.text(8);
  known.deleted = row.flag(9);
  known.answers = row.flag(10);
  return known;
}

Result<bool> answers_oneself(Database& db, AccountId account, const TimelineItem& seen) {
  constexpr std::string_view kParent = "SELECT count(*) FROM timeline WHERE account_id = ?1 AND remote_id = ?2";
  if (seen.kind == TimelineKind::own_reply) return true;
  if (seen.kind != TimelineKind::reply || seen.reply_to.empty()) return false;
  POSTQ_TRY(const auto parents, db.integer(kParent, {account, seen.reply_to}));
  return parents != 0;
}

// An edit doesn't make it a new post, and no text that comes later says whose it was: what was decided stays, what was
// not is decided by the first text, and only that one is kept.
Status decide_again(Database& db, AccountId account, const Known& known, const TimelineItem& seen) {
  const auto decide = [&](const Attribution& whose, TimelineKind kind) {
    return db.run(kDecide, {account, seen.remote_id, word(whose.counts_as), whose.why, word(kind)});
  };
  // What was answered with `postq post` is known as one's own only now.
  if (known.counts_as == CountsAs::hand_written && known.item.kind == TimelineKind::reply) {
    POSTQ_TRY(const bool oneself, answers_oneself(db, account, seen));
    if (oneself) return decide({CountsAs::nothing, "own-thread"}, TimelineKind::own_reply);
  }
  if (!known.deleted) return {};
  if (known.counts_as == CountsAs::scheduled) return decide({known.counts_as, known.why}, known.item.kind);
  SeenItem item = known.item;
  item.by_scheduler = seen.by_scheduler;
  POSTQ_TRY(const auto traces, Traces::read(db, account, item.created_at, item.created_at));
  POSTQ_TRY(const auto whose, attribute(db, account, item, traces));
  return decide(whose, item.kind);
}

Result<std::int64_t> answer_with(Database& db, AccountId account, const TimelineItem& seen, Settling& settling) {
  if (seen.kind == TimelineKind::quote || seen.kind == TimelineKind::boost) return 0;
  const GivenAnswer given{seen.remote_id, std::min(seen.created_at, settling.audit.now)};
  return answer(db, account, seen.reply_to, given, settling);
}

// Returns how many items it answers, as is known only now.
Result<std::int64_t> see_again(Database& db, AccountId account, const Known& known, const TimelineItem& seen,
                               Settling& settling) {
  // The time of a receipt may be ours; the server's is the one that counts, but nobody becomes younger by it.
  constexpr std::string_view kSeenAgain = R"sql(
    UPDATE timeline SET last_seen_at = ?3, reply_to = coalesce(reply_to, nullif(?5, '')),
           created_at = CASE why WHEN 'receipt' THEN min(created_at, ?4) ELSE created_at END
     WHERE account_id = ?1 AND remote_id = ?2)sql";
  const bool moves = known.why == "receipt" && seen.created_at < known.item.created_at;
  if (moves) POSTQ_CHECK(forget_own(db, account, seen.remote_id));
  POSTQ_CHECK(db.run(kSeenAgain, {account, seen.remote_id, settling.audit.now, seen.created_at, seen.reply_to}));
  POSTQ_CHECK(decide_again(db, account, known, seen));
  if (moves || known.deleted) POSTQ_CHECK(remember_own(db, account, seen.remote_id));
  if (known.answers && !known.deleted) return 0;  // one that is back answers again
  return answer_with(db, account, seen, settling);
}

// Adds to `change` what is new; another scheduler's new post joins `foreign`.
Status record_item(Database& db, AccountId account, const TimelineItem& seen, const Traces& traces,
                   std::vector<SeenItem>& foreign, RecordedTimeline& change, Settling& settling) {
  POSTQ_TRY(const auto known, db.first(kKnown, {account, seen.remote_id}, read_known));
  if (known) {
    POSTQ_TRY(const auto answered, see_again(db, account, *known, seen, settling));
    change.answered += answered;
    return {};
  }
  const TimePoint now = settling.audit.now;
  SeenItem item = as_first_seen(seen, now);
  POSTQ_TRY(const bool oneself, answers_oneself(db, account, seen));
  if (oneself) item.kind = TimelineKind::own_reply;
  POSTQ_TRY(const auto whose, attribute(db, account, item, traces));
  POSTQ_CHECK(insert(db, account, item, seen, whose, now));
  POSTQ_CHECK(remember_own(db, account, seen.remote_id));
  POSTQ_TRY(const auto answered, answer_with(db, account, seen, settling));
  change.answered += answered;
  ++change.fresh;
  if (whose.why == "client") foreign.push_back(std::move(item));
  return {};
}

// The copy of what another scheduler posted may have been read before that was, and counts as by hand until now.
Status take_credit_from_copies(Database& db, const std::vector<SeenItem>& foreign) {
  if (foreign.empty()) return {};
  const auto traces = Traces::of(foreign);
  const auto [first, last] = traces.of_copies();
  std::vector<std::pair<AccountId, SeenItem>> copies;
  POSTQ_CHECK(db.each(kPlain, {first, last}, [&](const Row& row) {
    auto item = read_seen(row);
    if (traces.is_copy(item)) copies.emplace_back(row.id<AccountId>(7), std::move(item));
  }));
  for (const auto& [account, item] : copies) {
    POSTQ_CHECK(db.run(kDecide, {account, item.remote_id, word(CountsAs::scheduled), "copy", word(item.kind)}));
  }
  return {};
}

}  // namespace

Status record_receipt_row(Database& db, const Delivery& delivery, int part, const Receipt& receipt,
                          std::string_view text, std::string_view reply_to, ArchiveLater& archive, TimePoint now) {
  // The + keeps the index of first parts out of sight: for its sake the statement would be prepared anew each time.
  constexpr std::string_view kAbout = R"sql(
    SELECT json_extract(k.document, '$.reply_to') IS NOT NULL, coalesce(json_extract(k.document, '$.visibility'), ''),
           p.fingerprint
      FROM parts p LEFT JOIN contents k ON k.digest = ?3 AND json_valid(k.document) WHERE p.delivery_id = ?1 AND +p.n = ?2)sql";
  constexpr std::string_view kUpsert = R"sql(
    INSERT INTO timeline (account_id, remote_id, created_at, counts_as, why, kind, visibility, text, fingerprint,
                          first_seen_at, last_seen_at, reply_to)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ''), ?8, ?9, ?10, ?10, nullif(?11, ''))
    ON CONFLICT DO UPDATE SET reply_to = coalesce(reply_to, excluded.reply_to), counts_as = excluded.counts_as, why = excluded.why, kind = excluded.kind,
           text = excluded.text, fingerprint = excluded.fingerprint, last_seen_at = excluded.last_seen_at,
           deleted_at = NULL)sql";
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
  POSTQ_CHECK(forget_own(db, delivery.account, receipt.remote_id));
  POSTQ_CHECK(db.run(kUpsert, {delivery.account, receipt.remote_id, std::min(receipt.sent_at, now),
                               word(whose.counts_as), whose.why, word(kind), visibility, text, print, now, reply_to}));
  archive.own(delivery.account, receipt.remote_id);
  return {};
}

Status rename_receipt(Database& db, const Delivery& delivery, int part, const Receipt& receipt, ArchiveLater& archive,
                      const AuditContext& audit) {
  constexpr std::string_view kOld = R"sql(
    SELECT p.remote_id, coalesce(t.text, ''), coalesce(t.reply_to, '') FROM parts p
      LEFT JOIN timeline t ON t.account_id = p.account_id AND t.remote_id = p.remote_id
     WHERE p.delivery_id = ?1 AND p.n = ?2)sql";
  constexpr std::string_view kRename = R"sql(
    UPDATE parts SET remote_id = ?3, remote_ref = nullif(?4, ''), url = nullif(?5, '') WHERE delivery_id = ?1 AND n = ?2)sql";
  std::string old;
  std::string text;
  std::string reply_to;
  POSTQ_CHECK(db.each(kOld, {delivery.id, part}, [&](const Row& row) {
    old = row.text(0);
    text = row.text(1);
    reply_to = row.text(2);
  }));
  POSTQ_CHECK(db.run(kRename, {delivery.id, part, receipt.remote_id, receipt.remote_ref, receipt.url}));
  if (old != receipt.remote_id) {
    POSTQ_CHECK(forget_own(db, delivery.account, old));
    POSTQ_CHECK(db.run("DELETE FROM timeline WHERE account_id = ?1 AND remote_id = ?2", {delivery.account, old}));
  }
  POSTQ_CHECK(record_receipt_row(db, delivery, part, receipt, text, reply_to, archive, audit.now));
  JsonObject details;
  details.number("part", part).text("remote_id", receipt.remote_id).text("url", receipt.url);
  details.text("detail", "known by its own address");
  const bool whole = delivery.state == DeliveryState::sent;
  return append(db, event_about(delivery, whole ? "sent" : "part sent", std::move(details)), audit);
}

namespace {

// An item that a receipt without an id is of gives it its id, and is known by it from now on.
Status name_receipts(Database& db, AccountId account, const std::vector<TimelineItem>& items,
                     const AuditContext& audit) {
  constexpr std::string_view kOwned = "SELECT count(*) FROM parts WHERE account_id = ?1 AND remote_id = ?2";
  POSTQ_TRY(const auto unnamed, unnamed_receipts(db, account, items.front().created_at));
  if (unnamed.empty()) return {};
  ArchiveLater archive;
  for (const auto& each : unnamed) {
    std::vector<const TimelineItem*> meant;
    for (const auto& item : items) {
      if (!each.is_of(as_first_seen(item, audit.now))) continue;
      POSTQ_TRY(const auto owned, db.integer(kOwned, {account, item.remote_id}));
      if (owned == 0) meant.push_back(&item);
    }
    if (meant.size() != 1) continue;
    Receipt receipt = each.receipt;
    receipt.remote_id = meant.front()->remote_id;
    if (receipt.url.empty()) {
      POSTQ_TRY(auto address, address_of(db, account, receipt.remote_id));
      if (address != receipt.remote_id) receipt.url = std::move(address);
    }
    POSTQ_TRY(const auto delivery, load_delivery(db, each.delivery));
    POSTQ_CHECK(rename_receipt(db, delivery, each.part, receipt, archive, audit));
  }
  return archive.write(db);
}

}  // namespace

Result<RecordedTimeline> record_items(Database& db, AccountId account, const std::vector<TimelineItem>& items,
                                      const AuditContext& audit) {
  RecordedTimeline change;
  Settling settling{audit};
  if (items.empty()) return change;
  // Parents before their answers.
  auto ordered = items;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
  POSTQ_CHECK(name_receipts(db, account, ordered, audit));
  POSTQ_TRY(const auto traces, Traces::read(db, account, ordered.front().created_at, ordered.back().created_at));
  std::vector<SeenItem> foreign;
  for (const auto& item : ordered) {
    POSTQ_CHECK(record_item(db, account, item, traces, foreign, change, settling));
  }
  POSTQ_CHECK(take_credit_from_copies(db, foreign));
  change.withdrawn = std::move(settling.withdrawn);
  return change;
}

Status keep_ghosts(Database& db, AccountId account, const std::string& key) {
  constexpr std::string_view kGhosts = R"sql(
    UPDATE timeline SET why = 'ghost'
     WHERE account_id = ?1 AND why = 'key' AND (remote_id = ?2 OR substr(remote_id, -length(?2) - 1) = '/' || ?2))sql";
  return db.run(kGhosts, {account, key});
}

Status look_again(Database& db, AccountId account, TimePoint now) {
  constexpr std::string_view kUndecided = R"sql(
    SELECT remote_id, created_at, kind, visibility, text, fingerprint, first_seen_at
      FROM timeline WHERE account_id = ?1 AND counts_as = 'undecided')sql";
  std::vector<SeenItem> items;
  POSTQ_CHECK(db.each(kUndecided, {account}, [&](const Row& row) { items.push_back(read_seen(row)); }));
  if (items.empty()) return {};
  // Not by SQLite, which sets up its sorter also for the usual none.
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
  POSTQ_TRY(const auto traces,
            Traces::read(db, account, items.front().created_at, std::max(items.back().created_at, now)));
  for (const auto& item : items) {
    POSTQ_TRY(const auto whose, attribute(db, account, item, traces));
    if (whose.counts_as == CountsAs::undecided) continue;
    POSTQ_CHECK(db.run(kDecide, {account, item.remote_id, word(whose.counts_as), whose.why, word(item.kind)}));
  }
  return {};
}

}  // namespace postq::sqlite
