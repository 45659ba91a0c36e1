#pragma once

#include <postq/core/zone.h>

#include "app/explain.h"

namespace postq {

// What was tried, part by part, as a time line.
std::vector<Explanation::Moment> history_of(const DeliveryDetail& detail);

// The parts of an explanation for what has met the platform already; `explanation.name` is set.
void explain_unconfirmed(Explanation& explanation, const DeliveryDetail& detail, const PlatformTraits& traits,
                         TimePoint now);
void explain_failed(Explanation& explanation, const DeliveryDetail& detail, const Zone& zone, TimePoint now);
void explain_sent(Explanation& explanation, const DeliveryDetail& detail, const PlatformTraits& traits,
                  const Zone& zone, TimePoint now);

}  // namespace postq
