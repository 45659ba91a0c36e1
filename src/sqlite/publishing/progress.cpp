#include "sqlite/publishing/progress.h"

#include <algorithm>
#include <iterator>

#include "sqlite/accounts/agents.h"
#include "sqlite/accounts/outages.h"
#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/people/answers.h"
#include "sqlite/publishing/already_out.h"
#include "sqlite/publishing/second_receipts.h"
#include "sqlite/publishing/withdrawal.h"
#include "sqlite/timeline/attribution.h"
#include "sqlite/timeline/traces.h"

namespace postq::sqlite {

namespace {

constexpr std::int64_t kMostDeaths = 2;

struct Permission {
  DeliveryState state = DeliveryState::failed;
  bool scheduled = true;
  bool paused = false;
  bool approved = false;
  bool all_paused = false;
  std::optional<TimePoint> account_paused;
  bool busy = false;      // a request of the account is in the air
  bool out = false;       // this part has a receipt
  bool in_order = false;  // the part before it has one
};

Result<std::optional<Permission>> read_permission(Database& db, const NewAttempt& attempt) {
  // The approval by the same join as the claim's.
  constexpr std::string_view kPermission = R"sql(
    SELECT d.state, d.origin = 'scheduled', d.paused, a.id IS NOT NULL, s.paused_at IS NOT NULL, c.paused_until,
           EXISTS (SELECT 1 FROM attempts t WHERE t.account_id = d.account_id AND t.outcome IS NULL),
           EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = d.id AND p.n = ?2 AND p.remote_id IS NOT NULL),
           ?2 = 1 OR EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = d.id AND p.n = ?2 - 1
                                                     AND p.remote_id IS NOT NULL)
      FROM store s, deliveries d JOIN accounts c ON c.id = d.account_id
      LEFT JOIN approvals a ON a.id = d.approval_id AND a.delivery_id = d.id AND a.digest = d.digest
                           AND a.revision = d.revision AND a.verdict = 'approved' AND a.digest = ?3
     WHERE d.id = ?1)sql";
  return db.first(kPermission, {attempt.delivery, attempt.part, attempt.digest}, [](const Row& row) {
    Permission permission;
    permission.state = state_from_word(row.view(0)).value_or(DeliveryState::failed);
    permission.scheduled = row.flag(1);
    permission.paused = row.flag(2);
    permission.approved = row.flag(3);
    permission.all_paused = row.flag(4);
    permission.account_paused = row.maybe_time(5);
    permission.busy = row.flag(6);
    permission.out = row.flag(7);
    permission.in_order = row.flag(8);
    return permission;
  });
}

Status check_permission(const Permission& may, const Delivery& delivery, TimePoint now) {
  const std::string name = name_of(delivery);
  if (may.state != DeliveryState::sending) {
    return fail(ErrorKind::refused, name + " is " + std::string(word(may.state)) + ", not being sent",
                "postq show " + text_of(delivery.post));
  }
  if (!may.approved) {
    return fail(ErrorKind::refused, name + " is not what was approved", "postq review " + text_of(delivery.post));
  }
  if (may.paused) return fail(ErrorKind::refused, name + " is paused", "postq resume " + name);
  // A pause holds the queue back; a person who is there at this moment is not the queue.
  if (may.scheduled && may.all_paused) return fail(ErrorKind::refused, "everything is paused", "postq resume");
  if (may.scheduled && may.account_paused && now < *may.account_paused) {
    return fail(ErrorKind::refused, delivery.account_name + " is paused", "postq resume " + delivery.account_name);
  }
  if (may.out || !may.in_order) return fail(ErrorKind::bug, "parts of " + name + " were to be sent out of order");
  if (may.busy) return fail(ErrorKind::try_later, "another request to " + delivery.account_name + " is in the air");
  return {};
}

struct OpenAttempt {
  DeliveryId delivery{};
  int part = 1;
  std::optional<Outcome> outcome;
  std::string key;
  TimePoint started_at{};
  std::optional<TimePoint> ended_at;

  bool over() const { return outcome && *outcome != Outcome::unconfirmed; }
};

