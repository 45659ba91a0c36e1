#include <postq/base/hex.h>
#include <postq/policy/config.h>

namespace postq {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    switch (letter) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (const auto code = static_cast<unsigned char>(letter); code < 0x20 || code == 0x7f) {
          out += "\\u00" + to_hex(std::string_view(&letter, 1));
        } else {
          out += letter;
        }
    }
  }
  return out + "\"";
}

std::string text_of(bool value) {
  return value ? "true" : "false";
}

std::string text_of(std::int64_t value) {
  return std::to_string(value);
}

std::string text_of(const std::string& value) {
  return quoted(value);
}

std::string text_of(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const auto& value : values) out += (out.size() > 1 ? ", " : "") + quoted(value);
  return out + "]";
}

}  // namespace

std::string toml_text(const ConfigValue& value) {
  return std::visit([](const auto& held) { return text_of(held); }, value);
}

}  // namespace postq
