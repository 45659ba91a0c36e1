#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postq {

// One code point of a text and the bytes it takes; one byte that begins no valid sequence is `valid == false`.
struct CodePoint {
  char32_t value = 0xFFFD;
  std::size_t size = 1;
  bool valid = false;
};

// The code point at a byte offset below text.size(), by RFC 3629: no surrogates, nothing over-long or past U+10FFFF.
CodePoint code_point_at(std::string_view text, std::size_t at);

void append_utf8(std::string& text, char32_t value);

constexpr bool is_ascii(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace postq
