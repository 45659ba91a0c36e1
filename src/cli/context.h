#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/core/json_line.h>

#include "app/world.h"

namespace postq {

// What a command's run ends with: an exit code, or an Error that the caller prints and turns into one.
using Exit = Result<int>;

constexpr int kDone = 0;

// Handed to every command: the world, the flags that all commands share, and how to print.
struct Context {
  World& world;
  bool json = false;
  bool quiet = false;
  bool no_input = false;  // never ask; same as a standard input that is not a terminal
  std::string color = "auto";
  Exit outcome = kDone;                 // set by the command that ran
  std::vector<std::string> words = {};  // as they were typed, the command's name first
  bool for_person = false;              // an agent was refused what a person may do: what was typed is offered to them
  std::map<std::string, std::string> long_values = {};  // the files of those that were offered again

  // Results: standard output. One line each; `json` for --json, `plain` otherwise. The text is ours or made visible.
  void result(std::string_view line);
  // Talk: standard error, unless -q or --json.
  void say(std::string_view line);
  // May a question be asked? A person is there and neither --no-input nor --json was given.
  bool may_ask() const;
};

// The exit code of an error's kind; see `postq help exit-codes`.
int exit_code(ErrorKind kind);
std::string_view word(ErrorKind kind);

// Prints an error as people or --json readers want it (schema postq.error/1, every member there); returns its exit
// code.
int report(Context& context, const Error& error);

// kind refused, with the hint, unless a person is at a terminal (and no agent, and no fixed clock).
// `what` completes "approving needs a person": "approving", "posting", ...
Status require_person(World& world, std::string_view what, std::string_view command);

}  // namespace postq
