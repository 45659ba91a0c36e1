#include <algorithm>

#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/events/trust.h"
#include "sqlite/posts/contents.h"
#include "sqlite/posts/request_digest.h"
#include "sqlite/publishing/second_receipts.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

struct Existing {
  PostId post{};
  Digest request;
};

Result<std::optional<Existing>> find_existing(Database& db, const std::string& key) {
  constexpr std::string_view kFind = "SELECT id, request_digest FROM posts WHERE client_key = ?1";
  return db.first(kFind, {key}, [](const Row& row) { return Existing{row.id<PostId>(0), row.digest(1)}; });
}

Result<Added> same_or_refused(const Existing& existing, const Digest& request, const std::string& key) {
  if (existing.request == request) return Added{existing.post, true};
  return fail(ErrorKind::refused,
              "the key '" + key + "' belongs to post " + text_of(existing.post) + ", which says something else",
              "postq show " + text_of(existing.post) + "    the post of that key");
}

Status check_item(Database& db, ItemId item) {
  POSTQ_TRY(const auto found, db.integer("SELECT count(*) FROM items WHERE id = ?1 AND kind <> 'around'", {item}));
  if (found == 0) return fail(ErrorKind::not_found, "there is no item " + name_of(item), "postq inbox");
  return {};
}

Result<Added> insert_post(Database& db, const NewPost& post, const Digest& request, const AuditContext& audit) {
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO posts (origin, client_key, request_digest, draft, label, together, author, author_for, created_at, changed_at,
                       answers)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?10, ?8, ?8, ?9))sql";
  if (post.answers) POSTQ_CHECK(check_item(db, *post.answers));
  POSTQ_CHECK(store_media(db, post.media, audit.now));
  const auto& actor = audit.actor;
  POSTQ_CHECK(db.run(
      kInsert, {word(post.origin), post.key, request, post.draft, post.label, post.together, actor.name, audit.now,
                post.answers, actor.agent ? std::optional<std::string>(actor.person) : std::nullopt}));
  const PostId id{db.last_id()};
  std::string deliveries;
  for (const auto& delivery : post.deliveries) {
    POSTQ_TRY(const auto delivery_id, insert_delivery(db, id, post.origin, delivery, audit.now));
    if (!deliveries.empty()) deliveries += ',';
    deliveries += JsonObject()
                      .number("delivery", number(delivery_id))
                      .number("account", number(delivery.account))
                      .text("digest", sha256(delivery.document).hex())
                      .str();
  }
  JsonObject details;
  details.text("origin", word(post.origin)).text("key", post.key).text("draft", sha256(post.draft).hex());
  if (post.answers) details.number("answers", number(*post.answers));
  details.raw("deliveries", "[" + deliveries + "]");
  POSTQ_CHECK(append(db, {kQueueChain, "added", id, {}, std::move(details)}, audit));
  return Added{id, false};
}

constexpr std::string_view kNewestYes = R"sql(
   WHERE a.delivery_id = ?1 AND a.verdict = 'approved' ORDER BY a.id DESC LIMIT 1)sql";
constexpr std::string_view kNewestVerdict = " WHERE a.delivery_id = ?1 ORDER BY a.id DESC LIMIT 1";
constexpr std::string_view kOfPost = " WHERE d.post_id = ?1 ORDER BY c.name, d.id";

// An edit of the post has an event of its own beside those of its deliveries; looking up mentions is nobody's change.
Result<std::optional<PostChange>> load_last_change(Database& db, PostId post) {
  constexpr std::string_view kLast = R"sql(
    SELECT coalesce(json_extract(body, '$.actor'), ''), coalesce(json_extract(body, '$.agent'), 0),
           coalesce(json_extract(body, '$.for'), ''), at
      FROM events INDEXED BY events_post
     WHERE post_id = ?1 AND delivery_id IS NULL AND (kind = 'edited' OR kind = 'rescheduled')
     ORDER BY seq DESC LIMIT 1)sql";
  return db.first(kLast, {post}, [](const Row& row) {
    PostChange change;
    change.who.name = row.text(0);
    change.who.agent = row.flag(1);
    change.who.person = row.text(2);
    change.at = row.time(3);
    return change;
  });
}

// Of what is still to go all of it is looked at; of the rest, what is shown.
Result<std::string> damage_of(Database& db, const Delivery& delivery, const std::optional<std::string>& document) {
  if (delivery.state != DeliveryState::queued) return digest_doubt(delivery.digest, document);
  POSTQ_TRY(const auto account, load_account(db, delivery.account));
  POSTQ_TRY(auto damage, document_doubt(db, delivery, account, document));
  if (!damage.empty()) return damage;
  constexpr std::string_view kParts = "SELECT count(*) FROM parts WHERE delivery_id = ?1 AND n = 1";
  POSTQ_TRY(const auto first, db.integer(kParts, {delivery.id}));
  return std::string(first == 0 ? "the queue lost its parts" : "");
}

