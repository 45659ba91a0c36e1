#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/digest.h>
#include <postq/base/result.h>
#include <postq/ports/files.h>

#include "os/descriptor.h"

namespace postq {

// The folder of a feed, locked against a second writer while this lives. Changes are staged: everything is written
// beside its place and synced first, so that a full disk is noticed while nothing has changed; then each file appears
// whole by a rename. Files are readable by everyone (a web server is somebody else), whatever the umask.
// The folder itself may be reached through links; below it none is followed, and what is no file is never waited for:
// whoever can write there must not make postq write elsewhere, or hang. Both are kind config, naming the place.
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
  // A file's name in the folder that it lies in: feed.json in PATH, ID.html in PATH/posts.
  struct Place {
    int folder = -1;
    std::string file;
  };
  struct Staged {
    std::string name;
    Place place;
    std::string temporary;  // beside it
    bool placed = false;
  };

  FeedFolder(std::string path, Descriptor folder);
  std::string full(const std::string& name) const { return path_ + "/" + name; }
  // Nothing: the folder that it would lie in isn't there, and wasn't to be made.
  Result<std::optional<Place>> place_of(const std::string& name, Missing missing) const;
  Result<int> subfolder(const std::string& name, Missing missing) const;  // -1: isn't there
  Result<Descriptor> open_file(const std::string& name) const;            // closed: isn't there
  Result<bool> has_digest(const std::string& name, const Digest& digest) const;
  Status sync_staged() const;
  Status sync_folders() const;
  void remove_leftovers() const;
  template <typename Write>
  Status write_beside(const std::string& name, const Write& write);

  std::string path_;
  Descriptor folder_;
  mutable std::map<std::string, Descriptor> subfolders_;  // those opened so far
  std::vector<Staged> staged_;
};

}  // namespace postq
