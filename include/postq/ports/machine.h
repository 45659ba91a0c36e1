#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/ports/browser_return.h>

namespace postq {

// What became of a program that ran to its end.
struct ProgramEnd {
  int status = 0;      // 128 and the signal's number when it was killed
  std::string output;  // standard output and error together, at most 64 KiB
  bool succeeded() const { return status == 0; }
};

struct FileFacts {
  bool ours = false;  // belongs to whoever runs postq
  unsigned mode = 0;  // permission bits
  bool is_folder = false;
  bool can_write = false;        // by whoever runs postq, now
  bool on_network_disk = false;  // NFS, SMB and the like: SQLite's locks can't be trusted there
};

// This machine, for the commands that set things up and look after them.
class Machine {
 public:
  virtual ~Machine() = default;
  // The absolute path of the running program. kind config when the system doesn't tell.
  virtual Result<std::string> own_path() const = 0;
  // What the shell would make of a typed path: ~ and relative ones become absolute. Nothing is made, no link followed.
  virtual Result<std::string> absolute_path(std::string_view typed) const = 0;
  // Runs a program found in PATH, without a shell and without input, for at most 10 s. kind not_found when there is no
  // such program, config when it can't be run or takes longer.
  virtual Result<ProgramEnd> run(const std::vector<std::string>& words) = 0;
  // Replaces a file as a whole, making the folders above it.
  virtual Status write_file(const std::string& path, std::string_view bytes) = 0;
  // false: there was none.
  virtual Result<bool> remove_file(const std::string& path) = 0;
  virtual std::optional<FileFacts> look_at(const std::string& path) const = 0;
  virtual std::string random_bytes(std::size_t count) const = 0;
  // Whether tell_system() reaches one.
  virtual bool has_system_journal() const { return false; }
  // Writes a line to the system's journal, which postq can't change afterwards. kind not_found when there is none.
  virtual Status tell_system(std::string_view) {
    return fail(ErrorKind::not_found, "this machine has no system journal that answers");
  }
  // Listens on a loopback address of its own. kind config when the system doesn't let it.
  virtual Result<std::unique_ptr<BrowserReturn>> await_browser() {
    return fail(ErrorKind::config, "nothing can listen on this machine");
  }
  // Shows an address in the person's browser, and doesn't wait for it. kind not_found when there is no way to.
  virtual Status open_in_browser(const std::string&) { return fail(ErrorKind::not_found, "there is no browser"); }
};

}  // namespace postq
