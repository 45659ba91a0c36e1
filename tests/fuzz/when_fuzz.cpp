#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <postq/time/when.h>

#include "system/zones/zones.h"

// Any bytes are a time that keeps the promises of parse_when(), or an error with a hint.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace postq;
  static const auto zones = make_zones();
  static const Zone& berlin = **zones->find("Europe/Berlin");
  constexpr TimePoint kNow = time_point(1795380000);  // Sun 22 Nov 2026, 21:40 in Berlin
  // The names a fuzzer finds are no news; looking each of them up in the index would only be slow.
  const auto find_zone = [](std::string_view name) -> Result<const Zone*> {
    if (name == "Europe/Berlin") return &berlin;
    return fail(ErrorKind::usage, "no such zone", "try `Europe/Berlin`");
  };
  const std::string_view words{reinterpret_cast<const char*>(bytes), size};

  const auto when = parse_when(words, {kNow, berlin, find_zone});
  if (when) {
    const Zone& zone = when->zone == "UTC" ? utc_zone() : berlin;
    if (when->instant <= kNow || zone.wall(when->instant) != when->wall) std::abort();
    if (zone.resolve(when->wall).instant != when->instant) std::abort();
  } else if (when.error().kind != ErrorKind::usage || when.error().hint.empty()) {
    std::abort();
  }
  if (const auto length = parse_duration(words); length && *length <= Seconds{0}) std::abort();
  if (const auto at = parse_rfc3339(words); at && parse_rfc3339(format_rfc3339(*at)) != *at) std::abort();
  if (const auto wall = parse_wall(words); wall && format_wall(*wall) != words) std::abort();
  (void)parse_daily_hours(words);
  return 0;
}