Result<DeliveryDetail> load_detail(Database& db, Delivery delivery) {
  DeliveryDetail detail;
  POSTQ_TRY(const auto document, find_document(db, delivery.digest));
  POSTQ_TRY(detail.damage, damage_of(db, delivery, document));
  detail.document = document.value_or("");
  POSTQ_TRY(detail.parts, load_parts(db, delivery.id));
  POSTQ_TRY(detail.approval, load_approval(db, delivery.approval));
  POSTQ_TRY(detail.last_approval, db.first(joined<kSelectApproval, kNewestVerdict>, {delivery.id}, read_approval));
  POSTQ_TRY(const auto yes, db.first(joined<kSelectApproval, kNewestYes>, {delivery.id}, read_approval));
  if (yes) {
    POSTQ_TRY(auto approved, find_document(db, yes->digest));
    detail.last_approved_document = std::move(approved).value_or("");
  }
  POSTQ_TRY(detail.attempts, load_attempts(db, delivery.id));
  POSTQ_TRY(detail.twice, load_second(db, delivery.id));
  detail.delivery = std::move(delivery);
  return detail;
}

}  // namespace

Result<Added> SqliteStore::add_post(const NewPost& post, const AuditContext& audit) {
  const Digest request = request_digest(post);
  Status committed;
  Added added;
  {
    POSTQ_TRY(auto transaction, db_.begin_write());
    POSTQ_TRY(const auto existing, find_existing(db_, post.key));
    if (existing) return same_or_refused(*existing, request, post.key);
    POSTQ_TRY(added, insert_post(db_, post, request, audit));
    committed = transaction.try_commit();
  }
  if (committed) return added;
  if (committed.error().kind == ErrorKind::try_later) return pass_on(std::move(committed).error());

  // The disk may hold it all the same: one failed commit in two did, when measured.
  POSTQ_CHECK(db_.reopen());
  const auto kept = find_existing(db_, post.key);
  if (!kept) {
    return fail(ErrorKind::storage, committed.error().message + "; whether the post was stored can't be read either",
                "postq add ... --key " + post.key);
  }
  if (*kept) return Added{(*kept)->post, false};
  return pass_on(std::move(committed).error());
}

Result<std::optional<PostId>> SqliteStore::find_by_key(const std::string& key) {
  POSTQ_TRY(const auto existing, find_existing(db_, key));
  if (!existing) return std::optional<PostId>{};
  return std::optional<PostId>{existing->post};
}

Result<PostDetail> SqliteStore::post(PostId post) {
  constexpr std::string_view kPost = R"sql(
    SELECT origin, client_key, draft, revision, label, together, author, author_for, created_at, changed_at, answers
      FROM posts WHERE id = ?1)sql";
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(auto found, db_.first(kPost, {post}, [&](const Row& row) {
    PostDetail detail;
    detail.id = post;
    detail.origin = origin_from_word(row.view(0)).value_or(Origin::scheduled);
    detail.key = row.text(1);
    detail.draft = row.text(2);
    detail.revision = row.integer(3);
    detail.label = row.text(4);
    detail.together = row.flag(5);
    detail.author = read_author(row, 6);
    detail.created_at = row.time(8);
    detail.changed_at = row.time(9);
    if (!row.is_null(10)) detail.answers = row.id<ItemId>(10);
    return detail;
  }));
  if (!found) return fail(ErrorKind::not_found, "there is no post " + text_of(post), "postq list");
  POSTQ_TRY(found->last_change, load_last_change(db_, post));
  POSTQ_TRY(auto deliveries, deliveries_of(post));
  for (auto& delivery : deliveries) {
    POSTQ_TRY(auto detail, load_detail(db_, std::move(delivery)));
    found->deliveries.push_back(std::move(detail));
  }
  return *std::move(found);
}

Result<std::vector<Delivery>> SqliteStore::deliveries_of(PostId post) {
  std::vector<Delivery> deliveries;
  POSTQ_CHECK(db_.each(joined<kSelectDelivery, kOfPost>, {post}, [&](const Row& row) -> Status {
    POSTQ_TRY(auto delivery, read_delivery(row));
    deliveries.push_back(std::move(delivery));
    return {};
  }));
  return deliveries;
}

}  // namespace postq::sqlite
