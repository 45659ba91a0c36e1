#include "platforms/bluesky/tid.h"

namespace postq {
namespace {

constexpr std::string_view kLetters = "234567abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kLength = 13;
constexpr unsigned kBitsOfLetter = 5;
constexpr unsigned kClockBits = 10;
constexpr std::uint64_t kClockMask = (1U << kClockBits) - 1;
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << 53U) - 1;

}  // namespace

std::string to_string(const Tid& tid) {
  std::uint64_t value = (tid.microseconds & kTimeMask) << kClockBits | (tid.clock_id & kClockMask);
  std::string text(kLength, kLetters.front());
  for (std::size_t i = kLength; i-- > 0;) {
    text[i] = kLetters[value & 31U];
    value >>= kBitsOfLetter;
  }
  return text;
}

std::optional<Tid> parse_tid(std::string_view text) {
  // Thirteen letters hold 65 bits; the number has 63.
  if (text.size() != kLength || kLetters.find(text.front()) >= 16) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const std::size_t letter = kLetters.find(c);
    if (letter == std::string_view::npos) return std::nullopt;
    value = value << kBitsOfLetter | letter;
  }
  return Tid{value >> kClockBits, static_cast<unsigned>(value & kClockMask)};
}

}  // namespace postq
