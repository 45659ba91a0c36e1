#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace postq {

// What the holder of a lock wrote about itself.
struct LockHolder {
  std::int64_t process = 0;
  std::chrono::seconds held{0};  // while the machine slept doesn't count
};

// Locks that also know who has them. Not all do: a lock of many hosts' is no process of ours.
class LockHolders {
 public:
  virtual ~LockHolders() = default;
  // Who holds it, for one who didn't get it. Nothing when nobody does, or the holder couldn't write it down.
  virtual std::optional<LockHolder> holder(const std::string& name) const = 0;
};

}  // namespace postq
