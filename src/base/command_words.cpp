#include <postq/base/command_words.h>

namespace postq {

std::optional<std::vector<std::string>> split_command(std::string_view line) {
  constexpr std::string_view kBlank = " \t\n";
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\0' && kBlank.find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words.emplace_back();
      in_word = true;
    }
    const bool escapes = c == '\\' && i + 1 < line.size() &&
                         (quote == '\0' || (quote == '"' && (line[i + 1] == '"' || line[i + 1] == '\\')));
    if (escapes) {
      words.back() += line[++i];
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0') return std::nullopt;
  return words;
}

std::string quoted_word(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string quoted_words(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += " " + quoted_word(word);
  return line;
}

}  // namespace postq