Result<OpenAttempt> load_attempt(Database& db, AttemptId attempt) {
  constexpr std::string_view kAttempt =
      "SELECT delivery_id, part, outcome, idem_key, started_at, ended_at FROM attempts WHERE id = ?1";
  POSTQ_TRY(auto found, db.first(kAttempt, {attempt}, [](const Row& row) {
    OpenAttempt open{row.id<DeliveryId>(0), static_cast<int>(row.integer(1)), {}, row.text(3), row.time(4),
                     row.maybe_time(5)};
    if (!row.is_null(2)) open.outcome = outcome_from_word(row.view(2));
    return open;
  }));
  if (!found) {
    return fail(ErrorKind::not_found, "there is no attempt " + std::to_string(number(attempt)), "postq doctor");
  }
  return *std::move(found);
}

// How the row of a delivery goes on.
Status move_on(Database& db, DeliveryId delivery, DeliveryState state, std::optional<TimePoint> next_try, int tries,
               TimePoint now) {
  // Nothing of it is out, and nothing may be: then it counts no more.
  constexpr std::string_view kMove = R"sql(
    UPDATE deliveries SET state = ?2, next_at = max(not_before, coalesce(?3, next_at)), tries = tries + ?4, verdict_at = ?5,
           public_at = CASE WHEN EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = ?1 AND p.remote_id IS NOT NULL)
                              OR EXISTS (SELECT 1 FROM attempts t WHERE t.delivery_id = ?1
                                           AND (t.outcome IS NULL OR t.outcome = 'unconfirmed'))
                            THEN public_at END
     WHERE id = ?1)sql";
  return db.run(kMove, {delivery, word(state), next_try, tries, now});
}

// When one that wasn't sent is tried again. What holds its whole account lets nothing of it go anyway, so the one that
// met it keeps its place in front of those behind it.
std::optional<TimePoint> place_after(bool of_account, std::optional<TimePoint> next_try, TimePoint now) {
  if (of_account) return std::nullopt;
  return next_try.value_or(now);
}

Status store_receipt(Database& db, const Delivery& delivery, int part, const Receipt& receipt, std::string_view text,
                     std::string_view reply_to, ArchiveLater& archive, TimePoint now) {
  constexpr std::string_view kReceipt = R"sql(
    UPDATE parts SET remote_id = ?3, remote_ref = nullif(?4, ''), url = nullif(?5, ''), sent_at = ?6
     WHERE delivery_id = ?1 AND n = ?2)sql";
  POSTQ_CHECK(
      db.run(kReceipt, {delivery.id, part, receipt.remote_id, receipt.remote_ref, receipt.url, receipt.sent_at}));
  return record_receipt_row(db, delivery, part, receipt, text, reply_to, archive, now);
}

// The platform named a post that another delivery already owns: whatever happened, this isn't proof.
Result<std::string> owner_of(Database& db, const Delivery& delivery, int part, const std::string& remote_id) {
  constexpr std::string_view kOwner = R"sql(
    SELECT d.post_id FROM parts p JOIN deliveries d ON d.id = p.delivery_id
     WHERE p.account_id = ?1 AND p.remote_id = ?2 AND p.remote_id IS NOT NULL AND NOT (p.delivery_id = ?3 AND p.n = ?4))sql";
  POSTQ_TRY(const auto owner, db.first(kOwner, {delivery.account, remote_id, delivery.id, part},
                                       [](const Row& row) { return text_of(row.id<PostId>(0)); }));
  return owner.value_or("");
}

JsonObject details_of(const AttemptResult& result) {
  JsonObject details;
  details.number("attempt", number(result.attempt)).number("part", result.part);
  if (result.receipt) details.text("remote_id", result.receipt->remote_id).text("url", result.receipt->url);
  if (!result.detail.empty()) details.text("detail", result.detail);
  return details;
}

Status close_attempt(Database& db, const AttemptResult& result, TimePoint now) {
  // When an unconfirmed one ended doesn't change by looking at it again.
  constexpr std::string_view kClose = R"sql(
    UPDATE attempts SET outcome = ?2, ended_at = coalesce(ended_at, ?3), detail = ?4, answered = max(answered, ?5),
           looked = coalesce(nullif(?6, ''), looked)
     WHERE id = ?1)sql";
  return db.run(kClose, {result.attempt, word(result.outcome), now, result.detail, result.answered, result.looked});
}

