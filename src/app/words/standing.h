#pragma once

#include <string>
#include <string_view>

#include <postq/ports/store.h>
#include <postq/time/zone.h>

namespace postq {

// Where a delivery stands, as lists and --json spell it.
enum class Standing : std::uint8_t {
  to_review,  // nobody said yes yet
  missed,     // the same, because it missed its time
  unsent,     // written by hand, and only `postq post ID` sends it
  approved,   // waits for its time, or for the next flush
  held,       // its time has come and a rule held it when flush last looked
  paused,     // by a person, by itself
  sending,
  unconfirmed,
  sent,
  removed,  // was sent, and deleted again
  failed,
  cancelled,
  rejected,
  expired,
};

Standing standing_of(const Delivery& delivery, TimePoint now);
std::string_view word(Standing standing);         // for people: "to review", "HELD"
std::string_view stable_word(Standing standing);  // for --json: "to-review", "held"

// Its time in a few words: when it went, or is to go.
std::string say_its_time(const Delivery& delivery, TimePoint now, const Zone& zone);

// When postq does something with it next; nothing when only a person does.
std::optional<TimePoint> next_time(const Delivery& delivery);

// For sentences, where seconds would only be noise.
constexpr TimePoint to_the_minute(TimePoint at) {
  return std::chrono::floor<std::chrono::minutes>(at);
}

// "1 post", "3 posts".
std::string count_of(std::int64_t count, std::string_view one, std::string_view many);

}  // namespace postq
