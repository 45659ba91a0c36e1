#include "platforms/mastodon/text.h"

#include <algorithm>
#include <array>
#include <vector>

#include <postq/text/text.h>

#include "base/utf8.h"
#include "platforms/html/markup.h"
#include "platforms/html/said_html.h"
#include "text/top_level_domains.h"

namespace postq {
namespace {

constexpr std::size_t kLongestUrl = 4096;    // characters; a longer one is no link to Mastodon
constexpr std::size_t kLongestDomain = 253;  // of a mention
constexpr std::array<std::string_view, 9> kSchemes{"https", "http", "dat",    "dweb",  "ipfs",
                                                   "ipns",  "ssb",  "gopher", "gemini"};

// A link or mention in a text, by bytes; for a mention `name_end` is where its domain begins.
struct Mark {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t name_end = 0;  // 0: a link
};

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_letter_or_digit(char c) {
  return is_name_letter(c) && c != '_';
}

bool is_space(char32_t c) {
  return c == U' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// A letter, digit or mark of any script; beyond ASCII everything but the blocks of punctuation, symbols and emoji.
bool is_word(char32_t c) {
  if (c < 0x80) return is_name_letter(static_cast<char>(c));
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c >= 0x2000 && c < 0x2C00) return false;
  if ((c >= 0x2E00 && c < 0x2E80) || (c >= 0x3000 && c < 0x3005) || (c >= 0x3008 && c < 0x3021)) return false;
  if ((c >= 0xFE00 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF10)) return false;
  return c < 0x1F000 || c >= 0x20000;
}

CodePoint before(std::string_view text, std::size_t at) {
  std::size_t begin = at - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
  return code_point_at(text, begin);
}

// --- links, by the rules of twitter-text as Mastodon changes them

// How much of a host's last label is a top-level domain: Latin letters of one that exists, even with other letters
// right behind them, or letters of another script alone. 0: none of it.
std::size_t top_level_size(std::string_view label) {
  std::size_t latin = 0;
  while (latin < label.size() && is_letter_or_digit(label[latin])) ++latin;
  const bool goes_on = latin < label.size() && (label[latin] == '-' || label[latin] == '_');
  if (latin == 0) return !label.empty() && label.find_first_of("-_") == std::string_view::npos ? label.size() : 0;
  if (label.starts_with("xn--")) return label.size();
  return !goes_on && ends_in_top_level_domain("x." + std::string(label.substr(0, latin))) ? latin : 0;
}

// The end of the host that begins at `at`: two labels or more, the last one a top-level domain; `at` when there is
// none.
std::size_t host_end(std::string_view text, std::size_t at) {
  std::size_t good = at;
  for (std::size_t from = at; from < text.size();) {
    std::size_t end = from;
    while (end < text.size()) {
      const CodePoint here = code_point_at(text, end);
      if (!is_word(here.value) && here.value != U'-') break;
      end += here.size;
    }
    const std::string_view label = text.substr(from, end - from);
    if (label.empty() || label.front() == '-' || label.back() == '-') break;
    if (const std::size_t top = top_level_size(label); from > at && top > 0) {
      const bool is_user = from + top < text.size() && text[from + top] == '@';
      if (!is_user) good = from + top;
    }
    if (end == text.size() || text[end] != '.') break;
    from = end + 1;
  }
  return good;
}

bool in_path(const CodePoint& here) {
  return !is_space(here.value) && std::u32string_view{U"<>()?"}.find(here.value) == std::u32string_view::npos;
}

// The end of "(...)" with at most one pair of brackets inside; `at` when it isn't closed or empty.
std::size_t brackets_end(std::string_view text, std::size_t at, int deep = 0) {
  std::size_t end = at + 1;
  while (end < text.size()) {
    const CodePoint here = code_point_at(text, end);
    if (here.value == U')') return end > at + 1 ? end + 1 : at;
    if (here.value == U'(' && deep == 0) {
      const std::size_t inner = brackets_end(text, end, 1);
      if (inner == end) return at;
      end = inner;
    } else if (in_path(here)) {
      end += here.size;
    } else {
      return at;
    }
  }
  return at;
}

std::size_t path_end(std::string_view text, std::size_t slash) {
  constexpr std::u32string_view kEndsNoPath = U"!*\"'\u300c\u300d;:=,.$%[]~&|@";
  std::size_t good = slash + 1;
  for (std::size_t at = slash + 1; at < text.size();) {
    const CodePoint here = code_point_at(text, at);
    if (here.value == U'(') {
      const std::size_t end = brackets_end(text, at);
      if (end == at) break;
      at = good = end;
      continue;
    }
    if (!in_path(here)) break;
    at += here.size;
    if (kEndsNoPath.find(here.value) == std::u32string_view::npos) good = at;
  }
  return good;
}

// `mark` when nothing but punctuation follows the "?".
std::size_t query_end(std::string_view text, std::size_t mark) {
  std::size_t good = mark;
  for (std::size_t at = mark + 1; at < text.size();) {
    const CodePoint here = code_point_at(text, at);
    const bool letter = here.value >= 0xA0 ? !is_space(here.value) || here.value == 0xA0
                                           : here.value < 0x80 && is_name_letter(static_cast<char>(here.value));
    const bool ends = letter || std::u32string_view{U"&=#/-"}.find(here.value) != std::u32string_view::npos;
    if (!ends && std::u32string_view{U"!?*'();:+$%[].,~|@^"}.find(here.value) == std::u32string_view::npos) break;
    at += here.size;
    if (ends) good = at;
  }
  return good;
}

std::size_t port_end(std::string_view text, std::size_t colon) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789", colon + 1), text.size());
  return end > colon + 1 ? end : colon;
}

// The link whose "://" stands at `colon`, not reaching back behind `from`; nothing has begin == end.
Mark link_at(std::string_view text, std::size_t colon, std::size_t from) {
  std::size_t begin = colon;
  while (begin > from && is_letter_or_digit(text[begin - 1])) --begin;
  std::string scheme(text.substr(begin, colon - begin));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end()) return {};
  if (begin > 0) {
    const char32_t previous = before(text, begin).value;
    if (std::u32string_view{U"@\uFF20$#\uFF03\uFFFE\uFEFF\uFFFF"}.find(previous) != std::u32string_view::npos)
      return {};
  }
  std::size_t end = host_end(text, colon + 3);
  if (end == colon + 3) return {};
  if (end < text.size() && text[end] == ':') end = port_end(text, end);
  if (end < text.size() && text[end] == '/') end = path_end(text, end);
  if (end < text.size() && text[end] == '?') end = query_end(text, end);
  if (count_code_points(text.substr(begin, end - begin)) > kLongestUrl) return {};
  return {begin, end, 0};
}