Status settle_item(Database& db, const Delivery& delivery, const Answered& answers, const Receipt& receipt,
                   const AuditContext& audit) {
  Settling settling{audit};
  const GivenAnswer given{receipt.remote_id, std::min(receipt.sent_at, audit.now)};
  POSTQ_TRY(const auto changed, answer(db, answers.item, given, settling));
  if (changed == 0) return {};
  JsonObject details;
  details.number("item", number(answers.item)).text("person", answers.handle);
  return append(db, event_about(delivery, "answered", std::move(details)), audit);
}

Status end_sent(Database& db, const Delivery& delivery, const AttemptResult& result, ArchiveLater& archive,
                const AuditContext& audit) {
  constexpr std::string_view kMissing = "SELECT count(*) FROM parts WHERE delivery_id = ?1 AND remote_id IS NULL";
  constexpr std::string_view kCalm = "UPDATE deliveries SET tries = 0 WHERE id = ?1";
  std::optional<Answered> answers;
  if (result.part == 1) {
    POSTQ_TRY(answers, answered_by(db, delivery.post));
  }
  const std::string reply_to = answers && answers->account == delivery.account ? answers->remote_id : "";
  POSTQ_CHECK(store_receipt(db, delivery, result.part, *result.receipt, result.text, reply_to, archive, audit.now));
  if (delivery.tries != 0) POSTQ_CHECK(db.run(kCalm, {delivery.id}));
  POSTQ_TRY(const auto missing, db.integer(kMissing, {delivery.id}));
  POSTQ_CHECK(append(db, event_about(delivery, missing == 0 ? "sent" : "part sent", details_of(result)), audit));
  if (answers) POSTQ_CHECK(settle_item(db, delivery, *answers, *result.receipt, audit));
  if (missing == 0) return move_on(db, delivery.id, DeliveryState::sent, {}, 0, audit.now);
  // A thread that was in doubt goes on with its next part.
  if (delivery.state == DeliveryState::unconfirmed) {
    return move_on(db, delivery.id, DeliveryState::queued, audit.now, 0, audit.now);
  }
  return {};
}

Status end_unsent(Database& db, const Delivery& delivery, const AttemptResult& result, const std::string& key,
                  const AuditContext& audit) {
  // A refusal is for good unless the caller names a time to try again.
  const bool over = result.give_up || (result.outcome == Outcome::refused && !result.next_try);
  const bool of_account = result.limited_until || result.sign_in_needed;
  const auto state = over ? DeliveryState::failed : DeliveryState::queued;
  POSTQ_CHECK(move_on(db, delivery.id, state, place_after(of_account, result.next_try, audit.now), of_account ? 0 : 1,
                      audit.now));
  POSTQ_CHECK(keep_ghosts(db, delivery.account, key));
  return append(db, event_about(delivery, over ? "failed" : word(result.outcome), details_of(result)), audit);
}

// Whether the account could be reached at all.
Status mark_reached(Database& db, const Delivery& delivery, const AttemptResult& result, TimePoint now) {
  if (delivery.origin != Origin::scheduled || result.limited_until || result.sign_in_needed) return {};
  const bool answered = result.outcome == Outcome::sent || result.outcome == Outcome::refused;
  if (answered) return note_answer(db, delivery.account);
  const bool nobody = result.outcome == Outcome::not_sent && result.unreachable;
  return nobody ? note_outage(db, delivery.account, Block::unreachable, now, now) : Status{};
}

Status end_unconfirmed(Database& db, const Delivery& delivery, const AttemptResult& result, bool first,
                       const AuditContext& audit) {
  POSTQ_CHECK(move_on(db, delivery.id, DeliveryState::unconfirmed, result.next_try, first ? 0 : 1, audit.now));
  if (!first) return {};
  return append(db, event_about(delivery, "unconfirmed", details_of(result)), audit);
}

}  // namespace

