#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/flush/publisher.h"

namespace postq {

// A claimed delivery on its way, part by part.
struct Publisher::Flight {
  Flight(Claimed claimed_delivery, ApprovedDelivery approved_delivery)
      : claimed(std::move(claimed_delivery)), approved(std::move(approved_delivery)) {}

  DeliveryId id() const { return claimed.delivery.id; }
  AccountId account() const { return claimed.delivery.account; }
  int part_count() const { return static_cast<int>(approved.content().parts.size()); }
  const std::string& text() const { return approved.content().parts[static_cast<std::size_t>(part) - 1].text; }
  PartContext facts(TimePoint now) const { return {part, outgoing.key, receipts, uploads, now, place_in_second}; }
  bool is_last_part() const { return part == part_count(); }

  Claimed claimed;
  ApprovedDelivery approved;
  int part = 1;
  std::vector<Receipt> receipts;  // of the parts before `part`
  std::vector<Upload> uploads;
  PreparedRequest outgoing;
  AttemptId attempt{};
  int place_in_second = 0;
};

}  // namespace postq
