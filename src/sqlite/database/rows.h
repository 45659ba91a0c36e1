#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/account.h>
#include <postq/core/delivery.h>
#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// what SELECTs have in common: the columns, and the reader of each

inline constexpr std::string_view kSelectAccount = R"sql(
  SELECT c.id, c.name, c.platform, c.base_url, c.remote_id, c.remote_name, c.settings, c.secret_from, c.created_at,
         c.paused_until, c.limited_until, c.sign_in_needed, c.removed_at IS NOT NULL
    FROM accounts c)sql";
Result<Account> read_account(const Row& row);

// A no leaves the delivery in the state that taking it out does, one revision behind the one that was shown. (The state
// has no word of its own in the table: its CHECK would have to be written anew with all rows.)
inline constexpr std::string_view kDeliveryColumns = R"sql(
  SELECT d.id, d.post_id, d.account_id, c.name, d.origin,
         CASE WHEN d.state = 'cancelled' AND EXISTS (
                   SELECT 1 FROM approvals n WHERE n.delivery_id = d.id AND n.verdict = 'rejected'
                                               AND n.revision = d.revision - 1)
              THEN 'rejected' ELSE d.state END, d.digest, d.revision, d.approval_id, d.wall_time,
         d.zone, d.not_before, d.next_at, d.until_at, d.paused, d.missed_at, d.retracted_at, d.public_at, d.verdict,
         d.verdict_at, d.tries)sql";
inline constexpr int kDeliveryColumnCount = 21;
inline constexpr std::string_view kFromDeliveries = " FROM deliveries d JOIN accounts c ON c.id = d.account_id";
inline constexpr std::string_view kSelectDelivery = joined<kDeliveryColumns, kFromDeliveries>;
Result<Delivery> read_delivery(const Row& row);

inline constexpr std::string_view kSelectApproval = R"sql(
  SELECT a.id, a.delivery_id, a.digest, a.revision, a.verdict, a.how, a.person, a.reason, a.at FROM approvals a)sql";
inline constexpr int kApprovalColumnCount = 9;
Approval read_approval(const Row& row);
Approval read_approval_from(const Row& row, int first);  // where other columns come before it

inline constexpr std::string_view kSelectAttempt = R"sql(
  SELECT t.id, t.delivery_id, t.account_id, t.part, t.idem_key, t.request, t.started_at, t.ended_at, t.outcome, t.detail,
         t.answered, t.looked
    FROM attempts t)sql";
Attempt read_attempt(const Row& row);

// From `author` and `author_for` of a post.
Actor read_author(const Row& row, int first);

// From n, fingerprint, remote_id, remote_ref, url and sent_at of `parts`.
inline constexpr int kPartColumnCount = 6;
PartDetail read_part(const Row& row, int first);

// From fifteen columns: remote id, the person's id, handle, name and whether ignored, time, reply_to, conversation,
// text, warning, visibility, language, url, mentions, whether it is deleted.
RemotePost read_said(const Row& row, int first);
// How a column holds handles, which have no spaces in them.
std::string words_of(const std::vector<std::string>& handles);
std::vector<std::string> handles_of(std::string_view words);

// reads that several functions share

Result<std::vector<Account>> load_accounts(Database& db);  // by name, without removed ones
Result<Account> load_account(Database& db, AccountId account);
// kind not_found.
Result<Delivery> load_delivery(Database& db, DeliveryId delivery);
// Nothing: the queue lost it.
Result<std::optional<std::string>> find_document(Database& db, const Digest& digest);
Result<std::string> load_document(Database& db, const Digest& digest);
Result<std::optional<Approval>> load_approval(Database& db, std::optional<ApprovalId> approval);
Result<std::vector<PartDetail>> load_parts(Database& db, DeliveryId delivery);
Result<std::vector<Attempt>> load_attempts(Database& db, DeliveryId delivery);  // oldest first

// "12@bsky", as people name a delivery.
std::string name_of(const Delivery& delivery);
std::string text_of(PostId post);

}  // namespace postq::sqlite
