#pragma once

#include <memory>
#include <string>

#include <postq/ports/log.h>
#include <postq/time/time.h>

namespace postq {

// A log in the file `path` (0600; its folder is made, 0700), opened by the first line. At 1 MiB it becomes
// postq.1.log, which becomes postq.2.log and so on; three old ones are kept. Several processes may write at once.
// `now` gives each line its time, in UTC.
std::unique_ptr<Log> make_file_log(std::string path, Now now);

}  // namespace postq
