#include <algorithm>

#include <postq/time/utc_offset.h>

#include "time/civil.h"

namespace postq {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// No place has an offset beyond these.
constexpr Seconds kMostBehind = hours{12};
constexpr Seconds kMostAhead = hours{14};

// "UTC" or "GMT" at the front, in any case, which is taken away.
bool take_name(std::string_view& text) {
  const auto same = [](char typed, char letter) { return (typed & ~0x20) == letter; };
  for (const std::string_view name : {"UTC", "GMT"}) {
    if (text.size() < name.size() || !std::equal(name.begin(), name.end(), text.begin(),
                                                 [&](char letter, char typed) { return same(typed, letter); })) {
      continue;
    }
    text.remove_prefix(name.size());
    return true;
  }
  return false;
}

// "2", "02", "5:30", "0530".
std::optional<Seconds> read_clock_length(std::string_view text) {
  std::string_view minute_digits;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    minute_digits = text.substr(colon + 1);
    text = text.substr(0, colon);
    if (minute_digits.size() != 2) return {};
  } else if (text.size() == 4) {
    minute_digits = text.substr(2);
    text = text.substr(0, 2);
  }
  const auto whole = text.size() <= 2 ? digits_value(text) : std::nullopt;
  const auto rest = minute_digits.empty() ? std::optional<std::int64_t>{0} : digits_value(minute_digits);
  if (!whole || !rest || *rest > 59) return {};
  return hours{*whole} + minutes{*rest};
}

// "+2", "-5:30".
std::optional<Seconds> read_signed(std::string_view text) {
  if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return {};
  const auto length = read_clock_length(text.substr(1));
  if (!length) return {};
  return text.front() == '-' ? -*length : *length;
}

std::optional<Seconds> if_it_exists(std::optional<Seconds> ahead) {
  if (!ahead || *ahead < -kMostBehind || *ahead > kMostAhead) return {};
  return ahead;
}

}  // namespace

std::optional<Seconds> read_named_offset(std::string_view text) {
  if (!take_name(text)) return {};
  return if_it_exists(read_signed(text));
}

bool looks_like_offset(std::string_view text) {
  if (!take_name(text) || text.empty()) return false;
  return std::string_view("+-0123456789").find(text.front()) != std::string_view::npos;
}

std::string say_offset(Seconds ahead) {
  if (ahead == Seconds{0}) return "UTC";
  const auto total = std::abs(ahead.count());
  std::string text = "UTC" + std::string(ahead < Seconds{0} ? "-" : "+") + std::to_string(total / 3600);
  if (total % 3600 != 0) text += ":" + padded(total / 60 % 60, 2);
  return text;
}

std::optional<Seconds> offset_of_etc_zone(std::string_view name) {
  constexpr std::string_view kEtc = "Etc/GMT";
  if (!name.starts_with(kEtc)) return {};
  const auto behind = read_signed(name.substr(kEtc.size()));
  return if_it_exists(behind ? std::optional{-*behind} : std::nullopt);
}

std::optional<std::string> etc_zone_of(Seconds ahead) {
  if (ahead.count() % 3600 != 0 || ahead == Seconds{0}) return {};
  const auto whole = ahead.count() / 3600;
  return "Etc/GMT" + std::string(whole > 0 ? "-" : "+") + std::to_string(std::abs(whole));
}

std::string zone_label(std::string_view zone_name) {
  if (const auto ahead = offset_of_etc_zone(zone_name)) return say_offset(*ahead);
  std::string city{zone_name.substr(zone_name.rfind('/') + 1)};
  std::replace(city.begin(), city.end(), '_', ' ');
  return city;
}

}  // namespace postq
