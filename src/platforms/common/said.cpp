#include "platforms/common/said.h"

#include <algorithm>

#include <postq/base/hex.h>
#include <postq/text/text.h>

#include "base/utf8.h"

namespace postq {
namespace {

constexpr std::size_t kLongestName = 256;  // bytes
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint here = code_point_at(text, at);
    valid += here.valid ? text.substr(at, here.size) : kReplacement;
    at += std::max<std::size_t>(here.size, 1);
  }
  return valid;
}

// The number that a \u escape at `at` stands for; 0 when there is none, or it is no half of a surrogate pair.
unsigned surrogate_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return 0;
  const std::string bytes = from_hex(text.substr(at + 2, 4));
  if (bytes.size() != 2) return 0;
  const unsigned unit = static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  return unit >= 0xD800 && unit <= 0xDFFF ? unit : 0;
}

std::string without_half_pairs(std::string_view json) {
  std::string whole;
  whole.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const unsigned unit = surrogate_at(json, at);
    const bool pair = unit != 0 && unit < 0xDC00 && surrogate_at(json, at + 6) >= 0xDC00;
    if (unit != 0 && !pair) {
      whole += "\\uFFFD";
      at += 6;
      continue;
    }
    // What stands behind a backslash begins no escape of its own.
    const std::size_t size = pair ? 12 : json[at] == '\\' ? 2 : 1;
    whole += json.substr(at, size);
    at += size;
  }
  return whole;
}

}  // namespace

std::string kept_text(std::string_view text, std::size_t most) {
  // Longer ones aren't looked at to the end; what is cut within a character is repaired and then cut off.
  std::string kept = is_valid_utf8(text) ? std::string(text) : valid_utf8(text.substr(0, most + 4));
  std::erase(kept, '\0');
  if (kept.size() <= most) return kept;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(kept[end]) & 0xC0U) == 0x80U) --end;
  kept.resize(end);
  return kept;
}

std::string kept_name(std::string_view name) {
  return kept_text(name, kLongestName);
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string attachment_line(std::string_view type, std::string_view alt) {
  std::string what = "attachment";
  if (type == "image" || type == "video" || type == "audio") what = type;
  if (type == "gifv") what = "animation";
  const std::string words = one_line(alt);
  return "[" + what + (words.empty() ? "" : ": " + words) + "]";
}

std::string with_attachments(std::string text, std::string_view lines) {
  if (text.empty() && !lines.empty()) lines.remove_prefix(1);
  return text.append(lines);
}

std::string repaired_json(std::string_view text) {
  return without_half_pairs(is_valid_utf8(text) ? std::string(text) : valid_utf8(text));
}

}  // namespace postq
