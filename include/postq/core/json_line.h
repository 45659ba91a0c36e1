#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/time/time.h>

namespace postq {

// A JSON string literal, escaped (RFC 8259 §7): besides what must be, whatever steers a terminal or can't be seen there
// (C1 controls, bidi controls, zero-width characters, tags) as \uxxxx, which changes no meaning; bytes that are no
// UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

// Writes one JSON object, members in the order of the calls, on one line. For output and canonical event bodies: it
// only writes, costs no allocation beyond its string and next to no compile time.
class JsonLine {
 public:
  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& number(std::string_view name, std::int64_t value);
  JsonLine& flag(std::string_view name, bool value);
  JsonLine& null(std::string_view name);
  JsonLine& time(std::string_view name, TimePoint value);                         // RFC 3339, UTC
  JsonLine& time(std::string_view name, const std::optional<TimePoint>& value);   // null when there is none
  JsonLine& raw(std::string_view name, std::string_view json);                    // an object or array made elsewhere
  JsonLine& list(std::string_view name, const std::vector<std::string>& values);  // of strings
  JsonLine& raw_list(std::string_view name, const std::vector<std::string>& objects);  // of JSON values
  std::string str() const { return text_ + "}"; }

 private:
  void name(std::string_view name);
  std::string text_ = "{";
};

}  // namespace postq
