#pragma once

#include <postq/time/zone.h>

#include "app/explain/explain.h"

namespace postq {

// Something that came to nothing before there was a request to send: an upload, a file that is gone.
struct Trouble {
  TimePoint at;
  bool failed = false;  // postq gave up
  std::string detail;
};

// Those of the delivery that no attempt tells of, behind its last approval, oldest first.
std::vector<Trouble> troubles_of(const DeliveryDetail& detail, const std::vector<Event>& events);

// What was tried, part by part, as a time line.
std::vector<Explanation::Moment> history_of(const DeliveryDetail& detail, const std::vector<Trouble>& troubles);

// Adds what the last try came to, in the platform's own words where it said something: "It said", else "Because".
void say_last_words(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles);

// When a request in doubt that began at `started` goes out once more with the same key, if flush looks at it next at
// `next_look`; nothing where the platform couldn't tell that it is the same, or not so late.
std::optional<TimePoint> repeated_from(const PlatformTraits& traits, TimePoint started, TimePoint ended,
                                       TimePoint next_look);
// "postq sends the same request again, with the same key, from 19:13".
std::string say_repeat(TimePoint from, TimePoint now, const Zone& zone);

// The parts of an explanation for what has met the platform already; `explanation.name` is set.
void explain_unconfirmed(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles,
                         const PlatformTraits& traits, const Zone& zone, TimePoint now);
void explain_failed(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles,
                    const Zone& zone, TimePoint now);
void explain_sent(Explanation& explanation, const DeliveryDetail& detail, const std::vector<Trouble>& troubles,
                  const PlatformTraits& traits, const Zone& zone, TimePoint now);

}  // namespace postq
