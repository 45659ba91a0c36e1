#include <algorithm>
#include <charconv>

#include <postq/base/query.h>

namespace postq {

namespace {

// The value of two hexadecimal digits; -1 when they are none.
int byte_of(std::string_view digits) {
  int value = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return error == std::errc{} && end == digits.data() + digits.size() && digits.size() == 2 ? value : -1;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? byte_of(text.substr(i + 1, 2)) : -1;
    if (byte >= 0) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

}  // namespace

std::map<std::string, std::string> query_fields(std::string_view query) {
  std::map<std::string, std::string> fields;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    const std::size_t equals = std::min(one.find('='), one.size());
    const std::string_view value = one.substr(std::min(equals + 1, one.size()));
    if (!one.empty()) fields.emplace(decoded(one.substr(0, equals)), decoded(value));
  }
  return fields;
}

}  // namespace postq
