#include <postq/base/command_words.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("a command is split at white space outside quotes") {
  using Words = std::vector<std::string>;
  CHECK(split_command("vi") == Words{"vi"});
  CHECK(split_command("  code   --wait ") == Words{"code", "--wait"});
  CHECK(split_command("'a b' \"c d\"e\\ f") == Words{"a b", "c de f"});
  CHECK(split_command("emacs '' x") == Words{"emacs", "", "x"});
  CHECK(split_command(R"('a\b' "a\"b")") == Words{"a\\b", "a\"b"});
  CHECK(split_command("sh -c '$(rm)'; x") == Words{"sh", "-c", "$(rm);", "x"});
  CHECK_FALSE(split_command("open 'quote"));
  CHECK(split_command("   ") == Words{});
}

TEST_CASE("a quoted word is read back as it was") {
  CHECK(quoted_word("fri-9am") == "fri-9am");
  CHECK(quoted_word("") == "''");
  CHECK(quoted_word("it's 9am") == R"('it'\''s 9am')");
  for (const std::string word : {"a b", "it's", "$HOME", "\"x\"", "a\\b", "~", "two\nlines"}) {
    CHECK(split_command(quoted_word(word)) == std::vector<std::string>{word});
  }
}