Result<AttemptId> begin_attempt(Database& db, const NewAttempt& attempt, const AuditContext& audit) {
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO attempts (delivery_id, part, account_id, idem_key, request, started_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql";
  constexpr std::string_view kPublic = "UPDATE deliveries SET public_at = ?2 WHERE id = ?1 AND public_at IS NULL";
  POSTQ_TRY(const auto delivery, load_delivery(db, attempt.delivery));
  POSTQ_TRY(const auto permission, read_permission(db, attempt));
  if (!permission) return fail(ErrorKind::not_found, "there is no delivery " + name_of(delivery), "postq list");
  POSTQ_CHECK(check_permission(*permission, delivery, audit.now));
  POSTQ_CHECK(db.run(kInsert, {attempt.delivery, attempt.part, delivery.account, attempt.key,
                               Value::blob(attempt.request), audit.now}));
  const AttemptId id{db.last_id()};
  POSTQ_CHECK(db.run(kPublic, {attempt.delivery, audit.now}));
  JsonObject details;
  details.number("attempt", number(id)).number("part", attempt.part).text("key", attempt.key);
  details.text("request", sha256(attempt.request).hex());
  POSTQ_CHECK(append(db, event_about(delivery, "attempt", std::move(details)), audit));
  return id;
}

namespace {

// Who looked at the account knows no id: the post that the timeline has shown is the one, so that it counts once and
// can be taken back; else its address is as unique.
Status name_what_was_seen(Database& db, AccountId account, const OpenAttempt& open, Receipt& receipt) {
  Attempt attempt;
  attempt.delivery = open.delivery;
  attempt.account = account;
  attempt.part = open.part;
  attempt.key = open.key;
  attempt.started_at = open.started_at;
  attempt.ended_at = open.ended_at;
  POSTQ_TRY(receipt.remote_id, post_meant(db, attempt, receipt.url));
  if (receipt.remote_id.empty()) {
    receipt.remote_id = receipt.url;
    return {};
  }
  if (!receipt.url.empty()) return {};
  POSTQ_TRY(auto address, address_of(db, account, receipt.remote_id));
  if (address != receipt.remote_id) receipt.url = std::move(address);
  return {};
}

// A platform without ids of its own: the request key is as unique.
Status name_receipt(Database& db, AccountId account, AttemptResult& result, const OpenAttempt& attempt, TimePoint now) {
  if (!result.receipt) result.receipt = Receipt{{}, {}, {}, now};
  if (result.receipt->remote_id.empty() && result.by_person) {
    POSTQ_CHECK(name_what_was_seen(db, account, attempt, *result.receipt));
  }
  if (result.receipt->remote_id.empty()) result.receipt->remote_id = attempt.key;
  return {};
}

// What the end of an attempt means for its delivery.
Status end_with(Database& db, const Delivery& delivery, const OpenAttempt& open, AttemptResult result,
                ArchiveLater& archive, const AuditContext& audit) {
  switch (result.outcome) {
    case Outcome::sent:
      return end_sent(db, delivery, result, archive, audit);
    case Outcome::unconfirmed:
      return end_unconfirmed(db, delivery, result, !open.outcome, audit);
    case Outcome::refused:
    case Outcome::not_sent:
    case Outcome::absent:
      break;
  }
  // This one isn't out, but an earlier one is, that was thought absent.
  POSTQ_TRY(auto standing, promote_second(db, delivery, open.part));
  if (!standing) return end_unsent(db, delivery, result, open.key, audit);
  result.receipt = std::move(standing->receipt);
  result.text = std::move(standing->text);
  return end_sent(db, delivery, result, archive, audit);
}

// Whether a late receipt is the one that the part waits for: it has none, nothing else of it may be out, and the
// approval that the attempt was made under is still the one in force.
// What a person says is out needs no approval any more: it isn't sent.
Result<bool> is_wanted(Database& db, const OpenAttempt& late, bool by_person) {
  constexpr std::string_view kMissing = R"sql(
    SELECT count(*) FROM deliveries d JOIN parts p ON p.delivery_id = d.id AND p.n = ?2 AND p.remote_id IS NULL
     WHERE d.id = ?1 AND (d.state = 'queued' OR d.state = 'failed'))sql";
  if (by_person) {
    return db.integer(kMissing, {late.delivery, late.part}).map([](auto count) { return count != 0; });
  }
  constexpr std::string_view kWanted = R"sql(
    SELECT count(*) FROM deliveries d
      JOIN parts p ON p.delivery_id = d.id AND p.n = ?2 AND p.remote_id IS NULL
      JOIN approvals a ON a.id = d.approval_id AND a.delivery_id = d.id AND a.digest = d.digest
                      AND a.revision = d.revision AND a.verdict = 'approved' AND a.at <= ?3
     WHERE d.id = ?1 AND (d.state = 'queued' OR d.state = 'sending' OR d.state = 'failed')
       AND NOT EXISTS (SELECT 1 FROM attempts t WHERE t.delivery_id = d.id
                        AND (t.outcome IS NULL OR t.outcome = 'unconfirmed')))sql";
  return db.integer(kWanted, {late.delivery, late.part, late.started_at}).map([](auto count) { return count != 0; });
}

