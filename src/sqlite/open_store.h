#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <postq/base/result.h>
#include <postq/ports/store.h>
#include <postq/time/time.h>

namespace postq {

struct StoreSettings {
  enum Mode : std::uint8_t {
    create,        // makes the file when it is absent or empty
    existing,      // kind not_found when it is absent
    read_only_ok,  // the same, and reads go on when the disk is full or can't be written
  };
  std::string path;  // never read as a URI
  Mode mode = existing;
  int busy_timeout_ms = 5000;
  std::function<std::string()> new_uuid;  // of a new queue
  TimePoint now{};
};

// kind config: the file is another user's or others may write it. kind storage: it is damaged, no database of postq's,
// or a newer postq's; it is then left as it is. An older one is brought up to date after a copy of it was made beside
// it. The caller sets the umask.
Result<std::unique_ptr<Store>> open_store(const StoreSettings& settings);

// A queue that is gone with its process: for tests, and for reading where there is no file yet.
Result<std::unique_ptr<Store>> open_memory_store(const StoreSettings& settings);

}  // namespace postq
