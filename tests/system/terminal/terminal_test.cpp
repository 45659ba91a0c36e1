#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "system/terminal/editor.h"
#include "system/terminal/pty.h"

using namespace postq;
using namespace postq::test;

namespace {

std::string yes_or_no(bool answer) {
  return answer ? "yes" : "no";
}

std::string facts(Terminal& terminal) {
  const auto size = terminal.size();
  return "person " + yes_or_no(terminal.person_present()) + ", plain " + yes_or_no(terminal.plain()) + ", colour " +
         yes_or_no(terminal.colour()) + ", " + std::to_string(size.columns) + "x" + std::to_string(size.rows);
}

std::string facts_under(const std::map<std::string, std::string>& environment, const TerminalSettings& settings = {}) {
  UnderTerminal under(facts, environment, settings);
  return under.read_line();
}

// What a program without any terminal returns: its standard output goes to the file.
std::string without_terminal(const std::string& output, const std::map<std::string, std::string>& environment,
                             const std::function<std::string(Terminal&)>& program) {
  int answer[2];
  REQUIRE(::pipe(answer) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGPIPE, SIG_IGN);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    if (output == "closed pipe") {
      int gone[2];
      if (::pipe(gone) != 0) ::_exit(3);
      ::close(gone[0]);
      ::dup2(gone[1], STDOUT_FILENO);
    } else {
      ::dup2(::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), STDOUT_FILENO);
    }
    ::setenv("TERM", "xterm", 1);
    for (const auto* const name : {"NO_COLOR", "CLICOLOR_FORCE", "POSTQ_PLAIN", "POSTQ_AGENT", "COLUMNS", "LINES"}) {
      ::unsetenv(name);
    }
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::string told;
    {
      const auto terminal = make_terminal({});
      told = program(*terminal);
    }
    const auto wrote = ::write(answer[1], told.data(), told.size());
    ::_exit(wrote < 0 ? 4 : 0);
  }
  ::close(answer[1]);
  std::string told;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(answer[0], buffer, sizeof buffer)) > 0;) {
    told.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(answer[0]);
  ::waitpid(child, nullptr, 0);
  return told;
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-tui-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    auto path = path_ + "/" + name;
    std::ofstream(path) << text;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return path;
  }

 private:
  std::string path_;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs the editor on a file; what edit_file() answered.
std::string edited(const std::string& path, const std::map<std::string, std::string>& environment) {
  UnderTerminal under(
      [path](Terminal& terminal) {
        const auto status = terminal.edit_file(path);
        if (status) return status->at_once ? "at once: " + status->how_to_wait : std::string("done");
        return (status.error().kind == ErrorKind::interrupted ? "interrupted: " : "error: ") + status.error().message;
      },
      environment);
  auto answer = under.read_line();
  CHECK_FALSE(under.is_raw());
  CHECK(under.echoes());
  return answer;
}

}  // namespace

TEST_CASE("a terminal on both sides means that a person may be there") {
  CHECK(facts_under({}) == "answer: person yes, plain no, colour yes, 72x20");
}

TEST_CASE("an agent at a terminal is no person") {
  CHECK(facts_under({{"POSTQ_AGENT", "bot"}}) == "answer: person no, plain no, colour yes, 72x20");
}

TEST_CASE("colour follows the flag, then NO_COLOR, then CLICOLOR_FORCE, then the terminal") {
  const auto colour = [](const std::map<std::string, std::string>& environment, const std::string& flag = "auto") {
    return facts_under(environment, {flag, ""}).find("colour yes") != std::string::npos;
  };
  CHECK(colour({}));
  CHECK_FALSE(colour({}, "never"));
  CHECK_FALSE(colour({{"NO_COLOR", "1"}}));
  CHECK(colour({{"NO_COLOR", ""}}));
  CHECK(colour({{"NO_COLOR", "1"}}, "always"));
  CHECK_FALSE(colour({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}));
  CHECK_FALSE(colour({{"TERM", "dumb"}}));
  CHECK(colour({{"TERM", "dumb"}, {"CLICOLOR_FORCE", "1"}}));
}

TEST_CASE("without a terminal there is no person, no colour, and 80x24 or what the environment says") {
  CHECK(without_terminal("/dev/null", {}, facts) == "person no, plain no, colour no, 80x24");
  CHECK(without_terminal("/dev/null", {{"COLUMNS", "100"}, {"LINES", "50"}}, facts) ==
        "person no, plain no, colour no, 100x50");
  CHECK(without_terminal("/dev/null", {{"COLUMNS", "-1"}, {"LINES", "many"}}, facts) ==
        "person no, plain no, colour no, 80x24");
  CHECK(without_terminal("/dev/null", {{"CLICOLOR_FORCE", "1"}}, facts) == "person no, plain no, colour yes, 80x24");
  CHECK(without_terminal("/dev/null", {{"CLICOLOR_FORCE", "0"}}, facts) == "person no, plain no, colour no, 80x24");
}

