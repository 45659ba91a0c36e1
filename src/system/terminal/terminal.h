#pragma once

#include <memory>
#include <string>

#include <postq/ports/terminal.h>

namespace postq {

// What the command line and the configuration say; the rest is read from the environment (TERM, NO_COLOR,
// CLICOLOR_FORCE, POSTQ_PLAIN, POSTQ_AGENT, COLUMNS, LINES, POSTQ_EDITOR, VISUAL, EDITOR).
struct TerminalSettings {
  std::string color = "auto";  // --color: auto, always, never
  std::string ui;              // config: "plain" or empty
};

// The terminal on standard input, output and error. Expects SIGPIPE to be ignored and the three to be open.
std::unique_ptr<Terminal> make_terminal(const TerminalSettings& settings);

}  // namespace postq
