#pragma once

#include <vector>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// What the rows of a delivery say about its document, so that no rule and no list has to read it.
struct Measured {
  Digest digest;
  std::vector<std::int64_t> text_keys;  // one per part: equal for equal texts; 0 for an empty one
  int media = 0;
  int media_without_alt = 0;
};
// kind bug for a document that isn't one of ours.
Result<Measured> measure(const NewDelivery& delivery);

std::int64_t text_key(std::string_view text);

// Inside the caller's transaction.
Status store_media(Database& db, const std::vector<Media>& media, TimePoint now);
Status store_document(Database& db, const Digest& digest, const std::string& document, TimePoint now);
Result<DeliveryId> insert_delivery(Database& db, PostId post, Origin origin, const NewDelivery& delivery,
                                   TimePoint now);
// Replaces the parts of a delivery of which nothing is out.
Status store_parts(Database& db, DeliveryId delivery, AccountId account, const Measured& measured,
                   const std::vector<std::int64_t>& fingerprints);

}  // namespace postq::sqlite
