#pragma once

#include <termios.h>

#include <csignal>

namespace postq {

// Standard input without line editing and echo (or without what `off` says: ECHO alone hides a line that is still
// edited by the terminal), for as long as this lives. Signals stay those of the terminal (Ctrl-C, Ctrl-Z). What was
// typed before is thrown away: a key answers only what was on the screen when it was hit.
class RawMode {
 public:
  explicit RawMode(tcflag_t off = ICANON | ECHO);
  ~RawMode();
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  void enter();
  void leave();

 private:
  tcflag_t off_;
  termios before_{};
  bool entered_ = false;
};

// What ended a wait for input.
enum class Waited { readable, timeout, interrupted, resumed, other };

// Holds back the signals that would end or stop the program, so that a wait can put the terminal back in order first
// and then let the program's own handlers (or the default) have them.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // Waits until standard input can be read. SIGINT: interrupted. A stop: leaves raw mode, stops, and when the program
  // goes on: resumed. Every other signal is delivered with raw mode left; if the program lives on: interrupted.
  // `other` is waited for as well, unless it is -1; standard input goes first.
  Waited wait(RawMode* raw, int timeout_ms, int other = -1);

 private:
  void deliver(int signal);

  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  static constexpr int kCount = 5;
  struct sigaction before_[kCount] {};
  sigset_t mask_before_{};
};

}  // namespace postq
