#include <algorithm>

#include "sqlite/accounts/agents.h"
#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/people/answers.h"
#include "sqlite/people/inbox_query.h"
#include "sqlite/people/waiting.h"
#include "sqlite/sqlite_store.h"

// What people said, for people to read; items.cpp stores it.
namespace postq::sqlite {

namespace {

constexpr std::string_view kItem = R"sql(
  SELECT i.id, i.account_id, c.name, i.kind, i.first_seen_at, i.state, i.reason, i.answered_by, i.settled_at,
         i.deleted_at, coalesce(t.created_at, o.created_at), q.handle, coalesce(t.text, o.text),
         i.remote_id, i.person_id, p.handle, p.name, i.ignored, i.created_at, i.reply_to, i.conversation, i.text,
         i.warning, i.visibility, i.language, i.url, i.mentions, i.deleted_at IS NOT NULL
    FROM items i CROSS JOIN accounts c ON c.id = i.account_id
   CROSS JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id
    LEFT JOIN timeline t ON t.account_id = i.account_id AND t.remote_id = i.reply_to AND t.kind <> 'boost'
    LEFT JOIN items o ON t.remote_id IS NULL AND o.account_id = i.account_id AND o.remote_id = i.reply_to
                     AND o.person_id = c.remote_id
    LEFT JOIN items w ON w.account_id = i.account_id AND w.remote_id = t.reply_to
    LEFT JOIN people q ON q.account_id = w.account_id AND q.person_id = w.person_id
   WHERE i.id = ?1 AND i.kind <> 'around')sql";

Item read_item(const Row& row) {
  Item item;
  item.id = row.id<ItemId>(0);
  item.account = row.id<AccountId>(1);
  item.account_name = row.text(2);
  item.kind = item_kind_from_word(row.view(3)).value_or(ItemKind::mention);
  item.first_seen_at = row.time(4);
  item.state = item_state_from_word(row.view(5)).value_or(ItemState::open);
  item.reason = row.text(6);
  item.answered_by = row.text(7);
  item.settled_at = row.maybe_time(8);
  item.deleted_at = row.maybe_time(9);
  item.on_own_at = row.maybe_time(10);
  item.on_answer_to = row.text(11);
  item.on_own_text = row.text(12);
  item.said = read_said(row, 13);
  return item;
}

Result<Item> load_item(Database& db, ItemId id) {
  POSTQ_TRY(auto item, db.first(kItem, {id}, read_item));
  if (!item) return fail(ErrorKind::not_found, "there is no item " + name_of(id), "postq inbox");
  return *std::move(item);
}

Status append_about(Database& db, const Item& item, std::string_view kind, const std::string& reason,
                    const AuditContext& audit) {
  JsonObject details;
  details.number("item", number(item.id)).text("person", item.said.person.handle);
  if (!reason.empty()) details.text("reason", reason);
  return append(db, {item.account_name, kind, {}, {}, std::move(details)}, audit);
}

// Half of them took no longer.
std::optional<Seconds> median(std::vector<std::int64_t> times) {
  if (times.empty()) return std::nullopt;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 2);
  std::nth_element(times.begin(), middle, times.end());
  return Seconds{*middle};
}

}  // namespace

Result<std::vector<Item>> SqliteStore::items(const ItemFilter& filter) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto ids, find_items(db_, filter));
  std::vector<Item> items;
  for (const auto id : ids) {
    POSTQ_TRY(auto item, load_item(db_, id));
    items.push_back(std::move(item));
  }
  return items;
}

Result<std::int64_t> SqliteStore::count_items(const ItemFilter& filter) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto ids, find_items(db_, filter));
  return static_cast<std::int64_t>(ids.size());
}

Result<Item> SqliteStore::item(ItemId item) {
  return load_item(db_, item);
}

Result<std::vector<WithdrawnAnswer>> SqliteStore::dismiss(const std::vector<ItemId>& items, const std::string& reason,
                                                          const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "dismiss what people say"));
  constexpr std::string_view kDismiss =
      "UPDATE items SET state = 'dismissed', reason = ?2, settled_at = ?3, waits = NULL WHERE id = ?1";
  if (reason.find_first_not_of(" \t\n") == std::string::npos) {
    return fail(ErrorKind::usage, "dismissing takes a reason", "postq dismiss i7 --reason \"...\"");
  }
  Settling settling{audit};
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto id : items) {
    POSTQ_TRY(const auto item, load_item(db_, id));
    if (item.state == ItemState::dismissed) continue;
    if (item.state == ItemState::answered) {
      return fail(ErrorKind::refused, name_of(id) + " is answered already", "postq show " + name_of(id));
    }
    POSTQ_CHECK(db_.run(kDismiss, {id, reason, audit.now}));
    POSTQ_CHECK(append_about(db_, item, "dismissed", reason, audit));
    POSTQ_CHECK(withdraw_answers(db_, id, "was dismissed", settling));
  }
  POSTQ_CHECK(transaction.commit());
  return std::move(settling.withdrawn);
}

Status SqliteStore::reopen(const std::vector<ItemId>& items, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "take a dismissal back"));
  constexpr std::string_view kReopen = R"sql(
    UPDATE items SET state = 'open', reason = '', settled_at = NULL, answered_by = NULL,
           waits = CASE WHEN deleted_at IS NULL AND ignored = 0 THEN kind <> 'heard' END
     WHERE id = ?1)sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto id : items) {
    POSTQ_TRY(const auto item, load_item(db_, id));
    if (item.state == ItemState::open) continue;
    POSTQ_CHECK(db_.run(kReopen, {id}));
    POSTQ_CHECK(append_about(db_, item, "reopened", {}, audit));
  }
  return transaction.commit();
}

Result<InboxSummary> SqliteStore::inbox_summary(TimePoint since) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  InboxSummary summary;
  POSTQ_TRY(const auto accounts, accounts_of(db_, {}));
  for (const auto account : accounts) {
    POSTQ_TRY(const auto waiting, read_waiting(db_, account));
    if (waiting.empty()) continue;
    summary.waiting += static_cast<std::int64_t>(waiting.size());
    summary.longest = std::min(summary.longest.value_or(TimePoint::max()), waiting.front().since);
  }
  POSTQ_TRY(summary.heard, db_.integer(kCountHeard, {}));
  std::vector<std::int64_t> times;
  // Two clocks may disagree about which came first.
  POSTQ_CHECK(db_.each(kAnswerTimes, {since},
                       [&](const Row& row) { times.push_back(std::max<std::int64_t>(0, row.integer(0))); }));
  summary.answered = static_cast<std::int64_t>(times.size());
  summary.median_answer = median(std::move(times));
  return summary;
}

Result<std::vector<DeliveryId>> SqliteStore::answers_to(ItemId item) {
  constexpr std::string_view kAnswers = R"sql(
    SELECT d.id FROM posts p INDEXED BY posts_answers JOIN deliveries d ON d.post_id = p.id
     WHERE p.answers = ?1 AND p.answers IS NOT NULL AND d.state <> 'cancelled' AND d.state <> 'expired'
       AND d.retracted_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM parts r JOIN timeline t ON t.account_id = r.account_id AND t.remote_id = r.remote_id
                        WHERE r.delivery_id = d.id AND r.n = 1 AND t.deleted_at IS NOT NULL)
     ORDER BY d.id)sql";
  std::vector<DeliveryId> answers;
  POSTQ_CHECK(db_.each(kAnswers, {item}, [&](const Row& row) { answers.push_back(row.id<DeliveryId>(0)); }));
  return answers;
}

}  // namespace postq::sqlite
