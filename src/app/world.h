#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <postq/policy/config.h>
#include <postq/ports/files.h>
#include <postq/ports/http_client.h>
#include <postq/ports/log.h>
#include <postq/ports/machine.h>
#include <postq/ports/pictures.h>
#include <postq/ports/platform.h>
#include <postq/ports/secrets.h>
#include <postq/ports/store.h>
#include <postq/ports/terminal.h>
#include <postq/ports/zones.h>
#include <postq/time/zone.h>

namespace postq {

// Where things lie; see design.md §6, "Files".
struct Places {
  std::string config;     // config.toml
  std::string database;   // postq.db
  std::string data_dir;   // media/, secrets/
  std::string state_dir;  // locks/, rescue/, log/, STOP, store-id
};

// What a command wants of the database.
enum class StoreUse : std::uint8_t {
  read,   // a missing file is an empty queue; a read-only disk is fine
  write,  // the same, to change it
};

// Everything outside, behind its ports, made on first use: main.cpp builds the real one. A command that doesn't need a
// part never pays for it, and one that fails to come up (a broken config) fails only those that need it.
class World {
 public:
  virtual ~World() = default;

  virtual Terminal& terminal() = 0;
  virtual Result<Store*> store(StoreUse use) = 0;
  virtual Result<const Config*> config() = 0;
  virtual const Platforms& platforms() = 0;
  virtual Zones& zones() = 0;
  // The zone people's words are read in: the config's, else the one kept in the database, else the machine's.
  virtual Result<const Zone*> zone() = 0;
  virtual Result<MediaStore*> media() = 0;
  virtual Result<Rescue*> rescue() = 0;
  virtual Result<Locks*> locks() = 0;
  virtual Result<StateFiles*> state() = 0;
  virtual Result<Secrets*> secrets() = 0;
  virtual Result<HttpClient*> http() = 0;  // libcurl is opened by the first exchange, not here
  virtual Log& log() = 0;
  virtual Result<Places> places() = 0;

  virtual Actor actor() = 0;
  virtual TimePoint now() = 0;
  // POSTQ_NOW is set: what approves, or talks to a host that isn't loopback, refuses.
  virtual bool clock_is_fixed() const = 0;
  // Seconds since boot, sleep included: deadlines survive a suspended machine and a clock that steps.
  virtual std::chrono::nanoseconds since_boot() = 0;
  // Random letters and digits, for keys.
  virtual std::string random_word(std::size_t length) = 0;
  virtual std::optional<std::string> environment(const std::string& name) = 0;
  // A signal asked to stop: finish what is in the air, claim nothing more.
  virtual bool interrupted() const = 0;
  // Runs a command line of the configuration through the shell, with `input` on its standard input.
  virtual Status run_command(const std::string& command, const std::string& input) = 0;
  // A file of the person's: --file, --variant @FILE. kind not_found or usage, naming it.
  virtual Result<std::string> read_file(const std::string& path) = 0;
  virtual Result<std::string> read_stdin() = 0;
  virtual bool stdin_is_terminal() const = 0;

  // What --shrink needs; the libraries are opened by the first picture that is too large, not here.
  virtual Result<Pictures*> pictures() { return fail(ErrorKind::config, "pictures can't be shrunk here"); }

  // For the commands that set up: programs of the system, paths as typed, units for systemd.
  virtual Result<Machine*> machine() { return fail(ErrorKind::config, "this machine can't be looked at"); }
  // The library that requests go through, and its version; opens it. kind config when it is missing.
  virtual Result<std::string> network_library() { return fail(ErrorKind::config, "there is no network library"); }

  AuditContext audit() { return {actor(), now()}; }
};

}  // namespace postq
