#include <algorithm>

#include <utf8proc.h>

#include <postq/core/rich_text.h>
#include <postq/text/text.h>

#include "base/utf8.h"
#include "text/link_end.h"
#include "text/top_level_domains.h"

namespace postq {
namespace {

constexpr std::size_t kTagGraphemes = 64;  // both from the lexicon of facets
constexpr std::size_t kTagBytes = 640;
constexpr std::size_t kTickerLetters = 5;
constexpr std::size_t kPathShown = 13;  // of a path longer than kPathWhole
constexpr std::size_t kPathWhole = 15;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// What \s means to the app.
bool is_space(char32_t c) {
  if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// What nobody sees ends a tag, or it would look like another one.
bool is_zero_width(char32_t c) {
  return c == 0xAD || c == 0x2060 || (c >= 0x200A && c <= 0x200D) || c == 0x20E2;
}

bool is_punctuation(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

// Behind what a name without a scheme may begin, besides white space.
bool opens(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_PS || category == UTF8PROC_CATEGORY_PI || c == U'"' || c == U'\'' ||
         c == 0x3001 || c == 0x3002 || c == 0xFF0C || c == 0xFF1A;
}

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

// The size of "https://" or "http://" at the text's beginning, 0 if there is none.
std::size_t scheme_size(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (begins_with(text, scheme)) return scheme.size();
  }
  return 0;
}

class Detector {
 public:
  explicit Detector(std::string_view text) : text_(text), links_(find_links(text)), next_link_(links_.begin()) {}

  // A link with its scheme begins anywhere. Every other mark begins at the text's beginning, behind white space or, but
  // for tags, behind a bracket; a name without a scheme also behind a quote, and where a script has no spaces.
  std::vector<Facet> detect() {
    char32_t before = U' ';
    for (std::size_t at = 0; at < text_.size();) {
      while (next_link_ != links_.end() && next_link_->begin < at) ++next_link_;
      if (const std::size_t end = mark_at(at, before); end > at) {
        at = end;
        before = U'a';
        continue;
      }
      const CodePoint here = code_point_at(text_, at);
      before = here.value;
      at += here.size;
    }
    return std::move(found_);
  }

 private:
  // The end of the mark that begins here, or `at` when none does.
  std::size_t mark_at(std::size_t at, char32_t before) {
    if (at == link_begin()) {
      found_.push_back({at, next_link_->end, Facet::Kind::link, next_link_->url});
      return next_link_->end;
    }
    const bool after_space = is_space(before);
    if (after_space || before == U'(') {
      if (text_[at] == '@') return mention(at);
      if (text_[at] == '$') return cashtag(at);
    }
    if (after_space && text_[at] == '#') return tag(at, 1);
    if (after_space && text_.substr(at).starts_with("\uFF03")) return tag(at, 3);
    return after_space || opens(before) ? bare_link(at) : at;
  }

  // Where the next link with a scheme begins; no mark reaches into it.
  std::size_t link_begin() const { return next_link_ == links_.end() ? text_.size() : next_link_->begin; }

  std::size_t mention(std::size_t at) {
    const std::size_t begin = at + 1;
    std::size_t end = begin;
    while (end < text_.size() &&
           (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.' || text_[end] == '-')) {
      ++end;
    }
    // The name ends where a word ends: a full stop behind it is the sentence's.
    while (end > begin && is_word(text_[end - 1]) == (end < text_.size() && is_word(text_[end]))) --end;
    const std::string_view name = text_.substr(begin, end - begin);
    if (!ends_in_top_level_domain(name) && !name.ends_with(".test")) return at;
    found_.push_back({at, end, Facet::Kind::mention, std::string(name)});
    return end;
  }

  std::size_t bare_link(std::size_t at) {
    if (domain_size(text_.substr(at, link_begin() - at)) == 0) return at;
    const std::size_t end = std::min(link_end(text_, at), link_begin());
    const std::string_view url = text_.substr(at, end - at);
    // "name@example.org" would hide where it leads.
    if (url.empty() || url.substr(0, url.find_first_of("/?#")).find('@') != std::string_view::npos) return at;
    found_.push_back({at, end, Facet::Kind::link, "https://" + std::string(url)});
    return end;
  }

  // Of a name like example.org at the word's beginning that is one on the Internet; else 0.
  static std::size_t domain_size(std::string_view word) {
    if (word.empty() || !is_letter(word.front())) return 0;
    std::size_t end = 1;
    while (end < word.size()) {
      const bool dot =
          word[end] == '.' && end + 1 < word.size() && (is_letter(word[end + 1]) || is_digit(word[end + 1]));
      if (!dot && !is_letter(word[end]) && !is_digit(word[end])) break;
      ++end;
    }
    return ends_in_top_level_domain(word.substr(0, end)) ? end : 0;
  }

  std::size_t tag(std::size_t at, std::size_t sign) {
    const std::size_t begin = at + sign;
    std::size_t end = begin;
    std::size_t last = begin;  // behind the last one that is no punctuation
    bool letters = false;
    while (end < link_begin()) {
      const CodePoint next = code_point_at(text_, end);
      if (is_space(next.value) || is_zero_width(next.value)) break;
      // A # that is part of a keycap emoji.
      if (end == begin && (next.value == 0xFE0F || next.value == 0x20E3)) return at;
      end += next.size;
      if (is_punctuation(next.value)) continue;
      last = end;
      letters = letters || next.value < U'0' || next.value > U'9';
    }
    const std::string_view name = text_.substr(begin, last - begin);
    if (!letters || name.size() > kTagBytes || count_graphemes(name) > kTagGraphemes) return at;
    found_.push_back({at, last, Facet::Kind::tag, std::string(name)});
    return last;
  }

  std::size_t cashtag(std::size_t at) {
    std::string name = "$";
    std::size_t end = at + 1;
    while (end < text_.size() && (is_letter(text_[end]) || (end > at + 1 && is_digit(text_[end])))) {
      name += upper(text_[end++]);
    }
    const bool ends = end == text_.size() || is_space(code_point_at(text_, end).value) ||
                      std::string_view(".,;:!?)\"'").find(text_[end]) != std::string_view::npos ||
                      text_.substr(end).starts_with("\u2019");
    if (!ends || name.size() == 1 || name.size() > kTickerLetters + 1) return at;
    found_.push_back({at, end, Facet::Kind::tag, std::move(name)});
    return end;
  }

  std::string_view text_;
  std::vector<Link> links_;
  std::vector<Link>::const_iterator next_link_;
  std::vector<Facet> found_;
};

}  // namespace

std::vector<Facet> detect_facets(std::string_view text) {
  return Detector(text).detect();
}

std::string short_link(std::string_view url) {
  const std::size_t scheme = scheme_size(url);
  if (scheme == 0) return std::string(url);
  std::string_view rest = url.substr(scheme);
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return std::string(url);
  std::string shown;
  for (const char c : authority) shown += lower(c);
  std::string path(rest.substr(slash));
  if (path == "/") path.clear();
  if (!path.empty() && path.front() != '/') path.insert(0, 1, '/');
  if (count_graphemes(path) <= kPathWhole) return shown + path;
  return shown + path.substr(0, grapheme_prefix(path, kPathShown)) + "...";
}

RichText shorten_links(std::string_view text, const std::vector<Facet>& facets) {
  RichText result;
  std::size_t copied = 0;
  for (const Facet& facet : facets) {
    result.text += text.substr(copied, facet.begin - copied);
    const std::string_view shown = text.substr(facet.begin, facet.end - facet.begin);
    Facet moved = facet;
    moved.begin = result.text.size();
    result.text += facet.kind == Facet::Kind::link ? short_link(shown) : std::string(shown);
    moved.end = result.text.size();
    result.facets.push_back(std::move(moved));
    copied = facet.end;
  }
  result.text += text.substr(copied);
  return result;
}

}  // namespace postq