// Its yes went when the post was found. Who says that it is that post says yes to the same content again; it isn't
// sent.
Status approve_what_is_out(Database& db, const Delivery& delivery, const OpenAttempt& late, const AuditContext& audit) {
  constexpr std::string_view kWasApproved = R"sql(
    SELECT count(*) FROM approvals WHERE delivery_id = ?1 AND digest = ?2 AND verdict = 'approved' AND at <= ?3)sql";
  constexpr std::string_view kApproval = R"sql(
    INSERT INTO approvals (delivery_id, digest, revision, verdict, how, person, reason, at, event_seq)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql";
  constexpr std::string_view kReason = "it is out";
  if (delivery.approval) return {};
  POSTQ_CHECK(persons_only(audit, "say that it is out"));
  POSTQ_TRY(const auto same, db.integer(kWasApproved, {delivery.id, delivery.digest, late.started_at}));
  if (same == 0) {
    return fail(ErrorKind::refused, name_of(delivery) + " was changed since that was sent",
                "postq reject " + name_of(delivery) + " --reason out");
  }
  const auto verdict = word(ReviewVerdict::approved);
  const auto how = word(ApprovedHow::review);
  JsonObject details;
  details.text("digest", delivery.digest.hex()).number("revision", delivery.revision);
  details.text("how", how).text("reason", kReason);
  POSTQ_TRY(const auto seq, append_event(db, event_about(delivery, verdict, std::move(details)), audit));
  POSTQ_CHECK(db.run(kApproval, {delivery.id, delivery.digest, delivery.revision, verdict, how, audit.actor.name,
                                 kReason, audit.now, seq}));
  return db.run("UPDATE deliveries SET approval_id = ?2 WHERE id = ?1", {delivery.id, db.last_id()});
}

// Back on its way, so that its end can be recorded.
Status take_up(Database& db, Delivery& delivery, TimePoint since) {
  constexpr std::string_view kQueue = "UPDATE deliveries SET state = 'queued' WHERE id = ?1 AND state = 'failed'";
  constexpr std::string_view kSend =
      "UPDATE deliveries SET state = 'sending', public_at = coalesce(public_at, ?2) WHERE id = ?1";
  POSTQ_CHECK(db.run(kQueue, {delivery.id}));
  POSTQ_CHECK(db.run(kSend, {delivery.id, since}));
  delivery.state = DeliveryState::unconfirmed;  // of a thread the rest goes on from the queue
  return {};
}

// Settled by hand without an address: the key stood in for it until now.
Result<bool> lacks_address(Database& db, const OpenAttempt& late) {
  constexpr std::string_view kNoAddress = R"sql(
    SELECT count(*) FROM parts WHERE delivery_id = ?1 AND n = ?2 AND remote_id = ?3 AND coalesce(url, '') = '')sql";
  return db.integer(kNoAddress, {late.delivery, late.part, late.key}).map([](auto count) { return count != 0; });
}

