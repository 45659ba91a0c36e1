#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postq::sqlite {

// Text as a JSON string with its quotes. Only what RFC 8259 demands is escaped, so that one text has one spelling.
std::string json_string(std::string_view text);

// A JSON object whose members come in the order they were added: events hash these bytes.
class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);
  JsonObject& number(std::string_view key, std::int64_t value);
  JsonObject& raw(std::string_view key, std::string_view json);
  std::string str() const { return members_ + '}'; }

 private:
  void begin(std::string_view key);
  std::string members_ = "{";
};

}  // namespace postq::sqlite
