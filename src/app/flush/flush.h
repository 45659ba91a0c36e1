#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// Something that a run of the publisher did or found, for a person.
struct FlushEvent {
  enum class Kind : std::uint8_t {
    sent,         // everything of it is out
    part_sent,    // one part of a thread
    held,         // due, and the rules hold it
    late,         // missed its time and is in review again
    dropped,      // missed its time and `late = "drop"`
    expired,      // its end passed
    not_sent,     // nothing went out; it will be tried again
    failed,       // the platform said no, or the tries have run out
    unconfirmed,  // it may be out
    found,        // an unconfirmed one is out
    absent,       // an unconfirmed one is not out, and is queued again
    account,      // something about an account: sign-in, limit, unreadable timeline, its lock
    clock,        // this machine's clock is off
    withdrawn,    // an approved answer is in review again: what it answers was settled otherwise
    copied,       // the database is a copy: what was due went back to review
    damaged,      // its content is not what was approved: it is in review again
    twice,        // something of it stands twice
    differs,      // it is out, and not quite as it was approved
  };
  Kind kind = Kind::sent;
  std::string name;  // "12@bsky", or an account's
  std::optional<Delivery> delivery;
  std::string message;  // "held at its time, 09:00: ratio, ..."
  std::string hint;     // what to type; several lines
  std::string url;
  // Of one that is held: the rule and its reason, and what to type for all of its account that are held so.
  std::string held_by;
  std::string hint_for_all;
  bool news = true;                      // became so in this run; else it was known
  bool asked_for = false;                // held: a person wanted this one sent now
  ErrorKind error = ErrorKind::refused;  // of not_sent, failed, account, differs, and held if asked for
};

struct FlushOptions {
  std::string account;             // only this one
  std::optional<DeliveryId> only;  // `post`, `send`: this one, due or not
  bool only_look = false;          // ... is looked for, whenever that is due, and nothing is sent
  bool while_stopped = false;      // everything is stopped: what may be out is looked for as usual, and nothing is sent
  PastRules past = PastRules::no;
  // Its author is at the terminal, and has said that it goes although something is paused, if anything is.
  bool past_pause = false;
  bool watched = false;  // by a person, whose runs say nothing of how often the timer's come
  // Told of each event as it happens.
  std::function<void(const FlushEvent&)> on_event;
};

struct FlushReport {
  std::vector<FlushEvent> events;
  bool already_running = false;  // another flush holds the lock
  bool stopped = false;          // paused, or the file STOP
  bool interrupted = false;
  bool clock_is_off = false;  // too far to claim anything by it
  std::int64_t sent = 0;      // deliveries
  // What ended it half-way, behind the events.
  std::optional<Error> trouble;
};

// One pass over what is due: stop, locks, settle, read, claim, prepare, intent, send, record (design.md §5). Errors
// only for what ends the whole run; what happens to a delivery is an event.
Result<FlushReport> flush(World& world, Store& store, const FlushOptions& options);

// 1, 7, 8, 3, 6, 75, 0: the most serious of what is news in the report.
int exit_code_of(const FlushReport& report);

// What a flush would send now, and what is held and why: no network, no change.
struct DryRunEntry {
  Delivery delivery;
  Judgement judgement;
  std::vector<std::string> requests;  // one per part, as on the wire, secrets masked
  std::optional<Error> trouble;       // why they can't be shown; the other deliveries are none the worse for it
};
Result<std::vector<DryRunEntry>> dry_run(World& world, Store& store, const std::string& account);

}  // namespace postq
