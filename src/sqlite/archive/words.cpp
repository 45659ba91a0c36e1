#include "sqlite/archive/words.h"

#include <cctype>

#include "sqlite/archive/unspaced.h"

namespace postq::sqlite {

namespace {

constexpr int kMostWords = 50;  // SQLite refuses deeper questions

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

// Something that the index may hold: letters beyond ASCII count, whatever they are.
bool has_word(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) return true;
  }
  return false;
}

// Up to the closing quote, or to the end where there is none.
std::string_view take_quoted(std::string_view& rest) {
  rest.remove_prefix(1);
  const auto end = rest.find('"');
  const auto phrase = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return phrase;
}

std::string_view take_word(std::string_view& rest) {
  std::size_t end = 0;
  while (end < rest.size() && !is_space(rest[end]) && rest[end] != '"') ++end;
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

// A quoted string: FTS5 splits it as it splits the texts, so "c++" asks for c and "o'neil" for o and neil together.
std::string quoted(std::string_view phrase) {
  std::string text = "\"";
  for (const char c : phrase) text += c == '\0' || c == '"' ? ' ' : c;
  return text + '"';
}

}  // namespace

Result<ArchiveWords> archive_words(std::string_view typed) {
  ArchiveWords asked;
  auto& query = asked.query;
  int words = 0;
  while (!typed.empty()) {
    if (is_space(typed.front())) {
      typed.remove_prefix(1);
      continue;
    }
    const bool phrase = typed.front() == '"';
    auto term = phrase ? take_quoted(typed) : take_word(typed);
    if (!has_word(term)) continue;
    if (++words > kMostWords) {
      return fail(ErrorKind::usage, "that is more than " + std::to_string(kMostWords) + " words",
                  "postq search a few of them");
    }
    query += (query.empty() ? "" : " ") + quoted(with_letters_apart(term));
    if (!phrase && term.ends_with('*')) {
      query += " *";
      term.remove_suffix(1);
    }
    asked.words.emplace_back(term);
  }
  if (query.empty()) return fail(ErrorKind::usage, "search for what? there is no word in it", "postq search quince");
  return asked;
}

}  // namespace postq::sqlite
