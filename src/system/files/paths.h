#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <postq/base/result.h>

namespace postq {

// The value of an environment variable, or nothing when it isn't set; handed in so that tests need no setenv().
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Where postq's things lie.
struct Paths {
  std::string config;     // config.toml
  std::string database;   // postq.db
  std::string data_dir;   // media/, secrets/
  std::string state_dir;  // rescue/, log/, STOP
  // What belongs to this queue alone: secrets/, and store-id, marks/, locks/. In the folders above for the queue that
  // is usual there; a database elsewhere, by --db or POSTQ_DB, has folders of its own beside them.
  std::string secrets_dir = {};
  std::string queue_dir = {};
  // Whether another queue may have used the folders above: there is a usual one, and this isn't it. It has written
  // there what an older postq, which kept one of each, knew of both.
  bool beside_usual = false;
  // What this machine remembers outside of every home, so that putting a home back from a backup leaves it alone.
  std::string machine_dir = {};
};

// What --config and --db said; they win over POSTQ_CONFIG and POSTQ_DB.
struct PathFlags {
  std::optional<std::string> config;
  std::optional<std::string> database;
};

// Whether the folders of its own are other ones.
inline bool is_apart(const Paths& paths) {
  return !paths.queue_dir.empty() && paths.queue_dir != paths.state_dir;
}

// /var/tmp/postq-UID for machine_dir, unless POSTQ_MACHINE_DIR names another place; the others by the XDG Base
// Directory Specification 0.8: a relative value is as good as none. Without HOME the passwd entry says where home is;
// kind config when there is none either. Makes nothing.
Result<Paths> find_paths(const Environment& environment, const PathFlags& flags = {});

// Makes the folders for data, state and the database, 0700 where they are missing, and checks them like
// check_private().
Status make_folders(const Paths& paths);

// What is there of the folders and of what lies in them (log, locks, media): kind config like check_private() where
// others could write, since what they wrote would be sent in the owner's name; what they could only read is closed to
// them. A sentence for each that was, and for what couldn't be. What root owns stays as root left it.
Result<std::vector<std::string>> keep_private(const Paths& paths);
// The same for a database that was opened: until then it may be some other file, which is left alone.
std::vector<std::string> keep_database_private(const std::string& path);

// kind config, with the command that helps, when someone else may write to the file or folder, or owns it (root may: it
// can write anyway). One that doesn't exist is fine.
Status check_private(const std::string& path);

}  // namespace postq
