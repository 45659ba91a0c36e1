#include "sqlite/people/answers.h"

#include <algorithm>

#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/publishing/withdrawal.h"

namespace postq::sqlite {

namespace {

struct Place {
  AccountId account{};
  std::string remote_id;
  std::string person;
  std::string conversation;
  TimePoint at{};
  bool around = false;
  std::optional<GivenAnswer> answered;
};

Result<std::optional<Place>> load_place(Database& db, ItemId item) {
  constexpr std::string_view kPlace = R"sql(
    SELECT account_id, remote_id, person_id, conversation, created_at, kind = 'around', state, answered_by, settled_at
      FROM items WHERE id = ?1)sql";
  return db.first(kPlace, {item}, [](const Row& row) {
    Place place{row.id<AccountId>(0), row.text(1), row.text(2), row.text(3), row.time(4), row.flag(5), {}};
    if (row.view(6) == "answered") place.answered = GivenAnswer{row.text(7), row.time(8)};
    return place;
  });
}

// A dismissed one is answered by an answer of its own only. Returns 1 if it wasn't answered before.
Result<std::int64_t> settle(Database& db, ItemId item, const GivenAnswer& given, Settling& settling) {
  constexpr std::string_view kEarlier = R"sql(
    UPDATE items SET answered_by = ?2, settled_at = ?3 WHERE id = ?1 AND state = 'answered' AND settled_at > ?3)sql";
  constexpr std::string_view kAnswered = R"sql(
    UPDATE items SET state = 'answered', answered_by = ?2, settled_at = ?3, reason = '', waits = NULL
     WHERE id = ?1 AND state <> 'answered' AND kind <> 'around')sql";
  POSTQ_CHECK(db.run(kAnswered, {item, given.remote_id, given.at}));
  const auto changed = db.changes();
  if (changed == 0) {
    POSTQ_CHECK(db.run(kEarlier, {item, given.remote_id, given.at}));
  } else {
    POSTQ_CHECK(withdraw_answers(db, item, "was answered elsewhere", settling));
  }
  return changed;
}

// What the same person said before in the same conversation.
Result<std::int64_t> settle_earlier(Database& db, ItemId item, const Place& place, const GivenAnswer& given,
                                    Settling& settling) {
  constexpr std::string_view kSiblings = R"sql(
    SELECT id FROM items INDEXED BY items_conversation
     WHERE account_id = ?1 AND conversation = ?2 AND conversation <> '' AND created_at <= ?3 AND person_id = ?4
       AND kind <> 'heard' AND kind <> 'around' AND id <> ?5
       AND (state = 'open' OR (state = 'answered' AND settled_at > ?6)))sql";
  if (place.conversation.empty()) return 0;
  std::vector<ItemId> siblings;
  POSTQ_CHECK(db.each(kSiblings, {place.account, place.conversation, place.at, place.person, item, given.at},
                      [&](const Row& row) { siblings.push_back(row.id<ItemId>(0)); }));
  std::int64_t answered = 0;
  for (const auto sibling : siblings) {
    POSTQ_TRY(const auto changed, settle(db, sibling, given, settling));
    answered += changed;
  }
  return answered;
}

// The answer to something that the same person said later in the same conversation.
Result<std::optional<GivenAnswer>> later_answer(Database& db, const Place& place) {
  constexpr std::string_view kLater = R"sql(
    SELECT answered_by, settled_at FROM items INDEXED BY items_conversation
     WHERE account_id = ?1 AND conversation = ?2 AND conversation <> '' AND created_at >= ?3 AND person_id = ?4
       AND state = 'answered' AND remote_id <> ?5 ORDER BY settled_at LIMIT 1)sql";
  if (place.conversation.empty()) return std::optional<GivenAnswer>{};
  return db.first(kLater, {place.account, place.conversation, place.at, place.person, place.remote_id},
                  [](const Row& row) {
                    return GivenAnswer{row.text(0), row.time(1)};
                  });
}

Result<std::optional<GivenAnswer>> own_answer(Database& db, const Place& place) {
  constexpr std::string_view kOwn = R"sql(
    SELECT remote_id, created_at FROM timeline INDEXED BY timeline_answers
     WHERE account_id = ?1 AND reply_to = ?2 AND reply_to IS NOT NULL AND kind <> 'quote' AND kind <> 'boost'
       AND deleted_at IS NULL
     ORDER BY created_at, remote_id LIMIT 1)sql";
  return db.first(kOwn, {place.account, place.remote_id}, [](const Row& row) {
    return GivenAnswer{row.text(0), row.time(1)};
  });
}

}  // namespace

Result<std::int64_t> answer(Database& db, ItemId item, const GivenAnswer& given, Settling& settling) {
  POSTQ_TRY(const auto place, load_place(db, item));
  if (!place || place->around) return 0;
  POSTQ_TRY(const auto itself, settle(db, item, given, settling));
  POSTQ_TRY(const auto earlier, settle_earlier(db, item, *place, given, settling));
  return itself + earlier;
}

