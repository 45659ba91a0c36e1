#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/digest.h>
#include <postq/core/result.h>
#include <postq/ports/files.h>

namespace postq {

// The folder of a feed, locked against a second writer while this lives. Changes are staged: everything is written
// beside its place and synced first, so that a full disk is noticed while nothing has changed; then each file appears
// whole by a rename. Files are readable by everyone (a web server is somebody else), whatever the umask.
class FeedFolder {
 public:
  enum class Missing : std::uint8_t { create, refuse };

  // kind config when the folder is missing, no folder or not writable; try_later when another process still holds it
  // after `patience` (a send holds it for milliseconds).
  static Result<FeedFolder> open(const std::string& path, Missing missing,
                                 std::chrono::milliseconds patience = std::chrono::seconds{5});
  FeedFolder(FeedFolder&&) noexcept;
  FeedFolder& operator=(FeedFolder&&) = delete;
  FeedFolder(const FeedFolder&) = delete;
  FeedFolder& operator=(const FeedFolder&) = delete;
  ~FeedFolder();  // removes what was staged and not committed

  // A file's bytes; nothing when there is none.
  Result<std::optional<std::string>> read(const std::string& name) const;
  // Nothing to do when the file has these bytes already.
  Status stage(const std::string& name, std::string_view bytes);
  // A media file, checked against its digest while it is copied; nothing to do when the right one is there.
  Status stage_media(const std::string& name, const Digest& digest, MediaStore& media);
  // Puts the staged files in their places in the order in which they were staged, then syncs the folders. What was
  // placed before an error stays; placed() tells.
  Status commit();
  bool placed(const std::string& name) const;
  // Removes files; those that aren't there are fine.
  Status remove(const std::vector<std::string>& names);

 private:
  struct Staged {
    std::string name;
    std::string temporary;
    bool placed = false;
  };

  FeedFolder(std::string path, int descriptor);
  std::string full(const std::string& name) const { return path_ + "/" + name; }
  Status make_folder_of(const std::string& name);
  Status sync_staged() const;
  Status sync_folders();
  void remove_leftovers() const;
  template <typename Write>
  Status write_beside(const std::string& name, const Write& write);

  std::string path_;
  int descriptor_ = -1;
  std::vector<Staged> staged_;
};

}  // namespace postq
