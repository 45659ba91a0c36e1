#include "sqlite/accounts/agents.h"
#include "sqlite/archive/archive.h"
#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/events/trust.h"
#include "sqlite/people/answers.h"
#include "sqlite/posts/contents.h"
#include "sqlite/publishing/second_receipts.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

Status refuse_state(const Delivery& delivery, std::string_view what) {
  const std::string is = name_of(delivery) + " is " + std::string(word(delivery.state)) + ": it can't be ";
  const std::string hint =
      delivery.state == DeliveryState::sent ? "postq retract " + name_of(delivery)
      : delivery.state == DeliveryState::sending
          ? "postq why " + name_of(delivery)
          : "postq resolve " + name_of(delivery) + " --sent URL\npostq resolve " + name_of(delivery) + " --not-sent";
  return fail(ErrorKind::refused, is + std::string(what) + " now", hint);
}

bool is_on_its_way(const Delivery& delivery) {
  return delivery.state == DeliveryState::sending || delivery.state == DeliveryState::unconfirmed ||
         delivery.state == DeliveryState::sent;
}

// What is left of a thread whose content was damaged is written anew from its draft; so are rows that are gone.
Result<bool> makes_it_whole(Database& db, const Delivery& delivery, const Measured& wanted, std::int64_t receipts) {
  if (!delivery.pending() || static_cast<std::int64_t>(wanted.text_keys.size()) < receipts) return false;
  if (wanted.digest == delivery.digest) return true;
  return find_document(db, delivery.digest).map([&](const auto& document) {
    return !digest_doubt(delivery.digest, document).empty();
  });
}

Status check_may_change(Database& db, const Delivery& delivery, const Measured& wanted) {
  constexpr std::string_view kReceipts = "SELECT count(*) FROM parts WHERE delivery_id = ?1 AND remote_id IS NOT NULL";
  if (is_on_its_way(delivery)) return refuse_state(delivery, "changed");
  POSTQ_TRY(const auto receipts, db.integer(kReceipts, {delivery.id}));
  if (receipts == 0) return {};
  POSTQ_TRY(const bool whole, makes_it_whole(db, delivery, wanted, receipts));
  if (whole) return {};
  return fail(ErrorKind::refused,
              std::to_string(receipts) + (receipts == 1 ? " part of " : " parts of ") + name_of(delivery) +
                  (receipts == 1 ? " is" : " are") + " out already: it can't be changed now",
              "postq show " + name_of(delivery) + "    what is out, and where");
}

bool same_schedule(const Schedule& a, const Schedule& b) {
  return a.wall == b.wall && a.zone == b.zone && a.until == b.until;
}

// A shorter thread loses parts. Nothing of it is out, so only part 1 can have been tried, and that one stays.
Status drop_parts_behind(Database& db, DeliveryId delivery, std::size_t parts) {
  POSTQ_CHECK(db.run("DELETE FROM uploads WHERE delivery_id = ?1", {delivery}));
  return db.run("DELETE FROM parts WHERE delivery_id = ?1 AND n > ?2", {delivery, parts});
}

