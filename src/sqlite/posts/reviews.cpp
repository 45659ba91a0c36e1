#include "sqlite/accounts/agents.h"
#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/publishing/withdrawal.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

constexpr std::string_view kInsertApproval = R"sql(
  INSERT INTO approvals (delivery_id, digest, revision, verdict, how, person, reason, at, event_seq)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql";

std::string review_hint(const Delivery& delivery) {
  return "postq review " + text_of(delivery.post);
}

Status check_decision(const Delivery& delivery, const Decision& decision) {
  if (delivery.state != DeliveryState::queued) {
    return fail(ErrorKind::refused, name_of(delivery) + " is " + std::string(word(delivery.state)) + " by now",
                "postq show " + text_of(delivery.post));
  }
  if (delivery.digest != decision.digest || delivery.revision != decision.revision) {
    return fail(ErrorKind::refused, name_of(delivery) + " changed since it was shown", review_hint(delivery));
  }
  if (decision.verdict == ReviewVerdict::rejected && decision.reason.empty()) {
    return fail(ErrorKind::usage, "a rejection of " + name_of(delivery) + " needs a reason",
                "postq reject " + text_of(delivery.post) + " --reason TEXT");
  }
  return {};
}

Result<ApprovalId> insert_verdict(Database& db, const Delivery& delivery, const Decision& decision,
                                  const AuditContext& audit) {
  JsonObject details;
  details.text("digest", decision.digest.hex()).number("revision", decision.revision);
  details.text("how", word(decision.how)).text("reason", decision.reason);
  POSTQ_TRY(const auto seq, append_event(db, event_about(delivery, word(decision.verdict), std::move(details)), audit));
  POSTQ_CHECK(db.run(kInsertApproval, {delivery.id, decision.digest, decision.revision, word(decision.verdict),
                                       word(decision.how), audit.actor.name, decision.reason, audit.now, seq}));
  return ApprovalId{db.last_id()};
}

// Its place in the queue is the moment from which it may go, its own time or the yes to it: the same that its record
// key on Bluesky is made of, so that the account's list has the queue's order.
Status point_at(Database& db, const Delivery& delivery, ApprovalId approval, std::optional<TimePoint> next_at,
                TimePoint now) {
  constexpr std::string_view kApprove = R"sql(
    UPDATE deliveries SET approval_id = ?2, next_at = max(not_before, ?4, coalesce(?3, next_at)), verdict = NULL,
           verdict_at = NULL, tries = 0, deaths = 0
     WHERE id = ?1)sql";
  return db.run(kApprove, {delivery.id, approval, next_at, now});
}

Status reject(Database& db, const Delivery& delivery) {
  constexpr std::string_view kReject = R"sql(
    UPDATE deliveries SET state = 'cancelled', approval_id = NULL, revision = revision + 1, verdict = NULL,
           verdict_at = NULL
     WHERE id = ?1)sql";
  return db.run(kReject, {delivery.id});
}

Result<ApprovalId> decide_one(Database& db, const Decision& decision, const AuditContext& audit) {
  POSTQ_TRY(const auto delivery, load_delivery(db, decision.delivery));
  POSTQ_CHECK(check_decision(delivery, decision));
  const bool yes = decision.verdict == ReviewVerdict::approved;
  // The same yes twice is one yes.
  if (yes && delivery.approval) return *delivery.approval;
  POSTQ_TRY(const auto approval, insert_verdict(db, delivery, decision, audit));
  if (yes) {
    POSTQ_CHECK(point_at(db, delivery, approval, decision.next_at, audit.now));
  } else {
    POSTQ_CHECK(reject(db, delivery));
  }
  return approval;
}

}  // namespace

Result<std::vector<ApprovalId>> SqliteStore::decide(const std::vector<Decision>& decisions, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "approve or reject"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  std::vector<ApprovalId> approvals;
  for (const auto& decision : decisions) {
    POSTQ_TRY(const auto approval, decide_one(db_, decision, audit));
    approvals.push_back(approval);
  }
  POSTQ_CHECK(transaction.commit());
  return approvals;
}

Status SqliteStore::withdraw(const std::vector<DeliveryId>& deliveries, const std::string& why,
                             const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "take an approval back"));
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto id : deliveries) {
    POSTQ_TRY(const auto delivery, load_delivery(db_, id));
    if (delivery.pending()) continue;
    const bool on_its_way = delivery.state == DeliveryState::sending || delivery.state == DeliveryState::unconfirmed ||
                            delivery.state == DeliveryState::sent;
    if (on_its_way) {
      return fail(
          ErrorKind::refused,
          name_of(delivery) + " is " + std::string(word(delivery.state)) + ": a verdict can't be taken back now",
          "postq show " + text_of(delivery.post));
    }
    POSTQ_CHECK(withdraw_verdict(db_, delivery, why, audit));
  }
  return transaction.commit();
}

}  // namespace postq::sqlite
