#pragma once

#include <cstdint>
#include <string>

#include <postq/base/result.h>

#include "system/files/machine_folder.h"

namespace postq {

// Where this machine had queues: a queue that is missing there is no beginning, but a disk that isn't mounted. Kept in
// the state folder, and on the machine for a home that is away as a whole.
class QueueMarks {
 public:
  // Of the queue in the file `database`; `machine_folder` is Paths::machine_dir, empty: the state folder alone.
  QueueMarks(std::string state_folder, std::string database, std::string machine_folder);

  // Whether the database is where every command looks for it. Before there were marks, the identity that lies in the
  // state folder was that one's.
  enum class UsualPlace : std::uint8_t { no, yes };

  // Where only the machine remembers one, the home is away as a whole, or was removed to begin anew.
  enum class Memory : std::uint8_t { none, machine, home };
  Memory had_queue(UsualPlace place) const;
  // Durable in the state folder; on the machine as well as it goes. Each call makes that one new, since what nobody
  // touches for a month is cleared away in /var/tmp.
  Status remember();
  Status forget();

 private:
  std::string name() const;  // short, whatever the path is
  std::string folder() const { return state_folder_ + "/queues"; }
  std::string path() const { return folder() + "/" + name(); }
  std::string machine_name() const { return "queue-" + name(); }

  std::string state_folder_;
  std::string database_;
  MachineFolder machine_;
};

}  // namespace postq
