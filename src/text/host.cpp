#include "text/host.h"

#include <algorithm>
#include <vector>

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/normalized.h"

namespace postq {

namespace {

std::u32string code_points_of(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    points += point.value;
    at += point.size;
  }
  return points;
}

// How much of the distance so far is spread over the next digits (RFC 3492 §6.1).
std::uint32_t adapt_bias(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t bias = 0;
  for (; delta > 455; bias += 36) delta /= 35;
  return bias + 36 * delta / (delta + 38);
}

char punycode_digit(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

// RFC 3492 §6.3.
std::string punycode(const std::u32string& label) {
  std::string encoded;
  for (const char32_t point : label) {
    if (point < 0x80) encoded += static_cast<char>(point);
  }
  const auto basic = static_cast<std::uint32_t>(encoded.size());
  auto handled = basic;
  if (basic > 0) encoded += '-';

  std::uint32_t bias = 72;
  std::uint32_t delta = 0;
  for (std::uint32_t smallest = 128; handled < label.size(); ++smallest, ++delta) {
    char32_t next = 0x10FFFF;
    for (const char32_t point : label) {
      if (point >= smallest && point < next) next = point;
    }
    delta += (static_cast<std::uint32_t>(next) - smallest) * (handled + 1);
    smallest = static_cast<std::uint32_t>(next);
    for (const char32_t point : label) {
      if (point < smallest) ++delta;
      if (point != smallest) continue;
      auto rest = delta;
      for (std::uint32_t k = 36;; k += 36) {
        const std::uint32_t threshold = k <= bias ? 1 : std::min<std::uint32_t>(26, k - bias);
        if (rest < threshold) break;
        encoded += punycode_digit(threshold + (rest - threshold) % (36 - threshold));
        rest = (rest - threshold) / (36 - threshold);
      }
      encoded += punycode_digit(rest);
      bias = adapt_bias(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
  }
  return encoded;
}

// Lower case and compatibility forms, near to what browsers do (UTS #46); ignorable characters disappear.
std::string fold(std::string_view typed) {
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE);
  const auto points = normalized(typed, kOptions);
  if (!points) return std::string{typed};

  // Lower case letter by letter: full case folding would make "ss" of the letter sharp s, which is a different host.
  std::string folded;
  for (const auto point : *points) append_utf8(folded, static_cast<char32_t>(utf8proc_tolower(point)));
  return folded;
}

std::vector<std::string> labels_of(const std::string& host) {
  std::vector<std::string> labels(1);
  for (std::size_t at = 0; at < host.size();) {
    const auto point = code_point_at(host, at);
    const bool dot = point.value == U'.' || point.value == 0x3002;  // ideographic full stop
    if (dot) {
      labels.emplace_back();
    } else {
      labels.back() += host.substr(at, point.size);
    }
    at += point.size;
  }
  if (labels.size() > 1 && labels.back().empty()) labels.pop_back();
  return labels;
}

// Alphabets with letters that pass for those of another.
enum Alphabet : unsigned { kNone = 0, kLatin = 1, kGreek = 2, kCyrillic = 4, kArmenian = 8, kCherokee = 16 };

Alphabet alphabet_of(char32_t value) {
  const bool ascii_letter = (value >= U'a' && value <= U'z') || (value >= U'A' && value <= U'Z');
  if (ascii_letter || (value >= 0x00C0 && value <= 0x024F) || (value >= 0x1E00 && value <= 0x1EFF) ||
      (value >= 0x0250 && value <= 0x02AF)) {
    return kLatin;
  }
  if ((value >= 0x0370 && value <= 0x03FF) || (value >= 0x1F00 && value <= 0x1FFF)) return kGreek;
  if ((value >= 0x0400 && value <= 0x052F) || (value >= 0x1C80 && value <= 0x1C8F)) return kCyrillic;
  if (value >= 0x0530 && value <= 0x058F) return kArmenian;
  if ((value >= 0x13A0 && value <= 0x13FF) || (value >= 0xAB70 && value <= 0xABBF)) return kCherokee;
  return kNone;
}

// Looked at over the whole host: a Cyrillic label under .com is how look-alikes are sold.
bool mixes_alphabets(const std::u32string& host) {
  unsigned alphabets = 0;
  for (const char32_t point : host) alphabets |= alphabet_of(point);
  return (alphabets & (alphabets - 1)) != 0;
}

// A host that ends in a number is an IPv4 address to browsers, in decimal, octal or hexadecimal ("0x7f.1").
bool is_ip_address(const std::string& name) {
  if (name.find(':') != std::string::npos || (!name.empty() && name.front() == '[')) return true;
  const auto last = name.substr(name.rfind('.') == std::string::npos ? 0 : name.rfind('.') + 1);
  if (last.empty()) return false;
  if (last.starts_with("0x")) return last.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
  return last.find_first_not_of("0123456789") == std::string::npos;
}

constexpr std::size_t kLongestLabel = 63;  // RFC 1035, in the form that is asked for

}  // namespace

Host read_host(std::string_view typed) {
  const auto folded = fold(typed);
  Host host;
  host.suspicious = mixes_alphabets(code_points_of(folded)) || folded.find('%') != std::string::npos;
  for (const auto& label : labels_of(folded)) {
    if (!host.name.empty()) host.name += '.';
    const bool ascii = std::all_of(label.begin(), label.end(), [](char c) { return is_ascii(c); });
    if (ascii && label.starts_with("xn--")) host.suspicious = true;
    const auto points = code_points_of(label);
    if (points.size() > kLongestLabel) host.suspicious = true;  // no name server knows it
    host.name += ascii || points.size() > kLongestLabel ? label : "xn--" + punycode(points);
  }
  if (is_ip_address(host.name)) host.suspicious = true;
  return host;
}

}  // namespace postq
