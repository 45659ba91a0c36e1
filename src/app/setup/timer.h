#pragma once

#include <optional>
#include <string>

#include "app/world.h"

namespace postq {

// What runs `postq flush` on this machine.
struct TimerState {
  bool systemd = false;     // this user's systemd answers
  bool installed = false;   // our units are in its folder
  bool enabled = false;     // starts with the machine (or the sign-in)
  bool active = false;      // counts now
  bool lingers = false;     // goes on while the user is signed out
  bool in_crontab = false;  // a line of crontab(1) says flush
  std::string own_path;     // of this program
  std::string unit_path;    // the program that the installed unit starts; empty if there is none
  // The installed unit keeps programs from gaining rights, and the configuration names one by now: see units_for().
  bool bars_commands = false;
  std::optional<TimePoint> last_flush;

  bool runs() const { return active || in_crontab; }
};
TimerState timer_state(World& world);

// Whether flush runs only when somebody types it. Asks the machine's programs only where flush didn't run without a
// terminal for a day; where it did, something runs it, and that need not be this machine's timer.
bool runs_by_hand_only(World& world);
// What flush notes for it.
void note_own_run(World& world, StateFiles& state);

// What makes flush run by itself on this machine. Only looks: no program is run.
struct TimerAdvice {
  std::string command;
  std::string why;
};
TimerAdvice timer_advice(World& world);
TimerAdvice timer_advice(bool systemd);

// The crontab line with this program's own path, and what the environment says about where postq's things are.
Result<std::string> crontab_line(World& world);

// The two units, as `install` writes them. Where neither notify_command nor a token command is configured, the service
// can't gain rights and is closed in further; mailers such as sendmail, and some password stores, can't work like that.
struct Units {
  std::string folder;
  std::string service;  // text of postq.service
  std::string timer;    // text of postq.timer
};
Result<Units> units_for(World& world);

// Writes the units and starts the timer. kind config, with the crontab line as hint and nothing left behind, where this
// user has no systemd.
Status install_timer(World& world);
// false: there was nothing to remove.
Result<bool> remove_timer(World& world);

}  // namespace postq
