// A question that something else may answer first.
#include "system/terminal/pty.h"

using namespace postq;
using namespace postq::test;

namespace {

using std::chrono::milliseconds;

std::string spelled_or_nothing(const Result<std::optional<std::string>>& line) {
  if (line && !*line) return "nothing";
  return spelled(line ? Result<std::string>(**line) : Result<std::string>(pass_on(line.error())));
}

// Asks with a pipe as what may answer: a byte in it is an answer, but "-" is none.
std::string ask(Terminal& terminal, int answers, milliseconds limit) {
  const IdleTask meanwhile{answers,
                           [answers] {
                             char byte = 0;
                             return ::read(answers, &byte, 1) == 1 && byte != '-';
                           },
                           limit};
  return spelled_or_nothing(terminal.read_secret_or("Code: ", meanwhile));
}

}  // namespace

TEST_CASE("what is typed is the answer when nothing else comes, and isn't shown") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  UnderTerminal program([&](Terminal& terminal) { return ask(terminal, ends[0], milliseconds{kPatienceMs}); });
  REQUIRE(program.shows("Code: "));

  program.type("secret\n");

  CHECK(program.read_line() == "answer: secret");
  CHECK(program.screen().find("secret") == std::string::npos);
}

TEST_CASE("what answers meanwhile ends the question, and half a line is thrown away") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  UnderTerminal program([&](Terminal& terminal) {
    const auto first = ask(terminal, ends[0], milliseconds{kPatienceMs});
    return first + " " + spelled(terminal.read_line("Next: "));
  });
  REQUIRE(program.shows("Code: "));
  program.type("half a li");
  REQUIRE(::write(ends[1], "-", 1) == 1);

  REQUIRE(::write(ends[1], "+", 1) == 1);

  REQUIRE(program.shows("Next: "));
  CHECK(program.echoes());
  program.type("whole\n");
  CHECK(program.read_line() == "answer: nothing whole");
}

TEST_CASE("a question ends when its time is over, and at once with Ctrl-C") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  UnderTerminal late([&](Terminal& terminal) { return ask(terminal, ends[0], milliseconds{20}); });
  CHECK(late.read_line() == "answer: nothing");

  UnderTerminal stopped([&](Terminal& terminal) { return ask(terminal, ends[0], milliseconds{kPatienceMs}); });
  REQUIRE(stopped.shows("Code: "));
  stopped.type("\x03");
  CHECK(stopped.read_line() == "answer: interrupted");
  CHECK(stopped.echoes());
}
