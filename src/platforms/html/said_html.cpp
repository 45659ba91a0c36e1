#include "platforms/html/said_html.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "platforms/html/markup.h"

namespace postq {
namespace {

constexpr std::size_t kDeepest = 8;  // of lists and quotes: whoever nests deeper wants to be seen, not read

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct Tag {
  std::string name;  // lower case
  bool closing = false;
  std::string_view attributes;

  // Its value, entities and all; empty when it isn't there.
  std::string_view attribute(std::string_view wanted) const {
    for (std::size_t at = attributes.find(wanted); at != std::string_view::npos; at = attributes.find(wanted, at + 1)) {
      const bool begins = at > 0 && (attributes[at - 1] == ' ' || attributes[at - 1] == '\n');
      std::string_view rest = attributes.substr(at + wanted.size());
      if (!begins || rest.size() < 2 || rest[0] != '=' || (rest[1] != '"' && rest[1] != '\'')) continue;
      const char quote = rest[1];
      rest.remove_prefix(2);
      return rest.substr(0, rest.find(quote));
    }
    return {};
  }
};

Tag read_tag(std::string_view inside) {
  Tag tag;
  tag.closing = inside.starts_with('/');
  if (tag.closing) inside.remove_prefix(1);
  std::size_t end = 0;
  while (end < inside.size() && std::string_view(" \t\n/>").find(inside[end]) == std::string_view::npos) ++end;
  for (const char c : inside.substr(0, end)) tag.name += lower(c);
  tag.attributes = inside.substr(end);
  return tag;
}

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_block(std::string_view name) {
  constexpr std::array<std::string_view, 16> kBlocks{"p",      "div", "h1",      "h2",        "h3",      "h4",
                                                     "h5",     "h6",  "pre",     "table",     "section", "article",
                                                     "figure", "dl",  "details", "blockquote"};
  return is_one_of(name, kBlocks);
}

class Writer {
 public:
  std::string write(std::string_view html) {
    for (std::size_t at = 0; at < html.size();) {
      if (html[at] == '<') {
        const std::size_t close = std::min(html.find('>', at), html.size());
        take(read_tag(html.substr(at + 1, close - at - 1)));
        at = std::min(close + 1, html.size());
        continue;
      }
      const std::size_t end = std::min(html.find('<', at), html.size());
      if (skipped_.empty()) text(text_with_entities(html.substr(at, end - at)));
      at = end;
    }
    const std::size_t last = out_.find_last_not_of(" \n\t");
    out_.resize(last == std::string::npos ? 0 : last + 1);
    return std::move(out_);
  }

 private:
  struct List {
    bool numbered = false;
    int next = 1;
  };

  void take(const Tag& tag) {
    const std::string& name = tag.name;
    if (name == "script" || name == "style") {
      skipped_ = tag.closing ? "" : name;
    } else if (name == "br") {
      line_feed();
    } else if (name == "ul" || name == "ol") {
      list(tag);
    } else if (name == "li" || name == "dt" || name == "dd") {
      if (!tag.closing) item(name == "li");
      if (tag.closing) apart(1);
    } else if (name == "hr") {
      apart(2);
      text("---");
      apart(2);
    } else if (name == "a") {
      link(tag);
    } else if (name == "img" && !tag.closing) {
      text(text_with_entities(tag.attribute("alt")));
    } else if (name == "tr" || name == "summary" || name == "figcaption") {
      apart(1);
    } else if ((name == "td" || name == "th") && !tag.closing) {
      if (!at_line_start()) text(" | ");
    } else if (is_block(name)) {
      block(tag);
    }
  }

  void block(const Tag& tag) {
    // The first paragraph of an item stands behind its mark.
    if (!marked_) apart(lists_.empty() ? 2 : 1);
    if (tag.name == "pre") code_ = !tag.closing;
    if (tag.name != "blockquote") return;
    if (!tag.closing) ++quotes_;
    if (tag.closing && quotes_ > 0) --quotes_;
  }

  void list(const Tag& tag) {
    apart(lists_.empty() || (tag.closing && lists_.size() == 1) ? 2 : 1);
    marked_ = false;
    if (tag.closing) {
      if (!lists_.empty()) lists_.pop_back();
      return;
    }
    List begun{tag.name == "ol", 1};
    const auto start = tag.attribute("start");
    std::from_chars(start.data(), start.data() + start.size(), begun.next);
    lists_.push_back(begun);
  }

  void item(bool mark) {
    apart(1);
    if (!mark) return;
    const bool numbered = !lists_.empty() && lists_.back().numbered;
    const std::string label = numbered ? std::to_string(lists_.back().next++) + ". " : "- ";
    const std::size_t deep = std::min(std::max<std::size_t>(lists_.size(), 1) - 1, kDeepest);
    put(std::string(deep * 2, ' ') + label);
    marked_ = true;
  }

  // Where a link leads stands behind its words, unless they say so themselves: addresses, names and tags do.
  void link(const Tag& tag) {
    if (!tag.closing) {
      target_ = text_with_entities(tag.attribute("href"));
      words_from_ = out_.size();
      return;
    }
    const std::string target = std::exchange(target_, {});
    if (!target.starts_with("http://") && !target.starts_with("https://")) return;
    std::string words = out_.substr(std::min(words_from_, out_.size()));
    words.erase(0, std::min(words.find_first_not_of(" \n"), words.size()));
    const bool named = words.starts_with('@') || words.starts_with('#') || words.starts_with("http");
    if (named || words.empty() || target.find(words) != std::string::npos) return;
    put(" (" + target + ")");
  }

  void text(std::string_view said) {
    for (const char c : said) {
      if (c == '\r') continue;
      const bool space = c == ' ' || c == '\n' || c == '\t';
      // Between blocks it only parts tags.
      if (space && !code_ && (pending_ > 0 || out_.empty() || marked_)) continue;
      if (c == '\n') {
        line_feed();
      } else {
        put(std::string_view(&c, 1));
      }
    }
  }

  void line_feed() {
    marked_ = false;
    if (pending_ > 0) {
      ++pending_;
    } else if (!out_.empty()) {
      pending_ = 1;
    }
  }

  void apart(int line_feeds) { pending_ = std::max(pending_, line_feeds); }

  bool at_line_start() const { return out_.empty() || pending_ > 0; }

  void put(std::string_view piece) {
    if (piece.empty()) return;
    if (at_line_start()) {
      if (!out_.empty()) out_.append(static_cast<std::size_t>(std::min(pending_, kMostLineFeeds)), '\n');
      pending_ = 0;
      for (std::size_t deep = 0; deep < std::min(quotes_, kDeepest); ++deep) out_ += "> ";
    }
    marked_ = false;
    out_ += piece;
  }

  static constexpr int kMostLineFeeds = 3;

  std::string out_;
  int pending_ = 0;  // line feeds before the next word
  std::vector<List> lists_;
  std::size_t quotes_ = 0;
  bool code_ = false;
  bool marked_ = false;  // nothing stands behind the mark of an item yet
  std::string skipped_;  // the element whose text nobody sees
  std::string target_;
  std::size_t words_from_ = 0;
};

}  // namespace

std::string readable_text(std::string_view html) {
  return Writer().write(html);
}

}  // namespace postq
