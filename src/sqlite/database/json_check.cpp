#include "sqlite/database/json_check.h"

#include <cstddef>

namespace postq::sqlite {

namespace {

constexpr int kDeepest = 64;

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  bool whole_text() {
    if (!value(0)) return false;
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\n\r").find(rest_.front()) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool digits() {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    rest_.remove_prefix(count);
    return count > 0;
  }

  bool value(int depth) {
    if (depth > kDeepest) return false;
    skip_blanks();
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return members(depth, '{', '}', true);
      case '[':
        return members(depth, '[', ']', false);
      case '"':
        return string();
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return number();
    }
  }

  bool members(int depth, char open, char close, bool named) {
    take(open);
    skip_blanks();
    if (take(close)) return true;
    do {
      skip_blanks();
      if (named) {
        if (!string()) return false;
        skip_blanks();
        if (!take(':')) return false;
      }
      if (!value(depth + 1)) return false;
      skip_blanks();
    } while (take(','));
    return take(close);
  }

  bool string() {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (static_cast<unsigned char>(c) < 0x20) return false;
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  bool escape() {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    constexpr std::size_t kHexDigits = 4;
    const auto hex = rest_.substr(0, kHexDigits);
    if (hex.size() < kHexDigits || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(kHexDigits);
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool is_json(std::string_view text) {
  return JsonReader(text).whole_text();
}

}  // namespace postq::sqlite
