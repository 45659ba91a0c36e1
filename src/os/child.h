#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "os/environment.h"

namespace postq {

// Every program that postq starts is started here. It is found in PATH and gets its words as they are, without a shell;
// no secret in its environment; of our open files its standard input, output and error only; signals as programs
// expect them.

struct ChildOrder {
  enum class Errors : std::uint8_t { with_output, dropped };
  enum class Over : std::uint8_t {
    when_it_ends,    // what it started may stay, as the agents of password stores do
    when_all_ended,  // it and all it started that didn't leave its process group, such as a mailer in the background
  };

  std::vector<std::string> words;  // at least the program
  std::string input;               // on its standard input; empty: /dev/null
  Errors errors = Errors::with_output;
  Over over = Over::when_it_ends;
  std::chrono::milliseconds deadline{10'000};
  std::size_t most_output = std::size_t{1} << 16;
  bool more_is_wrong = false;                       // stopped when it says more than that; else the rest is dropped
  OwnVariables own_variables = OwnVariables::kept;  // POSTQ_*
  std::function<bool()> give_up;                    // asked while it runs: true stops it as the deadline does
};

struct ChildEnd {
  enum class How : std::uint8_t {
    exited,       // number: its exit status
    signalled,    // number: the signal
    not_started,  // number: errno
    too_late,     // killed at the deadline, with its process group
    given_up,     // killed because of give_up
    said_too_much,
  };
  How how = How::exited;
  int number = 0;
  std::string output;

  bool succeeded() const { return how == How::exited && number == 0; }
};

// Runs it in a process group of its own, which is killed when the deadline comes first.
ChildEnd run_child(const ChildOrder& order);

// An editor: in our process group, on our terminal (also when our own input or output goes elsewhere), for as long as
// it likes. Ctrl-C is its business meanwhile. No output is kept.
ChildEnd run_on_terminal(const std::vector<std::string>& words);

// A browser: in a session of its own, with nothing of ours, never waited for and never killed. Only `not_started` says
// anything.
ChildEnd start_detached(const std::vector<std::string>& words);

}  // namespace postq
