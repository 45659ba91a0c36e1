#pragma once

#include <string>
#include <string_view>

#include <postq/ports/files.h>

namespace postq {

class RescueFolder final : public Rescue {
 public:
  explicit RescueFolder(const std::string& state_folder);

  Result<std::string> save(std::string_view text, const std::string& stamp) override;
  void drop(const std::string& path) override;
  Result<std::string> newest() override;
  Result<std::string> load(const std::string& path) override;

 private:
  std::string folder_;
};

}  // namespace postq
