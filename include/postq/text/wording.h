#pragma once

#include <set>
#include <string>
#include <string_view>

namespace postq {

// The words of a text that was sent, or is about to be, to tell whether a post that a server shows may be that text:
// servers render Markdown, put pictures where smileys stood, write out the domains of mentions and shorten links, but
// the longer words survive all of it.
class Wording {
 public:
  explicit Wording(std::string_view sent);

  // The same letters and digits, whatever became of case, white space, punctuation and the domains of mentions. Without
  // any letter: the same characters; two texts of nothing at all are the same.
  bool is_same(std::string_view shown) const;
  // As good as all of its words, and hardly another one. Numbers have to be the same ones, so that two of a series are
  // told apart; of a text with fewer than three words only is_same() can tell.
  bool is_alike(std::string_view shown) const;
  // It has three or more longer words, and `shown` has none of them: this is another text. False where that can't be
  // told.
  bool is_apart(std::string_view shown) const;

 private:
  std::string letters_;
  std::string trimmed_;
  std::set<std::string, std::less<>> words_;
  std::set<std::string, std::less<>> numbers_;
  std::set<std::string, std::less<>> longer_;
};

}  // namespace postq
