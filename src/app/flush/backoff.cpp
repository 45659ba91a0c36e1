#include "app/flush/backoff.h"

#include <algorithm>
#include <array>

namespace postq {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<Seconds, 8> kWaits{minutes{1}, minutes{5}, minutes{15}, hours{1},
                                        hours{3},   hours{8},   hours{12},   hours{12}};
constexpr Seconds kLookFor = hours{72};

}  // namespace

std::optional<Seconds> wait_after_try(std::int64_t tries) {
  if (tries < 1) return kWaits.front();
  if (static_cast<std::size_t>(tries) > kWaits.size()) return std::nullopt;
  return kWaits[static_cast<std::size_t>(tries) - 1];
}

TimePoint obeyed(TimePoint asked, TimePoint now) {
  return std::clamp(asked, now + Seconds{1}, now + Seconds{hours{24}});
}

std::optional<TimePoint> next_look(TimePoint started, TimePoint now) {
  const Seconds age = now - started;
  if (age >= kLookFor) return std::nullopt;
  return now + std::clamp<Seconds>(age, minutes{2}, hours{6});
}

}  // namespace postq
