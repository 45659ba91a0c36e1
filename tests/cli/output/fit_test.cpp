#include "cli/output/fit.h"

#include <string>
#include <vector>

#include "support/catch.h"

using namespace postq;

using Lines = std::vector<std::string>;

TEST_CASE("a line that fits stays as it is") {
  CHECK(fit_line("", 40) == Lines{""});
  CHECK(fit_line("  two  columns ", 15) == Lines{"  two  columns "});
}

TEST_CASE("a line is broken between words, and goes on deeper") {
  CHECK(fit_line("Nothing is queued right now", 16) == Lines{"Nothing is", "  queued right", "  now"});
  CHECK(fit_line("  12@site  HELD  a text of some words", 20) ==
        Lines{"  12@site  HELD  a", "    text of some", "    words"});
  CHECK(fit_line("wide \xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 words", 10) ==
        Lines{"wide", "  \xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97", "  words"});
}

TEST_CASE("an address that is wider than the screen stays whole") {
  const std::string address = "https://example.org/a/long/address";
  CHECK(fit_line("see " + address + " there", 20) == Lines{"see", "  " + address, "  there"});
}

TEST_CASE("a command to be typed is never broken") {
  CHECK(fit_line("  postq reschedule 12 \"fri 9am\"", 20) == Lines{"  postq reschedule 12 \"fri 9am\""});
  CHECK(fit_line("Changed, it comes to review again:  postq edit 12", 30) ==
        Lines{"Changed, it comes to review", "  again:", "  postq edit 12"});
  CHECK(fit_line("  postq rm 12    take it out of the queue", 20) ==
        Lines{"  postq rm 12", "      take it out of", "        the queue"});
  CHECK(fit_line("postq rm 12  (take it out)", 20) == Lines{"postq rm 12", "    (take it out)"});
}

TEST_CASE("colours take no room") {
  const std::string held = "\x1b[1;35mHELD\x1b[0m";
  CHECK(shown_width(held) == 4);
  CHECK(fit_line(held + " now, later", 15) == Lines{held + " now, later"});
  CHECK(fit_line(held + " now, later", 10) == Lines{held + " now,", "  later"});
}

TEST_CASE("a command behind a colon gets a line of its own, and a paragraph keeps its words whole") {
  CHECK(fit_line("  in en; to change that: postq account set site", 40) ==
        Lines{"  in en; to change that:", "    postq account set site"});
  CHECK(wrap_words("kept in /home/anna/.config/postq/config.toml now", 20) ==
        Lines{"kept in", "/home/anna/.config/postq/config.toml", "now"});
  CHECK(wrap_words("", 20) == Lines{""});
}
