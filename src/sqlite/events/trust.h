#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

// Whether rows are what postq wrote: each claim about a delivery is compared with the event that was written with it,
// and documents with their digests. An answer is a reason in words, empty where nothing is wrong; an Error is the
// database's. It tells damage and hasty hands; who writes rows and events as postq does is not found this way.
namespace postq::sqlite {

// The event that an approval names, in five columns: kind, delivery, body, prev, hash. NULL where there is none.
inline constexpr int kProofColumnCount = 5;
std::string approval_doubt(const Row& row, int first, const Delivery& delivery, const Approval& approval);
// The same, read for one delivery.
Result<std::string> approval_doubt(Database& db, const Delivery& delivery, const Approval& approval);

// What the log says went out, beside the receipts. `told` is how many events say so.
Result<std::string> receipts_doubt(Database& db, DeliveryId delivery, std::int64_t told);

// Whether a document is the one with this digest, for this account, and complete: its parts and its files have rows.
Result<std::string> document_doubt(Database& db, const Delivery& delivery, const Account& account,
                                   const std::optional<std::string>& document);
// The cheap part of it: the digest alone.
std::string digest_doubt(const Digest& digest, const std::optional<std::string>& document);

// Whether the body of an attempt is the one that its event was written for.
Result<std::string> attempt_doubt(Database& db, PostId post, const Attempt& attempt);

// All of it that a repeat of an unconfirmed request stands on.
Result<std::string> repeat_doubt(Database& db, const Delivery& delivery);

// Whether the log says the same of who an account is, and where.
Result<std::string> account_doubt(Database& db, const Account& account);

}  // namespace postq::sqlite