Result<std::int64_t> answer(Database& db, AccountId account, std::string_view reply_to, const GivenAnswer& given,
                            Settling& settling) {
  constexpr std::string_view kItem = "SELECT id FROM items WHERE account_id = ?1 AND remote_id = ?2";
  if (reply_to.empty()) return 0;
  POSTQ_TRY(const auto item, db.first(kItem, {account, reply_to}, [](const Row& row) { return row.id<ItemId>(0); }));
  if (!item) return 0;
  return answer(db, *item, given, settling);
}

Result<std::int64_t> look_for_answer(Database& db, ItemId item, Settling& settling) {
  POSTQ_TRY(const auto place, load_place(db, item));
  if (!place || place->around) return 0;
  POSTQ_TRY(auto given, own_answer(db, *place));
  POSTQ_TRY(const auto later, later_answer(db, *place));
  if (later && (!given || later->at < given->at)) given = later;
  if (place->answered && (!given || place->answered->at < given->at)) given = place->answered;
  if (!given) return 0;
  return answer(db, item, *given, settling);
}

Result<std::int64_t> take_answer_back(Database& db, AccountId account, std::string_view remote_id, Settling& settling) {
  constexpr std::string_view kAnswered = R"sql(
    SELECT i.id, p.handle FROM items i INDEXED BY items_answered
      JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id
     WHERE i.account_id = ?1 AND i.answered_by = ?2 AND i.answered_by IS NOT NULL AND i.state = 'answered'
     ORDER BY i.id)sql";
  constexpr std::string_view kReopen = R"sql(
    UPDATE items SET state = 'open', settled_at = NULL, answered_by = NULL,
           waits = CASE WHEN deleted_at IS NULL AND ignored = 0 AND kind <> 'around' THEN kind <> 'heard' END
     WHERE id = ?1)sql";
  constexpr std::string_view kOpen = "SELECT count(*) FROM items WHERE id = ?1 AND state = 'open'";
  constexpr std::string_view kAccount = "SELECT name FROM accounts WHERE id = ?1";
  std::vector<std::pair<ItemId, std::string>> items;
  POSTQ_CHECK(db.each(kAnswered, {account, remote_id},
                      [&](const Row& row) { items.emplace_back(row.id<ItemId>(0), row.text(1)); }));
  if (items.empty()) return 0;
  for (const auto& [item, handle] : items) POSTQ_CHECK(db.run(kReopen, {item}));
  POSTQ_TRY(const auto name, db.first(kAccount, {account}, [](const Row& row) { return row.text(0); }));
  std::int64_t waiting = 0;
  for (const auto& [item, handle] : items) {
    POSTQ_CHECK(look_for_answer(db, item, settling).map([](auto) {}));
    POSTQ_TRY(const auto open, db.integer(kOpen, {item}));
    if (open == 0) continue;
    ++waiting;
    JsonObject details;
    details.number("item", number(item)).text("person", handle).text("why", "its answer is gone");
    POSTQ_CHECK(append(db, {name.value_or(""), "reopened", {}, {}, std::move(details)}, settling.audit));
  }
  return waiting;
}

Status withdraw_answers(Database& db, ItemId item, std::string_view what_became, Settling& settling) {
  constexpr std::string_view kApproved = R"sql(
    SELECT d.id FROM posts p INDEXED BY posts_answers JOIN deliveries d ON d.post_id = p.id
     WHERE p.answers = ?1 AND p.answers IS NOT NULL AND d.state = 'queued' AND d.approval_id IS NOT NULL
     ORDER BY d.id)sql";
  std::vector<DeliveryId> approved;
  POSTQ_CHECK(db.each(kApproved, {item}, [&](const Row& row) { approved.push_back(row.id<DeliveryId>(0)); }));
  const std::string why = name_of(item) + ", which it answers, " + std::string(what_became);
  for (const auto id : approved) {
    POSTQ_TRY(const auto delivery, load_delivery(db, id));
    POSTQ_CHECK(withdraw_verdict(db, delivery, why, settling.audit));
    settling.withdrawn.push_back({name_of(delivery), why});
  }
  return {};
}

Result<std::optional<Answered>> answered_by(Database& db, PostId post) {
  constexpr std::string_view kAnswers = R"sql(
    SELECT i.id, i.account_id, i.remote_id, q.handle FROM posts p JOIN items i ON i.id = p.answers
      JOIN people q ON q.account_id = i.account_id AND q.person_id = i.person_id
     WHERE p.id = ?1)sql";
  return db.first(kAnswers, {post}, [](const Row& row) {
    return Answered{row.id<ItemId>(0), row.id<AccountId>(1), row.text(2), row.text(3)};
  });
}

}  // namespace postq::sqlite
