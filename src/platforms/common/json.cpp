#include "platforms/common/json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "platforms/common/said.h"

namespace postq {
namespace {

constexpr int kDeepest = 64;  // a parser that recurses must not be driven through its stack

// The deepest nesting of brackets outside of strings; counts them also where the text is no JSON.
int nesting(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

std::string at_line(std::string_view text, std::size_t byte) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  return "line " + std::to_string(1 + std::count(text.begin(), end, '\n')) + ": ";
}

// The library's sentence without its own numbering: "[json.exception.parse_error.101] parse error at line 1, column
// 3: syntax error while ..." becomes "syntax error while ...".
std::string cause(const std::string& what) {
  const std::size_t colon = what.find(": ");
  return colon == std::string::npos ? what : what.substr(colon + 2);
}

}  // namespace

Result<nlohmann::ordered_json> parse_json(std::string_view text) {
  if (nesting(text) > kDeepest) {
    return fail(ErrorKind::platform, "line 1: nested deeper than " + std::to_string(kDeepest) + " levels");
  }
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return fail(ErrorKind::platform, at_line(text, error.byte == 0 ? 0 : error.byte - 1) + cause(error.what()));
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorKind::platform, "line 1: " + cause(error.what()));
  }
}

Result<nlohmann::ordered_json> parse_json_of_strangers(std::string_view text) {
  if (auto parsed = parse_json(text)) return parsed;
  using Event = nlohmann::ordered_json::parse_event_t;
  const auto shallow = [](int depth, Event event, nlohmann::ordered_json&) {
    return depth < kDeepest || (event != Event::object_start && event != Event::array_start);
  };
  try {
    return nlohmann::ordered_json::parse(repaired_json(text), shallow);
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorKind::platform, "line 1: " + cause(error.what()));
  }
}

std::string text_member(const nlohmann::ordered_json& value, const char* name) {
  if (!value.is_object()) return {};
  const auto found = value.find(name);
  if (found == value.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? found->dump() : std::string{};
}

}  // namespace postq
