#include "system/terminal/raw_mode.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace postq {

namespace {

volatile std::sig_atomic_t caught_signal = 0;

void remember_signal(int signal) {
  caught_signal = signal;
}

// Asks the terminal to mark what is pasted, so that a paste is not taken for keys; or not to mark it any more.
void mark_pastes(bool on) {
  if (isatty(STDOUT_FILENO) != 1) return;
  [[maybe_unused]] const auto wrote = write(STDOUT_FILENO, on ? "\x1b[?2004h" : "\x1b[?2004l", 8);
}

}  // namespace

RawMode::RawMode(tcflag_t off) : off_(off) {
  enter();
}

RawMode::~RawMode() {
  leave();
}

void RawMode::enter() {
  if (entered_ || tcgetattr(STDIN_FILENO, &before_) != 0) return;
  termios raw = before_;
  raw.c_lflag &= ~off_;
  if ((off_ & ICANON) != 0) {
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
  }
  entered_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0;
  if (entered_ && (off_ & ICANON) != 0) mark_pastes(true);
}

void RawMode::leave() {
  if (!entered_) return;
  if ((off_ & ICANON) != 0) mark_pastes(false);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  entered_ = false;
}

SignalWatch::SignalWatch() {
  caught_signal = 0;
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : kSignals) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &mask_before_);
  struct sigaction action {};
  action.sa_handler = remember_signal;
  for (int i = 0; i < kCount; ++i) {
    sigaction(kSignals[i], nullptr, &before_[i]);
    // What a parent (nohup) had ignored stays ignored.
    if (before_[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  for (int i = 0; i < kCount; ++i) sigaction(kSignals[i], &before_[i], nullptr);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void SignalWatch::deliver(int signal) {
  for (int i = 0; i < kCount; ++i) {
    if (kSignals[i] != signal) continue;
    struct sigaction ours {};
    sigaction(signal, &before_[i], &ours);
    raise(signal);
    sigset_t one;
    sigset_t mask;
    sigemptyset(&one);
    sigaddset(&one, signal);
    pthread_sigmask(SIG_UNBLOCK, &one, &mask);  // here it arrives; a stop returns when the program goes on
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    sigaction(signal, &ours, nullptr);
  }
}

Waited SignalWatch::wait(RawMode* raw, int timeout_ms, int other) {
  sigset_t open = mask_before_;
  for (const int signal : kSignals) sigdelset(&open, signal);
  for (;;) {
    pollfd inputs[] = {{STDIN_FILENO, POLLIN, 0}, {other, POLLIN, 0}};  // -1 is passed over
    const timespec limit{timeout_ms / 1000, (timeout_ms % 1000) * 1'000'000L};
    const int ready = ppoll(inputs, 2, timeout_ms < 0 ? nullptr : &limit, &open);
    if (ready > 0) return inputs[0].revents != 0 ? Waited::readable : Waited::other;
    if (ready == 0) return Waited::timeout;
    if (errno != EINTR) return Waited::interrupted;
    const int signal = caught_signal;
    caught_signal = 0;
    if (signal == 0) continue;  // a window that changed its size
    if (signal == SIGINT) return Waited::interrupted;
    if (raw != nullptr) raw->leave();
    deliver(signal);
    if (signal != SIGTSTP) return Waited::interrupted;
    if (raw != nullptr) raw->enter();
    return Waited::resumed;
  }
}

}  // namespace postq