// An attempt that was thought over got its post out all the same: its receipt is never thrown away.
Status end_late(Database& db, const OpenAttempt& late, Delivery delivery, AttemptResult result, ArchiveLater& archive,
                const AuditContext& audit) {
  constexpr std::string_view kSame = "SELECT count(*) FROM parts WHERE delivery_id = ?1 AND n = ?2 AND remote_id = ?3";
  result.part = late.part;
  POSTQ_CHECK(name_receipt(db, delivery.account, result, late, audit.now));
  POSTQ_TRY(const auto same, db.integer(kSame, {delivery.id, late.part, result.receipt->remote_id}));
  if (same != 0) return {};
  POSTQ_TRY(const auto owner, owner_of(db, delivery, late.part, result.receipt->remote_id));
  if (!owner.empty()) {
    const std::string what = "the platform named the receipt of post " + owner + " for it, late";
    return append(db, event_about(delivery, "receipt refused", JsonObject().text("detail", what)), audit);
  }
  POSTQ_TRY(const bool unnamed, lacks_address(db, late));
  if (unnamed && late.outcome == Outcome::sent) {
    POSTQ_CHECK(rename_receipt(db, delivery, late.part, *result.receipt, archive, audit));
    return look_again(db, delivery.account, audit.now);
  }
  POSTQ_TRY(const bool wanted, is_wanted(db, late, result.by_person));
  POSTQ_CHECK(close_attempt(db, result, audit.now));
  if (!wanted) return store_second(db, delivery, result, archive, audit);
  if (result.by_person) POSTQ_CHECK(approve_what_is_out(db, delivery, late, audit));
  POSTQ_CHECK(take_up(db, delivery, late.started_at));
  return end_sent(db, delivery, result, archive, audit);
}

}  // namespace

Status end_attempt(Database& db, const AttemptResult& wanted, ArchiveLater& archive, const AuditContext& audit) {
  POSTQ_TRY(const auto open, load_attempt(db, wanted.attempt));
  POSTQ_TRY(const auto delivery, load_delivery(db, open.delivery));
  if (open.over() && wanted.outcome == Outcome::sent) return end_late(db, open, delivery, wanted, archive, audit);
  if (open.over()) {
    return fail(ErrorKind::refused,
                name_of(delivery) + " is settled already (" + std::string(word(*open.outcome)) + ")",
                "postq show " + text_of(delivery.post));
  }
  AttemptResult result = wanted;
  result.part = open.part;
  if (result.outcome == Outcome::sent) {
    POSTQ_CHECK(name_receipt(db, delivery.account, result, open, audit.now));
    POSTQ_TRY(const auto owner, owner_of(db, delivery, open.part, result.receipt->remote_id));
    if (!owner.empty()) {
      result.outcome = Outcome::unconfirmed;
      result.receipt.reset();
      result.detail = "the platform named the receipt of post " + owner + " for this one";
    }
  }
  POSTQ_CHECK(close_attempt(db, result, audit.now));
  POSTQ_CHECK(end_with(db, delivery, open, std::move(result), archive, audit));
  POSTQ_CHECK(
      mark_account(db, delivery.account, delivery.account_name, wanted.limited_until, wanted.sign_in_needed, audit));
  POSTQ_CHECK(mark_reached(db, delivery, wanted, audit.now));
  return look_again(db, delivery.account, audit.now);
}

namespace {

Status back_to_review(Database& db, const Delivery& delivery, const std::string& why, const AuditContext& audit,
                      std::vector<Damaged>& into) {
  POSTQ_TRY(auto back, take_back(db, delivery, why, [&](const NewEvent& event) { return append(db, event, audit); }));
  std::move(back.begin(), back.end(), std::back_inserter(into));
  return {};
}

// It was being prepared when the process died. What does so again and again may be what it dies of.
Status settle_unbegun(Database& db, const Delivery& delivery, const AuditContext& audit, Orphans& found) {
  constexpr std::string_view kDeath = "UPDATE deliveries SET deaths = deaths + 1 WHERE id = ?1";
  constexpr std::string_view kDeaths = "SELECT deaths FROM deliveries WHERE id = ?1";
  POSTQ_CHECK(db.run(kDeath, {delivery.id}));
  POSTQ_TRY(const auto deaths, db.integer(kDeaths, {delivery.id}));
  if (deaths >= kMostDeaths) {
    return back_to_review(db, delivery, "postq ended in the middle of preparing it, for the second time", audit,
                          found.to_review);
  }
  POSTQ_CHECK(move_on(db, delivery.id, DeliveryState::queued, {}, 0, audit.now));
  return append(db, event_about(delivery, "not-sent", JsonObject().text("detail", "interrupted before it was sent")),
                audit);
}

}  // namespace