TEST_CASE("a question without input ends at once") {
  CHECK(without_terminal("/dev/null", {}, [](Terminal& terminal) { return spelled(terminal.read_key("? ")); }) ==
        "interrupted");
  CHECK(without_terminal("/dev/null", {}, [](Terminal& terminal) { return spelled(terminal.read_line("? ")); }) ==
        "interrupted");
}

TEST_CASE("output that does not fit on the disk is reported") {
  const auto told = without_terminal("/dev/full", {}, [](Terminal& terminal) {
    terminal.out("a result\n");
    const auto status = terminal.flush();
    return status ? std::string("fine")
                  : std::string(status.error().kind == ErrorKind::storage ? "storage: " : "") + status.error().message;
  });
  CHECK(told == "storage: can't write the output: No space left on device");
}

TEST_CASE("a reader that went away is no error") {
  const auto told = without_terminal("closed pipe", {}, [](Terminal& terminal) {
    for (int i = 0; i < 10'000; ++i) terminal.out("a line that nobody reads\n");
    return std::string(terminal.flush() ? "fine" : "an error");
  });
  CHECK(told == "fine");
}

TEST_CASE("output reaches a file whole and in order, also without flush") {
  const Folder folder;
  const auto path = folder.file("out", "");
  std::string expected;
  for (int i = 0; i < 20'000; ++i) expected += std::to_string(i) + "\n";

  without_terminal(path, {}, [](Terminal& terminal) {
    for (int i = 0; i < 20'000; ++i) terminal.out(std::to_string(i) + "\n");
    return std::string();
  });

  CHECK(text_of(path) == expected);
}

TEST_CASE("the editor is the first one set, with its own arguments and the file as it is named") {
  const Folder folder;
  const auto editor = folder.file("my editor", "#!/bin/sh\nprintf '%s|' \"$@\" > \"$3\"\n", 0700);
  const auto path = folder.file("text; touch $(nothing).md", "old");

  const auto answer = edited(path, {{"POSTQ_EDITOR", "'" + editor + "' -x \"two words\""}, {"EDITOR", "/bin/false"}});

  CHECK(answer.starts_with("answer: at once: export POSTQ_EDITOR="));
  CHECK(text_of(path) == "-x|two words|" + path + "|");
}

TEST_CASE("VISUAL comes before EDITOR, and an empty one is as good as none") {
  const Folder folder;
  const auto path = folder.file("text.md", "old");

  CHECK(edited(path, {{"POSTQ_EDITOR", ""}, {"VISUAL", "true"}, {"EDITOR", "false"}}) ==
        "answer: at once: export VISUAL='true --wait'");
  CHECK(edited(path, {{"EDITOR", "true"}}) == "answer: at once: export EDITOR='true --wait'");
}

TEST_CASE("an editor that comes back at once says how it waits, and one in the terminal is believed") {
  const Folder folder;
  const auto path = folder.file("text.md", "old");
  const auto waits = [&](const std::string& name, const std::string& arguments = "") {
    const auto editor = folder.file(name, "#!/bin/sh\n", 0700) + arguments;
    auto answer = edited(path, {{"EDITOR", editor}});
    const auto at = answer.find(editor);
    return at == std::string::npos ? answer : answer.erase(at, editor.size());
  };

  CHECK(waits("code") == "answer: at once: export EDITOR=' --wait'");
  CHECK(waits("gvim") == "answer: at once: export EDITOR=' --nofork'");
  CHECK(waits("kate", " -n") == "answer: at once: export EDITOR=' --block'");
  CHECK(waits("mine") == "answer: at once: export EDITOR=' --wait'");
  CHECK(waits("vim") == "answer: done");
  CHECK(waits("nano", " -w") == "answer: done");
}

TEST_CASE("an editor that ends with an error, or can't be run, is told apart") {
  const Folder folder;
  const auto path = folder.file("text.md", "old");

  CHECK(edited(path, {{"EDITOR", "false"}}) ==
        "answer: interrupted: the editor 'false' ended with exit code 1, so nothing was changed");
  CHECK(edited(path, {{"EDITOR", "/nowhere/ed"}}) ==
        "answer: error: the editor '/nowhere/ed' can't be run: No such file or directory");
  CHECK(edited(path, {{"EDITOR", "'open"}}) == "answer: error: EDITOR can't be read as a command: 'open");
  CHECK(edited(path, {{"PATH", "/nowhere"}}) ==
        "answer: error: no editor found: neither sensible-editor, nano nor vi is installed");
}

TEST_CASE("an editor gets no secrets, and what it did to the terminal is undone") {
  const Folder folder;
  const auto editor = folder.file("editor", "#!/bin/sh\nenv > \"$1\"\nstty raw -echo\n", 0700);
  const auto path = folder.file("text.md", "old");

  const auto answer = edited(
      path, {{"EDITOR", editor}, {"MASTODON_TOKEN", "t0ps3cret"}, {"DB_PASSWORD", "t0ps3cret"}, {"KEPT", "kept"}});

  CHECK(answer.starts_with("answer: at once: "));
  CHECK(text_of(path).find("t0ps3cret") == std::string::npos);
  CHECK(text_of(path).find("KEPT=kept") != std::string::npos);
}
