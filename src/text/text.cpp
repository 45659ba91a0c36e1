#include <algorithm>

#include <postq/base/hex.h>
#include <postq/text/encoding.h>
#include <postq/text/text.h>

#include "base/utf8.h"

namespace postq {

namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// C0 but LF and TAB, DEL, C1.
bool is_refused_control(char32_t value) {
  return (value < 0x20 && value != U'\n' && value != U'\t') || (value >= 0x7F && value <= 0x9F);
}

// Line ends as LF, and no byte order marks: Windows writes one at the beginning of a file, and of the next one where
// two are put together.
std::string unify_line_ends(std::string_view raw) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string text;
  text.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    while ((text.empty() || text.back() == '\n') && raw.substr(at).starts_with(kByteOrderMark)) {
      at += kByteOrderMark.size();
    }
    if (at >= raw.size()) break;
    if (raw[at] != '\r') {
      text += raw[at];
      continue;
    }
    text += '\n';
    if (at + 1 < raw.size() && raw[at + 1] == '\n') ++at;
  }
  return text;
}

std::string code_point_name(char32_t value) {
  const auto byte = static_cast<char>(value & 0xFF);
  return "U+00" + to_hex({&byte, 1});
}

// Where a person finds a byte: both count from 1.
std::string place(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return "line " + std::to_string(line) + ", byte " + std::to_string(at - line_start + 1);
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1, true};

  std::size_t size = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2, value = lead & 0x1FU, smallest = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3, value = lead & 0x0FU, smallest = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4, value = lead & 0x07U, smallest = 0x10000;
  } else {
    return {};
  }
  if (size > text.size() - at) return {};
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[at + i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || value > 0x10FFFF || surrogate) return {};
  return {value, size, true};
}

void append_utf8(std::string& text, char32_t value) {
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((value >> shift) & 0x3FU)); };
  if (value < 0x80) {
    text += static_cast<char>(value);
  } else if (value < 0x800) {
    text += static_cast<char>(0xC0U | (value >> 6));
    tail(0);
  } else if (value < 0x10000) {
    text += static_cast<char>(0xE0U | (value >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (value >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    if (!point.valid) return false;
    at += point.size;
  }
  return true;
}

Result<std::string> normalise_text(std::string_view raw) {
  if (const auto encoding = foreign_encoding(raw); encoding.starts_with("UTF-")) {
    return fail(ErrorKind::usage, "text is " + std::string(encoding.substr(0, 6)) + ", not UTF-8",
                "iconv -f " + std::string(encoding) + " -t UTF-8 FILE");
  }
  auto text = unify_line_ends(raw);
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    if (!point.valid) {
      return fail(ErrorKind::usage, "text is not valid UTF-8 at " + place(text, at),
                  "save it as UTF-8, or convert it:  iconv -f WINDOWS-1252 -t UTF-8 FILE");
    }
    if (is_refused_control(point.value)) {
      return fail(ErrorKind::usage,
                  "text holds the control character " + code_point_name(point.value) + " at " + place(text, at),
                  "remove it; only line feeds and tabs can be posted");
    }
    at += point.size;
  }
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += code_point_at(text, at).size) ++count;
  return count;
}

std::size_t count_utf16(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    count += point.value > 0xFFFF ? 2 : 1;
    at += point.size;
  }
  return count;
}

}  // namespace postq