// --- mentions

// The end of a name that begins at `at`: pieces of what is_part takes, joined by dots and hyphens.
template <typename IsPart>
std::size_t name_end(std::string_view text, std::size_t at, const IsPart& is_part) {
  std::size_t good = at;
  while (at < text.size()) {
    const CodePoint here = code_point_at(text, at);
    const bool part = is_part(here.value);
    if (!part && here.value != U'.' && here.value != U'-') break;
    at += here.size;
    if (part) good = at;
  }
  return good;
}

Mark mention_at(std::string_view text, std::size_t at) {
  if (at > 0) {
    const char32_t previous = before(text, at).value;
    if (previous == U'=' || previous == U'/' || is_word(previous)) return {};
  }
  const auto in_name = [](char32_t c) { return c < 0x80 && is_name_letter(static_cast<char>(c)); };
  if (at + 1 >= text.size() || !is_name_letter(text[at + 1])) return {};
  const std::size_t name = name_end(text, at + 1, in_name);
  std::size_t end = name;
  if (name + 1 < text.size() && text[name] == '@' && is_word(code_point_at(text, name + 1).value)) {
    end = name_end(text, name + 1, is_word);
    if (count_code_points(text.substr(name + 1, end - name - 1)) > kLongestDomain) return {};
  }
  if (end < text.size()) {
    const char32_t next = code_point_at(text, end).value;
    const bool accented = next >= 0xC0 && next <= 0x24F && next != 0xD7 && next != 0xF7;
    if (next == U'@' || next == 0xFF20 || accented || text.substr(end).starts_with("://")) return {};
  }
  return {at, end, name};
}

std::vector<Mark> marks_of(std::string_view text) {
  std::vector<Mark> marks;
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    Mark mark;
    if (text[at] == '@') {
      mark = mention_at(text, at);
    } else if (text.substr(at).starts_with("://")) {
      mark = link_at(text, at, done);
    }
    if (mark.end > mark.begin) {
      marks.push_back(mark);
      at = done = mark.end;
    } else {
      ++at;
    }
  }
  return marks;
}

// The letters alone: no white space, no domains of mentions.
std::string bare(std::string_view text) {
  std::string letters;
  const auto add = [&letters](std::string_view piece) {
    for (std::size_t at = 0; at < piece.size();) {
      const CodePoint here = code_point_at(piece, at);
      if (!is_space(here.value)) letters += piece.substr(at, here.size);
      at += here.size;
    }
  };
  std::size_t done = 0;
  for (const Mark& mark : marks_of(text)) {
    if (mark.name_end == 0) continue;
    add(text.substr(done, mark.name_end - done));
    done = mark.end;
  }
  add(text.substr(done));
  return letters;
}

}  // namespace

namespace {

// What servers put in front for those that don't know quotes.
std::string_view without_quote_line(std::string_view html) {
  if (!html.starts_with("<p class=\"quote-inline\">")) return html;
  const std::size_t end = html.find("</p>");
  return end == std::string_view::npos ? std::string_view{} : html.substr(end + 4);
}

}  // namespace

std::size_t mastodon_length(const MastodonServer& server, std::string_view warning, std::string_view text) {
  if (server.is(MastodonSoftware::gotosocial)) return count_code_points(warning) + count_code_points(text);
  if (server.is(MastodonSoftware::pixelfed)) return count_code_points(text);
  std::string counted(warning);
  std::size_t done = 0;
  for (const Mark& mark : marks_of(text)) {
    counted += text.substr(done, mark.begin - done);
    if (mark.name_end == 0) {
      counted.append(server.url, 'x');
    } else {
      counted += text.substr(mark.begin, mark.name_end - mark.begin);
    }
    done = mark.end;
  }
  counted += text.substr(done);
  return count_graphemes(counted);
}

std::string text_of_status(std::string_view html) {
  return text_of_html(without_quote_line(html));
}

std::string shown_text_of_status(std::string_view html) {
  return readable_text(without_quote_line(html));
}

bool mentions(std::string_view text, std::string_view acct, std::string_view host) {
  const auto whole = [host](std::string_view name) {
    std::string full(name);
    if (full.find('@') == std::string::npos) full.append("@").append(host);
    for (char& c : full) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return full;
  };
  const auto marks = marks_of(text);
  return std::any_of(marks.begin(), marks.end(), [&](const Mark& mark) {
    return mark.name_end != 0 && whole(text.substr(mark.begin + 1, mark.end - mark.begin - 1)) == whole(acct);
  });
}

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (const Mark& mark : marks_of(text)) {
    if (mark.name_end == 0) continue;
    std::string name(text.substr(mark.begin + 1, mark.end - mark.begin - 1));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

bool same_words(std::string_view sent, std::string_view shown) {
  return bare(sent) == bare(shown);
}

}  // namespace postq
