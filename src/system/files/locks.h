#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <postq/ports/files.h>
#include <postq/ports/lock_holder.h>

namespace postq {

// flock(2) on $STATE/locks/NAME.lock. The files stay: removing one while another process waits for it would let two in.
// Whoever takes a lock writes into its file which process it is and when that was, and blanks the line on giving it
// back.
class LockFolder final : public Locks, public LockHolders {
 public:
  explicit LockFolder(const std::string& state_folder);

  Result<std::unique_ptr<Lock>> lock(const std::string& name, std::chrono::milliseconds timeout) override;
  std::optional<LockHolder> holder(const std::string& name) const override;

 private:
  std::string path_of(const std::string& name) const { return folder_ + "/" + name + ".lock"; }

  std::string folder_;
};

}  // namespace postq
