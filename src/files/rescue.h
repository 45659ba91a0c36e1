#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/files.h>

namespace postq {

class RescueFolder final : public Rescue {
 public:
  // Where its folder takes no text (a full disk, a read-only one), the first of `elsewhere` that does is used.
  explicit RescueFolder(const std::string& state_folder,
                        std::vector<std::string> elsewhere = {"/tmp", "/var/tmp", "/dev/shm"});

  Result<std::string> save(std::string_view text, const std::string& stamp) override;
  Status secure(const std::string& path) override;
  void drop(const std::string& path) override;
  Result<std::string> newest() override;
  Result<std::string> load(const std::string& path) override;

 private:
  Result<std::string> save_here(std::string_view text, const std::string& stamp) const;
  std::optional<std::string> save_elsewhere(std::string_view text);

  std::string folder_;
  std::vector<std::string> elsewhere_;
  std::set<std::string> made_elsewhere_;  // by this process, so that they may be dropped
};

}  // namespace postq
