#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <postq/ports/files.h>

namespace postq {

// flock(2) on $STATE/locks/NAME.lock. The files stay: removing one while another process waits for it would let two in.
class LockFolder final : public Locks {
 public:
  explicit LockFolder(const std::string& state_folder);

  Result<std::unique_ptr<Lock>> lock(const std::string& name, std::chrono::milliseconds timeout) override;

 private:
  std::string folder_;
};

}  // namespace postq
