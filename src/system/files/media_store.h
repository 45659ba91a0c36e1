#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <postq/ports/files.h>

namespace postq {

// What platforms take is far below; more would only fill memory, because a file is read as a whole.
constexpr std::uint64_t kMediaLimit = 100'000'000;

class MediaFolder final : public MediaStore {
 public:
  explicit MediaFolder(std::string folder, std::uint64_t limit = kMediaLimit);

  Result<StoredMedia> keep(const std::string& path) override;
  Result<MediaFile> read(const std::string& path) override;
  Result<StoredMedia> keep_bytes(std::string bytes, const std::string& name) override;
  Result<std::unique_ptr<MediaReader>> open(const Digest& digest) override;
  Status verify(const Digest& digest) override;
  std::string path_of(const Digest& digest) const override;

 private:
  std::string folder_;
  std::uint64_t limit_;
};

}  // namespace postq