Status change_delivery(Database& db, DeliveryId id, const NewDelivery& wanted, std::string_view what,
                       const AuditContext& audit) {
  constexpr std::string_view kChange = R"sql(
    UPDATE deliveries SET state = 'queued', approval_id = NULL, revision = revision + 1, digest = ?2, wall_time = ?3,
           zone = ?4, not_before = ?5, next_at = max(?5, ?6), until_at = ?7, media = ?8, media_without_alt = ?9,
           missed_at = CASE WHEN ?10 THEN missed_at END, verdict = NULL, verdict_at = NULL, tries = 0
     WHERE id = ?1)sql";
  POSTQ_TRY(const auto delivery, load_delivery(db, id));
  POSTQ_TRY(const auto measured, measure(wanted));
  POSTQ_CHECK(check_may_change(db, delivery, measured));
  const bool same_time = same_schedule(delivery.schedule, wanted.schedule);
  POSTQ_CHECK(store_document(db, measured.digest, wanted.document, audit.now));
  if (delivery.state == DeliveryState::queued && measured.digest == delivery.digest && same_time) {
    // What was damaged beside the document is made again.
    return store_parts(db, id, delivery.account, measured, wanted.fingerprints);
  }
  const auto& schedule = wanted.schedule;
  std::optional<std::string> wall;
  std::optional<std::string> zone;
  if (schedule.wall) {
    wall = format_wall(*schedule.wall);
    zone = schedule.zone;
  }
  const TimePoint next_at = schedule.wall ? schedule.not_before : audit.now;
  POSTQ_CHECK(db.run(kChange, {id, measured.digest, wall, zone, schedule.not_before, next_at, schedule.until,
                               measured.media, measured.media_without_alt, same_time}));
  POSTQ_CHECK(drop_parts_behind(db, id, measured.text_keys.size()));
  POSTQ_CHECK(store_parts(db, id, delivery.account, measured, wanted.fingerprints));
  JsonObject details;
  details.text("before", delivery.digest.hex()).text("after", measured.digest.hex());
  details.number("revision", delivery.revision + 1);
  return append(db, event_about(delivery, what, std::move(details)), audit);
}

Status change_post(Database& db, const Change& change, const AuditContext& audit) {
  constexpr std::string_view kChange = R"sql(
    UPDATE posts SET draft = coalesce(?2, draft), label = coalesce(?3, label), revision = revision + 1, changed_at = ?4,
           answers = CASE WHEN NOT ?5 THEN answers END
     WHERE id = ?1)sql";
  POSTQ_CHECK(db.run(kChange, {change.post, change.draft, change.label, audit.now, change.other_target}));
  JsonObject details;
  if (change.draft) details.text("draft", sha256(*change.draft).hex());
  if (change.label) details.text("label", *change.label);
  return append(db, {kQueueChain, change.what, change.post, {}, std::move(details)}, audit);
}

struct PostState {
  Origin origin = Origin::scheduled;
  std::int64_t revision = 0;
};

Result<PostState> load_post_state(Database& db, PostId post) {
  POSTQ_TRY(const auto found, db.first("SELECT origin, revision FROM posts WHERE id = ?1", {post}, [](const Row& row) {
    return PostState{origin_from_word(row.view(0)).value_or(Origin::scheduled), row.integer(1)};
  }));
  if (!found) return fail(ErrorKind::not_found, "there is no post " + text_of(post), "postq list");
  return *found;
}

Status check_end(const Delivery& delivery, TimePoint now) {
  if (!delivery.schedule.until || now < *delivery.schedule.until) return {};
  return fail(ErrorKind::refused, name_of(delivery) + " was never to go out later than its end, which has passed",
              "postq edit " + text_of(delivery.post) + " --until WHEN");
}

}  // namespace

Status SqliteStore::change(const Change& change, const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto state, load_post_state(db_, change.post));
  if (state.revision != change.post_revision) {
    return fail(ErrorKind::refused, "somebody changed post " + text_of(change.post) + " meanwhile",
                "postq show " + text_of(change.post));
  }
  POSTQ_CHECK(check_own(db_, change.post, "edit " + text_of(change.post), audit));
  POSTQ_CHECK(store_media(db_, change.media, audit.now));
  POSTQ_CHECK(change_post(db_, change, audit));
  for (const auto& [id, wanted] : change.deliveries) {
    POSTQ_CHECK(change_delivery(db_, id, wanted, change.what, audit));
  }
  for (const auto& delivery : change.added) {
    POSTQ_TRY(const auto id, insert_delivery(db_, change.post, state.origin, delivery, audit.now));
    POSTQ_TRY(const auto joined_in, load_delivery(db_, id));
    POSTQ_CHECK(
        append(db_, event_about(joined_in, "added", JsonObject().text("digest", joined_in.digest.hex())), audit));
  }
  return transaction.commit();
}

