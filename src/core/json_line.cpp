#include <postq/core/json_line.h>

namespace postq {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[i];
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0)) {
      // C1 controls are two bytes in UTF-8: C2 80 to C2 9F.
      const unsigned char code = byte == 0xc2 ? static_cast<unsigned char>(next) : byte;
      if (byte == 0xc2) ++i;
      out += "\\u00";
      out += kHexDigits[code >> 4];
      out += kHexDigits[code & 0xf];
    } else {
      out += text[i];
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
