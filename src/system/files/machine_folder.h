#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <postq/base/result.h>

#include "os/descriptor.h"

namespace postq {

// A folder of one user's in a place that everybody writes to and that outlives a restart, such as /var/tmp: small
// facts about this machine, and nothing secret. Whatever is not this user's alone counts as not there: a folder or file
// of somebody else's or open to others, a link, anything but a plain file.
class MachineFolder {
 public:
  // An empty name: nothing is ever there, and nothing is written.
  explicit MachineFolder(std::string folder) : folder_(std::move(folder)) {}

  std::optional<std::string> read(const std::string& name) const;
  // Up to kLongest bytes, written over in place. False when it can't be: there is no such place then.
  bool write(const std::string& name, std::string_view text);

  // What isn't there is removed already.
  Status remove(const std::string& name);

  static constexpr std::size_t kLongest = 63;

 private:
  Descriptor open_folder() const;

  std::string folder_;
};

}  // namespace postq
