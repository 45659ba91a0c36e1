#include "platforms/common/json_splice.h"

namespace postq {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// Behind the string whose opening quote is at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

// Behind the value at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '"') return skip_string(text, at);
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    }
    if (depth == 0 && (c == ',' || is_space(c))) return at;
    ++at;
  }
  return at;
}

}  // namespace

std::vector<JsonSpan> json_members(std::string_view text, std::string_view name) {
  std::vector<JsonSpan> found;
  std::size_t at = text.find('{');
  if (at == std::string_view::npos) return found;
  at = skip_space(text, at + 1);
  while (at < text.size() && text[at] == '"') {
    const std::size_t key_end = skip_string(text, at);
    const std::string_view key = text.substr(at + 1, key_end - at - 2);
    at = skip_space(text, key_end);
    at = skip_space(text, at + 1);  // the colon
    const JsonSpan value{at, skip_value(text, at)};
    if (key == name) found.push_back(value);
    at = skip_space(text, value.end);
    if (at >= text.size() || text[at] != ',') break;
    at = skip_space(text, at + 1);
  }
  return found;
}

std::vector<JsonSpan> json_elements(std::string_view text, JsonSpan array) {
  std::vector<JsonSpan> elements;
  std::size_t at = skip_space(text, array.begin + 1);
  while (at < array.end && text[at] != ']') {
    const JsonSpan element{at, skip_value(text, at)};
    elements.push_back(element);
    at = skip_space(text, element.end);
    if (at >= array.end || text[at] != ',') break;
    at = skip_space(text, at + 1);
  }
  return elements;
}

std::string with_element(std::string_view text, JsonSpan array, std::size_t index, std::string_view element) {
  const JsonSpan old = json_elements(text, array).at(index);
  std::string result(text.substr(0, old.begin));
  for (const char c : element) {
    result += c;
    if (c == '\n') result += "    ";
  }
  result += text.substr(old.end);
  return result;
}

std::string with_first_element(std::string_view text, JsonSpan array, std::string_view element) {
  std::string result(text.substr(0, array.begin + 1));
  result += "\n    ";
  for (const char c : element) {
    result += c;
    if (c == '\n') result += "    ";
  }
  if (json_elements(text, array).empty()) {
    result += "\n  ";
    result += text.substr(array.end - 1);
  } else {
    result += ',';
    result += text.substr(array.begin + 1);
  }
  return result;
}

std::string without_element(std::string_view text, JsonSpan array, std::size_t index) {
  const std::vector<JsonSpan> elements = json_elements(text, array);
  std::size_t from = array.begin + 1;
  std::size_t to = array.end - 1;
  if (index + 1 < elements.size()) {
    from = elements[index].begin;
    to = elements[index + 1].begin;
  } else if (index > 0) {
    from = elements[index - 1].end;
    to = elements[index].end;
  }
  std::string result(text.substr(0, from));
  result += text.substr(to);
  return result;
}

std::string with_first_member(std::string_view text, std::string_view name, std::string_view value) {
  const std::size_t open = text.find('{');
  const std::size_t next = skip_space(text, open + 1);
  std::string result(text.substr(0, open + 1));
  result += "\n  \"" + std::string(name) + "\": " + std::string(value);
  if (next < text.size() && text[next] == '}') {
    result += "\n";
    result += text.substr(next);
  } else {
    result += ',';
    result += text.substr(open + 1);
  }
  return result;
}

std::string with_member(std::string_view text, std::string_view name, std::string_view value) {
  const auto found = json_members(text, name);
  if (found.empty()) return with_first_member(text, name, value);
  std::string result(text.substr(0, found.front().begin));
  result += value;
  result += text.substr(found.front().end);
  return result;
}

}  // namespace postq
