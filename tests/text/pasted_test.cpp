#include <postq/text/pasted.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("a pasted word loses what nobody sees, and tells the signs") {
  const auto handle = without_unseen_signs(" \u202a@ann.test\u202c\n");
  CHECK(handle.text == "@ann.test");
  CHECK(handle.left_out == std::vector<std::string>{"U+202A", "U+202C"});

  const auto inside = without_unseen_signs("ann\u200b.te\u00adst");
  CHECK(inside.text == "ann.test");
  CHECK(inside.left_out == std::vector<std::string>{"U+200B", "U+00AD"});

  CHECK(without_unseen_signs("ann.test").text == "ann.test");
  CHECK(without_unseen_signs("ann.test").left_out.empty());
  CHECK(without_unseen_signs("  ").text.empty());
  CHECK(without_unseen_signs("").text.empty());
}

TEST_CASE("a pasted secret keeps what lies inside of it, and every byte that is no text") {
  const auto secret = without_unseen_ends("\ufeff\u00a0pass\u200b word \r\n");
  CHECK(secret.text == "pass\u200b word");
  CHECK(secret.left_out == std::vector<std::string>{"U+FEFF"});
  CHECK(without_unseen_ends("\xff\xfe ").text == "\xff\xfe");
}

TEST_CASE("dashes in an app password are its hyphens, and all else stays as it was typed") {
  CHECK(with_plain_hyphens("abcd\u2013efgh\u2010ij2l\u2011mnop") == "abcd-efgh-ij2l-mnop");
  CHECK_FALSE(with_plain_hyphens("abcd-efgh-ijkl-mnop"));
  CHECK_FALSE(with_plain_hyphens("correct\u2013horse"));
  CHECK_FALSE(with_plain_hyphens("abcd\u2013efgh\u2013ijkl"));
  CHECK_FALSE(with_plain_hyphens("abcd\u2013efgh\u2013ijkl\u2013mnop\u2013"));
  CHECK_FALSE(with_plain_hyphens("\xff\xfe"));
  CHECK_FALSE(with_plain_hyphens(""));
}
