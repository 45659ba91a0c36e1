#include "app/words/standing.h"

#include <postq/time/when.h>

namespace postq {

namespace {

struct Words {
  std::string_view people;
  std::string_view stable;
};

Words words_of(Standing standing) {
  switch (standing) {
    case Standing::to_review:
      return {"to review", "to-review"};
    case Standing::missed:
      return {"missed its time", "missed"};
    case Standing::unsent:
      return {"not sent yet", "unsent"};
    case Standing::approved:
      return {"approved", "approved"};
    case Standing::held:
      return {"HELD", "held"};
    case Standing::paused:
      return {"PAUSED", "paused"};
    case Standing::sending:
      return {"being sent", "sending"};
    case Standing::unconfirmed:
      return {"UNCONFIRMED", "unconfirmed"};
    case Standing::sent:
      return {"sent", "sent"};
    case Standing::removed:
      return {"taken back", "removed"};
    case Standing::failed:
      return {"failed", "failed"};
    case Standing::cancelled:
      return {"cancelled", "cancelled"};
    case Standing::rejected:
      return {"rejected", "rejected"};
    case Standing::expired:
      return {"ended unsent", "expired"};
  }
  return {"?", "?"};
}

Standing of_queued(const Delivery& delivery, TimePoint now) {
  if (delivery.origin == Origin::hand_written) return Standing::unsent;
  if (delivery.paused) return Standing::paused;
  if (!delivery.approval) return delivery.missed_at ? Standing::missed : Standing::to_review;
  return delivery.next_at <= now && !delivery.verdict.empty() ? Standing::held : Standing::approved;
}

}  // namespace

Standing standing_of(const Delivery& delivery, TimePoint now) {
  switch (delivery.state) {
    case DeliveryState::queued:
      return of_queued(delivery, now);
    case DeliveryState::sending:
      return Standing::sending;
    case DeliveryState::unconfirmed:
      return Standing::unconfirmed;
    case DeliveryState::sent:
      return delivery.retracted_at ? Standing::removed : Standing::sent;
    case DeliveryState::failed:
      return Standing::failed;
    case DeliveryState::cancelled:
      return Standing::cancelled;
    case DeliveryState::rejected:
      return Standing::rejected;
    case DeliveryState::expired:
      return Standing::expired;
  }
  return Standing::failed;
}

std::string_view word(Standing standing) {
  return words_of(standing).people;
}

std::string_view stable_word(Standing standing) {
  return words_of(standing).stable;
}

std::string say_its_time(const Delivery& delivery, TimePoint now, const Zone& zone) {
  if (delivery.state == DeliveryState::sent)
    return format_time_short(to_the_minute(delivery.public_at.value_or(now)), now, zone);
  if (delivery.state == DeliveryState::unconfirmed && delivery.public_at) {
    return format_time_short(to_the_minute(*delivery.public_at), now, zone);
  }
  if (delivery.state == DeliveryState::failed && delivery.verdict_at) {
    return format_time_short(to_the_minute(*delivery.verdict_at), now, zone);
  }
  if (delivery.schedule.wall)
    return format_time_short(std::max(delivery.next_at, delivery.schedule.not_before), now, zone);
  if (delivery.state != DeliveryState::queued) return "";
  if (delivery.origin == Origin::hand_written) return "by hand";
  if (!delivery.approval) return "once approved";
  if (delivery.paused) return "once resumed";
  if (delivery.next_at <= now && !delivery.verdict.empty()) return "once it may";
  return delivery.next_at <= now ? "next flush" : format_time_short(to_the_minute(delivery.next_at), now, zone);
}

std::optional<TimePoint> next_time(const Delivery& delivery) {
  const bool moves = delivery.state == DeliveryState::queued || delivery.state == DeliveryState::unconfirmed;
  if (!moves || delivery.next_at == kUntilResumed) return std::nullopt;
  return delivery.next_at;
}

std::string count_of(std::int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace postq
