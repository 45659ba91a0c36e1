#include <postq/base/markup.h>

namespace postq {
namespace {

bool fits_xml(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (static_cast<unsigned char>(c) < 0x20) return c == '\n' || c == '\t' || c == '\r';
  // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
  const auto is_noncharacter = [text](std::size_t from) {
    return text.substr(from, 2) == "\xEF\xBF" && from + 2 < text.size() &&
           (text[from + 2] == '\xBE' || text[from + 2] == '\xBF');
  };
  return !is_noncharacter(at) && !(at >= 1 && is_noncharacter(at - 1)) && !(at >= 2 && is_noncharacter(at - 2));
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (fits_xml(text, at)) escaped += text[at];
    }
  }
  return escaped;
}

}  // namespace postq