Status SqliteStore::cancel(const std::vector<DeliveryId>& deliveries, const AuditContext& audit) {
  constexpr std::string_view kCancel = R"sql(
    UPDATE deliveries SET state = 'cancelled', approval_id = NULL, revision = revision + 1, verdict = NULL,
           verdict_at = NULL
     WHERE id = ?1)sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  for (const auto id : deliveries) {
    POSTQ_TRY(const auto delivery, load_delivery(db_, id));
    if (is_on_its_way(delivery)) return refuse_state(delivery, "removed");
    if (delivery.dropped() || delivery.state == DeliveryState::expired) continue;
    POSTQ_CHECK(check_own(db_, delivery.post, "rm " + name_of(delivery), audit));
    POSTQ_CHECK(db_.run(kCancel, {id}));
    POSTQ_CHECK(
        append(db_, event_about(delivery, "cancelled", JsonObject().number("revision", delivery.revision + 1)), audit));
  }
  return transaction.commit();
}

Status SqliteStore::requeue(DeliveryId id, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "queue a post again"));
  // The triggers look whether a kept approval still fits; cancelled and expired deliveries have none.
  constexpr std::string_view kRequeue = R"sql(
    UPDATE deliveries SET state = 'queued', next_at = max(not_before, ?2), tries = 0, verdict = NULL, verdict_at = NULL
     WHERE id = ?1)sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto delivery, load_delivery(db_, id));
  if (is_on_its_way(delivery)) return refuse_state(delivery, "put back in the queue");
  POSTQ_TRY(const auto account, load_account(db_, delivery.account));
  if (account.removed) {
    return fail(ErrorKind::refused, name_of(delivery) + " is of the account " + account.name + " that was removed",
                "postq edit " + text_of(delivery.post) + " --to NAME");
  }
  POSTQ_CHECK(check_end(delivery, audit.now));
  POSTQ_CHECK(db_.run(kRequeue, {id, audit.now}));
  POSTQ_CHECK(append(db_, event_about(delivery, "queued", JsonObject().text("was", word(delivery.state))), audit));
  return transaction.commit();
}

Status SqliteStore::retracted(DeliveryId id, const AuditContext& audit) {
  POSTQ_CHECK(persons_only(audit, "take back what is public"));
  // What is only out beside it, and will be sent yet, is not taken back by this.
  constexpr std::string_view kRetracted = R"sql(
    UPDATE deliveries SET retracted_at = ?2
     WHERE id = ?1 AND EXISTS (SELECT 1 FROM parts p WHERE p.delivery_id = ?1 AND p.remote_id IS NOT NULL))sql";
  // What was by hand no longer counts; what was scheduled was broadcast all the same.
  constexpr std::string_view kGone = R"sql(
    UPDATE timeline SET deleted_at = ?2, why = CASE counts_as WHEN 'hand-written' THEN 'deleted' ELSE why END,
           counts_as = CASE counts_as WHEN 'hand-written' THEN 'nothing' ELSE counts_as END
     WHERE deleted_at IS NULL AND (account_id, remote_id) IN
           (SELECT account_id, remote_id FROM parts WHERE delivery_id = ?1 AND remote_id IS NOT NULL))sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto delivery, load_delivery(db_, id));
  POSTQ_CHECK(db_.run(kRetracted, {id, audit.now}));
  POSTQ_CHECK(retract_second(db_, delivery, audit.now));
  POSTQ_TRY(const auto parts, load_parts(db_, id));
  for (const auto& part : parts) {
    if (part.receipt) POSTQ_CHECK(forget_own(db_, delivery.account, part.receipt->remote_id));
  }
  POSTQ_CHECK(db_.run(kGone, {id, audit.now}));
  POSTQ_CHECK(append(db_, event_about(delivery, "retracted"), audit));
  Settling settling{audit};
  for (const auto& part : parts) {
    if (!part.receipt) continue;
    POSTQ_CHECK(take_answer_back(db_, delivery.account, part.receipt->remote_id, settling).map([](auto) {}));
  }
  return transaction.commit();
}

}  // namespace postq::sqlite
