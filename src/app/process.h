#pragma once

#include <optional>
#include <string>

#include "app/world.h"

namespace postq {

// The process around a command, where the world is the real one: a world without it keeps no text and has no mark of a
// queue, and its clock is what it is.
class Process {
 public:
  virtual ~Process() = default;

  // A text that lies nowhere but here: should the process die of a fault, it is written to the rescue folder first.
  virtual void hold(std::string text) = 0;
  // That time has come: writes it, or names the file where it lies by now. Needs no memory; false: there was nothing.
  virtual bool save_held() = 0;

  // From here on now() is the system's clock, whatever POSTQ_NOW says: what may go out is decided by it.
  virtual void go_by_the_real_clock() = 0;

  // The queue; to write to it is made where there was none yet, to read it is an empty one.
  virtual Result<Store*> begin_queue(StoreUse use) = 0;
  // Whether this machine had a queue at the database's path: where the file is missing then, it isn't a beginning, but
  // for begin_queue() in a home that is gone as a whole.
  virtual Result<bool> had_queue() = 0;
  virtual Status forget_queue() = 0;
};

// The world's process; nothing for a world without one.
Process* process_of(World& world);

// For what begins a queue where there is none: `add`, `post` and `account add`.
Result<Store*> begin_queue(World& world, StoreUse use = StoreUse::write);

// Why the queue can't be opened, where this machine had one at its path and it is gone: most likely its disk isn't
// mounted. Nothing for every other trouble, and where the queue is there.
std::optional<Error> missing_queue(World& world);

}  // namespace postq
