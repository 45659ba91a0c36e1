#pragma once

#include <optional>
#include <vector>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// What the rules may know, read inside the caller's transaction.
Result<Snapshot> read_snapshot(Database& db, const Account& account, const PolicySettings& settings, TimeRange day,
                               bool readable, TimePoint now);

// What read_snapshot would say after this delivery was claimed at that time, without asking again. false when it can't
// be told from the delivery alone: a part of it is out already, so it may be counted.
bool add_claimed(Snapshot& snapshot, const Delivery& claimed, TimePoint now);

// A delivery that asks to go, with all that its claim needs: one statement for what has one part and was never tried.
struct Asking {
  Delivery delivery;
  Candidate candidate;  // without together_blocked_by
  std::optional<Approval> approval;
  bool together = false;
  std::int64_t text_key = 0;
  PartDetail first_part;  // its n is 0 where the row is gone
  bool more_parts = false;
  bool attempted = false;
  std::optional<std::string> document;
  std::string doubt;           // why its approval isn't one; empty: it is
  std::int64_t told_sent = 0;  // how many events say that something of it went out

  // Whether the approval is for exactly this content.
  bool approved() const {
    return approval && approval->verdict == ReviewVerdict::approved && approval->delivery == delivery.id &&
           approval->digest == delivery.digest && approval->revision == delivery.revision;
  }
};

// Texts that lately went out on an account, or are on their way: read once, compared with many.
class RecentTexts {
 public:
  static Result<RecentTexts> read(Database& db, AccountId account, const PolicySettings& settings, TimePoint now);
  // The newest one that says the same to the letter, else the newest that nearly says the same.
  Result<std::optional<RecentPost>> find(DeliveryId delivery, std::int64_t fingerprint, std::int64_t text_key) const;
  // One that was claimed just now joins them.
  void add(const Asking& claimed, TimePoint now);

 private:
  struct Text {
    DeliveryId delivery{};
    TimePoint at{};
    std::int64_t fingerprint = 0;
    std::int64_t text_key = 0;
  };
  Database* db_ = nullptr;   // for the words of those whose fingerprints are near
  std::vector<Text> texts_;  // newest first
};

// kind not_found.
Result<Asking> read_asking(Database& db, DeliveryId delivery, const RecentTexts& recent);

}  // namespace postq::sqlite