Status put_back(Database& db, const Step::Back& back, const AuditContext& audit) {
  constexpr std::string_view kAlive = "UPDATE deliveries SET deaths = 0 WHERE id = ?1 AND deaths <> 0";
  POSTQ_TRY(const auto delivery, load_delivery(db, back.delivery));
  if (delivery.state != DeliveryState::sending) return {};
  if (back.to_review) {
    std::vector<Damaged> taken;
    return back_to_review(db, delivery, back.detail, audit, taken);
  }
  POSTQ_CHECK(db.run(kAlive, {delivery.id}));
  const bool of_account = back.limited_until || back.sign_in_needed;
  const bool counts = back.tried && !of_account;
  const auto state = back.give_up ? DeliveryState::failed : DeliveryState::queued;
  POSTQ_CHECK(
      move_on(db, delivery.id, state, place_after(of_account, back.next_try, audit.now), counts ? 1 : 0, audit.now));
  POSTQ_CHECK(
      append(db, event_about(delivery, back.give_up ? "failed" : "not-sent", JsonObject().text("detail", back.detail)),
             audit));
  if (back.unreachable && delivery.origin == Origin::scheduled) {
    POSTQ_CHECK(note_outage(db, delivery.account, Block::unreachable, audit.now, audit.now));
  }
  return mark_account(db, delivery.account, delivery.account_name, back.limited_until, back.sign_in_needed, audit);
}

Status settle_orphan(Database& db, const Delivery& delivery, const AuditContext& audit, Orphans& found) {
  constexpr std::string_view kInAir = "SELECT id FROM attempts WHERE delivery_id = ?1 AND outcome IS NULL";
  POSTQ_TRY(const auto attempt, db.first(kInAir, {delivery.id}, [](const Row& row) { return row.id<AttemptId>(0); }));
  if (!attempt) return settle_unbegun(db, delivery, audit, found);
  AttemptResult result;
  result.attempt = *attempt;
  result.outcome = Outcome::unconfirmed;
  result.detail = "interrupted while it was being sent";
  ArchiveLater archive;
  POSTQ_CHECK(end_attempt(db, result, archive, audit));
  found.unconfirmed.push_back(delivery.id);
  return archive.write(db);
}

Status mark_account(Database& db, AccountId account, const std::string& name, std::optional<TimePoint> limited_until,
                    bool sign_in_needed, const AuditContext& audit) {
  if (limited_until) {
    POSTQ_CHECK(db.run("UPDATE accounts SET limited_until = max(?2, coalesce(limited_until, 0)) WHERE id = ?1",
                       {account, *limited_until}));
    POSTQ_CHECK(note_outage(db, account, Block::limited, limited_until, audit.now));
    POSTQ_CHECK(append(
        db, {name, "account limited", {}, {}, JsonObject().number("until", unix_seconds(*limited_until))}, audit));
  }
  if (sign_in_needed) {
    POSTQ_CHECK(db.run("UPDATE accounts SET sign_in_needed = 1 WHERE id = ?1", {account}));
    POSTQ_CHECK(note_outage(db, account, Block::sign_in, std::nullopt, audit.now));
    POSTQ_CHECK(append(db, {name, "sign-in needed", {}, {}, {}}, audit));
  }
  return {};
}

Status store_upload(Database& db, DeliveryId delivery, int part, const Upload& upload) {
  constexpr std::string_view kUpload = R"sql(
    INSERT INTO uploads (account_id, delivery_id, part, digest, remote_ref, ready, expires_at)
    SELECT account_id, id, ?2, ?3, ?4, ?5, ?6 FROM deliveries WHERE id = ?1
    ON CONFLICT DO UPDATE SET remote_ref = excluded.remote_ref, ready = excluded.ready, expires_at = excluded.expires_at)sql";
  return db.run(kUpload, {delivery, part, upload.digest, upload.remote_ref, upload.ready, upload.expires_at});
}

}  // namespace postq::sqlite
