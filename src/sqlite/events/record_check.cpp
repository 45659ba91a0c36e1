#include "sqlite/events/record_check.h"

#include "sqlite/database/rows.h"
#include "sqlite/events/trust.h"

namespace postq::sqlite {

namespace {

constexpr std::size_t kMostNamed = 20;  // of each kind

Status name_each(Database& db, std::string_view sql, std::string_view broken, std::vector<std::string>& problems) {
  return db.each(sql, {kMostNamed},
                 [&](const Row& row) { problems.push_back(row.text(0) + " " + std::string(broken)); });
}

Status check_receipts(Database& db, std::vector<std::string>& problems) {
  // An event that isn't JSON any more is found by its hash.
  constexpr std::string_view kUntold = R"sql(
    SELECT d.post_id || '@' || c.name FROM parts p JOIN deliveries d ON d.id = p.delivery_id
      JOIN accounts c ON c.id = d.account_id
     WHERE p.remote_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM events e INDEXED BY events_out
            WHERE (e.kind = 'sent' OR e.kind = 'part sent') AND e.delivery_id = p.delivery_id AND json_valid(e.body)
              AND json_extract(e.body, '$.details.part') = p.n
              AND json_extract(e.body, '$.details.remote_id') = p.remote_id
              AND coalesce(json_extract(e.body, '$.details.url'), '') = coalesce(p.url, '')) LIMIT ?1)sql";
  // A receipt that a key stood in for is recorded again under its own id.
  constexpr std::string_view kLost = R"sql(
    SELECT d.post_id || '@' || c.name FROM events e INDEXED BY events_out JOIN deliveries d ON d.id = e.delivery_id
      JOIN accounts c ON c.id = d.account_id
     WHERE (e.kind = 'sent' OR e.kind = 'part sent') AND json_valid(e.body) AND NOT EXISTS (
           SELECT 1 FROM parts p WHERE p.delivery_id = e.delivery_id
              AND p.n = json_extract(e.body, '$.details.part')
              AND p.remote_id = json_extract(e.body, '$.details.remote_id'))
       AND NOT EXISTS (
           SELECT 1 FROM events l INDEXED BY events_out WHERE l.delivery_id = e.delivery_id AND l.seq > e.seq
              AND (l.kind = 'sent' OR l.kind = 'part sent') AND json_valid(l.body)
              AND json_extract(l.body, '$.details.part') = json_extract(e.body, '$.details.part')) LIMIT ?1)sql";
  POSTQ_CHECK(name_each(db, kUntold, "has a receipt that the record doesn't know", problems));
  return name_each(db, kLost, "was sent, the record says, and the receipt of it is missing", problems);
}

Status check_requests(Database& db, std::vector<std::string>& problems) {
  constexpr std::string_view kInDoubt = R"sql(
    SELECT DISTINCT delivery_id FROM attempts WHERE outcome = 'unconfirmed' OR outcome IS NULL)sql";
  std::vector<DeliveryId> ids;
  POSTQ_CHECK(db.each(kInDoubt, {}, [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
  for (const auto id : ids) {
    POSTQ_TRY(const auto delivery, load_delivery(db, id));
    POSTQ_TRY(const auto attempts, load_attempts(db, id));
    for (const auto& attempt : attempts) {
      if (attempt.outcome && *attempt.outcome != Outcome::unconfirmed) continue;
      POSTQ_TRY(const auto doubt, attempt_doubt(db, delivery.post, attempt));
      if (!doubt.empty()) problems.push_back(name_of(delivery) + ": " + doubt);
    }
  }
  return {};
}

Status check_accounts(Database& db, std::vector<std::string>& problems) {
  POSTQ_TRY(const auto accounts, load_accounts(db));
  for (const auto& account : accounts) {
    POSTQ_TRY(const auto doubt, account_doubt(db, account));
    if (!doubt.empty()) problems.push_back("account " + account.name + ": " + doubt);
  }
  return {};
}

// The deliveries that a damaged document belongs to; there is no index for it, and there are few. Those that are not
// over are named already.
Status name_owners(Database& db, const Digest& digest, std::string_view doubt, std::vector<std::string>& problems) {
  constexpr std::string_view kOwners = R"sql(
    SELECT d.post_id || '@' || c.name, d.state = 'sent' OR d.state = 'cancelled' OR d.state = 'expired'
      FROM deliveries d JOIN accounts c ON c.id = d.account_id WHERE d.digest = ?1)sql";
  bool owned = false;
  POSTQ_CHECK(db.each(kOwners, {digest}, [&](const Row& row) {
    owned = true;
    if (row.flag(1)) problems.push_back(row.text(0) + ": " + std::string(doubt));
  }));
  if (!owned) problems.push_back("an earlier content: " + std::string(doubt));
  return {};
}

Status check_all_documents(Database& db, std::vector<std::string>& problems) {
  constexpr std::string_view kAll = "SELECT digest, document FROM contents";
  std::vector<Digest> wrong;
  POSTQ_CHECK(db.each(kAll, {}, [&](const Row& row) {
    if (sha256(row.view(1)) != row.digest(0) && wrong.size() < kMostNamed) wrong.push_back(row.digest(0));
  }));
  for (const auto& digest : wrong) {
    POSTQ_CHECK(name_owners(db, digest, "its content was changed by something else than postq", problems));
  }
  return {};
}

}  // namespace

Status check_approvals(Database& db, std::vector<std::string>& problems) {
  constexpr std::string_view kUntold = R"sql(
    SELECT d.post_id || '@' || c.name FROM approvals a JOIN deliveries d ON d.id = a.delivery_id
      JOIN accounts c ON c.id = d.account_id
     WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.seq = a.event_seq AND e.delivery_id = a.delivery_id
            AND e.kind = a.verdict AND json_valid(e.body)
            AND json_extract(e.body, '$.details.digest') = lower(hex(a.digest))
            AND json_extract(e.body, '$.details.revision') = a.revision) LIMIT ?1)sql";
  return name_each(db, kUntold, "has an approval or rejection without its event", problems);
}

Status check_documents(Database& db, bool all, std::vector<std::string>& problems) {
  constexpr std::string_view kNotOver = R"sql(
    SELECT id FROM deliveries INDEXED BY deliveries_live
     WHERE state <> 'sent' AND state <> 'cancelled' AND state <> 'expired' ORDER BY id)sql";
  std::vector<DeliveryId> ids;
  POSTQ_CHECK(db.each(kNotOver, {}, [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
  std::size_t named = 0;
  for (const auto id : ids) {
    POSTQ_TRY(const auto delivery, load_delivery(db, id));
    POSTQ_TRY(const auto account, load_account(db, delivery.account));
    POSTQ_TRY(const auto document, find_document(db, delivery.digest));
    POSTQ_TRY(const auto doubt, document_doubt(db, delivery, account, document));
    if (!doubt.empty() && ++named <= kMostNamed) problems.push_back(name_of(delivery) + ": " + doubt);
  }
  return all ? check_all_documents(db, problems) : Status{};
}

Status check_record(Database& db, std::vector<std::string>& problems) {
  POSTQ_CHECK(check_approvals(db, problems));
  POSTQ_CHECK(check_receipts(db, problems));
  POSTQ_CHECK(check_requests(db, problems));
  POSTQ_CHECK(check_accounts(db, problems));
  return check_documents(db, false, problems);
}

}  // namespace postq::sqlite
