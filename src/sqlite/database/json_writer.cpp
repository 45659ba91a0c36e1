#include "sqlite/database/json_writer.h"

namespace postq::sqlite {

namespace {

// Text goes over in runs: each event is written this way.
void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  std::size_t run = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, run, at - run);
    run = at + 1;
    if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += '\\';
      out += text[at];
    }
  }
  out.append(text, run, text.size() - run);
  out += '"';
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

void JsonObject::begin(std::string_view key) {
  if (members_.size() > 1) members_ += ',';
  append_string(members_, key);
  members_ += ':';
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
  begin(key);
  append_string(members_, value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view key, std::int64_t value) {
  return raw(key, std::to_string(value));
}

JsonObject& JsonObject::raw(std::string_view key, std::string_view json) {
  begin(key);
  members_ += json;
  return *this;
}

}  // namespace postq::sqlite
