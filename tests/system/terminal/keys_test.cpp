#include "system/terminal/pty.h"

using namespace postq;
using namespace postq::test;

namespace {

std::string one_key(Terminal& terminal) {
  return spelled(terminal.read_key("Approve? "));
}

std::string two_keys(Terminal& terminal) {
  const auto first = one_key(terminal);
  return first + " " + one_key(terminal);
}

// What one key gives that is typed when the prompt is there.
std::string key_for(const std::string& typed) {
  UnderTerminal under(one_key);
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.type(typed);
  return under.read_line();
}

}  // namespace

TEST_CASE("a key is taken without Enter, shown, and the terminal is as before") {
  UnderTerminal under(one_key);

  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  CHECK_FALSE(under.echoes());
  under.type("y");

  CHECK(under.read_line() == "answer: y");
  CHECK(under.shows("y"));
  CHECK_FALSE(under.is_raw());
  CHECK(under.echoes());
}

TEST_CASE("arrows, Escape, Enter and letters of other scripts are one key each") {
  CHECK(key_for("\x1b[A") == "answer: <1b>[A");
  CHECK(key_for("\x1bOB") == "answer: <1b>OB");
  CHECK(key_for("\x1b[6~") == "answer: <1b>[6~");
  CHECK(key_for("\x1b") == "answer: <1b>");
  CHECK(key_for("\r") == "answer: <0a>");
  CHECK(key_for(" ") == "answer:  ");
  CHECK(key_for("\xc3\xa9") == "answer: <c3><a9>");
  CHECK(key_for("\xf0\x9f\x8c\xb3") == "answer: <f0><9f><8c><b3>");
  CHECK(key_for("\xff") == "answer: <ff>");
}

TEST_CASE("Ctrl-C and Ctrl-D interrupt, and leave the terminal in order") {
  for (const auto* const key : {"\x03", "\x04"}) {
    UnderTerminal under(one_key);
    REQUIRE(under.shows("Approve? "));
    REQUIRE(under.becomes_raw(true));
    under.type(key);
    CHECK(under.read_line() == "answer: interrupted");
    CHECK_FALSE(under.is_raw());
  }
}

TEST_CASE("what was typed before the question is no answer to it") {
  UnderTerminal under([](Terminal& terminal) {
    const auto ready = terminal.read_line("ready? ");
    ::usleep(50'000);  // the key below lies in the terminal's buffer by now; if it comes later, the test waits for `n`
    return one_key(terminal);
  });
  REQUIRE(under.shows("ready? "));
  under.type("\ny");
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.type("n");

  CHECK(under.read_line() == "answer: n");
}

TEST_CASE("a paste is no answer, whatever is in it") {
  UnderTerminal under(two_keys);
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.type("\x1b[200~yyy\ny\x1b[201~");
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.type("n");

  CHECK(under.read_line() == "answer: <1b>[200~ n");
}

TEST_CASE("a signal that ends the program finds the terminal in order") {
  for (const int number : {SIGTERM, SIGHUP}) {
    UnderTerminal under(one_key);
    REQUIRE(under.shows("Approve? "));
    REQUIRE(under.becomes_raw(true));
    under.signal(number);

    CHECK(under.read_line() == "signal " + std::to_string(number));
    CHECK_FALSE(under.is_raw());
    CHECK(under.echoes());
  }
}

TEST_CASE("a program's own handler gets the signal, and the question is interrupted") {
  UnderTerminal under([](Terminal& terminal) {
    static volatile sig_atomic_t seen = 0;
    ::signal(SIGTERM, [](int) { seen = 1; });
    const auto key = one_key(terminal);
    return key + (seen == 1 ? " seen" : " unseen");
  });
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.signal(SIGTERM);

  CHECK(under.read_line() == "answer: interrupted seen");
}

TEST_CASE("SIGINT interrupts the question also where nobody handles it") {
  UnderTerminal under(one_key);
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.signal(SIGINT);

  CHECK(under.read_line() == "answer: interrupted");
}

TEST_CASE("Ctrl-Z gives the terminal back in order, and going on asks again") {
  UnderTerminal under(one_key);
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.type("\x1a");

  CHECK(under.read_line() == "stopped");
  CHECK_FALSE(under.is_raw());

  under.signal(SIGCONT);
  REQUIRE(under.shows("Approve? "));
  REQUIRE(under.becomes_raw(true));
  under.type("n");
  CHECK(under.read_line() == "answer: n");
  CHECK_FALSE(under.is_raw());
}

TEST_CASE("a line is edited by the terminal, and comes without its end") {
  UnderTerminal under([](Terminal& terminal) { return spelled(terminal.read_line("Why not? ")); });
  REQUIRE(under.shows("Why not? "));
  CHECK_FALSE(under.is_raw());
  under.type("typoo\x7f is there\n");

  CHECK(under.read_line() == "answer: typo is there");
}

TEST_CASE("Ctrl-C and the end of input interrupt a line") {
  for (const auto* const key : {"half a li\x03", "\x04"}) {
    UnderTerminal under([](Terminal& terminal) { return spelled(terminal.read_line("Why not? ")); });
    REQUIRE(under.shows("Why not? "));
    under.type(key);
    CHECK(under.read_line() == "answer: interrupted");
  }
}

TEST_CASE("in plain mode a word and Enter answer") {
  for (const auto& environment :
       {std::map<std::string, std::string>{{"POSTQ_PLAIN", "1"}}, {{"TERM", "dumb"}}, {{"TERM", ""}}}) {
    UnderTerminal under(two_keys, environment);
    REQUIRE(under.shows("Approve? "));
    CHECK_FALSE(under.is_raw());
    under.type("  yes \n");
    REQUIRE(under.shows("Approve? "));
    under.type("\n");
    CHECK(under.read_line() == "answer: yes <0a>");
  }
  UnderTerminal configured(one_key, {}, {"auto", "plain"});
  REQUIRE(configured.shows("Approve? "));
  configured.type("no\n");
  CHECK(configured.read_line() == "answer: no");
}

TEST_CASE("a secret is edited by the terminal and never shown") {
  UnderTerminal under([](Terminal& terminal) {
    auto secret = spelled(terminal.read_secret("Token: "));
    terminal.out("done\n");
    return secret;
  });
  REQUIRE(under.shows("Token: "));
  CHECK_FALSE(under.echoes());
  CHECK_FALSE(under.is_raw());
  under.type("t0ps3cretx\x7f\n");

  CHECK(under.read_line() == "answer: t0ps3cret");
  CHECK(under.shows("done"));
  CHECK(under.screen().find("t0ps") == std::string::npos);
  CHECK(under.echoes());
}
