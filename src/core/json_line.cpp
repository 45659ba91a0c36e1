#include <utf8proc.h>

#include <postq/core/json_line.h>

#include "base/utf8.h"

namespace postq {

namespace {

void append_code_unit(std::string& out, char32_t unit) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHexDigits[(unit >> shift) & 0xf];
}

void append_code_point(std::string& out, char32_t value) {
  if (value < 0x10000) return append_code_unit(out, value);
  append_code_unit(out, 0xd800 + ((value - 0x10000) >> 10));
  append_code_unit(out, 0xdc00 + ((value - 0x10000) & 0x3ff));
}

// What steers a terminal, or what its reader can't see: C1 controls, bidi controls, everything of no width, tags, line
// and paragraph separators.
bool is_unseen(char32_t value) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(value))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

// Behind ASCII: the bytes of one code point; a byte that begins none becomes the replacement character, because JSON is
// UTF-8.
std::size_t append_beyond_ascii(std::string& out, std::string_view text, std::size_t at) {
  constexpr char32_t kReplacement = 0xfffd;
  const auto point = code_point_at(text, at);
  if (!point.valid) {
    append_code_unit(out, kReplacement);
  } else if (is_unseen(point.value)) {
    append_code_point(out, point.value);
  } else {
    out += text.substr(at, point.size);
  }
  return point.size;
}

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_ascii(text[i])) {
      i += append_beyond_ascii(out, text, i);
      continue;
    }
    const char byte = text[i++];
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      append_code_unit(out, static_cast<unsigned char>(byte));
    } else {
      out += byte;
    }
  }
}

template <typename List, typename Append>
std::string joined(const List& values, Append append) {
  std::string out = "[";
  for (const auto& value : values) {
    if (out.size() > 1) out += ',';
    append(out, value);
  }
  return out + "]";
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  append_escaped(out, text);
  return out + "\"";
}

void JsonLine::name(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += json_string(name);
  text_ += ':';
}

JsonLine& JsonLine::raw(std::string_view member, std::string_view json) {
  name(member);
  text_ += json;
  return *this;
}

JsonLine& JsonLine::text(std::string_view member, std::string_view value) {
  return raw(member, json_string(value));
}
JsonLine& JsonLine::number(std::string_view member, std::int64_t value) {
  return raw(member, std::to_string(value));
}
JsonLine& JsonLine::flag(std::string_view member, bool value) {
  return raw(member, value ? "true" : "false");
}
JsonLine& JsonLine::null(std::string_view member) {
  return raw(member, "null");
}
JsonLine& JsonLine::time(std::string_view member, TimePoint value) {
  return text(member, format_rfc3339(value));
}

JsonLine& JsonLine::time(std::string_view member, const std::optional<TimePoint>& value) {
  return value ? time(member, *value) : null(member);
}

JsonLine& JsonLine::list(std::string_view member, const std::vector<std::string>& values) {
  return raw(member, joined(values, [](std::string& out, const std::string& value) { out += json_string(value); }));
}

JsonLine& JsonLine::raw_list(std::string_view member, const std::vector<std::string>& objects) {
  return raw(member, joined(objects, [](std::string& out, const std::string& object) { out += object; }));
}

}  // namespace postq
